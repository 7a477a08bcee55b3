"""/api/cart/ for customers and guests: values, rows, refusals."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from accounts.services.tokens import issue_tokens
from accounts.tests.factories import PASSWORD
from carts.models import Cart, CartLine, CartStatus, SavedLine
from carts.tests.api import Api, fields, ok, queries_of, refused
from carts.tests.factories import add, counters, default_prices, goods, guest
from carts.tests.promotions import promotion
from catalog.models import Product, ProductStatus, StockHold, Variant
from catalog.tests.factories import ImageFactory, ProductFactory, VariantFactory
from shop.common.ids import token_hash
from shop.testing.concurrency import race

pytestmark = pytest.mark.django_db

EMPTY = {
    "id": None,
    "items": [],
    "item_count": 0,
    "subtotal": "0.00",
    "discount": "0.00",
    "shipping": "0.00",
    "tax": "0.00",
    "total": "0.00",
    "currency": "EUR",
    "prices_include_tax": True,
    "steps": [{"kind": "goods", "label": "", "amount": "0.00"}],
    "coupon": None,
    "country": "DE",
    "region": "",
    "postcode": "",
    "shipping_method": None,
    "holds_expire_at": None,
    "can_extend": False,
    "notices": [],
}


@pytest.fixture(autouse=True)
def prices(db):
    default_prices()


@pytest.fixture
def api(shopper):
    return Api(user=shopper)


def cookieless(variant: Variant, quantity: int = 1) -> Api:
    """A guest who keeps the token of their cart, and no cookies."""
    response = Api().post("cart/items", {"variant_id": variant.pk, "quantity": quantity})
    ok(response, 201)
    return Api(X_Cart_Token=response["X-Cart-Token"])


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


class TestCodes:
    @pytest.fixture(autouse=True)
    def _full(self, api):
        api.post("cart/items", {"variant_id": goods(price="40.00").pk})

    def test_there_and_back(self, api):
        promotion(value="10", code="SPRING10")
        cart = ok(api.post("cart/coupon", {"code": " spring10 "}))
        assert (cart["coupon"], cart["discount"], cart["total"]) == ("SPRING10", "4.00", "40.90")
        assert (cart["items"][0]["discount"], cart["items"][0]["line_total"]) == ("4.00", "36.00")
        assert {"kind": "discount", "label": "SPRING10", "amount": "-4.00"} in cart["steps"]
        assert api.delete("cart/coupon").status_code == 204
        assert (ok(api.get("cart"))["coupon"], ok(api.get("cart"))["total"]) == (None, "44.90")
        assert Api().delete("cart/coupon").status_code == 204

    @pytest.mark.parametrize(
        ("fields", "code"),
        [
            ({"ends_at": timezone.now() - timedelta(days=1)}, "coupon_expired"),
            ({"starts_at": timezone.now() + timedelta(days=1)}, "coupon_not_started"),
            ({"total_limit": 0}, "coupon_used_up"),
            ({"minimum_spend": Decimal("100.00")}, "coupon_not_applicable"),
            (None, "coupon_unknown"),
        ],
    )
    def test_refused(self, api, fields, code):
        if fields is not None:
            promotion(code="SPRING10", **fields)
        problem = refused(api.post("cart/coupon", {"code": "SPRING10"}), 400, code)
        assert [(error["field"], error["code"]) for error in problem["errors"]] == [("code", code)]
        assert ok(api.get("cart"))["coupon"] is None

    def test_what_does_nothing_any_more_is_said(self, api):
        made = promotion(code="SPRING10")
        api.post("cart/coupon", {"code": "SPRING10"})
        made.ends_at = timezone.now() - timedelta(days=1)
        made.save()
        cart = ok(api.get("cart"))
        assert (cart["coupon"], cart["discount"]) == ("SPRING10", "0.00")
        assert [(notice["code"], notice["item_id"]) for notice in cart["notices"]] == [("coupon_expired", "")]

    def test_ten_tries_a_minute(self, api, settings):
        settings.SHOP_LIMITS = {**settings.SHOP_LIMITS, "coupon": "10/86400"}
        for _ in range(10):
            refused(api.post("cart/coupon", {"code": "GUESS"}), 400, "coupon_unknown")
        response = api.post("cart/coupon", {"code": "GUESS"})
        refused(response, 429, "rate_limited")
        assert int(response["Retry-After"]) > 0

    def test_overlong_and_empty(self, api):
        refused(api.post("cart/coupon", {"code": "x" * 41}), 400, "coupon_unknown")
        assert fields(refused(api.post("cart/coupon", {"code": ""}), 400, "invalid")) == {"code": "blank"}


@pytest.mark.django_db(transaction=True)
class TestGuessingAtOnce:
    """Many processes at once get no more tries than one; without the limit they all try."""

    def guess(self, settings, shopper):
        settings.SHOP_LIMITS = {**settings.SHOP_LIMITS, "coupon": "10/86400"}
        api = Api(user=shopper)
        ok(api.post("cart/items", {"variant_id": goods().pk}), 201)
        return race(40, lambda _: Api(**api.headers).post("cart/coupon", {"code": "GUESS"}).status_code)

    def test_forty_are_ten_tries(self, settings, shopper):
        outcome = self.guess(settings, shopper)
        assert (outcome.errors, outcome.count(400), outcome.count(429)) == ([], 10, 30)

    def test_control_without_limits(self, settings, shopper):
        settings.SHOP_RATE_LIMITS_ENABLED = False
        assert self.guess(settings, shopper).count(400) == 40


class TestWhoseCart:
    def test_the_token_is_handed_out_once_and_stored_hashed(self):
        response = Api().post("cart/items", {"variant_id": goods().pk})
        token = response["X-Cart-Token"]
        assert len(token) >= 43
        assert Cart.objects.get().token_hash == token_hash(token)
        assert "sessionid" not in response.cookies
        again = Api(X_Cart_Token=token).post("cart/items", {"variant_id": goods().pk})
        assert "X-Cart-Token" not in again
        assert Cart.objects.get().lines.count() == 2

    def test_a_token_of_nobody_gets_a_cart_of_its_own(self):
        response = Api(X_Cart_Token="made-up").post("cart/items", {"variant_id": goods().pk})
        assert response["X-Cart-Token"] != "made-up"
        assert Cart.objects.get().token_hash == token_hash(response["X-Cart-Token"])
        assert ok(Api(X_Cart_Token="made-up").get("cart")) == EMPTY

    def test_a_closed_cart_is_no_cart(self):
        variant = goods()
        who = cookieless(variant)
        Cart.objects.update(status=CartStatus.ORDERED)
        assert ok(who.get("cart")) == EMPTY
        assert "X-Cart-Token" in who.post("cart/items", {"variant_id": variant.pk})

    def test_beside_a_bearer_token_it_is_ignored(self, shopper):
        who = cookieless(goods())
        customer = Api(user=shopper, **who.headers)
        assert ok(customer.get("cart")) == EMPTY
        customer.post("cart/items", {"variant_id": goods().pk})
        assert ok(customer.get("cart"))["item_count"] == 1
        assert ok(who.get("cart"))["item_count"] == 1

    def test_at_login_it_is_merged(self, shopper):
        who = cookieless(goods(), 2)
        body = ok(who.post("auth/login", {"email": shopper.email, "password": PASSWORD}))
        customer = Api(Authorization=f"Bearer {body['access_token']}")
        assert ok(customer.get("cart"))["item_count"] == 2
        assert ok(who.get("cart")) == EMPTY

    def test_a_token_that_is_no_longer_good_is_nobodys(self, shopper):
        token = issue_tokens(shopper).access_token
        shopper.is_active = False
        shopper.save()
        refused(Api(Authorization=f"Bearer {token}").get("cart"), 401, "invalid_token")

    def test_others_see_and_change_nothing(self, api, other_shopper):
        line = ok(api.post("cart/items", {"variant_id": goods().pk}), 201)
        saved = ok(api.post(f"cart/items/{line['id']}/save"), 201)
        line = ok(api.post("cart/items", {"variant_id": goods().pk}), 201)
        for other in (Api(user=other_shopper), cookieless(goods()), Api()):
            refused(other.put(f"cart/items/{line['id']}", {"quantity": 2}), 404, "not_found")
            refused(other.delete(f"cart/items/{line['id']}"), 404, "not_found")
            refused(other.post(f"cart/items/{line['id']}/save"), 404, "not_found")
            refused(other.post(f"cart/saved/{saved['id']}/restore"), 404, "not_found")
            refused(other.delete(f"cart/saved/{saved['id']}"), 404, "not_found")
            assert ok(other.get("cart/saved"))["count"] == 0
        assert CartLine.objects.get(public_id=line["id"]).quantity == 1

    def test_the_storefronts_guest_and_the_apis_are_the_same(self, client):
        client.post("/cart/add/", {"variant_id": goods().pk, "quantity": 2})
        browser = Api(client=client)
        assert ok(browser.get("cart"))["item_count"] == 2
        response = browser.post("cart/items", {"variant_id": goods().pk})
        assert "X-Cart-Token" not in response
        assert Cart.objects.get().lines.count() == 2

    def test_a_session_without_a_cart_remembers_the_new_one(self, client):
        session = client.session
        session["seen"] = True
        session.save()
        client.cookies["sessionid"] = session.session_key
        response = Api(client=client).post("cart/items", {"variant_id": goods().pk})
        assert "X-Cart-Token" not in response
        assert client.session["cart"] == Cart.objects.get().public_id


class TestForgery:
    @pytest.fixture
    def strict(self):
        return Client(enforce_csrf_checks=True)

    def test_a_guests_session_needs_the_token(self, strict):
        variant = goods()
        cart = guest()
        line = add(cart, variant)
        session = strict.session
        session["cart"] = cart.cart_id
        session.save()
        browser = Api(client=strict)
        assert ok(browser.get("cart"))["item_count"] == 1
        for response in (
            browser.post("cart/items", {"variant_id": variant.pk}),
            browser.put(f"cart/items/{line.public_id}", {"quantity": 5}),
            browser.patch("cart", {"country": "AT"}),
            browser.delete("cart"),
            browser.post("cart/extend"),
        ):
            refused(response, 403, "forbidden")
        assert CartLine.objects.get().quantity == 1
        strict.cookies["csrftoken"] = "a" * 32
        ok(Api(client=strict, X_CSRFToken="a" * 32).post("cart/items", {"variant_id": variant.pk}), 201)

    def test_a_customers_session_needs_it_as_well(self, strict, shopper):
        strict.force_login(shopper)
        refused(Api(client=strict).post("cart/items", {"variant_id": goods().pk}), 403, "forbidden")

    def test_tokens_need_none(self, strict, shopper):
        variant = goods()
        ok(Api(client=strict, user=shopper).post("cart/items", {"variant_id": variant.pk}), 201)
        ok(Api(client=Client(enforce_csrf_checks=True)).post("cart/items", {"variant_id": variant.pk}), 201)


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
