"""Python looks for garbage in cycles seldom: a tenth of the tests' time went into looking, for hardly any found."""

from __future__ import annotations

import gc

# New objects until the youngest are looked at, and how many such looks go by before the older ones are.
SELDOM = (100_000, 50, 100)


def look_seldom() -> None:
    gc.set_threshold(*SELDOM)


def keep_what_is_there() -> None:
    """Modules, models and thousands of tests stay to the end: they are never looked at again."""
    gc.collect()
    gc.freeze()
