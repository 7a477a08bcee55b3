"""Add something that can be bought to a product."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from catalog.models import MovementKind, Product, Stock, Variant
from catalog.services.checks import checked
from catalog.services.editing import finish_edit, lock_product
from catalog.services.inputs import VariantFields
from catalog.services.options import Combination, set_options, spare_key
from catalog.services.prices import record_prices
from catalog.services.skus import choose_skus
from catalog.services.stock import StockChange, change_stock
from catalog.services.stock_rules import rules_in
from catalog.services.variant_values import checked_variant, sku_problem
from shop.common.errors import InvalidInput
from shop.common.unit import transactional


@transactional
def create_variant(*, product_id: int, fields: VariantFields, actor_id: int | None = None) -> Variant:
    """Add one variant with its first stock. Raises NotFound, or InvalidInput naming the fields."""
    product = lock_product(product_id)
    (variant,) = add_variants(product, [fields], actor_id=actor_id)
    finish_edit(product)
    return variant


def add_variants(
    product: Product,
    many: Sequence[VariantFields],
    *,
    also: Mapping[int, Combination] | None = None,
    actor_id: int | None = None,
    reason: str = "",
) -> list[Variant]:
    """A step: add variants to a product that is locked, or new in this unit. End with `finish_edit`.

    The stock they come with is booked as received. `also` are new combinations of variants that are
    there. Fields in errors are named "variants.0.sku".
    """
    if not many:
        return []
    skus = choose_skus(product.slug, many)
    rows = _checked_rows(product, many, skus)
    variants = _create(product, rows, skus)
    stock = [Stock(variant=variant, **rules) for variant, (_values, rules) in zip(variants, rows, strict=True)]
    Stock.objects.bulk_create(stock)
    chosen = {v.pk: fields.get("options", {}) for v, fields in zip(variants, many, strict=True)}
    set_options(product, {**(also or {}), **chosen})
    record_prices(variants)
    change_stock(
        [
            StockChange(
                variant_id=variant.pk,
                kind=MovementKind.RECEIVE,
                on_hand=fields.get("stock_quantity") or 0,
                reason=reason,
                actor_id=actor_id,
            )
            for variant, fields in zip(variants, many, strict=True)
        ]
    )
    return variants


def _checked_rows(
    product: Product, many: Sequence[VariantFields], skus: Sequence[str]
) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Columns of each variant and rules of its stock. Raises InvalidInput for the first that cannot be used."""
    _check_skus(skus)
    first = product.variants.count()
    rows = []
    for index, fields in enumerate(many):
        try:
            values = checked_variant({"position": first + index, **fields, "sku": skus[index]}, product=product)
            rows.append((values, checked(Stock, rules_in(fields))))
        except InvalidInput as problem:
            raise InvalidInput(fields={f"variants.{index}.{k}": v for k, v in problem.fields.items()}) from problem
    return rows


def _check_skus(skus: Sequence[str]) -> None:
    taken = {v.sku: v for v in Variant.objects.filter(sku__in=skus).select_related("product")}
    for index, sku in enumerate(skus):
        if sku in taken or sku in skus[:index]:
            problem = sku_problem(taken.get(sku, sku))
            raise InvalidInput(problem, field=f"variants.{index}.sku", code="sku_taken")


def _create(
    product: Product, rows: Sequence[tuple[dict[str, Any], dict[str, Any]]], skus: Sequence[str]
) -> list[Variant]:
    made = [Variant(product=product, **values) for values, _rules in rows]
    for variant in made:
        variant.options_key = spare_key(variant)
    Variant.objects.bulk_create(made)
    # MySQL does not tell the keys of rows that are inserted together.
    by_sku = {variant.sku: variant for variant in Variant.objects.filter(product=product, sku__in=skus)}
    return [by_sku[sku] for sku in skus]
