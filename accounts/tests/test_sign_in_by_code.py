"""Signing in by a code from the mail."""

import pytest

from accounts.models import Address, User
from accounts.tests.conftest import wrong
from accounts.tests.factories import PASSWORD, AddressFactory, UserFactory, app_code, give_app

pytestmark = pytest.mark.django_db


def who(client):
    return client.session.get("_auth_user_id")


def ask(client, email, **more):
    return client.post("/login/code/", {"email": email} | more)


def check(client, code, **more):
    return client.post("/login/code/check/", {"code": code} | more)


def test_the_code_lets_in_once(client, shopper, code_sent_to, client_of):
    assert ask(client, "SHOPPER@example.org", next="/account/addresses/").url == "/login/code/check/"
    code = code_sent_to(shopper.email)
    assert "This code is not right" in check(client, wrong(code)).content.decode()
    assert check(client, code, remember="on").url == "/account/addresses/"
    assert who(client) == str(shopper.pk)
    assert not client.session.get_expire_at_browser_close()
    client.post("/logout/")
    assert check(client, code).url == "/login/code/"


def test_it_is_good_in_the_browser_that_asked_only(client, shopper, code_sent_to, anonymous):
    ask(client, shopper.email)
    code = code_sent_to(shopper.email)
    assert check(anonymous, code).url == "/login/code/"
    ask(anonymous, "nobody@example.org")
    assert "not right" in check(anonymous, code).content.decode()
    assert who(anonymous) is None


def test_unknown_addresses_read_the_same(client, anonymous, shopper, mails_to):
    UserFactory(email="gone@example.org", is_active=False)
    known, unknown, gone = (ask(client, e) for e in (shopper.email, "nobody@example.org", "gone@example.org"))
    assert {(page.status_code, page.url) for page in (known, unknown, gone)} == {(302, "/login/code/check/")}
    assert mails_to("gone@example.org") == mails_to("nobody@example.org") == []


def test_the_second_factor_is_asked_for_as_well(client, shopper, code_sent_to):
    give_app(shopper)
    ask(client, shopper.email)
    assert check(client, code_sent_to(shopper.email)).url == "/login/second-step/"
    assert client.post("/login/second-step/", {"code": app_code()}).url == "/account/"


def test_an_account_somebody_else_opened_is_emptied_first(client, code_sent_to, client_of):
    squatted = UserFactory(email="ada@example.org", email_verified_at=None)
    AddressFactory(user=squatted)
    theirs = client_of(squatted)
    ask(client, "ada@example.org")
    assert check(client, code_sent_to("ada@example.org")).url == "/account/"
    user = User.objects.get(pk=squatted.pk)
    assert (user.is_verified, user.check_password(PASSWORD), Address.objects.count()) == (True, False, 0)
    assert theirs.get("/account/").status_code == 302


def test_who_is_signed_in_is_led_away(shopper, client_of):
    mine = client_of(shopper)
    for url in ("/login/code/", "/login/code/check/", "/login/second-step/"):
        assert mine.get(url).url == "/account/", url
