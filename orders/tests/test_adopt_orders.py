"""Orders of guests find their way into the account whose address they were placed with."""

import pytest
from django.test import Client

from accounts.models import User
from accounts.services.verify_email import send_verification_code, verify_email
from accounts.tests.api import post
from accounts.tests.factories import PASSWORD, UserFactory
from carts.tests.factories import goods
from orders.models import Order
from orders.tests.factories import OrderFactory, check_out, fill_cart
from orders.tests.pages import fill_bag, place

pytestmark = pytest.mark.django_db

GUEST = "guest@example.org"


def guest_order(email=GUEST):
    return check_out(fill_cart([(goods(), 1)]), email=email)


def in_account(user):
    return set(Order.objects.filter(user=user).values_list("number", flat=True))


def test_they_appear_once_the_address_is_verified(code_sent_to):
    mine, other = guest_order().order, guest_order("other@example.org").order
    user = UserFactory(email=GUEST, email_verified_at=None)
    send_verification_code(user)
    assert in_account(user) == set()
    verify_email(email=GUEST, digits=code_sent_to(GUEST))
    assert in_account(user) == {mine.number}
    assert Order.objects.get(pk=other.pk).user is None


def test_never_before(client):
    guest_order()
    user = UserFactory(email=GUEST, username="early", email_verified_at=None)
    client.post("/login/", {"identifier": "early", "password": PASSWORD})
    post("login", {"email": GUEST, "password": PASSWORD})
    assert in_account(user) == set()


def test_an_account_somebody_else_opened_is_emptied_first(code_sent_to, client_of):
    order = guest_order().order
    squatter = UserFactory(email=GUEST, email_verified_at=None)
    theirs = client_of(squatter)
    post("resend-code", {"email": GUEST})
    assert post("verify-email", {"email": GUEST, "code": code_sent_to(GUEST)}).status_code == 200
    assert in_account(squatter) == {order.number}
    assert theirs.get(f"/orders/{order.number}/").status_code == 404


@pytest.mark.parametrize("door", ["page", "api"])
def test_what_was_ordered_later_comes_with_the_next_sign_in(client, door):
    user = UserFactory(email=GUEST, username="later")
    order = guest_order().order
    if door == "page":
        client.post("/login/", {"identifier": "later", "password": PASSWORD})
    else:
        post("login", {"email": GUEST, "password": PASSWORD})
    assert in_account(user) == {order.number}


def test_a_new_address_brings_its_orders_and_keeps_the_old_ones(shopper, code_sent_to, client_of):
    old, new = OrderFactory(user=shopper), guest_order("new@example.org").order
    mine = client_of(shopper)
    mine.post("/account/email/", {"new_email": "new@example.org", "current_password": PASSWORD})
    mine.post("/account/email/code/", {"code": code_sent_to("new@example.org")})
    assert in_account(shopper) == {old.number, new.number}


def test_the_mailed_link_goes_on_working(anonymous):
    placed = guest_order()
    user = UserFactory(email=GUEST)
    post("login", {"email": GUEST, "password": PASSWORD})
    assert in_account(user) == {placed.order.number}
    link = f"/orders/{placed.order.number}/open/{placed.token}"
    assert anonymous.get(link, follow=True).status_code == 200


class TestAnAccountAfterCheckout:
    def order(self, client):
        return place(fill_bag(client, (goods(), 1)), payment_method="on_delivery", email=GUEST)

    def test_one_field_makes_it(self, client, code_sent_to):
        order = self.order(client)
        page = client.get(f"/orders/{order.number}/confirmation/").content.decode()
        assert "Keep this order in an account" in page
        answer = client.post(f"/orders/{order.number}/account/", {"password": PASSWORD})
        assert answer.url == f"/orders/{order.number}/"
        user = User.objects.get(email=GUEST)
        assert (user.full_name, user.is_verified, user.check_password(PASSWORD)) == ("Ines Albrecht", False, True)
        assert client.get(answer.url).status_code == 200
        client.post("/account/verify-email/", {"code": code_sent_to(GUEST)})
        assert in_account(user) == {order.number}

    def test_a_password_that_will_not_do(self, client):
        order = self.order(client)
        page = client.post(f"/orders/{order.number}/account/", {"password": "short"})
        assert "password" in page.context["join_form"].errors
        assert not User.objects.exists()

    def test_a_known_address_is_led_to_sign_in(self, client):
        UserFactory(email=GUEST)
        order = self.order(client)
        page = client.post(f"/orders/{order.number}/account/", {"password": PASSWORD})
        assert "There is an account with this address" in page.content.decode()

    def test_where_verification_is_mandatory_the_code_comes_first(self, client, code_sent_to, settings):
        settings.SHOP_EMAIL_VERIFICATION = "mandatory"
        order = self.order(client)
        assert client.post(f"/orders/{order.number}/account/", {"password": PASSWORD}).url == "/account/verify-email/"
        assert client.post("/account/verify-email/", {"code": code_sent_to(GUEST)}).url == f"/orders/{order.number}/"
        assert in_account(User.objects.get()) == {order.number}

    def test_not_for_strangers_nor_for_customers(self, client, shopper, client_of):
        order = self.order(client)
        for other in (Client(), client_of(shopper)):
            assert other.post(f"/orders/{order.number}/account/", {"password": PASSWORD}).status_code == 404
        own = OrderFactory(user=shopper)
        mine = client_of(shopper)
        assert mine.post(f"/orders/{own.number}/account/", {"password": PASSWORD}).status_code == 404
        assert "Keep this order" not in mine.get(f"/orders/{own.number}/confirmation/").content.decode()
