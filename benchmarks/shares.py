"""Where the processor's time of a page goes: looked at by a timer's signal, which slows nothing of it down.

At each signal the time since the last one counts for what the innermost known place on the stack is for: a query
that a template makes counts for the database, what Python's own library does for whoever asked it.
"""

from __future__ import annotations

import cProfile
import pstats
import random
import signal
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import FrameType

from benchmarks.guest import ask, change_something, unheard_log

ROOT = Path(__file__).resolve().parent.parent
# The next look comes at no fixed time: short pages would be seen at the same place each time.
SOONEST_SECONDS, LATEST_SECONDS = 0.0002, 0.0008
FACETS, FINDING, OTHER = "facets", "finding", "other"
# By the file of the code, the first that fits.
PLACES: tuple[tuple[str, tuple[str, ...]], ...] = (
    (FACETS, ("/catalog/selectors/facets.py",)),
    (FINDING, ("/catalog/search/", "/catalog/selectors/index.py")),
    ("driver", ("/django/db/backends/", "/MySQLdb/")),
    ("ORM", ("/django/db/",)),
    ("templates", ("/django/template/", "/templatetags/", "/django/forms/", "/shop/common/personal.py")),
    ("log", ("/logging/", "/structlog/", "/django_structlog/", "/shop/observability/logs.py")),
    (
        "middleware",
        (
            "/django/core/handlers/",
            "/django/middleware/",
            "/django/contrib/",
            "/django/dispatch/",
            "/whitenoise/",
            "/csp/",
            "/corsheaders/",
            "/allauth/",
            "/django_htmx/",
            "/shop/observability/",
            "/shop/pages.py",
            "/shop/sessions.py",
            "/catalog/web/strangers.py",
        ),
    ),
    (
        "own code",
        tuple(f"{ROOT}/{app}/{room}" for app in ("catalog", "carts") for room in ("selectors", "services", "web")),
    ),
)
KINDS = (*(kind for kind, _places in PLACES), OTHER)


def shares(address: str, requests: int, *, before: Callable[[], None] | None = None) -> dict[str, float]:
    """Milliseconds a request by kind. `before` is done ahead of each request; its time counts for nothing."""
    ask(address)
    watch = Watch()
    if before is None:
        with watch.looking():
            for _ in range(requests):
                ask(address)
    else:
        for _ in range(requests):
            before()
            with watch.looking():
                ask(address)
    return {kind: watch.spent[kind] * 1000 / requests for kind in KINDS}


def by_function(address: str, requests: int = 20) -> None:
    """Print what first views spend in each function, by Python's own profiler: small functions look dearer there."""
    ask(address)
    with unheard_log(), cProfile.Profile() as profiler:
        for _ in range(requests):
            profiler.disable()
            change_something()
            profiler.enable()
            ask(address)
    pstats.Stats(profiler).sort_stats("cumulative").print_stats(45)


class Watch:
    def __init__(self) -> None:
        self.spent: defaultdict[str, float] = defaultdict(float)
        self._seen, self._is_looking = 0.0, False

    @contextmanager
    def looking(self) -> Iterator[None]:
        signal.signal(signal.SIGALRM, self._look)
        self._seen, self._is_looking = time.thread_time(), True
        _set_timer()
        try:
            yield
        finally:
            self._is_looking = False
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, signal.SIG_IGN)

    def _look(self, _signal: int, frame: FrameType | None) -> None:
        if not self._is_looking:
            return
        self.spent[_kind_on(frame)] += time.thread_time() - self._seen
        self._seen = time.thread_time()
        _set_timer()


def _set_timer() -> None:
    signal.setitimer(signal.ITIMER_REAL, random.uniform(SOONEST_SECONDS, LATEST_SECONDS))


def _kind_on(frame: FrameType | None) -> str:
    """What facets ask of the index counts for them."""
    found = ""
    while frame is not None:
        kind = _kind_of(frame.f_code.co_filename)
        if kind and (not found or kind == FACETS):
            found = kind
        if found not in {"", FINDING}:
            return found
        frame = frame.f_back
    return found or OTHER


@cache
def _kind_of(file: str) -> str:
    return next((kind for kind, places in PLACES if any(place in file for place in places)), "")
