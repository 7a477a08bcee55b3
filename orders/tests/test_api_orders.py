"""/api/orders/ for customers and guests: values, rows, refusals."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from carts.models import Cart, CartLine
from carts.tests.api import Api, fields, ok, queries_of, refused
from carts.tests.factories import counters, goods
from catalog.models import Product, ProductStatus, Stock, StockHold, Variant
from orders.models import Order, OrderToken
from orders.services.order_tokens import issue_token
from orders.tests.factories import OrderFactory
from shop.api.models import IdempotencyRecord
from shop.common.ids import token_hash

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("prices")]

HOME = {
    "full_name": "Ines Albrecht",
    "line1": "Hafenstraße 12",
    "postcode": "20359",
    "city": "Hamburg",
    "country": "DE",
}
STREET = {"delivery_address": "123 Main St"}
AS_GUEST = {"email": "guest@example.org", "delivery_address": HOME}


@pytest.fixture
def api(shopper):
    return Api(user=shopper)


def filled(api: Api, variant: Variant | None = None, quantity: int = 2) -> Api:
    """The same caller, with something in the cart; a guest with its token."""
    response = api.post("cart/items", {"variant_id": (variant or goods()).pk, "quantity": quantity})
    ok(response, 201)
    return Api(**api.headers, X_Cart_Token=response["X-Cart-Token"]) if "X-Cart-Token" in response else api


class TestPlacing:
    def test_a_customers_order_says_everything(self, api, shopper):
        variant = goods(price="20.00", name="Contours 7")
        body = ok(filled(api, variant).post("orders/", STREET), 201)
        order = Order.objects.get()
        times = {name: body.pop(name) for name in ("created_at", "updated_at", "pay_by")}
        assert all(time.endswith("Z") for time in times.values())
        (event,) = body.pop("events")
        assert (event["kind"], event["message"]) == ("placed", "Order placed")
        assert body.pop("promised_from") < body.pop("promised_to")
        (line,) = body.pop("items")
        assert line == {
            "id": order.lines.get().public_id,
            "product_id": variant.product_id,
            "variant_id": variant.pk,
            "sku": variant.sku,
            "name": "Contours 7",
            "options": {},
            "quantity": 2,
            "price_at_purchase": "20.00",
            "discount": "0.00",
            "line_total": "40.00",
            "tax_rate": "19.000",
            "tax": "6.39",
            "shipped_quantity": 0,
            "cancelled_quantity": 0,
            "returned_quantity": 0,
        }
        address = dict.fromkeys(("full_name", "company", "line2", "city", "region", "postcode", "phone"), "")
        address |= {"line1": "123 Main St", "country": "DE"}
        assert body == {
            "id": order.public_id,
            "number": order.number,
            "status": "pending",
            "payment_status": "unpaid",
            "fulfilment_status": "unfulfilled",
            "email": shopper.email,
            "subtotal": "40.00",
            "discount": "0.00",
            "shipping": "4.90",
            "tax": "7.17",
            "total_amount": "44.90",
            "refunded": "0.00",
            "currency": "EUR",
            "prices_include_tax": True,
            "payment_method": "test",
            "shipping_method": "standard",
            "delivery_address": address,
            "billing_address": address,
            "cancel_reason": "",
            "note": "",
            "steps": [
                {"kind": "goods", "label": "", "amount": "40.00"},
                {"kind": "shipping", "label": "Standard", "amount": "4.90"},
            ],
            "payments": [],
            "refunds": [],
            "returns": [],
            "shipments": [],
            "can_pay": True,
            "can_cancel": True,
        }
        assert (order.user_id, order.total) == (shopper.pk, Decimal("44.90"))
        assert counters(variant) == (10, 0, 2)
        assert ok(api.get("cart"))["items"] == []

    def test_everything_that_can_be_said(self, api):
        said = {
            "delivery_address": HOME,
            "billing_address": {**HOME, "company": "Albrecht GmbH"},
            "shipping_method": "express",
            "payment_method": "on_delivery",
            "note": "Please ring twice.",
            "expected_total": "49.90",
        }
        body = ok(filled(api).post("orders", said), 201)
        assert (body["status"], body["payment_method"], body["shipping_method"]) == (
            "processing",
            "on_delivery",
            "express",
        )
        assert (body["note"], body["billing_address"]["company"]) == ("Please ring twice.", "Albrecht GmbH")
        assert body["delivery_address"]["postcode"] == "20359"

    def test_a_guest_gets_the_key_to_the_order(self):
        guest = filled(Api())
        body = ok(guest.post("orders/", AS_GUEST), 201)
        order = Order.objects.get()
        assert (order.user_id, order.email) == (None, "guest@example.org")
        assert len(body["order_token"]) >= 43
        assert OrderToken.objects.get().token_hash == token_hash(body["order_token"])
        seen = ok(Api(X_Order_Token=body["order_token"]).get(f"orders/{body['number']}"))
        assert seen["id"] == body["id"]
        assert "order_token" not in seen

    def test_a_browsers_guest_sees_it_there_too(self, client):
        client.post("/cart/add/", {"variant_id": goods().pk, "quantity": 1})
        body = ok(Api(client=client).post("orders", AS_GUEST), 201)
        assert client.get(f"/orders/{body['number']}/").status_code == 200
        assert ok(Api(client=client).get(f"orders/{body['number']}"))["id"] == body["id"]
        assert ok(Api(X_Order_Token=body["order_token"]).get(f"orders/{body['id']}"))["id"] == body["id"]

    def test_an_address_of_ones_own_may_be_said(self, api, shopper):
        ok(filled(api).post("orders", {**STREET, "email": shopper.email.upper()}), 201)
        problem = refused(filled(api).post("orders", {**STREET, "email": "x@example.org"}), 400, "invalid")
        assert fields(problem) == {"email": "invalid"}


class TestRefusals:
    def test_an_empty_cart(self, api):
        refused(api.post("orders", STREET), 400, "cart_empty")
        line = ok(api.post("cart/items", {"variant_id": goods().pk}), 201)
        api.delete(f"cart/items/{line['id']}")
        refused(api.post("orders", STREET), 400, "cart_empty")

    def test_nobody(self):
        refused(Api().post("orders", AS_GUEST), 401, "not_authenticated")
        refused(Api(X_Cart_Token="made-up").post("orders", AS_GUEST), 401, "not_authenticated")

    def test_another_total(self, api):
        problem = refused(
            filled(api, goods(price="20.00")).post("orders", {**STREET, "expected_total": "44.89"}),
            409,
            "total_changed",
        )
        assert problem["total"] == "44.90"
        assert not Order.objects.exists()

    def test_missing_stock(self, api):
        variant = goods(stock=2)
        filled(api, variant)
        StockHold.objects.all().delete()
        Stock.objects.update(on_hand=1, held=0)
        problem = refused(api.post("orders", STREET), 409, "insufficient_stock")
        assert problem["lines"] == [
            {"variant_id": variant.pk, "sku": variant.sku, "name": str(variant), "requested": 2, "available": 1}
        ]
        Stock.objects.update(on_hand=0)

    def test_what_is_no_longer_for_sale(self, api):
        filled(api)
        Product.objects.update(status=ProductStatus.ARCHIVED)
        refused(api.post("orders", STREET), 409, "not_for_sale")

    @pytest.mark.parametrize(
        ("body", "wrong"),
        [
            ({}, {"delivery_address": "required"}),
            ({"delivery_address": ""}, {"delivery_address": "blank"}),
            ({"delivery_address": None}, {"delivery_address": "null"}),
            ({"delivery_address": 5}, {"delivery_address": "invalid"}),
            ({"delivery_address": []}, {"delivery_address": "invalid"}),
            ({"delivery_address": "x" * 201}, {"delivery_address": "max_length"}),
            ({"delivery_address": {**HOME, "zip": "1"}}, {"delivery_address.zip": "unknown_field"}),
            ({"delivery_address": {**HOME, "city": ""}}, {"delivery_address.city": "invalid"}),
            ({"delivery_address": {**HOME, "postcode": "2035"}}, {"delivery_address.postcode": "invalid"}),
            ({"delivery_address": {**HOME, "country": "XX"}}, {"delivery_address.country": "invalid"}),
            (
                {**STREET, "billing_address": {"line1": "x"}},
                dict.fromkeys(("billing_address.full_name", "billing_address.country"), "required"),
            ),
            ({**STREET, "shipping_method": "owl"}, {"shipping_method": "invalid"}),
            ({**STREET, "payment_method": "gold"}, {"payment_method": "invalid"}),
            ({**STREET, "expected_total": 44.9}, {"expected_total": "invalid"}),
            ({**STREET, "total": "1.00"}, {"total": "unknown_field"}),
            ({**STREET, "note": "x" * 2001}, {"note": "max_length"}),
        ],
    )
    def test_what_cannot_be_used(self, api, body, wrong):
        response = filled(api).post("orders", body)
        assert (response.status_code, fields(response.json())) == (400, wrong)
        assert not Order.objects.exists()

    def test_a_guest_without_an_address(self):
        guest = filled(Api())
        assert fields(refused(guest.post("orders", {"delivery_address": HOME}), 400, "invalid")) == {"email": "invalid"}
        refused(guest.post("orders", {**AS_GUEST, "email": "no address"}), 400, "invalid")

    def test_a_session_needs_the_token_against_forgery(self, shopper):
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(shopper)
        refused(Api(client=strict).post("orders", STREET), 403, "forbidden")
        order = OrderFactory(user=shopper)
        refused(Api(client=strict).post(f"orders/{order.number}/cancel"), 403, "forbidden")
        refused(Api(client=strict).post("payments/process", {"order_number": order.number}), 403, "forbidden")


class TestOnce:
    def test_the_same_key_is_the_same_order(self, api):
        first = filled(api).post("orders", STREET, Idempotency_Key="one")
        again = api.post("orders/", STREET, Idempotency_Key="one")
        assert ok(first, 201) == ok(again, 201)
        assert first["Location"] == again["Location"] == f"http://testserver/api/orders/{first.json()['number']}"
        assert ("Idempotency-Replayed" in first, again["Idempotency-Replayed"]) == (False, "true")
        assert Order.objects.count() == 1

    def test_another_body_is_not(self, api):
        filled(api).post("orders", STREET, Idempotency_Key="one")
        refused(
            api.post("orders", {"delivery_address": "5 Side St"}, Idempotency_Key="one"), 422, "idempotency_key_reused"
        )

    def test_a_refusal_leaves_the_key_free(self, api):
        refused(api.post("orders", STREET, Idempotency_Key="one"), 400, "cart_empty")
        ok(filled(api).post("orders", STREET, Idempotency_Key="one"), 201)

    def test_another_key_is_another_order(self, api):
        filled(api).post("orders", STREET, Idempotency_Key="one")
        refused(api.post("orders", STREET, Idempotency_Key="two"), 400, "cart_empty")
        ok(filled(api).post("orders", STREET, Idempotency_Key="two"), 201)
        assert Order.objects.count() == 2

    def test_others_have_keys_of_their_own(self, api, other_shopper):
        filled(api).post("orders", STREET, Idempotency_Key="one")
        ok(filled(Api(user=other_shopper)).post("orders", STREET, Idempotency_Key="one"), 201)
        assert Order.objects.count() == 2

    def test_a_guests_key_is_told_again_and_kept_nowhere(self):
        guest = filled(Api())
        first = ok(guest.post("orders", AS_GUEST, Idempotency_Key="one"), 201)
        again = ok(guest.post("orders", AS_GUEST, Idempotency_Key="one"), 201)
        assert first == again
        assert first["order_token"] not in str(IdempotencyRecord.objects.get().body)
        assert OrderToken.objects.count() == 1

    def test_a_browsers_guest_is_told_again_as_well(self, client):
        client.post("/cart/add/", {"variant_id": goods().pk, "quantity": 1})
        browser = Api(client=client)
        first = ok(browser.post("orders", AS_GUEST), 201)
        session = client.session
        del session["orders"]  # as if the answer, with what it set, had been lost
        session.save()
        assert ok(browser.post("orders", AS_GUEST), 201) == first
        assert client.get(f"/orders/{first['number']}/").status_code == 200

    @pytest.mark.parametrize("seconds", [0, 45])
    def test_without_a_key_the_same_click_is_the_same_order(self, api, seconds):
        first = ok(filled(api).post("orders", STREET), 201)
        Cart.objects.update(updated_at=timezone.now() - timedelta(seconds=seconds))
        assert ok(api.post("orders", STREET), 201) == first
        assert Order.objects.count() == 1

    def test_another_body_or_later_it_is_an_empty_cart(self, api):
        filled(api).post("orders", STREET)
        refused(api.post("orders", {"delivery_address": "5 Side St"}), 400, "cart_empty")
        Cart.objects.update(updated_at=timezone.now() - timedelta(seconds=61))
        refused(api.post("orders", STREET), 400, "cart_empty")

    def test_the_same_body_with_a_new_cart_is_a_new_order(self, api):
        first = ok(filled(api).post("orders", STREET), 201)
        second = ok(filled(api).post("orders", STREET), 201)
        assert first["id"] != second["id"]

    def test_a_key_too_long(self, api):
        assert fields(refused(filled(api).post("orders", STREET, Idempotency_Key="x" * 256), 400, "invalid"))


class TestLooking:
    def test_ones_own_newest_first(self, api, shopper, other_shopper):
        old, new = OrderFactory(user=shopper), OrderFactory(user=shopper, status="pending")
        OrderFactory(user=other_shopper)
        Order.objects.filter(pk=old.pk).update(placed_at=timezone.now() - timedelta(days=3))
        body = ok(api.get("orders/"))
        assert (body["count"], [row["number"] for row in body["results"]]) == (2, [new.number, old.number])
        assert [row["status"] for row in body["results"]] == ["pending", "paid"]
        assert [event["kind"] for event in body["results"][1]["events"]] == ["placed", "paid"]

    def test_filters(self, api, shopper):
        old, new = OrderFactory(user=shopper), OrderFactory(user=shopper, status="pending")
        Order.objects.filter(pk=old.pk).update(placed_at="2026-01-01T00:00:00Z")
        assert [row["number"] for row in ok(api.get("orders", status="paid"))["results"]] == [old.number]
        assert [row["number"] for row in ok(api.get("orders", since="2026-02-01T00:00:00Z"))["results"]] == [new.number]
        assert fields(refused(api.get("orders", status="lost"), 400, "invalid")) == {"status": "invalid_choice"}
        assert fields(refused(api.get("orders", since="then"), 400, "invalid")) == {"since": "invalid"}

    def test_cursors(self, api, shopper):
        numbers = [OrderFactory(user=shopper, status="pending").number for _ in range(3)]
        body = ok(api.get("orders", cursor="", page_size="2"))
        rest = ok(api.client.get(body["next"], headers=api.headers))
        assert [row["number"] for row in body["results"] + rest["results"]] == numbers[::-1]

    def test_by_number_and_by_id(self, api, shopper):
        order = OrderFactory(user=shopper, status="shipped")
        body = ok(api.get(f"orders/{order.number}/"))
        assert body == ok(api.get(f"orders/{order.public_id}"))
        assert body["payments"][0]["status"] == "captured"
        assert body["shipments"][0]["items"][0]["quantity"] == 2
        assert [event["kind"] for event in body["events"]] == ["placed", "paid", "processing", "shipped"]
        assert (body["can_pay"], body["can_cancel"]) == (False, False)

    def test_others_see_nothing(self, shopper, other_shopper):
        order = OrderFactory(user=shopper)
        guests = OrderFactory()
        for other in (Api(user=other_shopper), Api(X_Order_Token=issue_token(guests))):
            refused(other.get(f"orders/{order.number}"), 404, "not_found")
            refused(other.post(f"orders/{order.number}/cancel"), 404, "not_found")
            refused(other.post(f"orders/{order.number}/reorder"), 404, "not_found")
            refused(other.post("payments/process", {"order_number": order.number}), 404, "not_found")
        refused(Api(user=other_shopper).get(f"orders/{guests.number}"), 404, "not_found")
        refused(Api().get(f"orders/{order.number}"), 401, "not_authenticated")
        refused(Api().get("orders"), 401, "not_authenticated")
        refused(Api(X_Order_Token=issue_token(guests)).get("orders"), 401, "not_authenticated")

    def test_a_guests_key_ends(self):
        order = OrderFactory()
        token = issue_token(order)
        ok(Api(X_Order_Token=token).get(f"orders/{order.number}"))
        OrderToken.objects.update(expires_at=timezone.now())
        refused(Api(X_Order_Token=token).get(f"orders/{order.number}"), 401, "invalid_token")
        refused(Api(X_Order_Token="made-up").get(f"orders/{order.number}"), 401, "invalid_token")

    def test_a_key_in_the_address_opens_nothing(self):
        order = OrderFactory()
        refused(Api().get(f"orders/{order.number}", order_token=issue_token(order)), 401, "not_authenticated")

    def test_the_same_queries_for_five_and_for_many(self, api, shopper):
        order = OrderFactory(user=shopper, status="pending")

        def copies(n):
            for _ in range(n):
                copy = Order.objects.get(pk=order.pk)
                copy.pk, copy.cart, copy.public_id, copy.number = (
                    None,
                    None,
                    f"x{Order.objects.count()}",
                    f"n{Order.objects.count()}",
                )
                copy.save()
                for line in order.lines.all():
                    line.pk, line.public_id, line.order = None, f"l{copy.pk}", copy
                    line.save()

        copies(4)
        few = queries_of(lambda: ok(api.get("orders", page_size="100")))
        copies(95)
        assert queries_of(lambda: ok(api.get("orders", page_size="100"))) == few
        assert ok(api.get("orders"))["count"] == 100


class TestCancelling:
    def test_stock_goes_back(self, api, shopper):
        variant = goods()
        order = OrderFactory(user=shopper, items=[(variant, 2)])
        body = ok(api.post(f"orders/{order.number}/cancel"))
        assert (body["status"], body["cancel_reason"], body["can_cancel"]) == ("cancelled", "customer", False)
        assert counters(variant) == (10, 0, 0)
        assert [refund["status"] for refund in body["refunds"]] == ["pending"]
        assert order.events.get(kind="cancelled").actor_id == shopper.pk
        refused(api.post(f"orders/{order.number}/cancel"), 409, "not_cancellable")

    def test_by_a_guest(self):
        order = OrderFactory(status="pending")
        assert ok(Api(X_Order_Token=issue_token(order)).post(f"orders/{order.number}/cancel"))["status"] == "cancelled"

    def test_not_once_it_left(self, api, shopper):
        order = OrderFactory(user=shopper, status="shipped")
        refused(api.post(f"orders/{order.number}/cancel"), 409, "not_cancellable")


class TestOrderingAgain:
    def test_into_the_cart(self, api, shopper):
        kept, gone = goods(), goods(name="Gone")
        order = OrderFactory(user=shopper, items=[(kept, 2), (gone, 1)])
        Product.objects.filter(pk=gone.product_id).update(status=ProductStatus.ARCHIVED)
        body = ok(api.post(f"orders/{order.number}/reorder"))
        assert (body["added"], body["cart"]["item_count"]) == (1, 2)
        assert [(one["name"], one["detail"]) for one in body["left_out"]] == [("Gone", "This is no longer for sale.")]

    def test_a_guest_gets_a_cart(self):
        order = OrderFactory(items=[(goods(), 1), (goods(), 1)])
        response = Api(X_Order_Token=issue_token(order)).post(f"orders/{order.number}/reorder")
        assert ok(response)["added"] == 2
        assert ok(Api(X_Cart_Token=response["X-Cart-Token"]).get("cart"))["item_count"] == 2
        assert CartLine.objects.filter(cart__status="open").count() == 2


class TestOptions:
    def test_what_can_be_chosen(self, api):
        filled(api, goods(price="20.00"))
        body = ok(api.get("cart/options"))
        assert [(one["code"], one["price"]) for one in body["shipping_methods"]][:2] == [
            ("standard", "4.90"),
            ("express", "9.90"),
        ]
        assert set(body["shipping_methods"][0]) >= {"code", "name", "price", "delivery_from", "delivery_to"}
        assert [(one["code"], one["public"]) for one in body["payment_methods"]] == [
            ("test", {}),
            ("transfer", {}),
            ("on_delivery", {}),
        ]
        assert body["countries"][0] == {"code": "DE", "name": "Germany"}
        assert ok(Api().get("cart/options"))["shipping_methods"] == []
