"""/api/users/: the customers themselves, staff who look, staff who act, and everybody else."""

from __future__ import annotations

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission

from accounts.models import ApiKey, User
from accounts.services.api_keys import make_key
from accounts.tests.factories import PASSWORD, AddressFactory, UserFactory
from carts.models import Cart, CartLine
from carts.tests.api import Api, fields, ok, queries_of, refused
from carts.tests.factories import add, counters, customer, goods
from catalog.models import Stock, StockHold
from catalog.tests.factories import ProductFactory
from orders.models import Order
from orders.tests.factories import OrderFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("prices")]

STREET = {"delivery_address": "123 Main St"}


def worker(*permissions: str) -> User:
    """Somebody who works here and may do this."""
    user = UserFactory(is_staff=True)
    for permission in permissions:
        app, codename = permission.split(".")
        user.user_permissions.add(Permission.objects.get(content_type__app_label=app, codename=codename))
    return user


@pytest.fixture
def own(shopper):
    return Api(user=shopper)


@pytest.fixture
def looker(db):
    return Api(user=worker("carts.view_cart", "orders.view_order", "accounts.view_user"))


@pytest.fixture
def support(db):
    return worker("carts.view_cart", "orders.view_order", "accounts.act_for_customer")


@pytest.fixture
def helper(support):
    return Api(user=support)


class TestCart:
    def test_of_ones_own(self, own, shopper):
        base = f"users/{shopper.pk}/cart"
        made = ok(own.post(f"{base}/"), 201)
        assert ok(own.post(base))["id"] == made["id"] == Cart.objects.get(open_for=shopper).public_id
        variant = goods(stock=5)
        line = ok(own.post(f"{base}/add", {"product_id": variant.product_id, "quantity": 3}), 201)
        assert (line["variant_id"], line["quantity"], line["cart"]["item_count"]) == (variant.pk, 3, 3)
        assert ok(own.get(base)) == ok(own.get("cart"))
        assert ok(own.post(f"{base}/remove", {"variant_id": variant.pk, "quantity": 2}))["item_count"] == 1
        assert counters(variant) == (5, 1, 0)
        assert ok(own.post(f"{base}/remove", {"product_id": variant.product_id}))["items"] == []
        assert counters(variant) == (5, 0, 0)
        refused(own.post(f"{base}/remove", {"variant_id": variant.pk}), 404, "not_found")
        assert not LogEntry.objects.exists()

    def test_taking_out_more_than_there_is_takes_all(self, own, shopper):
        product = ProductFactory(variants=2)
        first, second = product.variants.order_by("position")
        add(customer(shopper), first, 2)
        add(customer(shopper), second, 2)
        cart = ok(own.post(f"users/{shopper.pk}/cart/remove", {"product_id": product.pk, "quantity": 3}))
        assert [(line["variant_id"], line["quantity"]) for line in cart["items"]] == [(second.pk, 1)]
        assert ok(own.post(f"users/{shopper.pk}/cart/remove", {"variant_id": second.pk, "quantity": 9}))["items"] == []

    @pytest.mark.parametrize(
        ("path", "body", "wrong"),
        [
            ("add", {}, {"variant_id": "required"}),
            ("add", {"variant_id": 1, "quantity": 0}, {"quantity": "min_value"}),
            ("remove", {}, {"variant_id": "required"}),
            ("remove", {"variant_id": 1, "quantity": "1"}, {"quantity": "invalid"}),
            ("remove", {"variant_id": 1, "line": "x"}, {"line": "unknown_field"}),
        ],
    )
    def test_what_cannot_be_used(self, own, shopper, path, body, wrong):
        response = own.post(f"users/{shopper.pk}/cart/{path}", body)
        assert (response.status_code, fields(response.json())) == (400, wrong)

    def test_staff_look_and_change_nothing(self, looker, shopper):
        line = add(customer(shopper), goods(stock=5), 2)
        StockHold.objects.all().delete()
        Stock.objects.update(held=0)
        assert ok(looker.get(f"users/{shopper.pk}/cart"))["item_count"] == 2
        assert not StockHold.objects.exists()
        for path, body in (
            ("", {}),
            ("/add", {"variant_id": line.variant_id}),
            ("/remove", {"variant_id": line.variant_id}),
        ):
            refused(looker.post(f"users/{shopper.pk}/cart{path}", body), 403, "forbidden")
        refused(looker.post(f"users/{shopper.pk}/cart/checkout", STREET), 403, "forbidden")
        assert CartLine.objects.get().quantity == 2

    def test_staff_who_act_stand_in_the_history(self, helper, support, shopper):
        variant = goods(stock=5)
        ok(helper.post(f"users/{shopper.pk}/cart/add", {"variant_id": variant.pk, "quantity": 2}), 201)
        assert CartLine.objects.get(cart__open_for=shopper).quantity == 2
        entry = LogEntry.objects.get()
        assert (entry.user, entry.object_id) == (support, str(Cart.objects.get().pk))
        assert entry.get_change_message() == "Changed for the customer."
        assert ok(helper.get("cart"))["items"] == [], "it is not their own"


class TestCheckout:
    def test_to_the_default_address(self, own, shopper):
        AddressFactory(user=shopper, line1="Elsewhere 1")
        AddressFactory(user=shopper, is_default_shipping=True, line1="Hafenstraße 12")
        AddressFactory(user=shopper, is_default_billing=True, line1="Bürogasse 3")
        add(customer(shopper), goods())
        body = ok(own.post(f"users/{shopper.pk}/cart/checkout"), 201)
        assert (body["delivery_address"]["line1"], body["billing_address"]["line1"]) == (
            "Hafenstraße 12",
            "Bürogasse 3",
        )
        assert Order.objects.get().user == shopper

    def test_without_any_address(self, own, shopper):
        add(customer(shopper), goods())
        problem = refused(own.post(f"users/{shopper.pk}/cart/checkout"), 400, "invalid")
        assert fields(problem) == {"delivery_address": "invalid"}
        refused(own.post(f"users/{shopper.pk}/cart/checkout", {"total": "1.00", **STREET}), 400, "unknown_field")

    def test_by_staff_who_act(self, helper, support, shopper):
        add(customer(shopper), goods())
        first = helper.post(f"users/{shopper.pk}/cart/checkout/", STREET, Idempotency_Key="one")
        again = helper.post(f"users/{shopper.pk}/cart/checkout/", STREET, Idempotency_Key="one")
        assert ok(first, 201) == ok(again, 201)
        order = Order.objects.get()
        assert (order.user, order.email) == (shopper, shopper.email)
        assert order.events.get(kind="placed").actor == support

    def test_an_empty_cart(self, own, shopper):
        refused(own.post(f"users/{shopper.pk}/cart/checkout", STREET), 400, "cart_empty")

    def test_not_for_an_account_that_is_off(self, helper, shopper):
        User.objects.filter(pk=shopper.pk).update(is_active=False)
        refused(helper.post(f"users/{shopper.pk}/cart/checkout", STREET), 409, "conflict")


class TestOrders:
    def test_who_sees_them(self, own, looker, shopper):
        order = OrderFactory(user=shopper)
        OrderFactory(user=UserFactory())
        for api in (own, looker):
            assert [row["number"] for row in ok(api.get(f"users/{shopper.pk}/orders"))["results"]] == [order.number]
        assert ok(own.get(f"users/{shopper.pk}/orders", status="pending"))["count"] == 0


PATHS = [
    ("get", "cart"),
    ("post", "cart"),
    ("post", "cart/add"),
    ("post", "cart/remove"),
    ("post", "cart/checkout"),
    ("get", "orders"),
]


@pytest.mark.parametrize(("method", "path"), PATHS)
class TestNobodyElse:
    def called(self, api: Api, user_id: object, method: str, path: str):
        address = f"users/{user_id}/{path}"
        return api.get(address) if method == "get" else api.post(address, {"variant_id": 1})

    def test_others_find_nothing(self, shopper, other_shopper, method, path):
        refused(self.called(Api(user=other_shopper), shopper.pk, method, path), 404, "not_found")

    def test_staff_without_the_permission_find_nothing(self, shopper, method, path):
        refused(self.called(Api(user=worker("accounts.act_for_customer")), shopper.pk, method, path), 404, "not_found")

    def test_nobody_is_asked_who_they_are(self, shopper, method, path):
        refused(self.called(Api(), shopper.pk, method, path), 401, "not_authenticated")

    def test_users_there_are_not(self, helper, method, path):
        refused(self.called(helper, 4711, method, path), 404, "not_found")
        refused(self.called(helper, 10**30, method, path), 404, "not_found")


class TestPeople:
    def test_the_list(self, looker, shopper, own):
        body = ok(looker.get("users/"))
        assert body["count"] == 2
        row = next(row for row in body["results"] if row["id"] == shopper.pk)
        assert (row["email"], row["role"], row["is_active"]) == (shopper.email, "customer", True)
        assert "password" not in row
        refused(own.get("users"), 403, "forbidden")
        refused(Api().get("users"), 401, "not_authenticated")

    def test_the_same_queries_for_five_and_for_many(self, looker):
        UserFactory.create_batch(4)
        few = queries_of(lambda: ok(looker.get("users", page_size="100")))
        UserFactory.create_batch(30)
        assert queries_of(lambda: ok(looker.get("users", page_size="100"))) == few

    def test_opening_an_account(self):
        api = Api(user=worker("accounts.add_user"))
        said = {"email": "New@Example.org", "password": "TestPass123", "username": "new", "first_name": "Nia"}
        body = ok(api.post("users", said), 201)
        assert (body["email"], body["username"], body["role"], body["is_verified"]) == (
            "new@example.org",
            "new",
            "customer",
            False,
        )
        ok(Api().post("auth/login", {"email": "new@example.org", "password": "TestPass123"}))
        refused(api.post("users", said), 400, "email_taken")
        refused(api.post("users", {**said, "email": "x@example.org", "is_admin": True}), 403, "forbidden")
        assert User.objects.filter(email="x@example.org").count() == 0

    def test_an_administrator_makes_another(self, staff):
        said = {"email": "boss@example.org", "password": "TestPass123", "is_admin": True}
        assert ok(Api(user=staff).post("users", said), 201)["role"] == "admin"

    @pytest.mark.parametrize(
        ("body", "wrong"),
        [
            ({}, {"email": "required", "password": "required"}),
            ({"email": "no address", "password": PASSWORD}, {"email": "invalid"}),
            ({"email": "a@example.org", "password": "short"}, {"password": "invalid"}),
            ({"email": "a@example.org", "password": PASSWORD, "is_staff": True}, {"is_staff": "unknown_field"}),
        ],
    )
    def test_what_cannot_be_used(self, body, wrong):
        response = Api(user=worker("accounts.add_user")).post("users", body)
        assert (response.status_code, fields(response.json())) == (400, wrong)

    def test_who_may_not(self, looker, own):
        for api in (looker, own):
            refused(api.post("users", {"email": "a@example.org", "password": PASSWORD}), 403, "forbidden")


class TestPrograms:
    """A key acts for the shop, and for a customer only where its role may."""

    def key(self, staff, *permissions: str) -> Api:
        role = Group.objects.create(name="Till")
        for permission in permissions:
            app, codename = permission.split(".")
            role.permissions.add(Permission.objects.get(content_type__app_label=app, codename=codename))
        return Api(Authorization=f"Bearer {make_key(ApiKey(name='Till', group=role), maker=staff)}")

    def test_the_shop_has_no_cart_and_no_orders(self, staff):
        api = self.key(staff, "orders.view_order")
        for path in ("cart", "cart/count", "cart/saved", "cart/options", "orders", "payments"):
            refused(api.get(path), 403, "forbidden")
        refused(api.post("cart/items", {"variant_id": 1}), 403, "forbidden")
        refused(api.post("orders", STREET), 403, "forbidden")

    def test_a_till_sells_to_a_customer(self, staff, shopper):
        api = self.key(staff, "carts.view_cart", "orders.view_order", "accounts.act_for_customer")
        ok(api.post(f"users/{shopper.pk}/cart/add", {"variant_id": goods().pk}), 201)
        ok(api.post(f"users/{shopper.pk}/cart/checkout", STREET), 201)
        assert Order.objects.get().events.get(kind="placed").actor == staff
        assert LogEntry.objects.get().user == staff
        assert ok(api.get(f"users/{shopper.pk}/orders"))["count"] == 1


@pytest.mark.parametrize("path", ["cart/", "cart/saved", "cart/options", "orders/", "payments/", "users/"])
def test_people_can_click_through(path, staff, client_of):
    browser = Api(client=client_of(staff), Accept="text/html")
    response = browser.get(path)
    assert (response.status_code, response["Content-Type"]) == (200, "text/html; charset=utf-8")
