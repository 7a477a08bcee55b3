"""/api/cart/ for customers and guests: what is in it, where it goes, what is put aside; other methods and bodies."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from carts.models import Cart, CartLine, SavedLine
from carts.tests.api import EMPTY, Api, cookieless, fields, ok, queries_of, refused
from carts.tests.factories import add, counters, goods, guest
from catalog.models import Product, ProductStatus, StockHold, Variant
from catalog.tests.factories import ImageFactory, ProductFactory, VariantFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("prices")]


class TestLooking:
    def test_nobody_has_an_empty_cart(self, api):
        assert ok(Api().get("cart/")) == ok(api.get("cart")) == EMPTY
        assert not Cart.objects.exists()
        assert ok(Api().get("cart/count")) == {"count": 0}

    def test_a_line_says_everything(self, api):
        product = ProductFactory(name="Contours 7", variants=0)
        image = ImageFactory(product=product, alt="Blue lines")
        variant = VariantFactory(product=product, price="49.00", stock=3, options={"Size": "30 × 40"}, image=image)
        body = ok(api.post("cart/items/", {"variant_id": variant.pk, "quantity": 2}), 201)
        line = CartLine.objects.get()
        cart = ok(api.get("cart/"))
        held_until = StockHold.objects.get().expires_at.isoformat().replace("+00:00", "Z")
        shown = {
            "id": line.public_id,
            "product_id": product.pk,
            "variant_id": variant.pk,
            "sku": variant.sku,
            "name": "Contours 7",
            "options": {"Size": "30 × 40"},
            "image": {
                "id": image.pk,
                "url": f"http://testserver/media/{image.file.name}",
                "thumbnail": f"http://testserver/media/thumbs/480/{image.file.name}.webp",
                "alt": "Blue lines",
                "width": image.width,
                "height": image.height,
                "position": 0,
            },
            "quantity": 2,
            "unit_price": "49.00",
            "discount": "0.00",
            "line_total": "98.00",
            "available": 3,
            "held_until": held_until,
        }
        assert cart["items"] == [shown]
        assert body == {**shown, "cart": cart}
        assert (cart["item_count"], cart["subtotal"], cart["shipping"]) == (2, "98.00", "0.00")
        assert (cart["total"], cart["tax"], cart["holds_expire_at"]) == ("98.00", "15.65", held_until)
        assert (cart["id"], cart["shipping_method"]) == (line.cart.public_id, "standard")
        assert ok(api.get("cart/count")) == {"count": 2}

    def test_the_steps_add_up(self, api):
        api.post("cart/items", {"variant_id": goods(price="20.00").pk})
        cart = ok(api.get("cart"))
        assert cart["total"] == "24.90"
        assert sum(Decimal(step["amount"]) for step in cart["steps"]) == Decimal("24.90")

    def test_the_same_queries_for_few_and_many_lines(self, api):
        api.post("cart/items", {"variant_id": goods().pk})
        few = queries_of(lambda: ok(api.get("cart")))
        for _ in range(20):
            api.post("cart/items", {"variant_id": goods().pk})
        assert queries_of(lambda: ok(api.get("cart"))) == few


class TestWhereItGoes:
    @pytest.fixture(autouse=True)
    def _full(self, api):
        api.post("cart/items", {"variant_id": goods(price="20.00").pk})

    def test_it_is_priced_anew(self, api):
        assert ok(api.patch("cart", {"country": "AT"}))["total"] == "29.90"
        cart = ok(api.patch("cart", {"country": "DE", "postcode": "20359", "shipping_method": "express"}))
        assert (cart["shipping"], cart["shipping_method"], cart["postcode"]) == ("9.90", "express", "20359")

    def test_another_country_empties_region_and_postcode(self, api):
        api.patch("cart", {"country": "AT", "region": "Tirol", "postcode": "6020"})
        cart = ok(api.patch("cart", {"country": "DE"}))
        assert (cart["country"], cart["region"], cart["postcode"]) == ("DE", "", "")
        assert ok(api.patch("cart", {"country": "DE", "region": "Hamburg"}))["region"] == "Hamburg"
        assert ok(api.patch("cart", {"country": "DE"}))["region"] == "Hamburg"

    def test_a_patch_of_what_a_get_gave_works(self, api):
        assert ok(api.patch("cart", ok(api.get("cart")))) == ok(api.get("cart"))

    def test_totals_are_not_the_shoppers(self, api):
        problem = refused(api.patch("cart", {"total": "0.01", "country": "DE"}), 400, "read_only")
        assert fields(problem) == {"total": "read_only"}

    @pytest.mark.parametrize(
        "body",
        [{"country": "XX"}, {"country": ""}, {"country": "DEU"}, {"shipping_method": "owl"}, {"region": "x" * 121}],
    )
    def test_what_is_not_reached(self, api, body):
        assert set(fields(refused(api.patch("cart", body), 400, "invalid"))) == set(body)

    def test_before_anything_is_in_it(self, other_shopper):
        assert ok(Api(user=other_shopper).patch("cart", {"country": "AT"}))["country"] == "AT"
        refused(Api().patch("cart", {"country": "AT"}), 404, "not_found")


class TestLater:
    def test_there_and_back(self, api):
        variant = goods(stock=5)
        line = ok(api.post("cart/items", {"variant_id": variant.pk, "quantity": 2}), 201)
        saved = ok(api.post(f"cart/items/{line['id']}/save"), 201)
        assert (saved["variant_id"], saved["quantity"], saved["unit_price"]) == (variant.pk, 2, "20.00")
        assert counters(variant) == (5, 0, 0)
        listed = ok(api.get("cart/saved"))
        assert (listed["count"], listed["results"]) == (1, [saved])
        body = ok(api.post(f"cart/saved/{saved['id']}/restore"), 201)
        assert (body["quantity"], body["cart"]["item_count"]) == (2, 2)
        assert counters(variant) == (5, 2, 0)
        assert not SavedLine.objects.exists()

    def test_what_is_gone_stays_saved(self, api):
        line = ok(api.post("cart/items", {"variant_id": goods(stock=1).pk}), 201)
        saved = ok(api.post(f"cart/items/{line['id']}/save"), 201)
        add(guest(), Variant.objects.get())
        refused(api.post(f"cart/saved/{saved['id']}/restore"), 409, "insufficient_stock")
        assert SavedLine.objects.count() == 1

    def test_forgetting(self, api):
        line = ok(api.post("cart/items", {"variant_id": goods().pk}), 201)
        saved = ok(api.post(f"cart/items/{line['id']}/save"), 201)
        assert api.delete(f"cart/saved/{saved['id']}").status_code == 204
        refused(api.delete(f"cart/saved/{saved['id']}"), 404, "not_found")

    def test_the_same_queries_for_five_and_for_many(self, api):
        def save(n):
            for _ in range(n):
                line = ok(api.post("cart/items", {"variant_id": goods().pk}), 201)
                api.post(f"cart/items/{line['id']}/save")

        save(5)
        few = queries_of(lambda: ok(api.get("cart/saved", page_size="100")))
        save(20)
        assert queries_of(lambda: ok(api.get("cart/saved", page_size="100"))) == few


class TestHoldsAndNotices:
    def test_extending(self, api, shopper):
        api.post("cart/items", {"variant_id": goods().pk})
        StockHold.objects.update(expires_at=timezone.now() + timedelta(minutes=2))
        cart = ok(api.post("cart/extend"))
        assert StockHold.objects.get().expires_at > timezone.now() + timedelta(minutes=14)
        assert cart["holds_expire_at"] == cart["items"][0]["held_until"]
        refused(Api().post("cart/extend"), 404, "not_found")

    def test_who_comes_back_finds_it_held_again(self, api):
        who = cookieless(goods(stock=1))
        cart = Cart.objects.get()
        StockHold.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
        assert ok(who.get("cart"))["items"][0]["held_until"] is not None
        assert StockHold.objects.get(owner=cart.public_id).expires_at > timezone.now()

    def test_what_others_took_meanwhile_is_said(self):
        variant = goods(stock=1)
        who = cookieless(variant)
        StockHold.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
        add(guest(), variant)
        cart = ok(who.get("cart"))
        line = cart["items"][0]
        assert (line["available"], line["held_until"]) == (0, None)
        assert [(notice["code"], notice["item_id"]) for notice in cart["notices"]] == [("held", line["id"])]

    def test_a_new_price_is_said_until_the_line_is_changed(self, api):
        variant = goods(price="20.00")
        line = ok(api.post("cart/items", {"variant_id": variant.pk}), 201)
        Variant.objects.update(price=Decimal("25.00"))
        for _ in range(2):
            (notice,) = ok(api.get("cart"))["notices"]
            assert (notice["code"], notice["item_id"]) == ("price_changed", line["id"])
            assert notice["detail"] == "The price is €25.00 now; it was €20.00 when you added it."
        assert ok(api.put(f"cart/items/{line['id']}", {"quantity": 2}))["cart"]["notices"] == []

    def test_what_is_no_longer_for_sale_is_said(self, api):
        api.post("cart/items", {"variant_id": goods().pk})
        Product.objects.update(status=ProductStatus.ARCHIVED)
        cart = ok(api.get("cart"))
        assert [notice["code"] for notice in cart["notices"]] == ["not_for_sale"]
        assert cart["items"][0]["available"] == 0


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("put", "cart", "GET, PATCH, DELETE, HEAD, OPTIONS"),
        ("get", "cart/items", "POST, OPTIONS"),
        ("get", "cart/items/x", "PUT, PATCH, DELETE, OPTIONS"),
        ("delete", "cart/count", "GET, HEAD, OPTIONS"),
    ],
)
def test_other_methods(method, path, allowed):
    response = Api().get(path) if method == "get" else Api().call(method, path, {})
    refused(response, 405, "method_not_allowed")
    assert response["Allow"] == allowed


def test_other_bodies(client):
    response = client.post("/api/cart/items", "variant_id=1", content_type="application/x-www-form-urlencoded")
    refused(response, 415, "unsupported_media_type")
    refused(client.post("/api/cart/items", "{", content_type="application/json"), 400, "parse_error")
    refused(client.post("/api/cart/items", "[]", content_type="application/json"), 400, "invalid")
