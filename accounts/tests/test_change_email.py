"""Another address: by pages and by the API."""

import pytest

from accounts.models import EmailCode, User
from accounts.services.change_email import EmailChange, confirm_email_change, request_email_change
from accounts.services.email_codes import WrongCode
from accounts.tests.api import call, post, refused, token_of
from accounts.tests.factories import PASSWORD, UserFactory
from shop.common.errors import InvalidInput, TooManyRequests

pytestmark = pytest.mark.django_db

NEW = "moved@example.org"
BODY = {"new_email": NEW, "current_password": PASSWORD}


def ask(user, **given):
    return request_email_change(user=user, change=EmailChange(**BODY | given))


def test_the_code_changes_it_and_the_old_address_is_told(shopper, code_sent_to, mails_to):
    ask(shopper)
    assert User.objects.get().email == "shopper@example.org"
    user = confirm_email_change(email=NEW, digits=code_sent_to(NEW))
    assert (user.email, user.is_verified, User.objects.get().email) == (NEW, True, NEW)
    (told,) = mails_to("shopper@example.org")
    assert NEW in told.body
    with pytest.raises(WrongCode):
        confirm_email_change(email=NEW, digits=code_sent_to(NEW))


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"new_email": "nope"}, "new_email"),
        ({"new_email": "SHOPPER@example.org"}, "new_email"),
        ({"current_password": "wrong one"}, "current_password"),
    ],
)
def test_what_will_not_do_is_said_at_its_field(shopper, given, field):
    with pytest.raises(InvalidInput) as refusal:
        ask(shopper, **given)
    assert set(refusal.value.fields) == {field}
    assert not EmailCode.objects.exists()


def test_guessing_the_password_ends_soon(shopper):
    for _ in range(5):
        with pytest.raises(InvalidInput):
            ask(shopper, current_password="wrong one")
    with pytest.raises(TooManyRequests):
        ask(shopper)


def test_a_taken_address_is_not_told_but_its_owner_is(shopper, other_shopper, mails_to):
    ask(shopper, new_email=other_shopper.email)
    assert not EmailCode.objects.exists()
    assert "account" in mails_to(other_shopper.email)[-1].subject


def test_an_address_somebody_took_meanwhile(shopper, code_sent_to):
    ask(shopper)
    UserFactory(email=NEW)
    with pytest.raises(InvalidInput) as refusal:
        confirm_email_change(email=NEW, digits=code_sent_to(NEW))
    assert refusal.value.error_code == "email_taken"
    assert User.objects.get(pk=shopper.pk).email == "shopper@example.org"


def test_a_code_is_good_in_its_session_only(shopper, code_sent_to):
    ask(shopper, browser="a browser")
    with pytest.raises(WrongCode):
        confirm_email_change(email=NEW, digits=code_sent_to(NEW))
    assert confirm_email_change(email=NEW, digits=code_sent_to(NEW), browser="a browser").email == NEW


def test_older_codes_for_the_old_address_end(shopper, code_sent_to):
    post("forgot-password", {"email": shopper.email})
    code_sent_to(shopper.email)
    ask(shopper)
    confirm_email_change(email=NEW, digits=code_sent_to(NEW))
    assert not EmailCode.objects.filter(used_at=None).exists()


class TestByTheAPI:
    def test_it_takes_effect_with_the_code_and_the_rest_ends(self, shopper, code_sent_to, client_of):
        mine, elsewhere, browser = token_of(shopper), token_of(shopper), client_of(shopper)
        assert post("change-email", BODY, token=mine).status_code == 202
        assert call("get", "me", token=mine).json()["email"] == "shopper@example.org"
        assert post("verify-email", {"email": NEW, "code": code_sent_to(NEW)}).status_code == 200
        assert call("get", "me", token=mine).json()["email"] == NEW
        refused(call("get", "me", token=elsewhere), 401, "invalid_token")
        assert browser.get("/account/").status_code == 302

    def test_a_taken_address_has_the_same_answer(self, shopper, other_shopper):
        token = token_of(shopper)
        free, taken = (
            post("change-email", BODY | {"new_email": email}, token=token) for email in (NEW, other_shopper.email)
        )
        assert (free.status_code, free.content) == (taken.status_code, taken.content)

    def test_the_newest_code_says_what_it_is_for(self, shopper, code_sent_to):
        post("change-email", BODY, token=token_of(shopper))
        post("register", {"email": NEW, "password": PASSWORD})
        post("resend-code", {"email": NEW})
        assert post("verify-email", {"email": NEW, "code": code_sent_to(NEW)}).status_code == 200
        assert User.objects.get(email=NEW) != shopper
        assert User.objects.get(email=NEW).is_verified

    def test_nobody(self):
        refused(post("change-email", BODY), 401, "not_authenticated")

    def test_refusals(self, shopper):
        token = token_of(shopper)
        refused(post("change-email", {"new_email": NEW}, token=token), 400, "invalid")
        refused(post("change-email", BODY | {"current_password": "no"}, token=token), 400, "wrong_password")


class TestOnPages:
    def test_this_browser_stays_signed_in_and_others_do_not(self, shopper, client_of, code_sent_to):
        mine, elsewhere = client_of(shopper), client_of(shopper)
        assert mine.post("/account/email/", BODY).url == "/account/email/code/"
        assert mine.post("/account/email/code/", {"code": code_sent_to(NEW)}).url == "/account/"
        assert NEW in mine.get("/account/").content.decode()
        assert elsewhere.get("/account/").status_code == 302
        assert mine.get("/account/email/code/").url == "/account/email/"

    def test_mistakes_stay_typed(self, shopper, client_of):
        page = client_of(shopper).post("/account/email/", {"new_email": "nope", "current_password": "x"})
        assert 'value="nope"' in page.content.decode()
        assert set(page.context["form"].errors) == {"new_email"}
