"""Which tests coverage watches: watching doubles the time of Python 3.11, for nothing where others run the same code.

Of a test with parameters it watches the first two cases, and the first twenty where there is no database. It watches
no browser's tests, no proofs, no races and no random runs, and none that counts queries: they do often, or for many
rows, what others do once and for few. What the report says is therefore a lower bound.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

import pytest

UNWATCHED = pytest.StashKey[bool]()
PAUSED = pytest.StashKey[bool]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    cases: Counter[str] = Counter()
    for item in items:
        test = item.nodeid.partition("[")[0]
        cases[test] += 1
        enough = 2 if item.get_closest_marker("django_db") else 20
        item.stash[UNWATCHED] = cases[test] > enough or _goes_far(item)


def _goes_far(item: pytest.Item) -> bool:
    is_random = getattr(getattr(item, "obj", None), "is_hypothesis_test", False)
    is_marked = any(item.get_closest_marker(name) for name in ("browser", "proof"))
    database = item.get_closest_marker("django_db")
    is_real = database is not None and database.kwargs.get("transaction", False)
    return is_random or is_marked or is_real or "queries" in item.name


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, Any, Any]:
    """Around all of a test, what its fixtures do included."""
    with unwatched(item.config) if item.stash[UNWATCHED] else nullcontext():
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(
    fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
) -> Generator[None, Any, Any]:
    """Nor is it watched how the tables are made."""
    with unwatched(request.config) if fixturedef.argname == "django_db_setup" else nullcontext():
        return (yield)


@contextmanager
def unwatched(config: pytest.Config) -> Iterator[None]:
    coverage = config.pluginmanager.get_plugin("_cov")
    controller = coverage and coverage.cov_controller
    if controller is None or config.stash.get(PAUSED, False):
        yield
        return
    controller.pause()
    config.stash[PAUSED] = True
    try:
        yield
    finally:
        config.stash[PAUSED] = False
        controller.resume()
