"""create_variant, update_variant, archive_variant, restore_variant; options, prices, how stock is counted."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from catalog.models import OptionValue, PriceHistory, Product, ProductOption, Stock, StockMovement, Variant
from catalog.services.archive_variant import LastVariant, archive_variant, restore_variant
from catalog.services.create_product import create_product
from catalog.services.create_variant import create_variant
from catalog.services.options import set_options
from catalog.services.skus import made_sku
from catalog.services.stock import StockCommitted
from catalog.services.update_variant import update_variant
from catalog.tests.factories import ImageFactory, picture_file
from shop.common.errors import InvalidInput, NotFound
from shop.common.unit import run_in_transaction

pytestmark = pytest.mark.django_db


@pytest.fixture
def product(db: None) -> Product:
    return create_product(
        fields={"name": "Tide Lines"},
        variants=[
            {"sku": "TL-A4-OAK", "price": Decimal(24), "options": {"Size": "A4", "Frame": "Oak"}, "stock_quantity": 5},
            {"sku": "TL-A3-OAK", "price": Decimal(39), "options": {"Size": "A3", "Frame": "Oak"}},
        ],
    )


def variant(sku: str) -> Variant:
    return Variant.objects.get(sku=sku)


def titles(product: Product) -> list[str]:
    return list(product.variants.filter(archived_at=None).values_list("title", flat=True))


def test_a_new_combination_brings_its_values(product: Product) -> None:
    made = create_variant(
        product_id=product.pk, fields={"price": Decimal(45), "options": {"Frame": "Black", "Size": "A3"}}
    )
    made.refresh_from_db()
    assert (made.sku, made.title) == ("TIDE-LINES-BLACK-A3", "A3 / Black")
    assert titles(product) == ["A4 / Oak", "A3 / Oak", "A3 / Black"]
    assert list(OptionValue.objects.values_list("value", "position")) == [
        ("A4", 0),
        ("Oak", 0),
        ("A3", 1),
        ("Black", 1),
    ]
    product.refresh_from_db()
    assert (product.variant_count, product.price_to) == (3, Decimal("45.00"))


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"Size": "A4", "Frame": "Oak"}, "Two variants have the same choice: A4 / Oak."),
        ({"Size": "A4"}, "Every variant needs a value for “Frame”."),
        ({"Size": "A4", "Frame": ""}, "This field cannot be blank."),
        ({"Size": "A4", "Frame": "f" * 121}, "Use at most 120 characters; these are 121."),
        ({"Size": "A5", "Frame": "Oak", "Paper": "thick"}, "Every variant needs a value for “Paper”."),
    ],
)
def test_combinations_are_whole_and_unique(product: Product, options: dict[str, str], text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        create_variant(product_id=product.pk, fields={"sku": "NEW", "price": Decimal(1), "options": options})
    assert [str(t) for texts in refused.value.fields.values() for t in texts] == [text]
    assert product.variants.count() == 2
    assert ProductOption.objects.count() == 2


def test_a_product_without_options_has_one_variant() -> None:
    plain = create_product(fields={"name": "Pin"}, variants=[{"price": Decimal(4)}])
    assert plain.variants.get().options_key == ""
    with pytest.raises(InvalidInput, match="A product without options has one variant"):
        create_variant(product_id=plain.pk, fields={"sku": "PIN-2", "price": Decimal(4)})


def test_values_that_differ_by_an_accent_or_case_only_are_two(product: Product) -> None:
    for value in ("Rosé", "Rose", "rose"):
        create_variant(
            product_id=product.pk,
            fields={"sku": f"S-{value}", "price": Decimal(1), "options": {"Size": "A4", "Frame": value}},
        )
    assert {"A4 / Rosé", "A4 / Rose", "A4 / rose"} < set(titles(product))


def test_a_changed_option_renames_the_variant_and_drops_what_nobody_has(product: Product) -> None:
    update_variant(variant_id=variant("TL-A3-OAK").pk, fields={"options": {"Size": "A2", "Frame": "Oak"}})
    assert titles(product) == ["A4 / Oak", "A2 / Oak"]
    assert set(OptionValue.objects.values_list("value", flat=True)) == {"A4", "A2", "Oak"}


def test_two_variants_trade_their_combinations(product: Product) -> None:
    small, large = product.variants.all()
    traded = {small.pk: {"Size": "A3", "Frame": "Oak"}, large.pk: {"Size": "A4", "Frame": "Oak"}}
    assert run_in_transaction(lambda: set_options(product, traded))
    assert titles(product) == ["A3 / Oak", "A4 / Oak"]
    assert not run_in_transaction(lambda: set_options(product, traded))


def test_a_sku_is_given_once(product: Product) -> None:
    with pytest.raises(InvalidInput) as refused:
        update_variant(variant_id=variant("TL-A3-OAK").pk, fields={"sku": "TL-A4-OAK"})
    assert str(refused.value.fields["sku"][0]) == "The SKU TL-A4-OAK belongs to “Tide Lines”."
    archive_variant(variant_id=variant("TL-A4-OAK").pk)
    with pytest.raises(InvalidInput, match="archived variant of “Tide Lines”"):
        update_variant(variant_id=variant("TL-A3-OAK").pk, fields={"sku": "TL-A4-OAK"})


def test_every_price_is_remembered_once(product: Product) -> None:
    pk = variant("TL-A4-OAK").pk
    for price in ("24.00", "19.00", "19.00"):
        update_variant(variant_id=pk, fields={"price": Decimal(price)})
    history = PriceHistory.objects.filter(variant_id=pk).order_by("id")
    assert list(history.values_list("price", flat=True)) == [Decimal("24.00"), Decimal("19.00")]
    product.refresh_from_db()
    assert product.price == Decimal("19.00")


def test_a_picture_must_be_the_products_own(product: Product) -> None:
    own, foreign = ImageFactory(product=product, file=picture_file()), ImageFactory(file=picture_file())
    pk = variant("TL-A4-OAK").pk
    assert update_variant(variant_id=pk, fields={"image_id": own.pk}).image == own
    with pytest.raises(InvalidInput, match="one of this product’s pictures"):
        update_variant(variant_id=pk, fields={"image_id": foreign.pk})


def test_stock_goes_through_the_ledger_and_leaves_the_version_alone(product: Product, staff: Any) -> None:
    pk = variant("TL-A4-OAK").pk
    update_variant(variant_id=pk, fields={"stock_quantity": 2}, reason="Counted", actor_id=staff.pk)
    movement = StockMovement.objects.filter(variant_id=pk).first()
    assert movement is not None
    assert (movement.on_hand_change, movement.reason, movement.actor) == (-3, "Counted", staff)
    after = Product.objects.get(pk=product.pk)
    assert (after.edit_version, after.updated_at) == (product.edit_version, product.updated_at)


def test_stock_below_what_is_promised_is_refused_with_the_number(product: Product) -> None:
    pk = variant("TL-A4-OAK").pk
    Stock.objects.filter(pk=pk).update(held=1, committed=2)
    with pytest.raises(StockCommitted, match="3 are in carts or ordered, so at least that many must be on hand"):
        update_variant(variant_id=pk, fields={"stock_quantity": 2, "price": Decimal(1)})
    assert variant("TL-A4-OAK").price == Decimal("24.00")


def test_rules_of_stock_change_what_can_be_bought(product: Product) -> None:
    pk = variant("TL-A3-OAK").pk
    update_variant(variant_id=variant("TL-A4-OAK").pk, fields={"stock_quantity": 0})
    assert not Product.objects.get(pk=product.pk).in_stock
    update_variant(variant_id=pk, fields={"allow_backorder": True, "low_at": 1})
    assert Product.objects.get(pk=product.pk).in_stock
    assert (variant("TL-A3-OAK").stock.low_at, variant("TL-A3-OAK").stock.tracked) == (1, True)


def test_units_promised_beyond_the_shelf_must_be_there_before_stock_is_strict_again(product: Product) -> None:
    pk = variant("TL-A3-OAK").pk
    update_variant(variant_id=pk, fields={"tracked": False})
    Stock.objects.filter(pk=pk).update(committed=4)
    with pytest.raises(StockCommitted, match="4 are in carts or ordered"):
        update_variant(variant_id=pk, fields={"tracked": True})
    assert not variant("TL-A3-OAK").stock.tracked


def test_an_archived_variant_frees_its_combination_and_comes_back_when_it_is_free(product: Product) -> None:
    old = archive_variant(variant_id=variant("TL-A3-OAK").pk)
    assert old.archived_at is not None
    product.refresh_from_db()
    assert (product.variant_count, product.price_to) == (1, Decimal("24.00"))
    new = create_variant(
        product_id=product.pk, fields={"sku": "NEW", "price": Decimal(1), "options": {"Size": "A3", "Frame": "Oak"}}
    )
    with pytest.raises(InvalidInput, match="Two variants have the same choice: A3 / Oak"):
        restore_variant(variant_id=old.pk)
    archive_variant(variant_id=new.pk)
    assert restore_variant(variant_id=old.pk).archived_at is None
    assert titles(product) == ["A4 / Oak", "A3 / Oak"]


def test_doing_it_twice_changes_nothing_more(product: Product) -> None:
    pk = variant("TL-A3-OAK").pk
    archive_variant(variant_id=pk)
    version = Product.objects.get(pk=product.pk).edit_version
    archive_variant(variant_id=pk)
    assert Product.objects.get(pk=product.pk).edit_version == version
    restore_variant(variant_id=pk)
    restore_variant(variant_id=pk)
    assert Product.objects.get(pk=product.pk).edit_version == version + 1


def test_the_last_variant_stays(product: Product) -> None:
    archive_variant(variant_id=variant("TL-A3-OAK").pk)
    with pytest.raises(LastVariant, match="Archive the product instead"):
        archive_variant(variant_id=variant("TL-A4-OAK").pk)


@pytest.mark.parametrize("verb", [archive_variant, restore_variant])
def test_a_variant_that_is_not_there_is_not_found(db: None, verb: Any) -> None:
    with pytest.raises(NotFound):
        verb(variant_id=99)
    with pytest.raises(NotFound):
        update_variant(variant_id=99, fields={})


@pytest.mark.parametrize(
    ("slug", "values", "sku"),
    [
        ("clay-pot", ["Large"], "CLAY-POT-LARGE"),
        ("clay-pot", ["Extra Large"], "CLAY-POT-EXTRA-LARGE"),
        ("clay-pot", [], "CLAY-POT"),
        ("clay-pot", ["½ l"], "CLAY-POT-12-L-D6B156"),
    ],
)
def test_made_skus_say_what_they_stand_for(slug: str, values: list[str], sku: str) -> None:
    assert made_sku(slug, values) == sku


def test_made_skus_differ_where_options_do_and_fit() -> None:
    values = ["Größe", "Grösse", "50 x 70", "50 × 70", "x" * 100, "x" * 101, "潮", "汐", "a-b", "a b", "a/b"]
    skus = [made_sku("print", [value]) for value in values]
    assert len(set(skus)) == len(values) - 1  # "a-b" and "a b" read alike
    assert max(len(sku) for sku in skus) <= 64


def test_a_made_sku_that_is_taken_gets_a_tail() -> None:
    create_product(fields={"name": "Pot large"}, variants=[{"price": Decimal(1)}])
    pot = create_product(fields={"name": "Pot"}, variants=[{"price": Decimal(1), "options": {"Size": "large"}}])
    assert pot.variants.get().sku.startswith("POT-LARGE-")
