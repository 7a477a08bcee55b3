"""`manage.py run_worker` as a process: works, ends cleanly when told, and its tasks survive when it is killed."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable

import pytest
from django.core.management import call_command
from django.db.models import QuerySet
from django_tasks_db.models import DBTaskResult

from shop.tasks.models import ScheduledJob, Worker
from shop.testing.processes import start_command
from shop.tests.work import linger, note

pytestmark = pytest.mark.django_db(transaction=True)
SECONDS = 60


def wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not is_so():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)


def tasks() -> QuerySet[DBTaskResult[..., object]]:
    """The test's own: what recurs may have put others into the queue."""
    return DBTaskResult.objects.filter(task_path__startswith="shop.tests.work.")


def status() -> str:
    return tasks().values_list("status", flat=True).get()


@pytest.fixture
def worker():
    started = []

    def start(*arguments: str):
        started.append(start_command("run_worker", *arguments))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_works_until_it_is_told_to_end(worker, number):
    note.enqueue(text="ada")
    process = worker()
    wait_until(lambda: status() == "SUCCESSFUL")
    wait_until(Worker.objects.exists)
    process.send_signal(number)
    said, _ = process.communicate(timeout=SECONDS)
    assert process.returncode == 0
    assert "worker_stopped" in said
    assert "Traceback" not in said
    assert not Worker.objects.exists()


def test_the_task_in_hand_is_finished_first(worker):
    linger.enqueue(seconds=1.5)
    process = worker()
    wait_until(lambda: status() == "RUNNING")
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=SECONDS)
    assert (process.returncode, status()) == (0, "SUCCESSFUL")


def test_a_task_whose_worker_was_killed_is_done_by_the_next(worker):
    linger.enqueue(seconds=30)
    process = worker()
    wait_until(lambda: status() == "RUNNING")
    process.kill()
    process.communicate(timeout=SECONDS)
    assert status() == "RUNNING"
    Worker.objects.all().delete()  # instead of waiting for the minute after which it counts as dead
    tasks().update(args_kwargs={"args": [], "kwargs": {"seconds": 0}})
    worker()
    wait_until(lambda: status() != "RUNNING")
    tasks().filter(status="READY").update(run_after=tasks().get().enqueued_at)
    wait_until(lambda: status() == "SUCCESSFUL")
    assert len(tasks().get().worker_ids) == 2


def test_in_a_batch_it_ends_when_nothing_is_due():
    note.enqueue(text="ada")
    call_command("run_worker", "--batch")
    assert status() == "SUCCESSFUL"
    assert ScheduledJob.objects.filter(name="shop.tasks.tasks.forget_old_tasks").exists()
    assert not Worker.objects.exists()
