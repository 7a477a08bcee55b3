"""Codes, one's own account and the address book, through HTTP."""

from __future__ import annotations

import pytest

from accounts.models import Address, User
from accounts.tests.api import call, post, refused, token_of
from accounts.tests.conftest import wrong
from accounts.tests.factories import PASSWORD, AddressFactory, UserFactory

pytestmark = pytest.mark.django_db

NEW = "an even quieter wall"
HOME = {
    "full_name": "Ines Albrecht",
    "line1": "Hafenstraße 12",
    "city": "Hamburg",
    "postcode": "20359",
    "country": "DE",
}


@pytest.fixture
def newcomer():
    return UserFactory(email="new@example.org", email_verified_at=None)


class TestVerifyEmail:
    def test_the_code_alone_proves_the_address(self, newcomer, code_sent_to):
        assert post("resend-code", {"email": newcomer.email}).status_code == 202
        code = code_sent_to(newcomer.email)
        refused(post("verify-email", {"email": newcomer.email, "code": wrong(code)}), 400, "invalid_code")
        assert post("verify-email", {"email": newcomer.email, "code": code}).status_code == 200
        assert User.objects.get().is_verified
        refused(post("verify-email", {"email": newcomer.email, "code": code}), 400, "invalid_code")

    def test_what_an_earlier_holder_set_up_ends(self, newcomer, code_sent_to, client_of):
        token, browser = token_of(newcomer), client_of(newcomer)
        AddressFactory(user=newcomer)
        post("resend-code", {"email": newcomer.email})
        post("verify-email", {"email": newcomer.email, "code": code_sent_to(newcomer.email)})
        refused(call("get", "me", token=token), 401, "invalid_token")
        assert browser.get("/api/auth/me").status_code == 401
        assert not Address.objects.exists()

    def test_who_is_verified_gets_no_code_and_nobody_is_told(self, newcomer, shopper, mails_to):
        answers = [post("resend-code", {"email": who}) for who in (newcomer.email, shopper.email, "x@example.org")]
        assert len({(answer.status_code, answer.content) for answer in answers}) == 1
        assert (len(mails_to(newcomer.email)), mails_to(shopper.email), mails_to("x@example.org")) == (1, [], [])

    def test_five_mails_an_hour_whether_known_or_not(self, newcomer):
        for email in (newcomer.email, "x@example.org"):
            statuses = [post("resend-code", {"email": email}).status_code for _ in range(6)]
            assert statuses == [202] * 5 + [429]

    def test_no_mails_where_addresses_are_not_verified(self, newcomer, settings, mails_to):
        settings.SHOP_EMAIL_VERIFICATION = "off"
        post("resend-code", {"email": newcomer.email})
        assert mails_to(newcomer.email) == []


class TestForgottenPassword:
    def test_a_code_sets_a_new_one_and_everything_ends(self, shopper, code_sent_to, client_of):
        token, browser = token_of(shopper), client_of(shopper)
        known, unknown = (post("forgot-password", {"email": who}) for who in (shopper.email, "x@example.org"))
        assert (known.status_code, known.content) == (202, unknown.content)
        body = {"email": shopper.email, "code": code_sent_to(shopper.email), "new_password": NEW}
        assert post("reset-password", body).status_code == 204
        refused(call("get", "me", token=token), 401, "invalid_token")
        assert browser.get("/api/auth/me").status_code == 401
        assert post("login", {"email": shopper.email, "password": NEW}).status_code == 200
        refused(post("login", {"email": shopper.email, "password": PASSWORD}), 401, "invalid_credentials")
        refused(post("reset-password", body), 400, "invalid_code")

    def test_unknown_addresses_are_wrong_codes(self):
        body = {"email": "x@example.org", "code": "123456", "new_password": NEW}
        refused(post("reset-password", body), 400, "invalid_code")

    def test_what_is_no_address(self):
        refused(post("forgot-password", {"email": "x"}), 400, "invalid")


class TestChangePassword:
    def change(self, **kwargs):
        return post("change-password", {"current_password": PASSWORD, "new_password": NEW}, **kwargs)

    def test_the_one_that_asks_goes_on_and_the_others_end(self, shopper, client_of):
        here, elsewhere, browser = token_of(shopper), token_of(shopper), client_of(shopper)
        assert self.change(token=here).status_code == 204
        assert call("get", "me", token=here).status_code == 200
        refused(call("get", "me", token=elsewhere), 401, "invalid_token")
        assert browser.get("/api/auth/me").status_code == 401

    def test_by_session_the_session_goes_on(self, shopper, client_of):
        token, browser = token_of(shopper), client_of(shopper)
        body = {"current_password": PASSWORD, "new_password": NEW}
        assert browser.post("/api/auth/change-password", body, content_type="application/json").status_code == 204
        assert browser.get("/api/auth/me").status_code == 200
        refused(call("get", "me", token=token), 401, "invalid_token")

    def test_the_present_one_is_needed(self, shopper):
        body = {"current_password": "not this", "new_password": NEW}
        refused(post("change-password", body, token=token_of(shopper)), 400, "wrong_password")


class TestMe:
    def test_a_put_of_what_a_get_gave(self, shopper):
        User.objects.filter(pk=shopper.pk).update(username=None, username_key=None)
        token = token_of(shopper)
        shown = call("get", "me", token=token).json()
        assert shown["username"] is None
        assert call("put", "me", shown | {"phone": "+49 40 123456"}, token=token).json() == shown | {
            "phone": "+49 40 123456"
        }

    def test_parts(self, shopper):
        body = call("patch", "me", {"last_name": "Ahrens"}, token=token_of(shopper)).json()
        assert (body["first_name"], body["last_name"], body["username"]) == ("Ines", "Ahrens", "shopper")

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("email", "x@example.org"),
            ("role", "admin"),
            ("is_admin", True),
            ("is_staff", True),
            ("id", 1_000_000),
            ("is_verified", False),
        ],
    )
    def test_what_is_not_ones_own_to_change(self, shopper, field, value):
        refused(call("patch", "me", {field: value}, token=token_of(shopper)), 400, "read_only")

    def test_roles(self, shopper, staff):
        helper = UserFactory(is_staff=True)
        roles = [call("get", "me", token=token_of(user)).json()["role"] for user in (shopper, helper, staff)]
        assert roles == ["customer", "staff", "admin"]

    def test_a_taken_username(self, shopper, other_shopper):
        refused(call("patch", "me", {"username": "OTHER"}, token=token_of(shopper)), 400, "username_taken")


class TestAddresses:
    @pytest.fixture
    def token(self, shopper):
        return token_of(shopper)

    def test_the_book(self, shopper, token):
        made = post("addresses", HOME, token=token)
        assert made.status_code == 201
        assert made["Location"] == f"http://testserver/api/auth/addresses/{made.json()['id']}"
        first = made.json()
        assert (first["is_default_shipping"], first["is_default_billing"], first["country"]) == (True, True, "DE")
        second = post("addresses", HOME | {"line1": "Deich 1", "is_default_billing": True}, token=token).json()
        listed = call("get", "addresses", token=token).json()
        assert (listed["count"], {row["id"] for row in listed["results"]}) == (2, {first["id"], second["id"]})
        assert call("get", f"addresses/{first['id']}/", token=token).json() == first | {"is_default_billing": False}
        put = call("put", f"addresses/{second['id']}", second | {"phone": "+49 40 1234"}, token=token)
        assert put.json() == second | {"phone": "+49 40 1234"}
        assert call("delete", f"addresses/{first['id']}", token=token).status_code == 204
        assert Address.objects.get().public_id == second["id"]

    def test_what_is_wrong_is_said_by_field(self, token):
        problem = refused(post("addresses", HOME | {"postcode": "1", "country": "DE"}, token=token), 400, "invalid")
        assert problem["errors"][0]["field"] == "postcode"

    def test_nobody_elses(self, token, other_shopper):
        theirs = AddressFactory(user=other_shopper)
        for method, body in (("get", None), ("put", HOME), ("delete", None)):
            refused(call(method, f"addresses/{theirs.public_id}", body, token=token), 404, "not_found")
        assert call("get", "addresses", token=token).json()["results"] == []
        assert Address.objects.get().user == other_shopper

    def test_the_same_queries_for_few_and_many(self, shopper, token, django_assert_num_queries):
        for _ in range(2):
            AddressFactory.create_batch(5, user=shopper)
            with django_assert_num_queries(3):
                call("get", "addresses", token=token)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "me"),
        ("put", "me"),
        ("patch", "me"),
        ("post", "logout"),
        ("post", "change-password"),
        ("get", "addresses"),
        ("post", "addresses"),
        ("get", "addresses/x"),
        ("put", "addresses/x"),
        ("delete", "addresses/x"),
    ],
)
class TestWhoMay:
    def test_nobody_without_credentials(self, method, path):
        refused(call(method, path), 401, "not_authenticated")

    def test_nobody_deactivated(self, method, path, shopper, client_of):
        token, browser = token_of(shopper), client_of(shopper)
        User.objects.update(is_active=False)
        refused(call(method, path, token=token), 401, "invalid_token")
        assert getattr(browser, method)(f"/api/auth/{path}").status_code == 401
