"""Tasks: written with the change, tried again, given back when their worker dies."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import DatabaseError, OperationalError, connections
from django.http import HttpResponse
from django.urls import path, reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from shop.common.unit import run_in_transaction
from shop.tasks import rows, schedule
from shop.tasks.models import ScheduledJob
from shop.tasks.presence import Presence, living_workers
from shop.tasks.queue import enqueue_in
from shop.tasks.schedule import Job, every, take_due
from shop.tasks.tasks import forget_old_tasks
from shop.tasks.worker import Worker
from shop.testing.concurrency import race
from shop.testing.work import run_tasks
from shop.tests import work
from shop.tests.work import fail, fail_unspeakably, note, unstorable, urgent

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def enqueues(request):
    note.enqueue(text="ada")
    return HttpResponse("later")


urlpatterns = [path("enqueue", enqueues)]


@pytest.fixture(autouse=True)
def nothing_done(monkeypatch):
    monkeypatch.setattr(work, "done", [])
    monkeypatch.setattr("shop.tasks.schedule.JOBS", {})
    monkeypatch.setattr("shop.tasks.worker.JOBS", {})


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def only_row() -> DBTaskResult:
    return DBTaskResult.objects.get()


@pytest.mark.django_db
class TestQueue:
    def test_a_task_is_done_once_and_keeps_its_result(self):
        note.enqueue(text="ada")
        run_tasks()
        run_tasks()
        assert work.done == ["ada"]
        assert (only_row().status, only_row().return_value) == ("SUCCESSFUL", "ADA")

    def test_it_exists_exactly_if_the_change_does(self):
        class Refused(Exception):
            pass

        def change() -> None:
            note.enqueue(text="never")
            raise Refused

        with pytest.raises(Refused):
            run_in_transaction(change)
        assert not DBTaskResult.objects.exists()

    def test_the_urgent_go_first_then_the_oldest(self, clock):
        for text in ("first", "second"):
            note.enqueue(text=text)
            clock.shift(1)
        urgent.enqueue()
        run_tasks()
        assert work.done == ["urgent", "first", "second"]

    def test_later_is_not_before_its_time(self, clock):
        enqueue_in(note, seconds=60, text="later")
        clock.shift(59)
        run_tasks()
        assert work.done == []
        clock.shift(1)
        run_tasks()
        assert work.done == ["later"]

    def test_tests_need_not_wait(self):
        enqueue_in(note, seconds=3600, text="later")
        run_tasks(also_later=True)
        assert work.done == ["later"]


@pytest.mark.django_db
class TestRetries:
    def test_pauses_double_and_the_last_failure_stays(self, clock):
        fail.enqueue()
        pauses = []
        for _ in range(3):
            run_tasks()
            row = only_row()
            pauses.append((row.run_after - timezone.now()).total_seconds() if row.status == "READY" else None)
            clock.shift(120)
        assert work.done == ["broken"] * 3
        assert 10 <= pauses[0] <= 11
        assert 20 <= pauses[1] <= 22
        assert pauses[2] is None
        assert row.status == "FAILED"
        assert row.exception_class_path == "builtins.ConnectionError"
        assert "ConnectionError: broken" in row.traceback
        run_tasks(also_later=True)
        assert len(work.done) == 3

    def test_a_pause_is_never_longer_than_six_hours(self):
        row = DBTaskResult(
            task_path="shop.tests.work.note", worker_ids=["w"] * 13, run_after=NOW, backend_name="default"
        )
        assert timedelta(hours=6) <= rows.pause_before_next(row) <= timedelta(hours=6.6)

    def test_an_error_that_quotes_half_a_surrogate_pair_ends_no_worker(self):
        fail_unspeakably.enqueue()
        run_tasks()
        assert only_row().status == "READY"
        assert "ConnectionError: \\ud800" in only_row().traceback

    def test_a_result_that_cannot_be_stored_is_a_failure(self):
        unstorable.enqueue()
        run_tasks()
        assert only_row().status == "READY"
        assert only_row().exception_class_path == "builtins.TypeError"

    def test_code_that_is_gone_is_tried_again_then_given_up(self):
        note.enqueue(text="ada")
        DBTaskResult.objects.update(task_path="shop.tests.work.removed")
        run_tasks()
        assert (only_row().status, len(only_row().worker_ids)) == ("READY", 1)
        for _ in range(13):
            run_tasks(also_later=True)
        assert only_row().status == "FAILED"

    def test_a_failure_can_be_tried_again_from_the_admin(self, client_of, staff):
        fail.enqueue()
        for _ in range(3):
            run_tasks(also_later=True)
        admin = client_of(staff)
        address = reverse("admin:django_tasks_database_dbtaskresult_changelist")
        page = admin.get(address, {"status__exact": "FAILED"})
        assert "ConnectionError" in page.text
        answer = admin.post(address, {"action": "try_again", "_selected_action": [str(only_row().pk)]}, follow=True)
        assert "1 task is tried again." in answer.text
        assert (only_row().status, only_row().worker_ids) == ("READY", [])
        run_tasks()
        assert len(work.done) == 4
        assert (
            admin.get(reverse("admin:django_tasks_database_dbtaskresult_change", args=[only_row().pk])).status_code
            == 200
        )

    def test_what_has_not_failed_stays_as_it_is(self):
        note.enqueue(text="ada")
        run_tasks()
        assert rows.try_again([only_row().pk]) == 0
        assert only_row().status == "SUCCESSFUL"


@pytest.mark.django_db
class TestDeadWorkers:
    def claimed_by(self, worker_id: str) -> None:
        note.enqueue(text="ada")
        assert rows.claim_next(worker_id) is not None

    def test_tasks_of_the_dead_are_given_back_and_the_try_counts(self, clock):
        self.claimed_by("dead")
        assert rows.release_abandoned({"alive"}) == 1
        assert (only_row().status, only_row().worker_ids) == ("READY", ["dead"])
        clock.shift(60)
        run_tasks()
        assert work.done == ["ada"]

    def test_tasks_of_the_living_are_left_alone(self):
        self.claimed_by("alive")
        assert rows.release_abandoned({"alive"}) == 0
        assert only_row().status == "RUNNING"

    def test_a_task_that_kills_its_workers_is_given_up(self):
        fail.enqueue()
        for _ in range(3):
            DBTaskResult.objects.filter(status="READY").update(run_after=timezone.now())
            assert rows.claim_next("victim") is not None
            rows.release_abandoned(set())
        assert only_row().status == "FAILED"
        assert "WorkerLostError" in only_row().traceback

    def test_a_worker_that_lost_its_claim_changes_nothing(self, clock):
        self.claimed_by("slow")
        stale = only_row()
        rows.release_abandoned(set())
        clock.shift(60)
        run_tasks()
        rows.store_failure(stale, ValueError("late"))
        assert only_row().status == "SUCCESSFUL"

    def test_a_worker_takes_back_what_it_claimed_without_knowing(self, clock):
        """The commit of a claim succeeded, but its answer was lost with the connection."""
        self.claimed_by("me")
        Worker("me").step()
        assert (only_row().status, only_row().worker_ids) == ("READY", ["me"])


@pytest.mark.django_db(transaction=True)
class TestManyWorkers:
    def test_each_task_goes_to_one(self):
        for number in range(30):
            note.enqueue(text=str(number))

        def work_off(number: int) -> int:
            worker, tasks = Worker(f"w{number}"), 0
            while DBTaskResult.objects.ready().exists():
                tasks += worker.do_next_task()
            return tasks

        outcome = race(4, work_off)
        assert outcome.errors == []
        assert sum(outcome.results) == 30
        assert sorted(work.done, key=int) == [str(number) for number in range(30)]

    def test_presence_comes_and_goes(self):
        with Presence() as worker_id:
            deadline = timezone.now() + timedelta(seconds=60)
            while worker_id not in living_workers() and timezone.now() < deadline:
                connections.close_all()
            assert worker_id in living_workers()
        assert worker_id not in living_workers()


@pytest.mark.django_db
class TestSchedule:
    def job(self, run=lambda: None, **interval: int) -> Job:
        return Job(name="tests.job", interval=timedelta(**interval or {"minutes": 1}), run=run)

    def test_a_new_job_is_due_at_once_then_at_its_interval(self):
        job = self.job(minutes=5)
        assert take_due([job], NOW) == [job]
        assert take_due([job], NOW + timedelta(minutes=4)) == []
        assert take_due([job], NOW + timedelta(minutes=5)) == [job]

    def test_what_was_missed_is_done_once(self):
        job = self.job()
        take_due([job], NOW)
        assert take_due([job], NOW + timedelta(days=3)) == [job]
        assert take_due([job], NOW + timedelta(days=3)) == []

    def test_a_clock_that_was_wrong_for_a_moment_stops_nothing(self):
        job = self.job()
        take_due([job], NOW + timedelta(days=365))
        assert take_due([job], NOW) == [job]
        assert take_due([job], NOW) == []

    def test_clocks_that_differ_a_little_do_not_do_it_twice(self):
        job = self.job()
        take_due([job], NOW + timedelta(minutes=10))
        assert take_due([job], NOW) == []

    def test_a_job_that_fails_keeps_nobody_from_working(self, monkeypatch, caplog):
        def broken() -> None:
            raise ZeroDivisionError

        job = self.job(run=broken)
        monkeypatch.setattr("shop.tasks.worker.JOBS", {job.name: job})
        note.enqueue(text="ada")
        with caplog.at_level(logging.ERROR, "shop.tasks.worker"):
            Worker("w").step()
        assert work.done == ["ada"]
        assert [record.message for record in caplog.records] == ["job_failed"]
        assert ScheduledJob.objects.get().due_at > timezone.now()

    def test_registering(self):
        @every(hours=2)
        def tidy() -> None: ...

        [job] = schedule.JOBS.values()
        assert (job.interval, job.run) == (timedelta(hours=2), tidy)
        assert job.name.endswith("tidy")

    def test_finished_tasks_are_forgotten(self, clock):
        note.enqueue(text="ada")
        run_tasks()
        clock.shift(timedelta(days=6))
        forget_old_tasks()
        assert DBTaskResult.objects.count() == 1
        clock.shift(timedelta(days=2))
        fail.enqueue()
        forget_old_tasks()
        assert only_row().task_path.endswith("fail")


@pytest.mark.django_db(transaction=True)
def test_each_job_goes_to_one_worker_of_many():
    job = Job(name="tests.job", interval=timedelta(minutes=1), run=lambda: None)
    outcome = race(8, lambda _: len(take_due([job], NOW)))
    assert outcome.errors == []
    assert sum(outcome.results) == 1


@pytest.mark.django_db(transaction=True)
class TestOutages:
    def test_the_worker_waits_until_the_database_is_back(self, monkeypatch):
        note.enqueue(text="ada")
        failures = [OperationalError(1213, "Deadlock"), OperationalError(2013, "Lost"), OperationalError(2006, "Gone")]
        claim = rows.claim_next

        def flaky(worker_id: str):
            if failures:
                raise failures.pop(0)
            return claim(worker_id)

        monkeypatch.setattr(rows, "claim_next", flaky)
        monkeypatch.setattr("shop.tasks.worker.connections.close_all", lambda: None)
        slept: list[float] = []
        worker = Worker("w")
        monkeypatch.setattr(worker, "_wait", slept.append)
        worker.run(batch=True)
        assert work.done == ["ada"]
        assert slept == [1.0, 2.0, 4.0]

    def test_a_task_that_is_done_is_not_done_again_for_an_outage(self, monkeypatch):
        note.enqueue(text="ada")
        failures = [DatabaseError(2013, "Lost connection")] * 2
        store = rows.store_success

        def flaky(row, result):
            if failures:
                raise failures.pop()
            store(row, result)

        monkeypatch.setattr(rows, "store_success", flaky)
        monkeypatch.setattr("shop.tasks.worker.connections.close_all", lambda: None)
        worker = Worker("w")
        monkeypatch.setattr(worker, "_wait", lambda _: None)
        worker.run(batch=True)
        assert work.done == ["ada"]
        assert only_row().status == "SUCCESSFUL"

    def test_stopping_ends_the_waiting(self):
        worker = Worker("w", sleep=lambda _: worker.stop())
        worker.run()
        assert worker.stopping


@pytest.mark.django_db
@pytest.mark.urls("shop.tests.test_tasks")
class TestRequestIds:
    def test_a_tasks_lines_carry_the_id_of_the_request_that_asked(self, client, lines):
        client.get("/enqueue", headers={"X-Request-ID": "edge-0001"})
        assert only_row().args_kwargs["request_id"] == "edge-0001"
        run_tasks()
        assert {line["request_id"] for line in lines("noted")} == {"edge-0001"}
        [line] = lines("task_succeeded")
        assert (line["request_id"], line["task"]) == ("edge-0001", "shop.tests.work.note")
