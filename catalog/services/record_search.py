"""Remember what people searched for: what was missed, for staff; what found something, for suggestions.

Words only, never who. What looks like an address or a number that belongs to somebody is not kept.
"""

from __future__ import annotations

import re
import threading
import time
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from typing import TypeVar

from django.db.models import F
from django.utils import timezone

from catalog.models import PopularSearch, SearchMiss
from shop.common.unit import transactional

LONGEST = 100
LONG_NUMBER = re.compile(r"\d(?:[\s./-]*\d){5,}")
MISSES_KEPT = timedelta(days=180)
HITS_KEPT = timedelta(days=90)
ROWS_KEPT = 10_000

HITS_TOGETHER = 20
HITS_SECONDS = 60.0

Row = TypeVar("Row", SearchMiss, PopularSearch)

_lock = threading.Lock()
_hits: Counter[str] = Counter()
_written_at = [time.monotonic()]


@transactional
def record_miss(text: str) -> None:
    """Count a search that found nothing."""
    _count(SearchMiss, text)


def record_hit(text: str) -> None:
    """Count a search that found something: in memory, written together with others.

    What a process has not written when it ends is lost; nobody's page waits for a statistic.
    """
    now = time.monotonic()
    with _lock:
        _hits[text] += 1
        is_due = len(_hits) >= HITS_TOGETHER or now - _written_at[0] > HITS_SECONDS
        taken = dict(_hits) if is_due else {}
        if is_due:
            _hits.clear()
            _written_at[0] = now
    if taken:
        write_hits(taken)


@transactional
def write_hits(hits: Mapping[str, int]) -> None:
    """Add how often each was searched for."""
    for text in sorted(hits):
        _count(PopularSearch, text, hits[text])


@transactional
def forget_searches() -> None:
    """Drop what nobody searches for any more, and beyond ROWS_KEPT the oldest."""
    now = timezone.now()
    for model, kept in ((SearchMiss, MISSES_KEPT), (PopularSearch, HITS_KEPT)):
        model.objects.filter(last_at__lt=now - kept).delete()
        beyond = list(model.objects.order_by("-last_at", "-pk").values_list("pk", flat=True)[ROWS_KEPT:])
        for start in range(0, len(beyond), 1000):
            model.objects.filter(pk__in=beyond[start : start + 1000]).delete()


def is_personal(text: str) -> bool:
    """Whether words may tell who searched: an e-mail address, a telephone or card number."""
    return "@" in text or bool(LONG_NUMBER.search(text))


def _count(model: type[Row], text: str, times: int = 1) -> None:
    words = " ".join(text.casefold().split())[:LONGEST]
    if not words or is_personal(words):
        return
    now = timezone.now()
    counted = model.objects.filter(query=words).update(count=F("count") + times, last_at=now)
    if not counted:
        model.objects.bulk_create([model(query=words, count=times, last_at=now)], ignore_conflicts=True)
