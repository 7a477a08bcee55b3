"""Limits: exact in parallel, on whichever database the run uses."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
import time_machine
from django.core.cache.backends.locmem import LocMemCache
from django.core.exceptions import ImproperlyConfigured

from shop.api.limits import count_in_cache, count_try
from shop.api.models import RateCounter
from shop.common.errors import TooManyRequests
from shop.common.limits import Limit, parse_limit
from shop.testing.concurrency import Meeting, race, race_processes

NOON = datetime(2026, 11, 21, 12, 0, 20, tzinfo=UTC)


@pytest.fixture(autouse=True)
def five_a_minute(settings):
    settings.SHOP_LIMITS = {"login": "5/60", "slow": "2/3600"}


def tries(n: int, key: str = "ada", scope: str = "login", limit: str = "login") -> int:
    """How many of n tries pass."""
    passed = 0
    for _ in range(n):
        try:
            count_try(scope, key, limit)
        except TooManyRequests:
            continue
        passed += 1
    return passed


@pytest.mark.django_db
class TestCountTry:
    def test_stops_after_the_limit_and_says_when_to_come_back(self):
        with time_machine.travel(NOON, tick=False):
            assert tries(5) == 5
            with pytest.raises(TooManyRequests) as refusal:
                count_try("login", "ada", "login")
        assert refusal.value.retry_after == 40

    def test_the_next_window_starts_anew(self):
        with time_machine.travel(NOON, tick=False) as clock:
            assert tries(9) == 5
            clock.shift(40)
            assert tries(9) == 5

    def test_keys_scopes_and_limits_are_counted_apart(self):
        assert tries(9) == 5
        assert tries(9, key="grace") == 5
        assert tries(9, scope="code") == 5
        assert tries(9, limit="slow") == 2

    def test_addresses_of_one_ipv6_network_are_one_client(self):
        assert sum(tries(1, key=f"2001:db8:1:2::{n:x}") for n in range(9)) == 5
        assert tries(1, key="2001:db8:1:3::1") == 1
        assert sum(tries(1, key=f"192.0.2.{n}") for n in range(9)) == 9

    def test_keys_are_stored_hashed(self):
        tries(1, key="ada@example.org")
        assert "@" not in RateCounter.objects.get().key

    def test_a_used_up_counter_is_not_written_again(self, django_assert_num_queries):
        tries(5)
        with django_assert_num_queries(1):
            assert tries(1) == 0

    def test_switched_off(self, settings):
        settings.SHOP_RATE_LIMITS_ENABLED = False
        assert tries(50) == 50
        assert not RateCounter.objects.exists()


def test_windows_begin_at_multiples_of_their_length_and_in_tests_with_each():
    with time_machine.travel(NOON, tick=False):
        assert Limit(5, 60).window_end(NOON.timestamp()) == NOON.timestamp() + 40
    now = time.time()
    assert now + 3000 < Limit(5, 3600).window_end(now) <= now + 3600


def test_limits_are_read_strictly():
    assert parse_limit("5/60") == Limit(tries=5, seconds=60)
    for wrong in ("", "5", "5/", "/60", "0/60", "5/0", "-1/60", "5/1h", "5.5/60"):
        with pytest.raises(ImproperlyConfigured):
            parse_limit(wrong)


@pytest.mark.django_db(transaction=True)
class TestInParallel:
    def test_forty_at_once_by_threads(self):
        outcome = race(40, lambda _: tries(1))
        assert outcome.errors == []
        assert (outcome.count(1), outcome.count(0)) == (5, 35)

    def test_forty_at_once_by_processes(self):
        outcome = race_processes(40, lambda _: tries(1))
        assert outcome.errors == []
        assert (outcome.count(1), outcome.count(0)) == (5, 35)

    def test_control_counting_without_the_condition_lets_more_through(self):
        """The same race against read-then-write passes too many: the race is a real one."""
        RateCounter.objects.create(key="naive", count=0, expires_at=NOON)

        def naive_try(_: int) -> bool:
            row = RateCounter.objects.get(key="naive")
            if row.count >= 5:
                return False
            everybody.arrive()
            RateCounter.objects.filter(key="naive").update(count=row.count + 1)
            return True

        everybody = Meeting(8)
        outcome = race(8, naive_try)
        assert outcome.count(True) > 5


def test_in_a_cache_that_increments_atomically():
    store = LocMemCache("limits", {})
    store.clear()
    outcome = race(40, lambda _: count_in_cache(store, "ada", Limit(5, 60)))
    assert (outcome.count(True), outcome.count(False)) == (5, 35)
