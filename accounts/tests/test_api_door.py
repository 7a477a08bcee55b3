"""Registering, signing in, renewing and ending tokens, through HTTP."""

from __future__ import annotations

import base64
import json
from datetime import timedelta

import jwt
import pytest
from django.conf import settings as present
from django.test import Client
from django.utils import timezone

from accounts.models import RefreshToken, TokenFamily, User
from accounts.selectors.tokens import signing_key
from accounts.services.staff import set_active
from accounts.services.tokens import forget_expired_tokens
from accounts.tests.api import call, post, refused, token_of
from accounts.tests.factories import PASSWORD, UserFactory
from carts.models import Cart, CartStatus
from shop.common.ids import token_hash

pytestmark = pytest.mark.django_db

JOHN = {"email": "john@test.com", "password": "TestPass123"}


def signed_in(user):
    return post("login", {"email": user.email, "password": PASSWORD}).json()


def me(token):
    return call("get", "me", token=token)


class TestRegister:
    def test_an_account_and_a_code(self, mails_to):
        response = post("register", JOHN | {"username": "john", "first_name": "John"})
        assert response.status_code == 201
        user = User.objects.get()
        assert response.json() == {
            "id": user.pk,
            "email": "john@test.com",
            "username": "john",
            "first_name": "John",
            "last_name": "",
            "phone": "",
            "role": "customer",
            "is_admin": False,
            "is_staff": False,
            "is_verified": False,
            "created_at": user.created_at.isoformat().replace("+00:00", "Z"),
        }
        assert response["Cache-Control"].startswith("max-age=0, no-cache, no-store")
        assert len(mails_to("john@test.com")) == 1

    def test_a_taken_address(self, shopper):
        refused(post("register", JOHN | {"email": "SHOPPER@example.org"}), 400, "email_taken")

    def test_under_mandatory_verification_nothing_tells(self, shopper, settings, mails_to):
        settings.SHOP_EMAIL_VERIFICATION = "mandatory"
        new, known = post("register", JOHN), post("register", JOHN | {"email": shopper.email})
        assert (new.status_code, new.content) == (known.status_code, known.content)
        assert new.status_code == 202
        assert mails_to(shopper.email)[0].subject.startswith("You have an account")

    @pytest.mark.parametrize("field", ["is_staff", "is_admin", "role", "id", "browser"])
    def test_nobody_names_their_own_rank(self, field):
        problem = refused(post("register", JOHN | {field: True}), 400, "unknown_field")
        assert problem["errors"][0]["field"] == field
        assert not User.objects.exists()

    def test_what_is_wrong_is_said_by_field(self):
        problem = refused(post("register", {"email": "x", "password": "short"}), 400, "invalid")
        assert {error["field"] for error in problem["errors"]} == {"email", "password"}

    def test_ten_an_hour(self):
        statuses = [post("register", JOHN | {"email": f"j{n}@test.com"}).status_code for n in range(11)]
        assert statuses == [201] * 10 + [429]


class TestLogin:
    @pytest.mark.parametrize(
        "who",
        [{"email": "Shopper@example.org"}, {"username": "SHOPPER"}, {"identifier": "shopper"}],
    )
    def test_by_any_name(self, shopper, who):
        response = post("login", who | {"password": PASSWORD})
        assert response.status_code == 200
        body = response.json()
        assert (body["token_type"], body["expires_in"], body["user"]["id"]) == ("Bearer", 900, shopper.pk)
        assert me(body["access_token"]).json()["email"] == shopper.email
        assert "sessionid" not in response.cookies

    @pytest.mark.parametrize("email", ["shopper@example.org", "nobody@example.org"])
    def test_wrong_credentials_are_one(self, shopper, email):
        first = refused(post("login", {"email": email, "password": "not this"}), 401, "invalid_credentials")
        assert (first["errors"], first["detail"][:30]) == ([], "E-mail or username and passwor")

    def test_one_name_is_needed(self):
        refused(post("login", {"password": "x"}), 400, "invalid")
        refused(post("login", {"email": "a@b.de", "username": "a", "password": "x"}), 400, "invalid")

    def test_unverified_where_that_is_mandatory(self, settings):
        settings.SHOP_EMAIL_VERIFICATION = "mandatory"
        user = UserFactory(email_verified_at=None)
        refused(post("login", {"email": user.email, "password": PASSWORD}), 403, "email_not_verified")
        refused(post("login", {"email": user.email, "password": "not this"}), 401, "invalid_credentials")

    def test_five_tries_a_minute(self, shopper, settings):
        settings.SHOP_LIMITS = {**settings.SHOP_LIMITS, "login_account": "5/86400"}
        for _ in range(5):
            refused(post("login", {"email": shopper.email, "password": "no"}), 401, "invalid_credentials")
        response = post("login", {"email": shopper.email, "password": PASSWORD})
        refused(response, 429, "rate_limited")
        assert int(response["Retry-After"]) >= 1

    def test_a_guests_cart_comes_along(self, shopper):
        guest = Cart.objects.create(token_hash=token_hash("t" * 43))
        post("login", {"email": shopper.email, "password": PASSWORD}, **{"X-Cart-Token": "t" * 43})
        guest.refresh_from_db()
        assert guest.status == CartStatus.MERGED

    def test_a_bad_token_at_the_door_is_not_looked_at(self, shopper):
        body = {"email": shopper.email, "password": PASSWORD}
        assert post("login", body, token="rubbish").status_code == 200
        assert post("register", JOHN, token="rubbish").status_code == 201
        assert post("forgot-password", {"email": "a@b.de"}, token="rubbish").status_code == 202


class TestAccessTokens:
    def test_elsewhere_a_bad_token_is_never_nobody(self, shopper):
        for token in ("rubbish", "sk_rubbish", "a.b.c", token_of(shopper) + "x", "é", "x" * 5000):
            response = Client(headers={"Authorization": f"Bearer {token}"}).get("/api/health")
            refused(response, 401, "invalid_token")
            assert response["WWW-Authenticate"] == "Bearer"
        assert Client(headers={"Authorization": "Bearer"}).get("/api/health").status_code == 401

    def test_a_bad_token_is_not_saved_by_a_session(self, shopper, client_of):
        response = client_of(shopper).get("/api/auth/me", headers={"Authorization": "Bearer rubbish"})
        refused(response, 401, "invalid_token")

    def test_a_token_needs_no_csrf_token_beside_a_session(self, shopper):
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(shopper)
        change = {"data": {"first_name": "Ida"}, "content_type": "application/json"}
        assert strict.patch("/api/auth/me", **change).status_code == 403
        bearer = {"Authorization": f"Bearer {token_of(shopper)}"}
        assert strict.patch("/api/auth/me", **change, headers=bearer).status_code == 200

    @pytest.mark.parametrize(
        "change",
        [
            {"exp": 1},
            {"sub": "0"},
            {"fam": "other"},
            {"fam": None},
            {"exp": None},
        ],
    )
    def test_what_is_signed_must_be_right(self, shopper, change):
        claims = jwt.decode(token_of(shopper), options={"verify_signature": False}) | change
        claims = {name: value for name, value in claims.items() if value is not None}
        forged = jwt.encode(claims, signing_key(present.SECRET_KEY), algorithm="HS256")
        refused(me(forged), 401, "invalid_token")

    def test_what_is_not_signed_is_nothing(self, shopper):
        claims = jwt.decode(token_of(shopper), options={"verify_signature": False})
        unsigned = jwt.encode(claims, None, algorithm="none")
        refused(me(unsigned), 401, "invalid_token")
        header, body, signature = token_of(shopper).split(".")
        other = json.loads(base64.urlsafe_b64decode(body + "==")) | {"sub": "1"}
        forged = base64.urlsafe_b64encode(json.dumps(other).encode()).decode().rstrip("=")
        refused(me(f"{header}.{forged}.{signature}"), 401, "invalid_token")
        refused(me(jwt.encode(claims, present.SECRET_KEY, algorithm="HS256")), 401, "invalid_token")

    def test_a_changed_secret_key_is_no_sign_out_while_the_old_one_is_kept(self, shopper, settings):
        token = token_of(shopper)
        settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
        settings.SECRET_KEY = "another " * 8
        assert me(token).status_code == 200
        settings.SECRET_KEY_FALLBACKS = []
        refused(me(token), 401, "invalid_token")

    def test_deactivation_ends_them_at_once(self, shopper, staff):
        pair = signed_in(shopper)
        set_active(user_id=shopper.pk, active=False, actor=staff)
        refused(me(pair["access_token"]), 401, "invalid_token")
        refused(post("refresh", {"refresh_token": pair["refresh_token"]}), 401, "invalid_token")
        set_active(user_id=shopper.pk, active=True, actor=staff)
        refused(me(pair["access_token"]), 401, "invalid_token")

    def test_one_query_to_know_who(self, shopper, django_assert_num_queries):
        token = token_of(shopper)
        with django_assert_num_queries(1):
            me(token)


class TestRefresh:
    def test_spent_for_a_new_pair(self, shopper):
        old = signed_in(shopper)
        new = post("refresh", {"refresh_token": old["refresh_token"]}).json()
        assert new["user"]["id"] == shopper.pk
        assert me(new["access_token"]).status_code == 200
        third = post("refresh", token=new["refresh_token"])
        assert third.status_code == 200
        assert len({old["refresh_token"], new["refresh_token"], third.json()["refresh_token"]}) == 3

    def test_again_at_once_is_refused_and_ends_nothing(self, shopper):
        old = signed_in(shopper)
        new = post("refresh", {"refresh_token": old["refresh_token"]}).json()
        refused(post("refresh", {"refresh_token": old["refresh_token"]}), 401, "refresh_spent")
        assert me(new["access_token"]).status_code == 200
        assert post("refresh", {"refresh_token": new["refresh_token"]}).status_code == 200

    def test_again_later_ends_the_family(self, shopper):
        old, elsewhere = signed_in(shopper), signed_in(shopper)
        new = post("refresh", {"refresh_token": old["refresh_token"]}).json()
        RefreshToken.objects.filter(spent_at__isnull=False).update(spent_at=timezone.now() - timedelta(seconds=11))
        refused(post("refresh", {"refresh_token": old["refresh_token"]}), 401, "refresh_spent")
        refused(me(new["access_token"]), 401, "invalid_token")
        refused(post("refresh", {"refresh_token": new["refresh_token"]}), 401, "invalid_token")
        assert me(elsewhere["access_token"]).status_code == 200

    def test_what_is_no_token(self, shopper):
        for token in ("rubbish", token_of(shopper), ""):
            refused(post("refresh", {"refresh_token": token} if token else {}), 401, "invalid_token")
        refused(post("refresh", {"refresh_token": "x" * 2001}), 400, "invalid")

    def test_it_ends_after_a_month(self, shopper):
        pair = signed_in(shopper)
        RefreshToken.objects.update(expires_at=timezone.now())
        refused(post("refresh", {"refresh_token": pair["refresh_token"]}), 401, "invalid_token")
        forget_expired_tokens()
        assert not TokenFamily.objects.exists()

    def test_a_refresh_token_opens_nothing_else(self, shopper):
        refused(me(signed_in(shopper)["refresh_token"]), 401, "invalid_token")

    def test_tokens_are_stored_hashed(self, shopper):
        pair = signed_in(shopper)
        assert RefreshToken.objects.get().digest == token_hash(pair["refresh_token"])


class TestLogout:
    def test_ends_this_sign_in_alone(self, shopper):
        here, elsewhere = signed_in(shopper), signed_in(shopper)
        assert call("post", "logout", token=here["access_token"]).status_code == 204
        refused(me(here["access_token"]), 401, "invalid_token")
        refused(post("refresh", {"refresh_token": here["refresh_token"]}), 401, "invalid_token")
        assert me(elsewhere["access_token"]).status_code == 200

    def test_by_session_ends_the_session(self, shopper, client_of):
        client = client_of(shopper)
        assert client.post("/api/auth/logout").status_code == 204
        assert client.get("/api/auth/me").status_code == 401
