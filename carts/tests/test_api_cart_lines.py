"""Lines of /api/cart/: added, changed, refused, removed."""

from __future__ import annotations

import pytest

from carts.models import CartLine
from carts.tests.api import Api, fields, ok, refused
from carts.tests.factories import counters, goods
from catalog.models import Product, ProductStatus, Variant
from catalog.tests.factories import ProductFactory, VariantFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("prices")]


class TestAdding:
    def test_the_same_variant_adds_up(self, api, shopper):
        variant = goods(stock=5)
        api.post("cart/items", {"variant_id": variant.pk, "quantity": 2})
        body = ok(api.post("cart/items", {"variant_id": variant.pk}), 201)
        assert (body["quantity"], body["cart"]["item_count"]) == (3, 3)
        assert CartLine.objects.get(cart__open_for=shopper).quantity == 3
        assert counters(variant) == (5, 3, 0)

    def test_a_product_alone_is_its_first_variant(self, api):
        product = ProductFactory(variants=3)
        first = product.variants.order_by("position").first()
        assert ok(api.post("cart/items", {"product_id": product.pk}), 201)["variant_id"] == first.pk

    def test_or_the_first_with_enough(self, api):
        product = ProductFactory(variants=0)
        VariantFactory(product=product, stock=1, position=0, options={"Size": "S"})
        second = VariantFactory(product=product, stock=5, position=1, options={"Size": "M"})
        body = ok(api.post("cart/items", {"product_id": product.pk, "quantity": 2}), 201)
        assert body["variant_id"] == second.pk

    def test_or_the_first_when_none_has_enough(self, api):
        product = ProductFactory(variants=0)
        first = VariantFactory(product=product, stock=1, position=0, options={"Size": "S"})
        VariantFactory(product=product, stock=0, position=1, options={"Size": "M"})
        problem = refused(api.post("cart/items", {"product_id": product.pk, "quantity": 2}), 409, "insufficient_stock")
        assert problem["lines"] == [
            {"variant_id": first.pk, "sku": first.sku, "name": str(first), "requested": 2, "available": 1}
        ]

    def test_or_the_one_in_the_cart(self, api):
        product = ProductFactory(variants=0)
        VariantFactory(product=product, position=0, options={"Size": "S"})
        second = VariantFactory(product=product, position=1, options={"Size": "M"})
        api.post("cart/items", {"variant_id": second.pk})
        body = ok(api.post("cart/items", {"product_id": product.pk}), 201)
        assert (body["variant_id"], body["quantity"]) == (second.pk, 2)

    def test_never_one_that_is_not_for_sale(self, api):
        product = ProductFactory(variants=0)
        VariantFactory(product=product, position=0, is_active=False, options={"Size": "S"})
        second = VariantFactory(product=product, position=1, options={"Size": "M"})
        assert ok(api.post("cart/items", {"product_id": product.pk}), 201)["variant_id"] == second.pk

    def test_beyond_stock(self, api):
        variant = goods(stock=3, name="Contours 7")
        problem = refused(api.post("cart/items", {"variant_id": variant.pk, "quantity": 4}), 409, "insufficient_stock")
        assert problem["detail"] == "Only 3 of Contours 7 left."
        assert problem["lines"] == [
            {"variant_id": variant.pk, "sku": variant.sku, "name": "Contours 7", "requested": 4, "available": 3}
        ]
        assert not CartLine.objects.exists()

    def test_beyond_the_limit_a_line(self, api):
        problem = refused(api.post("cart/items", {"variant_id": goods(stock=99).pk, "quantity": 21}), 400, "invalid")
        assert fields(problem) == {"quantity": "invalid"}

    @pytest.mark.parametrize(
        ("body", "wrong"),
        [
            ({}, {"variant_id": "required"}),
            ({"variant_id": 1, "quantity": 0}, {"quantity": "min_value"}),
            ({"variant_id": 1, "quantity": -1}, {"quantity": "min_value"}),
            ({"variant_id": 1, "quantity": 1.5}, {"quantity": "invalid"}),
            ({"variant_id": 1, "quantity": "2"}, {"quantity": "invalid"}),
            ({"variant_id": 1, "quantity": True}, {"quantity": "invalid"}),
            ({"variant_id": 1, "quantity": None}, {"quantity": "null"}),
            ({"variant_id": 2**63}, {"variant_id": "max_value"}),
            ({"product_id": -1}, {"product_id": "min_value"}),
            ({"variant_id": 1, "price": "1.00"}, {"price": "unknown_field"}),
        ],
    )
    def test_what_is_no_order(self, api, body, wrong):
        response = api.post("cart/items", body)
        assert (response.status_code, fields(response.json())) == (400, wrong)

    def test_huge_quantities(self, api):
        refused(api.post("cart/items", {"variant_id": goods().pk, "quantity": 10**30}), 400, "invalid")
        refused(api.post("cart/items", {"product_id": goods().product_id, "quantity": 10**30}), 400, "invalid")

    @pytest.mark.parametrize("body", [{"variant_id": 4711}, {"product_id": 4711}])
    def test_what_there_is_not(self, api, body):
        refused(api.post("cart/items", body), 404, "not_for_sale")

    def test_what_is_no_longer_for_sale(self, api):
        variant = goods()
        Product.objects.update(status=ProductStatus.ARCHIVED)
        for body in ({"variant_id": variant.pk}, {"product_id": variant.product_id}):
            refused(api.post("cart/items", body), 404, "not_for_sale")

    def test_a_variant_of_another_product(self, api):
        variant, other = goods(), goods()
        body = {"variant_id": variant.pk, "product_id": other.product_id}
        assert fields(refused(api.post("cart/items", body), 400, "invalid")) == {"variant_id": "invalid"}
        ok(api.post("cart/items", {**body, "product_id": variant.product_id}), 201)


class TestChanging:
    @pytest.fixture
    def line(self, api):
        return ok(api.post("cart/items", {"variant_id": goods(stock=5, price="10.00").pk, "quantity": 2}), 201)

    @pytest.mark.parametrize("method", ["put", "patch"])
    def test_the_quantity(self, api, line, method):
        body = ok(api.call(method, f"cart/items/{line['id']}", {"quantity": 3}))
        assert (body["quantity"], body["line_total"], body["cart"]["subtotal"]) == (3, "30.00", "30.00")
        assert CartLine.objects.get().quantity == 3

    def test_a_put_of_what_a_get_gave_works(self, api, line):
        shown = ok(api.get("cart"))["items"][0]
        assert ok(api.put(f"cart/items/{line['id']}", {**shown, "quantity": 1}))["quantity"] == 1

    def test_prices_are_not_the_shoppers(self, api, line):
        problem = refused(api.put(f"cart/items/{line['id']}", {"quantity": 2, "unit_price": "0.01"}), 400, "read_only")
        assert fields(problem) == {"unit_price": "read_only"}

    def test_nought_removes(self, api, line):
        response = api.put(f"cart/items/{line['id']}", {"quantity": 0})
        assert (response.status_code, response.content) == (204, b"")
        assert not CartLine.objects.exists()
        assert counters(Variant.objects.get()) == (5, 0, 0)

    def test_removing(self, api, line):
        assert api.delete(f"cart/items/{line['id']}").status_code == 204
        refused(api.delete(f"cart/items/{line['id']}"), 404, "not_found")
        assert ok(api.get("cart"))["items"] == []

    @pytest.mark.parametrize(
        ("quantity", "status", "code"),
        [(6, 409, "insufficient_stock"), (21, 400, "invalid"), (-1, 400, "invalid"), ("3", 400, "invalid")],
    )
    def test_what_cannot_be(self, api, line, quantity, status, code):
        refused(api.put(f"cart/items/{line['id']}", {"quantity": quantity}), status, code)
        assert CartLine.objects.get().quantity == 2

    def test_put_wants_a_quantity_and_patch_does_not(self, api, line):
        assert fields(refused(api.put(f"cart/items/{line['id']}", {}), 400, "invalid")) == {"quantity": "required"}
        assert ok(api.patch(f"cart/items/{line['id']}", {}))["quantity"] == 2

    def test_emptying(self, api, line):
        assert api.delete("cart/").status_code == 204
        assert counters(Variant.objects.get()) == (5, 0, 0)
        assert ok(api.get("cart"))["items"] == []
        assert Api().delete("cart").status_code == 204
