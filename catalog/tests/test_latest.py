from __future__ import annotations

from catalog.search.latest import Latest


def test_what_nobody_put_for_the_longest_time_goes_first():
    latest: Latest[int] = Latest(2)
    for key, value in (("a", 1), ("b", 2), ("a", 3), ("c", 4)):
        latest.put(key, value)
    assert (latest.get("a"), latest.get("b"), latest.get("c"), len(latest)) == (3, None, 4, 2)


def test_some_are_dropped_then_all():
    latest: Latest[int] = Latest(3)
    for number in range(3):
        latest.put(number, number)
    latest.drop(lambda value: value < 2)
    assert [latest.get(number) for number in range(3)] == [None, None, 2]
    latest.clear()
    assert len(latest) == 0
