from __future__ import annotations

from datetime import UTC, datetime

from django.utils.formats import date_format


def test_dates_without_a_format_of_their_own_read_as_on_the_pages():
    moment = datetime(2026, 11, 2, 16, 5, tzinfo=UTC)
    assert date_format(moment, "DATETIME_FORMAT") == "2 Nov 2026, 16:05"
    assert date_format(moment) == "2 Nov 2026"
