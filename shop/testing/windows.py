"""Limits in tests: a window begins with each test, so that none ends between its first try and its last.

A test that moves the clock itself has the windows of the shop, which begin at multiples of their length.
"""

from __future__ import annotations

import time

import pytest
from time_machine import escape_hatch

from shop.common.limits import Limit

at_multiples = Limit.window_end


@pytest.fixture(autouse=True)
def windows_begin_with_the_test(monkeypatch: pytest.MonkeyPatch) -> None:
    begin = int(time.time())

    def window_end(limit: Limit, now: float) -> int:
        if escape_hatch.is_travelling():
            return at_multiples(limit, now)
        return begin + at_multiples(limit, now - begin)

    monkeypatch.setattr(Limit, "window_end", window_end)
