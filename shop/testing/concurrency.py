"""Many at once: threads, or processes of threads, that start together, each on its own connection.

    outcome = race(40, lambda number: buy(number))
    assert outcome.count(True) == 5

Tests that race use real transactions: `@pytest.mark.django_db(transaction=True)`.
"""

from __future__ import annotations

import multiprocessing
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.context import ForkProcess
from multiprocessing.synchronize import Barrier
from typing import Any

import pytest
from django.db import connections

DEADLOCK = 1213  # MariaDB's own number
START_SECONDS = 60
ANSWER_SECONDS = 300

_not_mine: list[Any] = []


@dataclass
class Outcome:
    """What each run returned, and what others raised instead, in no particular order."""

    results: list[Any] = field(default_factory=list)
    errors: list[BaseException] = field(default_factory=list)

    def count(self, result: Any) -> int:
        return self.results.count(result)

    def errors_by_type(self) -> dict[str, int]:
        """{"InsufficientStock": 180}, to compare or to print."""
        return dict(Counter(type(error).__name__ for error in self.errors))

    def unexpected(self, *expected: type[BaseException]) -> list[BaseException]:
        """The errors of any other type."""
        return [error for error in self.errors if not isinstance(error, expected)]


class Meeting:
    """Holds everybody until `people` have come, so that controls fail however busy the machine is.

    Whoever comes later, as after a retry, goes on at once. Threads of forked processes meet as well.
    """

    def __init__(self, people: int) -> None:
        context = multiprocessing.get_context("fork")
        self._missing = context.Value("i", people)
        self._complete = context.Event()

    def arrive(self) -> None:
        with self._missing.get_lock():
            self._missing.value -= 1
            if self._missing.value <= 0:
                self._complete.set()
        assert self._complete.wait(START_SECONDS), "not everybody came"


def codes_of_retries(caplog: pytest.LogCaptureFixture) -> list[int]:
    """Of the errors after which the database had units begin again. `caplog` has to listen at level INFO."""
    return [record.error_code[0] for record in caplog.records if record.name == "shop.common.unit"]  # type: ignore[attr-defined]


def race(n: int, run: Callable[[int], Any]) -> Outcome:
    """Call `run(0)` … `run(n - 1)` at the same moment in n threads."""
    return _run_threads(list(range(n)), run, threading.Barrier(n))


def fork(run: Callable[[], Any]) -> ForkProcess:
    """`run` in a process of its own, with connections of its own; it is started. The caller's are closed before.

    While Playwright's loop runs, Django keeps the thread's connections apart from those made before it began. No loop
    runs in the child, which therefore finds the latter, still open in its parent: two would speak on one line.
    """
    connections.close_all()
    child = multiprocessing.get_context("fork").Process(target=_with_own_connections, args=(run,))
    child.start()
    return child


def _with_own_connections(run: Callable[[], Any]) -> None:
    for inherited in connections.all(initialized_only=True):
        # Kept, for what is thrown away is closed, and the server would hang up on the parent.
        _not_mine.append(inherited.connection)
        inherited.connection = None
    run()


def race_processes(n: int, run: Callable[[int], Any], *, processes: int = 4) -> Outcome:
    """The same over several processes; what `run` returns or raises must be picklable.

    The processes are forked, so `run` may be a closure. The caller's connections are closed before.
    """
    connections.close_all()
    context = multiprocessing.get_context("fork")
    numbers = [list(range(start, n, processes)) for start in range(min(processes, n))]
    barrier = context.Barrier(n)
    children = []
    for mine in numbers:
        answers, sender = context.Pipe(duplex=False)
        child = context.Process(target=_child, args=(mine, run, barrier, sender))
        child.start()
        sender.close()  # the child's end only: when the child dies, receiving ends
        children.append((child, answers))
    outcome = Outcome()
    for child, answers in children:
        if not answers.poll(ANSWER_SECONDS):
            child.kill()
        _receive(answers, outcome)
        child.join()
    return outcome


def _receive(answers: Any, outcome: Outcome) -> None:
    """Add what a process sends; one that died is an error of its own."""
    try:
        results, errors = answers.recv()
    except EOFError:
        outcome.errors.append(RuntimeError("A process of the race died, or did not answer."))
    else:
        outcome.results += results
        outcome.errors += errors


def _child(numbers: list[int], run: Callable[[int], Any], barrier: Barrier, answers: Any) -> None:
    outcome = _run_threads(numbers, run, barrier)
    answers.send((outcome.results, [_sendable(error) for error in outcome.errors]))


def _sendable(error: BaseException) -> BaseException:
    """Errors lose their trace and chain on the way; some cannot be unpickled at all."""
    try:
        multiprocessing.reduction.ForkingPickler.loads(multiprocessing.reduction.ForkingPickler.dumps(error))
    except Exception:  # whatever an error's own class makes of pickling
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error


def _run_threads(numbers: list[int], run: Callable[[int], Any], barrier: threading.Barrier | Barrier) -> Outcome:
    outcome = Outcome()

    def one(number: int) -> None:
        try:
            barrier.wait(START_SECONDS)
            outcome.results.append(run(number))
        except BaseException as error:
            outcome.errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one, args=(number,)) for number in numbers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcome
