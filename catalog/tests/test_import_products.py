"""manage.py import_products, from the file to the shop."""

from __future__ import annotations

import os
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError
from django.test import Client

from catalog.models import Brand, CatalogueVersion, Category, Product, ProductImage, Stock, StockMovement, Variant
from catalog.tests.import_files import BROKEN, NEWER, OLDER, imported, stock, variant

pytestmark = pytest.mark.django_db


def snapshot() -> list[Any]:
    """Everything an import writes, but for when."""
    return [
        list(
            Product.objects.order_by("pk").values_list("slug", "name", "edit_version", "updated_at", "price", "brand")
        ),
        list(Variant.objects.order_by("pk").values_list("sku", "price", "options_key", "title", "image", "updated_at")),
        list(Stock.objects.order_by("pk").values_list("pk", "on_hand", "tracked", "allow_backorder")),
        list(ProductImage.objects.order_by("pk").values_list("source_url", "alt", "position")),
        StockMovement.objects.count(),
        CatalogueVersion.objects.count() and CatalogueVersion.objects.get().number,
        Category.objects.count(),
    ]


def test_an_older_export_arrives_whole() -> None:
    said = imported(OLDER)
    napkin = Product.objects.get(slug="linen-napkin")
    assert napkin.description == "<p>Woven in one piece,\nhemmed by hand.</p>"
    assert (napkin.brand and napkin.brand.name, napkin.category and napkin.category.name) == ("Weberei Nord", "Table")
    assert sorted(tag.name for tag in napkin.tags.all()) == ["Table", "linen"]
    assert (napkin.seo_title, napkin.seo_description) == ("Linen napkins", "Napkins that last")
    assert [v.title for v in napkin.variants.all()] == ["Sand / 40 cm", "Sea / 40 cm", "Sea / 50 cm"]
    sand = variant("LN-S-40")
    assert (sand.price, sand.compare_at_price, sand.cost) == (Decimal("9.50"), Decimal("12.00"), Decimal("3.10"))
    assert (sand.barcode, sand.weight_grams, sand.requires_shipping) == ("4006381333931", 80, True)
    assert (stock("LN-S-40"), stock("LN-B-40"), stock("LN-B-50")) == (
        (12, True, False),
        (0, True, True),
        (0, True, False),
    )
    images = list(napkin.images.values_list("source_url", "alt", "position"))
    assert images == [
        ("https://pictures.example/napkin-sand.jpg", "A sand-coloured napkin", 1),
        ("https://pictures.example/napkin-sea.jpg", "", 2),
    ]
    assert sand.image
    assert sand.image.source_url.endswith("sand.jpg")
    assert (napkin.price, napkin.on_sale, napkin.in_stock) == (Decimal("9.50"), True, True)
    assert "line 6: stock -2 taken as 0" in said
    assert said[-1] == ("4 products: 4 new, 0 changed, 0 as in the file. 0 products not imported, 0 problems.")


def test_products_without_options_skus_or_a_type() -> None:
    imported(OLDER)
    tray = Product.objects.get(slug="oak-tray")
    (only,) = tray.variants.all()
    assert (only.sku, only.title, only.options_key, only.weight_grams) == ("OAK-TRAY", "", "", 1250)
    assert only.compare_at_price is None
    assert tray.category
    assert tray.category.url_path == "home-garden/kitchen/trays"
    assert tray.description == "A tray & a handle"
    assert stock("OAK-TRAY") == (3, False, False)
    assert tray.images.count() == 2


def test_what_is_not_published_or_archived_is_not_shown() -> None:
    imported(OLDER)
    assert dict(Product.objects.values_list("name", "status")) == {
        "Linen Napkin": "active",
        "Oak Tray": "active",
        "Größe Eins": "draft",
        "Last Year’s": "archived",
    }
    assert Product.objects.get(name="Größe Eins").slug.startswith("groe-eins-p")
    assert Product.objects.get(status="archived").archived_at is not None


def test_the_newer_names_mean_the_same() -> None:
    imported(OLDER)
    said = imported(NEWER)
    assert said[0] == "line 6: not taxed in the file: set the product’s tax class"
    assert said[1] == "Olive Oil: new, 1 variant"
    assert said[-1].startswith("2 products: 1 new, 0 changed, 1 as in the file.")
    oil = variant("OIL-75")
    assert (oil.unit_amount, oil.unit_measure, oil.weight_grams, oil.product.slug) == (
        Decimal("0.75"),
        "l",
        900,
        "olive-oil",
    )


@pytest.mark.parametrize("path", [OLDER, NEWER, BROKEN], ids=lambda path: path.stem)
@pytest.mark.parametrize("track", [None, True, False])
def test_a_second_run_changes_nothing_and_says_so(path: Path, track: bool | None) -> None:
    imported(path, track=track)
    before = snapshot()
    assert imported(path, track=track)[-1] == "Nothing to change."
    assert snapshot() == before


def test_a_dry_run_says_what_would_change_and_writes_nothing() -> None:
    before = snapshot()
    planned = imported(OLDER, dry_run=True)
    assert snapshot() == before
    assert not Brand.objects.exists()
    done = imported(OLDER)
    assert [line.replace(" would be", "") for line in planned] == done


def test_every_line_that_cannot_be_used_is_named_and_the_rest_is_there() -> None:
    said = imported(BROKEN)
    problems = {int(line.split(":")[0].removeprefix("line ")): line for line in said if line.startswith("line ")}
    assert sorted(problems) == list(range(3, 23))
    assert sorted(Variant.objects.values_list("sku", flat=True)) == ["F-1", "GM-F", "GM-S"]
    assert "belongs to no product" in problems[15]
    assert "SKU GM-S is on a line of another product too" in problems[19]
    assert said[-1] == "2 products: 2 new, 0 changed, 0 as in the file. 5 products not imported, 21 problems."


def test_a_file_that_is_none_ends_the_command() -> None:
    with pytest.raises(CommandError, match="does not look like a Shopify product export"):
        imported(Path(__file__))


REAL = os.environ.get("REAL_DATA", "")


@pytest.mark.skipif(not REAL, reason="REAL_DATA does not name a folder with shopify/*.csv")
@pytest.mark.parametrize(("name", "variants"), [("apparel", 22), ("home-and-garden", 21)])
@pytest.mark.parametrize("track", [None, True])
def test_real_exports_arrive_whole_and_are_found(name: str, variants: int, track: bool | None) -> None:
    path = Path(REAL) / "shopify" / f"{name}.csv"
    assert imported(path, track=track)[-1].startswith("20 products: 20 new, 0 changed")
    assert (Product.objects.count(), Variant.objects.count()) == (20, variants)
    assert imported(path, track=track)[-1] == "Nothing to change."
    sold_out = set(Product.objects.filter(in_stock=False).values_list("slug", flat=True))
    expected = {"pink-armchair", "wooden-outdoor-slats"} if track and name == "home-and-garden" else set()
    assert sold_out == expected
    product = Product.objects.filter(in_stock=True).first()
    assert product is not None
    client = Client()
    assert product.name in client.get(product.get_absolute_url()).content.decode()
    assert product.name in client.get("/search/", {"search": product.name}).content.decode()
