"""What a process and its descendants use, from /proc."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Memory:
    """In MB. `mapped` are files shown to the process, such as libraries and the index: shared, and given back."""

    own: float
    mapped: float

    def __str__(self) -> str:
        return f"{self.own:.0f} MB of its own and {self.mapped:.0f} MB of files"


def family(pid: int) -> list[int]:
    """A process and its descendants."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(one for child in children for one in family(int(child)))]


def cpu_seconds(pid: int) -> float:
    """Of all threads, to the nanosecond: the clock's ticks are as long as ten requests."""
    threads = (thread for one in family(pid) for thread in Path(f"/proc/{one}/task").iterdir())
    return sum(int((thread / "schedstat").read_text().split()[0]) for thread in threads) / 1e9


def memory_of_worker(pid: int) -> Memory:
    """Of the largest of the processes: the worker."""
    return max((_memory_of(one) for one in family(pid)), key=lambda memory: memory.own)


def _memory_of(pid: int) -> Memory:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    sizes = {line.partition(":")[0]: int(line.split()[1]) / 1024 for line in lines if line.startswith("Rss")}
    return Memory(own=sizes["RssAnon"], mapped=sizes["RssFile"])
