"""GET /api/products/ and one of them."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog.models import Product, ProductStatus, StockHold, Tag
from catalog.services.archive_product import archive_product
from catalog.services.holds import HoldRequest, hold_units
from catalog.services.update_product import update_product
from catalog.tests.api import call, errors_of, helper_with, refused
from catalog.tests.factories import (
    AttributeFactory,
    BrandFactory,
    CategoryFactory,
    ImageFactory,
    ProductFactory,
    ReviewFactory,
    TagFactory,
    VariantFactory,
)
from shop.common.unit import run_in_transaction

pytestmark = pytest.mark.django_db


def names(response):
    assert response.status_code == 200, response.content
    return [product["name"] for product in response.json()["results"]]


def hold(variant, quantity):
    request = HoldRequest(owner="cart", reference="line", variant_id=variant.pk, quantity=quantity)
    assert run_in_transaction(lambda: hold_units([request])) == []


@pytest.fixture
def print_():
    """With everything a product can have."""
    above = CategoryFactory(name="Prints", slug="prints")
    product = ProductFactory(
        name="Contours 7",
        slug="contours-7",
        variants=0,
        category=CategoryFactory(name="Lines", slug="lines", parent=above),
        brand=BrandFactory(name="Marram", slug="marram"),
        tags=[TagFactory(name="Blue", slug="blue"), TagFactory(name="Featured", slug="featured")],
    )
    VariantFactory(product=product, sku="C-50", price="84", stock=3, options={"Size": "50 × 70", "Frame": "Oak"})
    VariantFactory(
        product=product,
        sku="C-30",
        price="49",
        compare_at_price="60",
        stock=7,
        options={"Size": "30 × 40", "Frame": "Oak"},
    )
    VariantFactory(
        product=product, sku="C-0", price="1", stock=9, is_active=False, options={"Size": "A9", "Frame": "No"}
    )
    AttributeFactory(product=product, name="Paper", value="Cotton")
    ImageFactory(product=product)
    return product


class TestOne:
    @pytest.mark.parametrize("key", ["id", "slug"])
    def test_everything_it_shows(self, print_, key):
        shown = call("get", f"products/{print_.pk if key == 'id' else print_.slug}/").json()
        assert {name: shown[name] for name in shown if name not in ("variants", "images", "image")} == {
            "id": print_.pk,
            "slug": "contours-7",
            "name": "Contours 7",
            "subtitle": "Print, 30 × 40 cm",
            "description": "<p>Drawn once, printed with care.</p>",
            "status": "active",
            "url": "http://testserver/products/contours-7/",
            "price": "49.00",
            "price_to": "84.00",
            "compare_at_price": "60.00",
            "currency": "EUR",
            "on_sale": True,
            "stock_quantity": 10,
            "in_stock": True,
            "category_id": print_.category_id,
            "category": {"id": print_.category_id, "name": "Lines", "slug": "lines", "path": "prints/lines"},
            "category_path": [
                {"id": print_.category_id - 1, "name": "Prints", "slug": "prints", "path": "prints"},
                {"id": print_.category_id, "name": "Lines", "slug": "lines", "path": "prints/lines"},
            ],
            "brand": {"name": "Marram", "slug": "marram"},
            "tags": [{"name": "Blue", "slug": "blue"}],
            "rating": None,
            "review_count": 0,
            "tax_class": "standard",
            "options": [{"name": "Size", "values": ["50 × 70", "30 × 40"]}, {"name": "Frame", "values": ["Oak"]}],
            "attributes": [{"name": "Paper", "value": "Cotton"}],
            "stock": None,
            "created_at": print_.created_at.isoformat().replace("+00:00", "Z"),
            "updated_at": print_.updated_at.isoformat().replace("+00:00", "Z"),
        }
        assert [variant["sku"] for variant in shown["variants"]] == ["C-50", "C-30"]
        assert shown["variants"][1] == shown["variants"][1] | {
            "options": {"Size": "30 × 40", "Frame": "Oak"},
            "title": "30 × 40 / Oak",
            "price": "49.00",
            "compare_at_price": "60.00",
            "stock_quantity": 7,
            "weight_grams": 300,
            "image": None,
            "stock": None,
        }
        assert shown["image"] == shown["images"][0]
        assert shown["image"]["url"].startswith("http://testserver/media/products/")

    def test_what_lies_in_carts_is_not_available_now(self):
        product = ProductFactory(stock=3)
        hold(product.variants.get(), 3)
        shown = call("get", f"products/{product.pk}").json()
        assert (shown["stock_quantity"], shown["in_stock"]) == (0, True)
        StockHold.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
        assert call("get", f"products/{product.pk}").json()["stock_quantity"] == 3

    def test_editors_see_the_counters_and_what_is_not_for_sale(self, print_):
        hold(print_.variants.get(sku="C-50"), 2)
        shown = call("get", f"products/{print_.pk}", user=helper_with("view_product")).json()
        assert shown["stock"] == {"on_hand": 10, "held": 2, "committed": 0, "available": 8}
        assert [variant["is_active"] for variant in shown["variants"]] == [True, True, False]
        assert shown["variants"][0]["stock"]["held"] == 2
        assert len(call("get", f"products/{print_.pk}", user=helper_with()).json()["variants"]) == 2

    @pytest.mark.parametrize("key", ["0", "999999", "9" * 40, "no-such", "a%00b", "%F0%9F%98%80"])
    def test_what_is_not_there(self, key):
        refused(call("get", f"products/{key}"), 404, "not_found")

    def test_drafts_and_what_was_archived(self, staff, shopper):
        draft = ProductFactory(status=ProductStatus.DRAFT)
        gone = ProductFactory()
        archive_product(product_id=gone.pk)
        for product in (draft, gone):
            refused(call("get", f"products/{product.pk}"), 404, "not_found")
            refused(call("get", f"products/{product.pk}", user=shopper), 404, "not_found")
        assert call("get", f"products/{draft.pk}", user=staff).status_code == 200
        refused(call("get", f"products/{gone.pk}", user=staff), 404, "not_found")
        assert call("get", f"products/{gone.pk}?status=archived", user=staff).json()["status"] == "archived"

    def test_the_tag(self, print_, shopper):
        first = call("get", f"products/{print_.pk}")
        again = call("get", f"products/{print_.pk}", If_None_Match=first["ETag"])
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
        hold(print_.variants.get(sku="C-30"), 1)
        held = call("get", f"products/{print_.pk}", If_None_Match=first["ETag"])
        assert (held.status_code, held.json()["stock_quantity"]) == (200, 9)
        assert held["ETag"].split(".")[0] == first["ETag"].split(".")[0]
        update_product(product_id=print_.pk, fields={"name": "Contours 8"})
        assert call("get", f"products/{print_.pk}")["ETag"].split(".")[0] != first["ETag"].split(".")[0]


class TestList:
    @pytest.fixture(autouse=True)
    def goods(self, print_):
        ReviewFactory(product=print_)
        Product.objects.filter(pk=print_.pk).update(rating=Decimal("4.5"), review_count=2, popularity=9)
        ProductFactory(name="Mug", price="12", stock=0, category=CategoryFactory(name="Mugs", slug="mugs"))
        ProductFactory(name="Tote", price="19.50", popularity=4, tags=[Tag.objects.get(slug="blue")])
        ProductFactory(name="Hidden", status=ProductStatus.DRAFT)

    @pytest.mark.parametrize(
        ("asked", "found"),
        [
            ("", ["Contours 7", "Tote", "Mug"]),
            ("search=contours", ["Contours 7"]),
            ("search=C-30", ["Contours 7"]),
            ("category=prints", ["Contours 7"]),
            ("category=lines", ["Contours 7"]),
            ("category=mugs&in_stock=true", []),
            ("brand=marram", ["Contours 7"]),
            ("brand=marram&brand=other", ["Contours 7"]),
            ("brand=other", []),
            ("tag=blue", ["Contours 7", "Tote"]),
            ("tag=blue&tag=featured", ["Contours 7", "Tote"]),
            ("tag=featured&brand=marram", ["Contours 7"]),
            ("min_price=12&max_price=19.50", ["Tote", "Mug"]),
            ("in_stock=true", ["Contours 7", "Tote"]),
            ("in_stock=false", ["Mug"]),
            ("on_sale=true", ["Contours 7"]),
            ("min_rating=4", ["Contours 7"]),
            ("option.Size=50 × 70", ["Contours 7"]),
            ("option.Size=50 × 70&option.Size=30 × 40&option.Frame=Oak", ["Contours 7"]),
            ("option.Size=A9", []),
            ("option.Size=50 × 70&option.Frame=No", []),
            ("option.Colour=Blue", []),
            ("ordering=price", ["Mug", "Tote", "Contours 7"]),
            ("ordering=-price", ["Contours 7", "Tote", "Mug"]),
            ("ordering=name", ["Contours 7", "Mug", "Tote"]),
            ("ordering=-created_at", ["Tote", "Mug", "Contours 7"]),
            ("ordering=-rating", ["Contours 7", "Tote", "Mug"]),
            ("ordering=popularity", ["Contours 7", "Tote", "Mug"]),
            ("ordering=relevance&search=contours", ["Contours 7"]),
        ],
    )
    def test_filters_and_orders_by_page_and_by_cursor(self, asked, found):
        assert names(call("get", f"products/?{asked}")) == found
        assert names(call("get", f"products?{asked}&cursor=")) == found

    def test_a_category_by_its_id(self, print_):
        assert names(call("get", f"products?category={print_.category_id}")) == ["Contours 7"]

    @pytest.mark.parametrize(
        "ordering", ["relevance", "price", "-price", "-created_at", "name", "-rating", "popularity"]
    )
    def test_every_order_can_be_read_on_by_cursor(self, ordering):
        for number in range(5):
            ProductFactory(name=f"Tote {number}", price="19.50")
        whole = names(call("get", f"products?search=o&ordering={ordering}"))
        read, url = [], f"/api/products?search=o&ordering={ordering}&page_size=2&cursor="
        while url:
            page = call("get", url.removeprefix("/api/"))
            read += names(page)
            url = page.json()["next"]
            url = url and f"{urlsplit(url).path}?{urlsplit(url).query}"
        assert read == whole
        assert len(read) == 8

    def test_pages(self):
        first = call("get", "products?page_size=2").json()
        assert (first["count"], first["count_exact"], first["previous"]) == (3, True, None)
        assert first["next"] == "http://testserver/api/products?page=2&page_size=2"
        assert names(call("get", "products?page_size=2&page=2")) == ["Mug"]
        beyond = call("get", "products?page=7").json()
        assert (beyond["count"], beyond["results"]) == (3, [])
        refused(call("get", "products?page=101&page_size=100"), 400, "page_too_deep")

    @pytest.mark.parametrize(
        ("asked", "field"),
        [
            ("min_price=cheap", "min_price"),
            ("min_price=5&max_price=4", "max_price"),
            ("in_stock=perhaps", "in_stock"),
            ("min_rating=6", "min_rating"),
            ("ordering=colour", "ordering"),
            ("category=nowhere", "category"),
            ("search=" + "x" * 101, "search"),
            ("modified_since=yesterday", "modified_since"),
            ("modified_since=2026-11-21T99:00:00Z", "modified_since"),
            ("page=0", "page"),
            ("page_size=101", "page_size"),
            ("status=lost", "status"),
            ("cursor=nonsense", "cursor"),
        ],
    )
    def test_what_cannot_be_used_is_named(self, asked, field):
        assert list(errors_of(call("get", f"products?{asked}"))) == [field]

    def test_changed_since(self, print_):
        changed = update_product(product_id=print_.pk, fields={"subtitle": "New"})
        since = changed.updated_at.isoformat()
        assert names(call("get", f"products?modified_since={since}")) == ["Contours 7"]
        assert names(call("get", f"products?modified_since={since.replace('+00:00', 'Z')}&cursor=")) == ["Contours 7"]
        Product.objects.update(updated_at=timezone.now())
        assert len(names(call("get", f"products?modified_since={since}&cursor="))) == 3

    def test_other_statuses_are_for_staff(self, shopper, staff):
        assert names(call("get", "products?status=draft", user=staff)) == ["Hidden"]
        refused(call("get", "products?status=draft"), 401, "not_authenticated")
        refused(call("get", "products?status=archived", user=shopper), 403, "forbidden")
        refused(call("get", "products?status=archived", user=helper_with()), 403, "forbidden")

    def test_the_tag(self, print_):
        first = call("get", "products")
        assert call("get", "products", If_None_Match=first["ETag"]).status_code == 304
        hold(print_.variants.get(sku="C-30"), 1)
        assert call("get", "products", If_None_Match=first["ETag"]).status_code == 200


def test_the_same_queries_for_few_and_many():
    counts = []
    for _ in range(2):
        for number in range(5 if not counts else 95):
            product = ProductFactory(variants=0, category=CategoryFactory(), brand=BrandFactory(), tags=[TagFactory()])
            VariantFactory(product=product, options={"Size": f"{number}"})
        with CaptureQueriesContext(connection) as queries:
            found = call("get", "products?page_size=100").json()
        assert len(found["results"]) == (5 if not counts else 100)
        counts.append(len(queries))
    assert counts == [9, 9]


@pytest.mark.parametrize("method", ["patch", "delete", "put"])
def test_what_the_list_does_not_do(method, staff):
    for user in (None, staff):
        response = call(method, "products", {} if method != "delete" else None, user=user)
        refused(response, 405, "method_not_allowed")
        assert "GET" in response["Allow"]
