"""Change a product together with its variants and their stock: what one request or one file says of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from catalog.models import Product, Variant
from catalog.services.archive_variant import drop_variant
from catalog.services.create_variant import add_variants
from catalog.services.editing import finish_edit, lock_product
from catalog.services.inputs import ProductFields, VariantFields
from catalog.services.options import set_options
from catalog.services.stock import set_on_hand_step
from catalog.services.update_product import change_product
from catalog.services.update_variant import change_variant
from shop.common.errors import InvalidInput, Message
from shop.common.unit import transactional


@dataclass(frozen=True, kw_only=True)
class VariantEdit:
    """A variant that is there, by `id`, or a new one; `place` is where it stood in what was sent."""

    place: int
    id: int | None
    fields: VariantFields


@dataclass(frozen=True, kw_only=True)
class ProductEdit:
    """`variants` are changed and added; `only_these` archives the others. `reason` goes into the ledger."""

    fields: ProductFields
    variants: Sequence[VariantEdit] = ()
    only_these: bool = False
    reason: str = ""
    actor_id: int | None = None
    expected_versions: Collection[int] | None = None


@transactional
def edit_product(*, product_id: int, edit: ProductEdit) -> Product:
    """Do all of it or nothing.

    Raises NotFound, StaleEdit, StockCommitted, LastVariant, or InvalidInput naming the fields, "variants.0.sku".
    """
    product = lock_product(product_id, with_stock=True, expected_versions=edit.expected_versions)
    changed = change_product(product, edit.fields)
    if edit.variants or edit.only_these:
        changed |= _write_variants(product, edit)
    if changed:
        finish_edit(product)
    return product


def _write_variants(product: Product, edit: ProductEdit) -> bool:
    known = {v.pk: v for v in Variant.objects.filter(product=product, archived_at=None).select_related("product")}
    _check_ids(edit.variants, known)
    changed = edit.only_these and _drop_others(edit.variants, known)
    combinations: dict[int, Mapping[str, str]] = {}
    for each in edit.variants:
        if each.id is not None:
            with _named(each):
                changed |= change_variant(known[each.id], each.fields)
            if "options" in each.fields:
                combinations[each.id] = each.fields["options"]
    changed |= _add_new(product, edit, combinations)
    changed |= set_options(product, combinations)
    _count(edit)
    return changed


def _check_ids(variants: Sequence[VariantEdit], known: Mapping[int, Variant]) -> None:
    given = Counter(each.id for each in variants if each.id is not None)
    problems: dict[str, list[Message]] = {}
    for each in variants:
        if each.id is not None and each.id not in known:
            problems[f"variants.{each.place}.id"] = [_("This product has no such variant.")]
        elif each.id is not None and given[each.id] > 1:
            problems[f"variants.{each.place}.id"] = [_("Name each variant once.")]
    if problems:
        raise InvalidInput(fields=problems)


def _drop_others(variants: Sequence[VariantEdit], known: Mapping[int, Variant]) -> bool:
    if not variants:
        raise InvalidInput(_("A product needs at least one variant."), field="variants")
    kept = {each.id for each in variants}
    dropped = [drop_variant(variant, others_follow=True) for pk, variant in known.items() if pk not in kept]
    return any(dropped)


def _add_new(product: Product, edit: ProductEdit, also: Mapping[int, Mapping[str, str]]) -> bool:
    new = [each for each in edit.variants if each.id is None]
    try:
        return bool(
            add_variants(product, [each.fields for each in new], also=also, actor_id=edit.actor_id, reason=edit.reason)
        )
    except InvalidInput as problem:
        raise InvalidInput(fields=_replaced(problem.fields, new), code=problem.error_code) from problem


def _replaced(fields: Mapping[str, list[Message]], new: Sequence[VariantEdit]) -> dict[str, list[Message]]:
    """The places of new variants among all that were sent."""
    places = {f"variants.{index}.": f"variants.{each.place}." for index, each in enumerate(new)}
    named = {}
    for name, messages in fields.items():
        prefix = next((prefix for prefix in places if name.startswith(prefix)), "")
        named[places.get(prefix, "") + name.removeprefix(prefix)] = messages
    return named


def _count(edit: ProductEdit) -> None:
    """In the order of ids, as everything that changes stock."""
    counted = [each for each in edit.variants if each.id is not None and "stock_quantity" in each.fields]
    for each in sorted(counted, key=lambda each: each.id or 0):
        set_on_hand_step(
            variant_id=each.id or 0,
            quantity=each.fields["stock_quantity"],
            reason=edit.reason,
            actor_id=edit.actor_id,
        )


@contextmanager
def _named(edit: VariantEdit) -> Iterator[None]:
    """Names the variant in what its fields raise."""
    try:
        yield
    except InvalidInput as problem:
        fields = {f"variants.{edit.place}.{name}": messages for name, messages in problem.fields.items()}
        raise InvalidInput(fields=fields, code=problem.error_code) from problem
