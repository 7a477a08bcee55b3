"""Many guesses at once at passwords and codes, each claiming to come from somewhere else: the limit holds.

PROOF=full pytest accounts/tests/test_proof_guesses.py      500 guesses a door
"""

from __future__ import annotations

import os
import random

import pytest
from django.test import Client

from accounts.models import CodePurpose, EmailCode, User
from accounts.selectors.codes import digits_of
from accounts.services import email_codes, second_factor
from accounts.services import sign_in as signing_in
from accounts.services.email_codes import issue_code
from accounts.tests.api import call, post
from accounts.tests.conftest import wrong
from accounts.tests.factories import PASSWORD, UserFactory, app_code, give_app
from shop.testing.concurrency import race

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.proof]

FULL = os.environ.get("PROOF") == "full"
GUESSES = 500 if FULL else 40
RIGHT_TRIES = 50 if FULL else 16
TRIES = 5


@pytest.fixture(autouse=True)
def _long_windows(settings):
    """No window ends in the middle."""
    limits = {"login_account": f"{TRIES}/86400", "login_address": "30/86400", "second_factor_account": "5/86400"}
    settings.SHOP_LIMITS = {**settings.SHOP_LIMITS, **limits}


@pytest.fixture
def tried(monkeypatch):
    """What was looked at: passwords, mailed codes, app codes."""
    seen = []

    def watch(module, name):
        original = getattr(module, name)

        def watched(*args, **kwargs):
            seen.append(name)
            return original(*args, **kwargs)

        monkeypatch.setattr(module, name, watched)

    watch(signing_in, "authenticate")
    watch(email_codes, "tokens_equal")
    watch(second_factor, "_spend")
    return seen


def forged():
    """Another address for every request, as liars write it."""
    return {"X-Forwarded-For": ".".join(str(random.randint(1, 254)) for _ in range(4))}


def guess_password(_number=0):
    return post("login", {"email": "ada@example.org", "password": "not this one"}, **forged()).status_code


def guess_on_page(_number=0):
    typed = {"identifier": "ada@example.org", "password": "not this one"}
    return Client(headers=forged()).post("/login/", typed).status_code


def ada() -> User:
    user: User = UserFactory(email="ada@example.org", username="ada")
    return user


@pytest.mark.parametrize("guess", [guess_password, guess_on_page])
def test_passwords(tried, guess):
    ada()
    outcome = race(GUESSES, guess)
    assert outcome.errors == []
    assert tried.count("authenticate") == TRIES
    assert outcome.count(429) == GUESSES - TRIES
    assert post("login", {"email": "ada@example.org", "password": PASSWORD}, **forged()).status_code == 429


def test_passwords_of_many_accounts_from_one_address(tried):
    people = UserFactory.create_batch(20)
    race(
        GUESSES,
        lambda number: (
            post("login", {"email": people[number % 20].email, "password": "not this one"}, **forged()).status_code
        ),
    )
    assert tried.count("authenticate") <= 30


def test_control_where_the_header_is_believed_all_are_tried(tried, settings):
    settings.SHOP_TRUSTED_PROXIES = ["127.0.0.0/8"]
    ada()
    race(GUESSES, guess_password)
    assert tried.count("authenticate") > TRIES * 2


def test_mailed_codes(tried):
    user = UserFactory(email="ada@example.org", email_verified_at=None)
    code = issue_code(user=user, purpose=CodePurpose.VERIFY_EMAIL)
    digits = digits_of(code)
    body = {"email": "ada@example.org", "code": wrong(digits)}
    outcome = race(GUESSES, lambda _: post("verify-email", body, **forged()).status_code)
    assert outcome.errors == []
    assert tried.count("tokens_equal") == TRIES
    assert post("verify-email", body | {"code": digits}).status_code in (400, 429)
    assert not User.objects.get().is_verified


def test_control_without_the_count_all_codes_are_tried(tried, settings, monkeypatch):
    settings.SHOP_RATE_LIMITS_ENABLED = False
    user = UserFactory(email="ada@example.org", email_verified_at=None)
    code = issue_code(user=user, purpose=CodePurpose.VERIFY_EMAIL)
    monkeypatch.setattr(email_codes, "_take_try", lambda guess: EmailCode.objects.get(pk=code.pk))
    body = {"email": "ada@example.org", "code": wrong(digits_of(code))}
    race(RIGHT_TRIES, lambda _: post("verify-email", body).status_code)
    assert tried.count("tokens_equal") == RIGHT_TRIES


def test_app_codes(tried):
    give_app(ada())
    token = post("login", {"email": "ada@example.org", "password": PASSWORD}).json()["mfa_token"]
    body = {"mfa_token": token, "code": wrong(app_code())}
    outcome = race(GUESSES, lambda _: post("login/mfa", body, **forged()).status_code)
    assert outcome.errors == []
    assert tried.count("_spend") == TRIES
    assert post("login/mfa", {"mfa_token": token, "code": app_code()}).status_code == 429


def test_a_right_code_works_once():
    user = UserFactory(email="ada@example.org", email_verified_at=None)
    body = {"email": "ada@example.org", "code": digits_of(issue_code(user=user, purpose=CodePurpose.VERIFY_EMAIL))}
    outcome = race(RIGHT_TRIES, lambda _: post("verify-email", body).status_code)
    assert outcome.count(200) == 1
    assert call("get", "me").status_code == 401
