"""A file for goods the shop already has: what changes, and what does not."""

from __future__ import annotations

import io
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from catalog.models import Brand, Category, MovementKind, Product, ProductImage, Stock, StockMovement, Variant
from catalog.services.archive_product import archive_product
from catalog.services.archive_variant import archive_variant
from catalog.services.create_product import create_product
from catalog.tests.factories import CategoryFactory
from catalog.tests.import_files import OLDER, imported, stock, variant

pytestmark = pytest.mark.django_db

HEAD = (
    "Handle,Title,Variant SKU,Variant Price,Option1 Name,Option1 Value,Variant Inventory Tracker,Variant Inventory Qty"
)


@pytest.fixture
def goods(tmp_path: Path) -> Callable[..., Path]:
    def write(*rows: str, head: str = HEAD) -> Path:
        path = tmp_path / "goods.csv"
        path.write_text("\n".join([head, *rows]))
        return path

    return write


def test_changes_are_written_and_told(goods: Callable[..., Path]) -> None:
    imported(goods("mug,Mug,M-S,9,Size,S,shopify,3", "mug,,M-L,11,,L,shopify,3"))
    before = Product.objects.get()
    said = imported(
        goods("mug,Big Mug,M-S,9.50,Size,S,shopify,1", "mug,,M-L,11,,XL,shopify,5", "mug,,M-X,20,,XXL,shopify,1")
    )
    assert said[0] == (
        "Big Mug: title Mug → Big Mug; M-S: price 9.00 → 9.50, stock 3 → 1; "
        "M-L: options L → XL, stock 3 → 5; new variant XXL"
    )
    after = Product.objects.get()
    assert after.edit_version > before.edit_version
    assert [v.title for v in after.variants.all()] == ["S", "XL", "XXL"]
    assert (stock("M-S")[0], stock("M-L")[0], stock("M-X")[0]) == (1, 5, 1)
    movements = StockMovement.objects.order_by("pk").values_list("kind", "on_hand_change", "reason")
    assert list(movements)[2:] == [
        (MovementKind.ADJUST, -2, "Import of goods.csv"),
        (MovementKind.ADJUST, 2, "Import of goods.csv"),
        (MovementKind.RECEIVE, 1, "Import of goods.csv"),
    ]
    call_command("check_stock", stdout=io.StringIO())


def test_stock_alone_does_not_make_an_editors_page_stale(goods: Callable[..., Path]) -> None:
    imported(goods("mug,Mug,M-S,9,,,shopify,3"))
    before = Product.objects.get()
    imported(goods("mug,Mug,M-S,9,,,shopify,2"))
    after = Product.objects.get()
    assert (after.edit_version, after.updated_at) == (before.edit_version, before.updated_at)
    imported(goods("mug,Mug,M-S,9,,,shopify,"))
    assert stock("M-S")[0] == 2


def test_counting_can_be_switched_on_later() -> None:
    imported(OLDER)
    said = imported(OLDER, track=True)
    assert "Oak Tray: OAK-TRAY: stock counted no → yes" in said
    assert stock("OAK-TRAY") == (3, True, False)
    imported(OLDER, track=False)
    assert stock("LN-S-40") == (12, False, False)


def test_stock_that_is_promised_stays(goods: Callable[..., Path]) -> None:
    imported(goods("mug,Mug,M-S,9,,,shopify,5"))
    Stock.objects.update(held=1, committed=2)
    said = imported(goods("mug,Mug,M-S,9.50,,,shopify,2"))
    assert said[0] == "line 2: stock 2 not set: 3 are in carts or ordered"
    assert (stock("M-S")[0], variant("M-S").price) == (5, Decimal("9.50"))


def test_counting_strictly_what_was_sold_without_counting(goods: Callable[..., Path]) -> None:
    imported(goods("mug,Mug,M-S,9,,,,"))
    Stock.objects.update(committed=2)
    said = imported(goods("mug,Mug,M-S,9,,,shopify,1"))
    assert "not set: 2 are in carts or ordered" in said[0]
    assert said[1].startswith("line 2: not imported: 2 are in carts or ordered")
    imported(goods("mug,Mug,M-S,9,,,shopify,6"))
    assert stock("M-S") == (6, True, False)


def test_less_stock_and_no_counting_at_once(goods: Callable[..., Path]) -> None:
    imported(goods("mug,Mug,M-S,9,,,shopify,5"))
    Stock.objects.update(committed=4)
    imported(goods("mug,Mug,M-S,9,,,,1"))
    assert stock("M-S") == (1, False, False)


def test_a_sku_of_another_product_is_reported(goods: Callable[..., Path]) -> None:
    create_product(fields={"name": "Cup"}, variants=[{"sku": "M-S", "price": Decimal(1)}])
    said = imported(goods("mug,Mug,M-S,9,Size,S,,", "mug,,M-L,9,,L,,"))
    assert said[:2] == [
        "line 2: variant not imported: SKU M-S belongs to another product of this shop",
        "Mug: new, 1 variant",
    ]
    alone = imported(goods("jug,Jug,M-S,9,,,,"))
    assert alone[-2].startswith("0 products: 0 new")


def test_archived_things_come_back_when_the_file_has_them(goods: Callable[..., Path]) -> None:
    path = goods(
        "mug,Mug,M-S,9,Size,S,active",
        "mug,,M-L,9,,L,",
        head="Handle,Title,Variant SKU,Variant Price,Option1 Name,Option1 Value,Status",
    )
    imported(path)
    archive_variant(variant_id=variant("M-L").pk)
    archive_product(product_id=Product.objects.get().pk)
    assert imported(path)[0] == "Mug: status archived → active; M-L: brought back"
    assert variant("M-L").archived_at is None
    assert imported(path)[-1] == "Nothing to change."


def test_a_product_the_shop_refuses_is_reported_and_nothing_of_it_is_goods(goods: Callable[..., Path]) -> None:
    imported(goods("mug,Mug,M,9,,,,"))
    said = imported(goods("mug,Mug,,8,Size,S,,"))
    assert said[0] == "line 2: not imported: Every variant needs a value for “Size”."
    assert variant("M").price == Decimal("9.00")
    assert Variant.objects.count() == 1


def test_categories_brands_and_tags_are_found_again(goods: Callable[..., Path]) -> None:
    home = CategoryFactory(name="HOME", slug="home")
    head = "Handle,Title,Price,Product Category,Vendor,Tags"
    imported(goods("a,A,1,Home > Table,Potters,x", "b,B,1,home > table,POTTERS,X", head=head))
    assert list(Category.objects.values_list("url_path", flat=True)) == ["home", "home/table"]
    assert Product.objects.filter(category__path__startswith=home.path).count() == 2
    assert Brand.objects.count() == 1
    said = imported(goods("a,A,1,,,", "b,B,1,home > table,Potters,x", head=head))
    assert said[0] == "A: category HOME, Table → none; brand Potters → none; tags x → none"
    product = Product.objects.get(slug="a")
    assert (product.category, product.brand, product.tags.count()) == (None, None, 0)


def test_a_category_too_deep_costs_its_product(goods: Callable[..., Path]) -> None:
    way = " > ".join(f"Level {n}" for n in range(9))
    said = imported(goods(f"a,A,1,{way}", "b,B,1,Shallow", head="Handle,Title,Price,Product Category"))
    assert said[0] == "line 2: not imported: This would be too deep in the tree."
    assert Product.objects.get().slug == "b"


def test_a_variant_takes_a_new_picture_and_words_change(goods: Callable[..., Path]) -> None:
    head = "Handle,Title,Price,Image Src,Image Alt Text,Variant Image"
    imported(goods("mug,Mug,9,https://x.example/1.jpg,One,https://x.example/1.jpg", head=head))
    said = imported(goods("mug,Mug,9,https://x.example/1.jpg,First,https://x.example/2.jpg", head=head))
    assert said[0] == "Mug: 1 new picture; 1 picture's words; MUG: picture"
    assert list(ProductImage.objects.values_list("alt", flat=True)) == ["First", ""]
    image = Variant.objects.get().image
    assert image
    assert image.source_url.endswith("2.jpg")


def test_queries_do_not_grow_with_unchanged_products(
    goods: Callable[..., Path], django_assert_num_queries: Any
) -> None:
    for count in (2, 40):
        path = goods(*(f"mug-{n},Mug {n},M-{n},9,Size,S,shopify,3" for n in range(count)))
        imported(path)
        with django_assert_num_queries(10):
            imported(path)
