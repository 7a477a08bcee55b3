"""When it arrives: the shop's days of dispatch, then working days on the way."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest

from carts.pricing.delivery import DispatchRules, delivery_window

WEEK = frozenset(range(5))

# 2026-11-23 is a Monday.
CASES = [
    # ordered                days  cutoff holidays          → earliest, latest
    ("2026-11-23T09:00", (2, 4), "14:00", [], "2026-11-25", "2026-11-27"),
    ("2026-11-23T13:59", (1, 1), "14:00", [], "2026-11-24", "2026-11-24"),
    ("2026-11-23T14:00", (1, 1), "14:00", [], "2026-11-25", "2026-11-25"),
    ("2026-11-23T23:00", (1, 1), None, [], "2026-11-24", "2026-11-24"),
    ("2026-11-27T15:00", (1, 2), "14:00", [], "2026-12-01", "2026-12-02"),  # Friday afternoon leaves on Monday
    ("2026-11-28T09:00", (1, 1), "14:00", [], "2026-12-01", "2026-12-01"),  # Saturday
    ("2026-11-29T23:00", (1, 1), "14:00", [], "2026-12-01", "2026-12-01"),  # Sunday night
    ("2026-12-24T09:00", (1, 2), "14:00", ["2026-12-25"], "2026-12-28", "2026-12-29"),
    ("2026-12-25T09:00", (1, 1), "14:00", ["2026-12-25"], "2026-12-29", "2026-12-29"),
    ("2026-11-23T09:00", (0, 0), "14:00", [], "2026-11-23", "2026-11-23"),
]


@pytest.mark.parametrize(("ordered", "days", "cutoff", "holidays", "earliest", "latest"), CASES)
def test_known_cases(ordered, days, cutoff, holidays, earliest, latest):
    window = delivery_window(
        datetime.fromisoformat(ordered),
        rules=DispatchRules(
            weekdays=WEEK,
            cutoff=time.fromisoformat(cutoff) if cutoff else None,
            holidays={date.fromisoformat(day) for day in holidays},
        ),
        days_min=days[0],
        days_max=days[1],
    )
    assert (str(window.earliest), str(window.latest)) == (earliest, latest)


def test_a_shop_that_sends_on_tuesdays_only_still_has_its_parcels_travel_on_other_days():
    window = delivery_window(
        datetime(2026, 11, 23, 9),
        rules=DispatchRules(weekdays=frozenset({1}), cutoff=None, holidays=()),
        days_min=1,
        days_max=3,
    )
    assert (str(window.earliest), str(window.latest)) == ("2026-11-25", "2026-11-27")


def test_what_leaves_on_saturday_arrives_on_monday():
    window = delivery_window(
        datetime(2026, 11, 28, 9),
        rules=DispatchRules(weekdays=frozenset({5}), cutoff=None, holidays=()),
        days_min=1,
        days_max=1,
    )
    assert str(window.earliest) == "2026-11-30"


def test_no_day_of_dispatch_promises_nothing():
    rules = DispatchRules(weekdays=frozenset(), cutoff=None, holidays=())
    assert delivery_window(datetime(2026, 11, 23), rules=rules, days_min=1, days_max=2) is None
