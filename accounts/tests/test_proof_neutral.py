"""Whether an address is known cannot be told: not by status, not by body, not by the median time.

PROOF=full pytest -s accounts/tests/test_proof_neutral.py      300 requests a side, the gap is printed
"""

from __future__ import annotations

import os
import statistics
import time
from typing import Any

import pytest
from django.test import Client

from accounts.tests.api import post
from accounts.tests.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.proof]

FULL = os.environ.get("PROOF") == "full"
ROUNDS = 300 if FULL else 15
# What a network adds and hides is many times this.
MOST_APART_SECONDS = 0.005
NEW = "an even quieter wall"

DOORS: dict[str, Any] = {
    "login": lambda email: post("login", {"email": email, "password": "not this one"}),
    "forgot-password": lambda email: post("forgot-password", {"email": email}),
    "resend-code": lambda email: post("resend-code", {"email": email}),
    "verify-email": lambda email: post("verify-email", {"email": email, "code": "123456"}),
    "reset-password": lambda email: post("reset-password", {"email": email, "code": "123456", "new_password": NEW}),
    "the page to sign in": lambda email: Client().post("/login/", {"identifier": email, "password": "not this one"}),
    "the page for a code": lambda email: Client().post("/login/code/", {"email": email}),
    "the page for a password": lambda email: Client().post("/forgot-password/", {"email": email}),
}


# In the small size other tests run beside: the time of this process alone says whether one side has more to do.
clock = time.perf_counter if FULL else time.process_time


def asked(door: Any, email: str) -> tuple[float, Any]:
    began = clock()
    answer = door(email)
    return clock() - began, answer


@pytest.mark.parametrize("name", DOORS)
def test_nothing_tells(name, settings, capsys):
    settings.SHOP_RATE_LIMITS_ENABLED = False
    door, times = DOORS[name], {"known": [], "unknown": []}
    UserFactory(email="known@example.org")
    for _ in range(2):
        door("warm@example.org")
    for _round in range(ROUNDS):
        answers = {}
        for side, found in times.items():
            seconds, answers[side] = asked(door, f"{side}@example.org")
            found.append(seconds)
        known, unknown = answers["known"], answers["unknown"]
        assert known.status_code == unknown.status_code
        assert plain(known, "known@example.org") == plain(unknown, "unknown@example.org")
    medians = {side: statistics.median(seen) for side, seen in times.items()}
    gap = abs(medians["known"] - medians["unknown"])
    with capsys.disabled():
        if FULL:
            print(f"\n{name}: {medians['known'] * 1000:.2f} ms known, {medians['unknown'] * 1000:.2f} ms unknown")  # noqa: T201 - the figure is what is asked for
    assert gap < (MOST_APART_SECONDS if FULL else 0.05)


def plain(answer: Any, email: str) -> Any:
    """The body without what differs between any two requests."""
    if "json" in answer.headers.get("Content-Type", ""):
        return {name: value for name, value in answer.json().items() if name != "request_id"}
    text = answer.content.decode().replace(email, "…")
    return "\n".join(line for line in text.splitlines() if "csrfmiddlewaretoken" not in line)
