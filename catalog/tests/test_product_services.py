"""create_product, update_product, archive_product, restore_product."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from catalog.models import CatalogueVersion, MovementKind, PriceHistory, Product, ProductChange, StockMovement
from catalog.services.archive_product import archive_product, restore_product
from catalog.services.create_product import create_product
from catalog.services.editing import StaleEdit
from catalog.services.inputs import ProductFields
from catalog.services.update_product import update_product
from catalog.tests.factories import BrandFactory, CategoryFactory, TagFactory
from shop.common.errors import InvalidInput, NotFound

pytestmark = pytest.mark.django_db

SIZES: list[Any] = [
    {"price": Decimal("24.00"), "options": {"Size": "A4"}, "stock_quantity": 3},
    {"price": Decimal("39.00"), "options": {"Size": "A3"}, "stock_quantity": 0, "compare_at_price": Decimal("45.00")},
]


def make(**fields: Any) -> Product:
    return create_product(fields={"name": "Tide Lines", **fields}, variants=SIZES)  # type: ignore[typeddict-item]


def problems_of(**fields: Any) -> dict[str, list[str]]:
    with pytest.raises(InvalidInput) as refused:
        make(**fields)
    return {field: [str(text) for text in texts] for field, texts in refused.value.fields.items()}


def test_a_product_comes_with_its_variants_their_stock_and_the_columns_lists_read() -> None:
    product = make(description="<p>Two <script>x()</script>colours.</p>")
    small, large = product.variants.order_by("position")
    assert (product.slug, product.description) == ("tide-lines", "<p>Two colours.</p>")
    assert (product.price, product.price_to, product.variant_count) == (Decimal("24.00"), Decimal("39.00"), 2)
    assert (product.in_stock, product.on_sale) == (True, True)
    assert (small.sku, small.title, large.sku) == ("TIDE-LINES-A4", "A4", "TIDE-LINES-A3")
    assert (small.stock.on_hand, large.stock.on_hand) == (3, 0)
    assert [m.kind for m in StockMovement.objects.all()] == [MovementKind.RECEIVE]
    assert sorted(PriceHistory.objects.values_list("price", flat=True)) == [Decimal("24.00"), Decimal("39.00")]


def test_category_brand_tags_and_attributes_are_kept() -> None:
    category, brand, tag = CategoryFactory(), BrandFactory(), TagFactory()
    product = make(
        category_id=category.pk,
        brand_id=brand.pk,
        tag_ids=[tag.pk],
        attributes=[("Paper", "cotton, 300 g"), ("Printed in", "Husum")],
    )
    assert (product.category, product.brand, list(product.tags.all())) == (category, brand, [tag])
    assert list(product.attributes.values_list("name", "value", "position")) == [
        ("Paper", "cotton, 300 g", 0),
        ("Printed in", "Husum", 1),
    ]


def test_every_field_that_cannot_be_used_is_named_at_once() -> None:
    found = problems_of(name="n" * 201, subtitle="s\x07", status="sold")
    assert found["name"] == ["Use at most 200 characters; these are 201."]
    assert found["subtitle"] == ["This contains characters that cannot be stored."]
    assert "sold" in found["status"][0]
    assert not Product.objects.exists()


@pytest.mark.parametrize(
    ("fields", "field", "text"),
    [
        ({"name": "  "}, "name", "This field cannot be blank."),
        ({"description": "d" * 60_001}, "description", "Use at most 60000 characters; these are 60001."),
        ({"category_id": 99}, "category_id", "There is no such category."),
        ({"brand_id": 99}, "brand_id", "There is no such brand."),
        ({"tag_ids": [99]}, "tag_ids", "There is no such tag."),
        ({"attributes": [("Paper", "a"), ("Paper ", "b")]}, "attributes", "Each attribute can be named once."),
        ({"slug": "Über uns"}, "slug", "Use small letters from a to z, digits and hyphens."),
        ({"slug": "2026"}, "slug", "Use at least one letter."),
        ({"slug": "suggest"}, "slug", "“suggest” is a word the shop itself uses. Choose another."),
        ({"slug": "a" * 201}, "slug", "Use at most 200 characters."),
    ],
)
def test_a_field_that_cannot_be_used_is_named(fields: dict[str, Any], field: str, text: str) -> None:
    assert problems_of(**fields) == {field: [text]}


@pytest.mark.parametrize(
    ("variant", "field", "text"),
    [
        ({"price": Decimal("-0.01")}, "price", "A price cannot be below zero."),
        ({"price": Decimal("1.005")}, "price", "Use at most 2 decimals."),
        ({"price": Decimal("NaN")}, "price", "Enter a number."),
        ({"price": Decimal("1e9")}, "price", "A price can be at most 99999999."),
        ({"price": Decimal(1), "stock_quantity": -1}, "stock_quantity", "Stock cannot be below zero."),
        ({"price": Decimal(1), "stock_quantity": 1.5}, "stock_quantity", "Enter a whole number."),
        ({"price": Decimal(1), "stock_quantity": 10**9}, "stock_quantity", "Stock can be at most 100000000."),
        ({"price": Decimal(1), "weight_grams": 1.5}, "weight_grams", "Enter a whole number."),
        ({"price": Decimal(1), "weight_grams": 10**10}, "weight_grams", "This number is too large."),
        ({}, "price", "This is needed."),
    ],
)
def test_a_variant_that_cannot_be_used_is_named_with_its_place(variant: Any, field: str, text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        create_product(fields={"name": "Mug"}, variants=[{"price": Decimal(1), "options": {"Size": "S"}}, variant])
    assert {key: [str(t) for t in texts] for key, texts in refused.value.fields.items()} == {
        f"variants.1.{field}": [text]
    }
    assert not Product.objects.exists()


def test_a_product_without_variants_is_refused() -> None:
    with pytest.raises(InvalidInput, match="at least one variant"):
        create_product(fields={"name": "Nothing"}, variants=[])


def test_names_may_repeat_but_addresses_and_skus_do_not() -> None:
    first, second = make(), create_product(fields={"name": "Tide Lines"}, variants=[{"price": Decimal(9)}])
    assert (first.slug, second.slug) == ("tide-lines", "tide-lines-2")
    assert second.variants.get().sku == "TIDE-LINES-2"
    with pytest.raises(InvalidInput, match="Another product has this address"):
        update_product(product_id=second.pk, fields={"slug": "tide-lines"})


@pytest.mark.parametrize(
    ("name", "slug"), [("潮汐", "product"), ("1984", "product-1984"), ("Search", "product-search")]
)
def test_names_that_make_no_address_get_one(name: str, slug: str) -> None:
    assert create_product(fields={"name": name}, variants=[{"price": Decimal(1)}]).slug == slug


def test_an_edit_raises_the_version_and_tells_what_is_derived() -> None:
    product = make()
    ProductChange.objects.all().delete()
    before = CatalogueVersion.objects.get().number
    changed = update_product(product_id=product.pk, fields={"name": "High Tide"})
    assert (changed.name, changed.slug) == ("High Tide", "tide-lines")
    assert changed.edit_version == product.edit_version + 1
    assert changed.updated_at > product.updated_at
    assert list(ProductChange.objects.values_list("product_id", flat=True)) == [product.pk]
    assert CatalogueVersion.objects.get().number > before


def test_an_edit_that_changes_nothing_writes_nothing() -> None:
    product = make(attributes=[("Paper", "cotton")])
    before = CatalogueVersion.objects.get().number
    fields: ProductFields = {"name": " Tide Lines ", "tag_ids": [], "attributes": [("Paper", "cotton")]}
    same = update_product(product_id=product.pk, fields=fields)
    assert (same.edit_version, same.updated_at) == (product.edit_version, product.updated_at)
    assert CatalogueVersion.objects.get().number == before


def test_an_edit_of_what_somebody_else_changed_is_refused() -> None:
    product = make()
    update_product(product_id=product.pk, fields={"subtitle": "Print"}, expected_versions=[product.edit_version])
    with pytest.raises(StaleEdit, match="Somebody else changed this product"):
        update_product(product_id=product.pk, fields={"subtitle": "Mug"}, expected_versions=[product.edit_version])
    product.refresh_from_db()
    assert product.subtitle == "Print"


def test_archiving_takes_a_product_out_and_restoring_brings_it_back() -> None:
    product = make()
    archived = archive_product(product_id=product.pk)
    assert (archived.status, archived.is_active) == ("archived", False)
    assert archived.archived_at is not None
    restored = restore_product(product_id=product.pk)
    assert (restored.status, restored.archived_at) == ("active", None)
    assert restored.variants.count() == 2


def test_what_is_not_there_is_not_found() -> None:
    with pytest.raises(NotFound):
        update_product(product_id=99, fields={"name": "x"})
