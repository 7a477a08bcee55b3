"""POST, PUT, PATCH and DELETE of products."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from catalog.models import Product, Stock, StockHold, StockMovement, Variant
from catalog.services.holds import HoldRequest, hold_units
from catalog.services.update_product import update_product
from catalog.tests.api import call, errors_of, helper_with, refused
from catalog.tests.factories import CategoryFactory, ImageFactory, ProductFactory, TagFactory
from catalog.tests.ledger import assert_books_agree
from shop.common.unit import run_in_transaction

pytestmark = pytest.mark.django_db

MUG = {"name": "Clay mug", "price": "24.00", "stock_quantity": 12, "description": "<p>Thrown by hand.</p>"}
CHOICE = {
    "name": "Contours print",
    "brand": {"name": "Studio Marram"},
    "tags": [{"name": "Blue"}, {"name": "New"}],
    "attributes": [{"name": "Paper", "value": "Cotton"}],
    "variants": [
        {"sku": "CP-A4", "options": {"Size": "A4"}, "price": "24.00", "stock_quantity": 12, "weight_grams": 200},
        {"sku": "CP-A3", "options": {"Size": "A3"}, "price": "34.00", "compare_at_price": "40.00", "stock_quantity": 5},
    ],
}


def hold(variant_id, quantity):
    request = HoldRequest(owner="cart", reference="line", variant_id=variant_id, quantity=quantity)
    assert run_in_transaction(lambda: hold_units([request])) == []


def add(body, staff):
    response = call("post", "products/", body, user=staff)
    assert response.status_code == 201, response.content
    return response.json()


def get(product_id, staff):
    return call("get", f"products/{product_id}", user=staff).json()


class TestAdd:
    def test_one_thing_to_buy(self, staff):
        category = CategoryFactory()
        response = call("post", "products/", MUG | {"category_id": category.pk}, user=staff)
        shown = response.json()
        assert response.status_code == 201
        assert response["Location"] == f"http://testserver/api/products/{shown['id']}"
        assert response["ETag"] == call("get", f"products/{shown['id']}", user=staff)["ETag"]
        product = Product.objects.get()
        assert (product.name, str(product.price), product.category_id) == ("Clay mug", "24.00", category.pk)
        assert (product.slug, product.description) == ("clay-mug", "<p>Thrown by hand.</p>")
        assert Stock.objects.get().on_hand == 12
        assert StockMovement.objects.get().actor == staff
        assert call("get", "products/clay-mug").json()["stock_quantity"] == 12

    def test_with_variants(self, staff):
        shown = add(CHOICE, staff)
        assert (shown["price"], shown["price_to"], shown["stock_quantity"], shown["on_sale"]) == (
            "24.00",
            "34.00",
            17,
            True,
        )
        assert shown["brand"] == {"name": "Studio Marram", "slug": "studio-marram"}
        assert [tag["slug"] for tag in shown["tags"]] == ["blue", "new"]
        assert shown["attributes"] == CHOICE["attributes"]
        assert shown["options"] == [{"name": "Size", "values": ["A4", "A3"]}]
        assert [variant["options"] for variant in shown["variants"]] == [{"Size": "A4"}, {"Size": "A3"}]
        assert shown["variants"][0]["weight_grams"] == 200

    @pytest.mark.parametrize(
        ("wrong", "field", "code"),
        [
            ({"name": ""}, "name", "blank"),
            ({"name": None}, "name", "null"),
            ({"name": "x" * 201}, "name", "max_length"),
            ({"name": "a\x00b"}, "name", "unusable_text"),
            ({"price": "-1"}, "price", "min_value"),
            ({"price": 5}, "price", "invalid"),
            ({"price": "5.001"}, "price", "max_decimal_places"),
            ({"stock_quantity": -1}, "stock_quantity", "min_value"),
            ({"stock_quantity": 1.5}, "stock_quantity", "invalid"),
            ({"stock_quantity": 10**30}, "stock_quantity", "max_value"),
            ({"category_id": 999_999}, "category_id", "invalid"),
            ({"nmae": "x"}, "nmae", "unknown_field"),
            ({"id": 5}, "id", "read_only"),
            ({"rating": 5}, "rating", "read_only"),
            ({"slug": "No Slug"}, "slug", "invalid"),
            ({"slug": "categories"}, "slug", "invalid"),
            ({"status": "lost"}, "status", "invalid_choice"),
            ({"brand": {"name": "X", "slug": "unknown"}}, "brand", "invalid"),
        ],
    )
    def test_what_cannot_be_used_is_named(self, staff, wrong, field, code):
        assert errors_of(call("post", "products", MUG | wrong, user=staff)) == {field: code}
        assert not Product.objects.exists()

    @pytest.mark.parametrize("name", ["", " ", "x" * 81, "a\x00b"])
    def test_names_of_options_are_named_by_their_variant(self, staff, name):
        wrong = {"name": "Mug", "variants": [{"price": "1.00", "options": {name: "S"}}]}
        assert list(errors_of(call("post", "products", wrong, user=staff))) == ["variants.0.options"]

    def test_a_price_is_needed(self, staff):
        assert list(errors_of(call("post", "products", {"name": "Mug"}, user=staff))) == ["price"]
        assert list(errors_of(call("post", "products", {"name": "Mug", "variants": [{}]}, user=staff))) == [
            "variants.0.price"
        ]
        assert list(errors_of(call("post", "products", {"name": "Mug", "variants": []}, user=staff))) == ["variants"]

    def test_variants_by_their_place(self, staff):
        wrong = {**CHOICE, "variants": [CHOICE["variants"][0], {"price": "1.00", "sku": "CP-A4", "options": {}}]}
        assert errors_of(call("post", "products", wrong, user=staff)) == {"variants.1.sku": "sku_taken"}
        wrong = {**CHOICE, "variants": [{"id": 5, "price": "1.00"}]}
        assert list(errors_of(call("post", "products", wrong, user=staff))) == ["variants.0.id"]

    def test_neither_a_list_nor_another_type(self, staff):
        refused(call("post", "products", [], user=staff), 400, "invalid")
        response = call("post", "products", user=staff)
        assert response.status_code == 415


class TestChange:
    def test_a_put_of_what_a_get_gave_changes_nothing(self, staff):
        made = add(CHOICE, staff)
        ImageFactory(product_id=made["id"], product=Product.objects.get())
        shown = call("get", f"products/{made['id']}", user=staff)
        again = call("put", f"products/{made['id']}", shown.json(), user=staff)
        assert again.status_code == 200, again.content
        assert again.json() == shown.json()
        assert again["ETag"] == shown["ETag"]

    def test_nor_while_some_lie_in_carts(self, staff):
        made = add(CHOICE, staff)
        ids = [variant["id"] for variant in made["variants"]]
        hold(ids[0], 3)
        read = call("get", f"products/{made['id']}", user=staff)
        assert read.json()["stock_quantity"] == 14
        hold(ids[1], 1)
        again = call("put", f"products/{made['id']}", read.json(), user=staff, If_Match=read["ETag"])
        assert (again.status_code, again.json()["stock_quantity"]) == (200, 13)
        assert list(Stock.objects.order_by("pk").values_list("on_hand", flat=True)) == [12, 5]

    def test_nor_as_the_public_read_it(self, staff):
        made = add(MUG, staff)
        hold(made["variants"][0]["id"], 2)
        read = call("get", f"products/{made['id']}").json()
        assert call("put", f"products/{made['id']}", read, user=staff).status_code == 200
        assert Stock.objects.get().on_hand == 12

    def test_parts(self, staff):
        made = add(MUG, staff)
        body = {"price": "26.00", "stock_quantity": 7, "name": "Stone mug", "brand": {"name": "Marram"}}
        shown = call("patch", f"products/{made['id']}/", body, user=staff).json()
        assert (shown["price"], shown["stock_quantity"], shown["name"]) == ("26.00", 7, "Stone mug")
        assert shown["variants"][0]["price"] == "26.00"
        assert shown["brand"]["slug"] == "marram"
        movement = StockMovement.objects.order_by("-id")[0]
        assert (movement.on_hand_change, movement.actor, movement.reason) == (-5, staff, "Written by API")
        assert call("patch", f"products/{made['id']}", {"brand": None}, user=staff).json()["brand"] is None
        assert_books_agree()

    def test_stock_written_means_on_hand(self, staff):
        made = add(MUG, staff)
        variant_id = made["variants"][0]["id"]
        hold(variant_id, 5)
        shown = call("patch", f"products/{made['id']}", {"stock_quantity": 7}, user=staff).json()
        assert (shown["stock_quantity"], shown["stock"]["on_hand"]) == (2, 7)
        body = {"variants": [{"id": variant_id, "stock_quantity": 4}]}
        refused(call("patch", f"products/{made['id']}", body, user=staff), 409, "stock_committed")
        assert Stock.objects.get().on_hand == 7
        StockHold.objects.update(expires_at=timezone.now())
        assert call("patch", f"products/{made['id']}", body, user=staff).json()["stock_quantity"] == 4
        assert_books_agree()

    def test_variants_are_changed_added_and_by_put_archived(self, staff):
        made = add(CHOICE, staff)
        first = made["variants"][0]["id"]
        patched = {"variants": [{"id": first, "price": "25.00"}, {"price": "44.00", "options": {"Size": "A2"}}]}
        shown = call("patch", f"products/{made['id']}", patched, user=staff).json()
        assert [(v["options"]["Size"], v["price"]) for v in shown["variants"]] == [
            ("A4", "25.00"),
            ("A3", "34.00"),
            ("A2", "44.00"),
        ]
        whole = {"variants": [{"id": first, "stock_quantity": 1}, {"price": "9.00", "options": {"Size": "A3"}}]}
        shown = call("put", f"products/{made['id']}", whole, user=staff).json()
        assert [(v["options"]["Size"], v["price"], v["stock_quantity"]) for v in shown["variants"]] == [
            ("A4", "25.00", 1),
            ("A3", "9.00", 0),
        ]
        assert Variant.objects.filter(archived_at__isnull=False).count() == 2
        assert_books_agree()

    def test_all_variants_replaced(self, staff):
        made = add(CHOICE, staff)
        whole = {"variants": [{"price": "9.00", "options": {"Size": "A4"}}]}
        shown = call("put", f"products/{made['id']}", whole, user=staff).json()
        assert [variant["price"] for variant in shown["variants"]] == ["9.00"]
        refused(call("put", f"products/{made['id']}", {"variants": []}, user=staff), 400, "invalid")

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"price": "1.00"}, "price"),
            ({"stock_quantity": 3}, "stock_quantity"),
            ({"in_stock": False}, "in_stock"),
            ({"updated_at": "2020-01-01T00:00:00Z"}, "updated_at"),
            ({"variants": [{"id": 999_999}]}, "variants.0.id"),
            ({"variants": [{"sku": "OTHER", "price": "1.00"}, {"sku": "TAKEN", "price": "1.00"}]}, "variants.1.sku"),
            ({"variants": [{"price": "1.00", "options": {"Size": "A4"}}]}, "options"),
            ({"attributes": [{"name": "A", "value": "1"}, {"name": "A", "value": "2"}]}, "attributes"),
        ],
    )
    def test_what_cannot_be_used_is_named_and_nothing_written(self, staff, wrong, field):
        ProductFactory(variants=0).variants.create(sku="TAKEN", price=1)
        made = add(CHOICE, staff)
        assert list(errors_of(call("patch", f"products/{made['id']}", wrong, user=staff))) == [field]
        assert get(made["id"], staff) == made

    def test_variants_by_id_only_of_the_product(self, staff):
        made, other = add(CHOICE, staff), add(MUG, staff)
        body = {"variants": [{"id": other["variants"][0]["id"], "price": "1.00"}]}
        assert list(errors_of(call("patch", f"products/{made['id']}", body, user=staff))) == ["variants.0.id"]
        twice = {"variants": [{"id": made["variants"][0]["id"]}] * 2}
        assert list(errors_of(call("patch", f"products/{made['id']}", twice, user=staff))) == [
            "variants.0.id",
            "variants.1.id",
        ]

    def test_a_tag_with_a_slug_of_another_name(self, staff):
        made = add(MUG, staff)
        TagFactory(name="Blue", slug="blue")
        body = {"tags": [{"name": "Red", "slug": "blue"}]}
        assert list(errors_of(call("patch", f"products/{made['id']}", body, user=staff))) == ["tags"]

    def test_archived_and_brought_back(self, staff):
        made = add(MUG, staff)
        assert call("delete", f"products/{made['id']}/", user=staff).status_code == 204
        refused(call("delete", f"products/{made['id']}", user=staff), 404, "not_found")
        refused(call("patch", f"products/{made['id']}", {"status": "active"}, user=staff), 404, "not_found")
        assert Product.objects.get().archived_at is not None
        back = call("patch", f"products/{made['id']}?status=archived", {"status": "active"}, user=staff)
        assert back.json()["status"] == "active"
        assert call("get", f"products/{made['id']}").status_code == 200


class TestIfMatch:
    def test_an_edit_in_between(self, staff):
        made = add(MUG, staff)
        tag = call("get", f"products/{made['id']}")["ETag"]
        update_product(product_id=made["id"], fields={"subtitle": "New"})
        for method, body in (("patch", {"name": "X"}), ("put", {"name": "X"}), ("delete", None)):
            refused(call(method, f"products/{made['id']}", body, user=staff, If_Match=tag), 412, "stale")
        assert Product.objects.get().name == "Clay mug"
        fresh = call("get", f"products/{made['id']}")["ETag"]
        changed = call("patch", f"products/{made['id']}", {"name": "X"}, user=staff, If_Match=f"W/{fresh}, {tag}")
        assert changed.json()["name"] == "X"
        assert call("patch", f"products/{made['id']}", {"name": "Y"}, user=staff, If_Match="*").status_code == 200
        refused(call("patch", f"products/{made['id']}", {"name": "Z"}, user=staff, If_Match='"junk"'), 412, "stale")

    def test_holds_and_counting_leave_it_fresh(self, staff):
        made = add(MUG, staff)
        tag = call("get", f"products/{made['id']}")["ETag"]
        hold(made["variants"][0]["id"], 2)
        body = {"stock_quantity": 9}
        assert call("patch", f"products/{made['id']}", body, user=staff, If_Match=tag).status_code == 200
        assert call("patch", f"products/{made['id']}", {"name": "X"}, user=staff, If_Match=tag).status_code == 200
        refused(call("patch", f"products/{made['id']}", {"name": "Y"}, user=staff, If_Match=tag), 412, "stale")


class TestWhoMay:
    @pytest.fixture
    def product(self):
        return ProductFactory()

    @pytest.mark.parametrize(
        ("method", "permission"),
        [("post", "add_product"), ("put", "change_product"), ("patch", "change_product"), ("delete", "delete_product")],
    )
    def test_staff_with_the_permission(self, method, permission, product, shopper):
        path = "products" if method == "post" else f"products/{product.pk}"
        body = None if method == "delete" else MUG | {"stock_quantity": 0} if method == "post" else {"name": "New"}
        refused(call(method, path, body), 401, "not_authenticated")
        refused(call(method, path, body, user=shopper), 403, "forbidden")
        refused(call(method, path, body, user=helper_with()), 403, "forbidden")
        others = {"add_product", "change_product", "delete_product"} - {permission}
        refused(call(method, path, body, user=helper_with(*others)), 403, "forbidden")
        assert call(method, path, body, user=helper_with(permission)).status_code in (200, 201, 204)

    def test_stock_is_a_permission_of_its_own(self, product):
        body = {"stock_quantity": 3}
        editor = helper_with("change_product")
        refused(call("patch", f"products/{product.pk}", body, user=editor), 403, "forbidden")
        read = call("get", f"products/{product.pk}", user=editor).json()
        assert call("put", f"products/{product.pk}", read, user=editor).status_code == 200
        keeper = helper_with("change_product", "change_stock")
        assert call("patch", f"products/{product.pk}", body, user=keeper).json()["stock_quantity"] == 3

    def test_a_session_needs_the_csrf_token(self, product, staff):
        client = Client(enforce_csrf_checks=True)
        client.force_login(staff)
        response = client.patch(f"/api/products/{product.pk}", {"name": "X"}, content_type="application/json")
        assert response.status_code == 403
