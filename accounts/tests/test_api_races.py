"""Tokens and sign-ins by the API, many at once. Each with its control."""

from __future__ import annotations

import pytest

from accounts.models import RefreshToken, TokenFamily
from accounts.services import sign_in as signing_in
from accounts.services import tokens
from accounts.services.tokens import issue_tokens
from accounts.tests.api import post
from accounts.tests.factories import UserFactory
from shop.testing.concurrency import Meeting, race

pytestmark = pytest.mark.django_db(transaction=True)


def refresh_at_once():
    pair = issue_tokens(UserFactory())
    outcome = race(8, lambda _: post("refresh", {"refresh_token": pair.refresh_token}))
    assert outcome.errors == []
    return outcome.results


def test_eight_refreshes_of_one_token_are_one_new_pair_and_the_family_lives():
    answers = refresh_at_once()
    assert sorted(answer.status_code for answer in answers) == [200] + [401] * 7
    assert {answer.json()["code"] for answer in answers if answer.status_code == 401} == {"refresh_spent"}
    assert RefreshToken.objects.count() == 2
    new = next(answer.json() for answer in answers if answer.status_code == 200)
    assert TokenFamily.objects.get().revoked_at is None
    assert post("refresh", {"refresh_token": new["refresh_token"]}).status_code == 200


def test_control_looking_before_spending_lets_more_through(monkeypatch):
    meeting = Meeting(8)

    def look_then_spend(digest):
        token = RefreshToken.objects.select_related("family__user").get(digest=digest)
        seen = token.spent_at
        meeting.arrive()
        return tokens._new_pair(token.family) if seen is None else None

    monkeypatch.setattr(tokens, "_refresh", look_then_spend)
    assert [answer.status_code for answer in refresh_at_once()].count(200) > 1


def log_in_at_once(settings, monkeypatch):
    """How many passwords were looked at, and how often each status was the answer."""
    settings.SHOP_LIMITS = {**settings.SHOP_LIMITS, "login_account": "5/86400", "login_address": "1000/86400"}
    tried = []
    original = signing_in.authenticate

    def counted(**credentials):
        tried.append(credentials["username"])
        return original(**credentials)

    monkeypatch.setattr(signing_in, "authenticate", counted)
    UserFactory(username="ada")
    outcome = race(40, lambda _: post("login", {"username": "ada", "password": "not this one"}).status_code)
    assert outcome.errors == []
    return len(tried), outcome


def test_forty_sign_ins_at_a_limit_of_five_are_five_tries(settings, monkeypatch):
    tried, outcome = log_in_at_once(settings, monkeypatch)
    assert tried == 5
    assert (outcome.count(401), outcome.count(429)) == (5, 35)


def test_control_without_limits_all_are_tried(settings, monkeypatch):
    settings.SHOP_RATE_LIMITS_ENABLED = False
    tried, outcome = log_in_at_once(settings, monkeypatch)
    assert (tried, outcome.count(401)) == (40, 40)
