"""What was asked last, kept in memory: what nobody asked for the longest time goes first."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

V = TypeVar("V")


class Latest(Generic[V]):
    """At most `most` values by key, for all threads of a process."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: OrderedDict[Hashable, V] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._values)

    def get(self, key: Hashable) -> V | None:
        return self._values.get(key)

    def put(self, key: Hashable, value: V) -> None:
        """As the latest; the oldest goes where there are too many."""
        with self._lock:
            self._values[key] = value
            self._values.move_to_end(key)
            if len(self._values) > self._most:
                self._values.popitem(last=False)

    def drop(self, which: Callable[[V], bool]) -> None:
        """Those for which `which` is true."""
        with self._lock:
            for key in [key for key, value in self._values.items() if which(value)]:
                del self._values[key]

    def clear(self) -> None:
        with self._lock:
            self._values.clear()
