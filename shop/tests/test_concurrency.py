"""The races' own instrument: everybody starts together, and nobody's end goes unseen."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import threading
from collections.abc import Callable
from multiprocessing.context import ForkProcess
from typing import Any

import pytest
from django.db import connection, connections

from shop.common.errors import InsufficientStock, NotFound, Shortage
from shop.testing.concurrency import Meeting, fork, race, race_processes

SHORTAGE = Shortage(variant_id=7, sku="MUG-1", name="Mug", requested=3, available=1)


def odd_only(number: int) -> int:
    if number % 2 == 0:
        raise NotFound
    return number


def test_results_and_errors_of_threads():
    outcome = race(6, odd_only)
    assert sorted(outcome.results) == [1, 3, 5]
    assert outcome.errors_by_type() == {"NotFound": 3}
    assert outcome.unexpected(NotFound) == []
    assert len(outcome.unexpected(InsufficientStock)) == 3


def test_all_are_there_before_anybody_starts():
    gate = threading.Barrier(5)  # passes only if five run at once
    assert race(5, lambda _: gate.wait(60) >= 0).count(True) == 5


def test_a_meeting_holds_everybody_until_all_have_come():
    meeting, come = Meeting(3), []

    def run(number: int) -> int:
        come.append(number)
        meeting.arrive()
        return len(come)

    assert race(3, run).results == [3, 3, 3]
    meeting.arrive()  # who comes later is not held


def test_threads_of_several_processes_meet_too():
    meeting = Meeting(4)
    assert race_processes(4, lambda _: meeting.arrive(), processes=2).errors == []


def test_results_and_errors_of_processes():
    outcome = race_processes(6, lambda number: (odd_only(number), os.getpid()), processes=3)
    assert sorted(number for number, _ in outcome.results) == [1, 3, 5]
    assert outcome.errors_by_type() == {"NotFound": 3}
    assert os.getpid() not in {pid for _, pid in outcome.results}


def test_errors_that_cannot_travel_are_told_by_name():
    def run(_: int) -> None:
        raise InsufficientStock([SHORTAGE])

    [error] = race_processes(1, run).errors
    assert "InsufficientStock" in f"{type(error).__name__}: {error}"


def test_a_process_that_dies_is_an_error():
    outcome = race_processes(2, lambda number: os._exit(3) if number else "done", processes=2)
    assert outcome.results == ["done"]
    assert [str(error) for error in outcome.errors] == ["A process of the race died, or did not answer."]


def plain_fork(run: Callable[[], Any]) -> ForkProcess:
    child = multiprocessing.get_context("fork").Process(target=run)
    child.start()
    return child


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("begin", "is_own"), [(fork, True), (plain_fork, False)], ids=["fork", "control"])
def test_a_forked_process_has_a_line_of_its_own(begin, is_own):
    """Also where the parent has one open that a running loop hides from it, as Playwright's does."""
    answers, sender = multiprocessing.Pipe(duplex=False)
    still_answers = []

    async def fork_within_a_loop() -> None:
        begin(lambda: sender.send(connection.connection is None)).join()

    def run() -> None:
        connection.ensure_connection()
        asyncio.run(fork_within_a_loop())
        still_answers.append(connection.is_usable())
        connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert answers.recv() is is_own
    assert still_answers == [True]
