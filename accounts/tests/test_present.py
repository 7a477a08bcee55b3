"""Who has no password proves themselves by a code from a mail, wherever the password is asked for."""

import pytest

from accounts.models import EmailCode
from accounts.selectors.factors import has_second_factor, passkeys_of
from accounts.tests.authenticator import SoftPasskey
from accounts.tests.factories import APP_SECRET, PASSWORD, app_code

pytestmark = pytest.mark.django_db

PAGES = (
    "/account/password/",
    "/account/email/",
    "/account/security/app/",
    "/account/security/passkeys/new/",
    "/account/privacy/close/",
)


@pytest.fixture
def without(shopper):
    shopper.set_unusable_password()
    shopper.save()
    return shopper


@pytest.fixture
def mine(client_of, without):
    return client_of(without)


@pytest.fixture
def code(mine, without, code_sent_to):
    mine.post("/account/security/proof/")
    return code_sent_to(without.email)


def test_every_page_says_so_and_sends_one(mine, without, code_sent_to):
    for url in PAGES:
        page = mine.get(url).content.decode()
        assert "You have no password here" in page, url
        assert "Present password" not in page, url
    assert mine.post("/account/security/proof/", {"next": "/account/email/"}).url == "/account/email/"
    assert len(code_sent_to(without.email)) == 6


def test_those_who_have_one_are_asked_for_it_and_get_no_code(client_of, shopper, mails_to):
    mine = client_of(shopper)
    assert all("Present password" in mine.get(url).content.decode() for url in PAGES)
    mine.post("/account/security/proof/")
    assert mails_to(shopper.email) == []
    assert not EmailCode.objects.exists()


def test_too_many_codes_are_told_on_the_page(mine, without, mails_to):
    sent = [mine.post("/account/security/proof/", follow=True) for _ in range(8)]
    assert {page.status_code for page in sent} == {200}
    assert "That was tried too often. Please wait a little." in sent[-1].content.decode()
    assert 0 < len(mails_to(without.email)) < 8


def test_a_password_is_set(mine, without, code):
    typed = {"current_password": code, "new_password": PASSWORD}
    assert mine.post("/account/password/", typed).url == "/account/"
    without.refresh_from_db()
    assert without.check_password(PASSWORD)


def test_a_code_is_good_once(mine, without, code):
    mine.post("/account/email/", {"current_password": code, "new_email": "new@example.org"})
    page = mine.post("/account/email/", {"current_password": code, "new_email": "newer@example.org"})
    assert "This code is not right" in page.content.decode()


def test_nothing_else_is(mine, without, code):
    for wrong in ("", "000000" if code != "000000" else "111111", without.password):
        page = mine.post("/account/password/", {"current_password": wrong, "new_password": PASSWORD})
        assert page.status_code == 200
    without.refresh_from_db()
    assert not without.has_usable_password()


def test_not_the_code_of_somebody_else(mine, client_of, other_shopper, code_sent_to):
    other_shopper.set_unusable_password()
    other_shopper.save()
    client_of(other_shopper).post("/account/security/proof/")
    typed = {"current_password": code_sent_to(other_shopper.email), "new_password": PASSWORD}
    assert mine.post("/account/password/", typed).status_code == 200


def test_guesses_are_counted(mine):
    pages = [
        mine.post("/account/password/", {"current_password": "000000", "new_password": PASSWORD}) for _ in range(6)
    ]
    assert [page.status_code for page in pages] == [200] * 5 + [429]


def test_an_app_that_was_typed_wrongly_costs_no_code(mine, without, code):
    session = mine.session
    mine.get("/account/security/app/")
    secret = APP_SECRET
    from allauth.mfa.adapter import get_adapter

    session = mine.session
    session["accounts.app_secret"] = get_adapter().encrypt(secret)
    session.save()
    mine.post("/account/security/app/", {"code": "000000", "current_password": code})
    assert not has_second_factor(without)
    mine.post("/account/security/app/", {"code": app_code(), "current_password": code})
    assert has_second_factor(without)


def test_a_passkey_is_added(mine, without, code):
    options = "/account/security/passkeys/new/options/"
    assert mine.post(options, {"current_password": "000000"}).status_code == 400
    mine.post(options, {"current_password": code})
    asked = mine.post(options).json()
    mine.post("/account/security/passkeys/new/", {"name": "Key", "credential": SoftPasskey().create(asked)})
    assert passkeys_of(without.pk).count() == 1
