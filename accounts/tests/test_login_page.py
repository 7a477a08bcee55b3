import pytest
from django.contrib.auth.signals import user_logged_in
from django.urls import reverse

from accounts.tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db

LOGIN = "/login/"
WRONG = "E-mail or username and password do not go together. Check both, or ask for a new password."


def sign_in(client, **given):
    return client.post(LOGIN, {"identifier": "shopper", "password": PASSWORD} | given)


def who(client):
    return client.session.get("_auth_user_id")


def test_the_page_is_kept_by_nobody(client):
    page = client.get(LOGIN)
    assert page.status_code == 200
    assert "no-store" in page.headers["Cache-Control"]
    assert client.head(LOGIN).status_code == 200


@pytest.mark.parametrize("typed", ["shopper", "SHOPPER", "Shopper@Example.org"])
def test_signing_in_leads_to_the_account(client, shopper, typed):
    page = sign_in(client, identifier=typed)
    assert (page.status_code, page.url) == (302, "/account/")
    assert who(client) == str(shopper.pk)


def test_what_went_wrong_is_said_and_what_was_typed_stays(client, shopper):
    page = sign_in(client, password="not this one")
    assert page.status_code == 200
    text = page.content.decode()
    assert WRONG in text
    assert 'value="shopper"' in text
    assert "not this one" not in text
    assert who(client) is None


@pytest.mark.parametrize("identifier", ["nobody", "nobody@example.org", "gone", "x" * 254, "日本語", "a\u202eb"])
def test_everybody_who_cannot_come_in_reads_the_same(client, identifier):
    UserFactory(username="gone", is_active=False)
    page = sign_in(client, identifier=identifier)
    assert WRONG in page.content.decode()
    assert who(client) is None


@pytest.mark.parametrize("given", [{"identifier": "x" * 10_000}, {"password": "x" * 10_000}, {"identifier": "a\x00b"}])
def test_input_that_cannot_be_is_said_at_its_field(client, given):
    page = sign_in(client, **given)
    assert page.status_code == 200
    assert set(page.context["form"].errors) == set(given)


def test_empty_fields_are_named(client):
    page = client.post(LOGIN, {})
    assert set(page.context["form"].errors) == {"identifier", "password"}


@pytest.mark.parametrize(
    ("wanted", "leads_to"),
    [
        ("/orders/", "/orders/"),
        ("/products/?page=2", "/products/?page=2"),
        ("http://testserver/cart/", "http://testserver/cart/"),
        ("http://evil.example/", "/account/"),
        ("//evil.example/", "/account/"),
        ("///evil.example/", "/account/"),
        ("https:evil.example", "/account/"),
        ("https:///evil.example", "/account/"),
        ("\\\\evil.example", "/account/"),
        ("/\\evil.example", "/account/"),
        ("http:\\\\evil.example", "/account/"),
        (" //evil.example", "/account/"),
        ("orders:list", "/account/"),
        ("evil.example", "/account/"),
        ("\t//evil.example", "/account/"),
        ("javascript:alert(1)", "/account/"),
        ("http://testserver@evil.example/", "/account/"),
        ("", "/account/"),
    ],
)
def test_next_stays_in_the_shop(client, shopper, wanted, leads_to):
    assert sign_in(client, next=wanted).url == leads_to
    signed_in = client.get(LOGIN, {"next": wanted})
    assert (signed_in.status_code, signed_in.url) == (302, leads_to)


def test_next_survives_a_mistake_and_the_way_to_registration(client, shopper):
    page = client.post(f"{LOGIN}?next=/orders/", {"identifier": "shopper", "password": "not this one"})
    text = page.content.decode()
    assert '<input type="hidden" name="next" value="/orders/">' in text
    assert 'href="/register/?next=%2Forders%2F"' in text
    foreign = client.get(f"{LOGIN}?next=//evil.example").content.decode()
    assert "evil.example" not in foreign


@pytest.mark.parametrize("page", ["login", "register", "forgot_password", "reset_password"])
def test_people_who_are_signed_in_are_led_away(client_of, shopper, page):
    answer = client_of(shopper).get(reverse(f"accounts:{page}"))
    assert (answer.status_code, answer.url) == (302, "/account/")


def test_only_until_the_browser_closes_unless_asked(client, shopper):
    sign_in(client)
    assert client.session.get_expire_at_browser_close()
    assert client.cookies["sessionid"]["max-age"] == ""


def test_kept_signed_in_when_asked(client, shopper, settings):
    sign_in(client, remember="on")
    assert not client.session.get_expire_at_browser_close()
    assert client.cookies["sessionid"]["max-age"] == settings.SESSION_COOKIE_AGE


def test_the_session_gets_a_new_key_and_keeps_what_the_guest_had(client, shopper):
    session = client.session
    session["kept"] = "a guest's"
    session.save()
    client.cookies["sessionid"] = session.session_key
    seen = []

    def remember(sender, request, user, **_kwargs):
        seen.append((user, request.session.get("kept")))

    user_logged_in.connect(remember)
    try:
        sign_in(client)
    finally:
        user_logged_in.disconnect(remember)
    assert client.session.session_key != session.session_key
    assert seen == [(shopper, "a guest's")]


def test_another_person_gets_nothing_of_the_one_before(client, shopper, other_shopper):
    sign_in(client)
    session = client.session
    session["theirs"] = "private"
    session.save()
    before = session.session_key
    sign_in(client, identifier="other")
    assert who(client) == str(other_shopper.pk)
    assert "theirs" not in client.session
    assert client.session.session_key != before
    client.cookies["sessionid"] = before
    assert client.get("/account/").status_code == 302


def test_the_same_person_again_starts_a_new_session(client, shopper):
    sign_in(client)
    before = client.session.session_key
    sign_in(client)
    assert who(client) == str(shopper.pk)
    assert client.session.session_key != before


def test_a_failed_try_leaves_whoever_is_signed_in(client, shopper):
    sign_in(client)
    sign_in(client, identifier="other", password="not this one")
    assert who(client) == str(shopper.pk)


def test_too_many_tries_are_told_to_wait(client, shopper):
    for _ in range(5):
        sign_in(client, password="not this one")
    page = sign_in(client)
    assert page.status_code == 429
    assert 0 < int(page.headers["Retry-After"]) <= 60
    assert "That was tried too often. Please wait a little." in page.content.decode()
    assert who(client) is None


def test_a_forged_forwarded_address_moves_nothing(client, shopper):
    for number in range(5):
        client.post(
            LOGIN, {"identifier": "shopper", "password": "no"}, headers={"X-Forwarded-For": f"198.51.100.{number}"}
        )
    assert sign_in(client).status_code == 429


def test_a_form_without_its_token_is_refused(shopper, anonymous):
    from django.test import Client

    assert sign_in(Client(enforce_csrf_checks=True)).status_code == 403


def test_unverified_people_confirm_their_address_first_where_that_is_asked(client, settings, code_sent_to):
    settings.SHOP_EMAIL_VERIFICATION = "mandatory"
    user = UserFactory(username="fresh", email="fresh@example.org", email_verified_at=None)
    page = sign_in(client, identifier="fresh", next="/orders/")
    assert page.url == "/account/verify-email/"
    assert who(client) is None
    done = client.post(page.url, {"code": code_sent_to("fresh@example.org")})
    assert done.url == "/orders/"
    assert who(client) == str(user.pk)


def test_the_way_to_confirming_stays_open_when_no_more_mails_are_sent(client, settings):
    settings.SHOP_EMAIL_VERIFICATION = "mandatory"
    settings.SHOP_LIMITS = {**settings.SHOP_LIMITS, "code_mail_account": "1/86400"}
    UserFactory(username="fresh", email_verified_at=None)
    sign_in(client, identifier="fresh")
    page = client.get(sign_in(client, identifier="fresh").url)
    assert "That was tried too often. Please wait a little." in page.content.decode()


class TestLogout:
    def test_a_link_only_asks(self, client_of, shopper):
        client = client_of(shopper)
        page = client.get("/logout/")
        assert page.status_code == 200
        assert "You are signed in as Ines." in page.content.decode()
        assert who(client) == str(shopper.pk)

    def test_signing_out_ends_the_session(self, client_of, shopper):
        client = client_of(shopper)
        key = client.session.session_key
        page = client.post("/logout/")
        assert page.url == "/"
        client.cookies["sessionid"] = key
        assert client.get("/account/").url == "/login/?next=/account/"

    def test_nobody_is_led_home(self, client):
        assert client.get("/logout/").url == "/"
        assert client.post("/logout/").url == "/"


def test_nothing_of_allauths_own_pages_is_there(client):
    for path in (
        "/accounts/",
        "/accounts/login/",
        "/accounts/signup/",
        "/accounts/email/",
        "/accounts/password/reset/",
    ):
        assert client.get(path).status_code == 404
