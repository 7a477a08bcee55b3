"""Days of the shop's own time zone, and the days within which moments fall.

Databases are not asked for their time zones: MariaDB often has no tables of them. Each day's length is known
here, so a day is found by adding the zone's offset to the stored moment; a day on which clocks change stands
for itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Case, DateField, Expression, F, Value, When
from django.db.models.functions import Cast

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Period:
    """Whole days, the first and the last included."""

    first: date
    last: date

    @property
    def start(self) -> datetime:
        """The moment it begins."""
        return start_of(self.first)

    @property
    def end(self) -> datetime:
        """The moment it is over."""
        return start_of(self.last + DAY)

    @property
    def days(self) -> list[date]:
        return [self.first + number * DAY for number in range((self.last - self.first).days + 1)]

    @property
    def before(self) -> Period:
        """As many days, right before."""
        return Period(self.first - len(self.days) * DAY, self.first - DAY)

    def covers(self, day: date) -> bool:
        return self.first <= day <= self.last


def start_of(day: date) -> datetime:
    """The first moment of a day of the shop, in UTC."""
    return datetime.combine(day, time.min, tzinfo=_zone()).astimezone(UTC)


def day_of(field: str, period: Period) -> Cast:
    """An expression: the shop's day of a moment within `period`. Moments outside of it get the nearest rule."""
    rules = list(_rules(field, period))
    *earlier, (_end, last) = rules
    whens = [When(**{f"{field}__lt": end}, then=expression) for end, expression in earlier]
    # MariaDB takes a choice between a date and a written one for text.
    return Cast(Case(*whens, default=last, output_field=DateField()), DateField())


def _rules(field: str, period: Period) -> Iterator[tuple[datetime, Expression]]:
    """Runs of days with one offset: when the run ends, and how the day is found in it."""
    for offset, run in groupby(period.days, key=_offset):
        days = list(run)
        if offset is not None:
            yield start_of(days[-1] + DAY), Cast(F(field) + offset, DateField())
        else:
            yield from ((start_of(day + DAY), Value(day, output_field=DateField())) for day in days)


def _offset(day: date) -> timedelta | None:
    """How far the shop's clock is ahead of UTC on this day; None when it changes."""
    if start_of(day + DAY) - start_of(day) != DAY:
        return None
    return datetime.combine(day, time(12), tzinfo=_zone()).utcoffset()


def _zone() -> ZoneInfo:
    return ZoneInfo(settings.SHOP_TIME_ZONE)
