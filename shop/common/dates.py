"""Days as people say them, in the language of the page. A date, not a number of days."""

from __future__ import annotations

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

DAY = "l j F"


def say_day(day: date) -> str:
    """ "Thursday 26 November"."""
    return date_format(day, DAY)


def say_days(first: date | None, last: date | None) -> str:
    """ "Thursday 26 to Saturday 28 November"; one day stands alone, none is ""."""
    first, last = first or last, last or first
    if first is None or last is None:
        return ""
    if first == last:
        return say_day(first)
    same_month = (first.year, first.month) == (last.year, last.month)
    words = {"first": date_format(first, "l j" if same_month else DAY), "last": say_day(last)}
    return _("%(first)s to %(last)s") % words
