import pytest

from accounts.models import Consent, User
from accounts.tests.conftest import wrong
from accounts.tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db

REGISTER = "/register/"
VERIFY = "/account/verify-email/"


def join(client, **given):
    return client.post(REGISTER, {"email": "new@example.org", "password": PASSWORD} | given)


def errors(page):
    return {field: list(messages) for field, messages in page.context["form"].errors.items()}


def test_joining_signs_in_and_leads_on(client):
    page = join(client, username="Ada", next="/cart/")
    assert (page.status_code, page.url) == (302, "/cart/")
    user = User.objects.get()
    assert (user.email, user.username, user.is_verified) == ("new@example.org", "Ada", False)
    assert client.session["_auth_user_id"] == str(user.pk)


def test_next_to_another_host_is_ignored(client):
    assert join(client, next="//evil.example").url == "/account/"


def test_the_guests_session_goes_on(client):
    session = client.session
    session["kept"] = "a guest's"
    session.save()
    client.cookies["sessionid"] = session.session_key
    join(client)
    assert client.session["kept"] == "a guest's"
    assert client.session.session_key != session.session_key


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"email": ""}, "email"),
        ({"email": "nope"}, "email"),
        ({"email": "x" * 10_000}, "email"),
        ({"username": "a@b"}, "username"),
        ({"username": "ab"}, "username"),
        ({"username": "x" * 10_000}, "username"),
        ({"username": "日本語です"}, "username"),
        ({"password": ""}, "password"),
        ({"password": "short"}, "password"),
        ({"password": "password123"}, "password"),
        ({"password": "x" * 10_000}, "password"),
    ],
)
def test_what_will_not_do_is_said_at_its_field_and_the_rest_stays(client, given, field):
    page = join(client, **{"username": "Ada.L"} | given)
    assert page.status_code == 200
    assert set(errors(page)) == {field}
    typed = {"email": "new@example.org", "username": "Ada.L"} | given
    text = page.content.decode()
    for name in ("email", "username"):
        assert not typed[name] or f'value="{typed[name]}"' in text
    assert PASSWORD not in text
    assert not User.objects.exists()


def test_taken_names_are_said(client):
    UserFactory(email="new@example.org", username="ada")
    page = join(client, email="New@example.org", username="ADA")
    assert errors(page) == {
        "email": ["There is an account with this address. Sign in, or ask for a new password."],
        "username": ["Somebody has this username. Please choose another."],
    }


def test_markup_is_shown_as_typed(client):
    page = join(client, username="<script>alert(1)</script>")
    assert "<script>alert(1)" not in page.content.decode()


def test_ten_an_hour(client, settings):
    settings.SHOP_LIMITS = {**settings.SHOP_LIMITS, "register_address": "1/86400"}
    UserFactory(email="new@example.org")
    assert join(client).status_code == 200
    page = join(client)
    assert page.status_code == 429
    assert 'value="new@example.org"' in page.content.decode()


class TestConfirmingWhenSignedIn:
    @pytest.fixture
    def joined(self, client):
        join(client)
        return client

    def test_the_account_asks_for_it(self, joined):
        assert VERIFY in joined.get("/account/").content.decode()

    def test_the_code_does_it(self, joined, code_sent_to):
        page = joined.post(VERIFY, {"code": code_sent_to("new@example.org")})
        assert page.url == "/account/"
        assert User.objects.get().is_verified
        assert VERIFY not in joined.get("/account/").content.decode()
        assert joined.get(VERIFY).url == "/account/"

    def test_a_wrong_one_does_not(self, joined, code_sent_to):
        page = joined.post(VERIFY, {"code": wrong(code_sent_to("new@example.org"))})
        assert errors(page) == {
            "code": ["This code is not right, or too old. Check the newest mail, or ask for another code."]
        }
        assert not User.objects.get().is_verified

    def test_another_code(self, joined, mails_to, code_sent_to):
        assert joined.post("/account/verify-email/resend/").url == VERIFY
        assert len(mails_to("new@example.org")) == 2
        assert joined.post(VERIFY, {"code": code_sent_to("new@example.org")}).url == "/account/"

    def test_not_without_end(self, joined, mails_to):
        for _ in range(7):
            joined.post("/account/verify-email/resend/")
        assert len(mails_to("new@example.org")) == 6
        page = joined.get(VERIFY)
        assert "That was tried too often. Please wait a little." in page.content.decode()


class TestMandatory:
    @pytest.fixture(autouse=True)
    def _mandatory(self, settings):
        settings.SHOP_EMAIL_VERIFICATION = "mandatory"

    def test_nobody_is_signed_in_before_the_code(self, client, code_sent_to):
        page = join(client, next="/orders/")
        assert page.url == VERIFY
        assert "_auth_user_id" not in client.session
        done = client.post(VERIFY, {"code": code_sent_to("new@example.org")})
        assert done.url == "/orders/"
        assert client.session["_auth_user_id"] == str(User.objects.get().pk)
        assert client.post(VERIFY, {"code": "000000"}).url == "/account/"

    def test_taken_and_free_addresses_look_the_same(self, client, mails_to):
        from django.test import Client

        UserFactory(email="taken@example.org", email_verified_at=None)
        answers = {}
        for email in ("taken@example.org", "free@example.org"):
            client = Client()
            first = join(client, email=email)
            shown = client.get(first.url).content.decode().replace(email, "…")
            refused = client.post(first.url, {"code": "000000"}).content.decode().replace(email, "…")
            again = client.post("/account/verify-email/resend/")
            answers[email] = (first.status_code, first.url, _without_tokens(shown), _without_tokens(refused), again.url)
        assert answers["taken@example.org"] == answers["free@example.org"]
        assert {message.subject for message in mails_to("taken@example.org")} == {"You have an account at Halftide"}
        assert len(mails_to("free@example.org")) == 2

    def test_a_code_is_good_in_the_session_that_registered_only(self, client, anonymous, code_sent_to):
        join(client)
        code = code_sent_to("new@example.org")
        join(anonymous)
        assert anonymous.post(VERIFY, {"code": code}).status_code == 200
        assert not User.objects.get().is_verified

    def test_the_page_alone_is_nothing(self, client, mailoutbox):
        assert client.get(VERIFY).url == "/account/"
        assert client.post("/account/verify-email/resend/").url == VERIFY
        assert mailoutbox == []


def _without_tokens(html):
    import re

    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", html)


def test_verification_switched_off_asks_for_nothing(client, settings):
    settings.SHOP_EMAIL_VERIFICATION = "off"
    join(client)
    assert VERIFY not in client.get("/account/").content.decode()


class TestNewsletter:
    def test_a_tick_is_recorded_with_time_and_words(self, client):
        join(client, newsletter="on")
        said = Consent.objects.get()
        assert (said.email, said.kind, said.given) == ("new@example.org", "newsletter", True)
        assert said.text in client.get("/account/privacy/").content.decode()
        assert said.user == User.objects.get()
        assert said.created_at

    def test_no_tick_is_a_no_that_needs_no_row(self, client):
        page = client.get(REGISTER)
        assert not page.context["form"]["newsletter"].value()
        join(client)
        assert not Consent.objects.exists()

    def test_a_taken_address_agrees_to_nothing(self, client, settings):
        settings.SHOP_EMAIL_VERIFICATION = "mandatory"
        UserFactory(email="new@example.org")
        join(client, newsletter="on")
        assert not Consent.objects.exists()
