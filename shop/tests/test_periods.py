"""Days of the shop, where clocks change as well."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from accounts.models import User
from accounts.tests.factories import UserFactory
from shop.common.periods import Period, day_of, start_of


def test_a_period_and_the_one_before():
    period = Period(date(2026, 11, 1), date(2026, 11, 30))
    assert len(period.days) == 30
    assert period.before == Period(date(2026, 10, 2), date(2026, 10, 31))
    assert (period.start, period.end) == (
        datetime(2026, 10, 31, 23, tzinfo=UTC),
        datetime(2026, 11, 30, 23, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("zone", "around"),
    [
        ("Europe/Berlin", date(2026, 3, 29)),
        ("Europe/Berlin", date(2026, 10, 25)),
        ("America/New_York", date(2026, 11, 1)),
        ("Asia/Kathmandu", date(2026, 5, 5)),
        ("Pacific/Auckland", date(2026, 4, 5)),
        ("America/Santiago", date(2026, 9, 6)),  # clocks change at midnight
        ("UTC", date(2026, 1, 1)),
    ],
)
@pytest.mark.django_db
def test_moments_fall_on_the_days_that_clocks_on_the_wall_show(settings, zone, around):
    settings.SHOP_TIME_ZONE = zone
    period = Period(around - timedelta(days=2), around + timedelta(days=2))
    moments = {start_of(day) + timedelta(minutes=by) for day in period.days for by in (0, 1, 59, 119, 179, 720)}
    moments |= {start_of(day) - timedelta(seconds=1) for day in period.days[1:]}
    hashed = UserFactory().password
    User.objects.all().delete()
    rows = [User(email=f"{n}@example.org", password=hashed, created_at=at) for n, at in enumerate(sorted(moments))]
    User.objects.bulk_create(rows)
    found = dict(User.objects.annotate(day=day_of("created_at", period)).values_list("created_at", "day"))
    assert found == {at: at.astimezone(ZoneInfo(zone)).date() for at in moments}
