"""Whose /api/cart/ it is: by session, by access token, by a cart's own token; and who may write to it."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.services.tokens import issue_tokens
from accounts.tests.factories import PASSWORD
from carts.models import Cart, CartLine, CartStatus
from carts.tests.api import EMPTY, Api, cookieless, ok, refused
from carts.tests.factories import add, goods, guest
from shop.common.ids import token_hash

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("prices")]


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
