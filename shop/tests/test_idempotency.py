"""One effect and one answer for a key."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from django.test import RequestFactory
from django.utils import timezone
from rest_framework.request import Request

from shop.api.idempotency import (
    AlreadyAnswered,
    Answer,
    Claim,
    InProgress,
    KeyReused,
    Once,
    claim_of,
    do_once,
    respond_once,
)
from shop.api.models import IdempotencyRecord, RateCounter
from shop.api.tasks import forget_what_ended
from shop.common.errors import InvalidInput
from shop.common.unit import run_in_transaction
from shop.testing.concurrency import race

pytestmark = pytest.mark.django_db(transaction=True)


def claim(fingerprint="a"):
    return Claim(scope="user:1", key="k", fingerprint=fingerprint)


def verb_counting(effects, *, status=201):
    def verb(once):
        def work():
            RateCounter.objects.create(key=f"effect-{RateCounter.objects.count()}", expires_at=timezone.now())
            effects.append(1)
            return len(effects)

        return run_in_transaction(lambda: do_once(once, work))

    return verb, lambda result: Answer(status=status, body={"order": result})


def test_the_answer_comes_again_and_the_effect_does_not():
    effects = []
    verb, answer = verb_counting(effects)
    first, second = (respond_once(claim(), verb, answer) for _ in range(2))
    assert (first.status_code, first.data) == (second.status_code, second.data) == (201, {"order": 1})
    assert "Idempotency-Replayed" not in first
    assert second["Idempotency-Replayed"] == "true"
    assert len(effects) == RateCounter.objects.count() == 1


def test_without_a_key_everything_happens_each_time():
    effects = []
    verb, answer = verb_counting(effects)
    assert [respond_once(None, verb, answer).data["order"] for _ in range(2)] == [1, 2]
    assert not IdempotencyRecord.objects.exists()


def test_the_same_key_for_something_else():
    verb, answer = verb_counting([])
    respond_once(claim("a"), verb, answer)
    with pytest.raises(KeyReused) as refused:
        respond_once(claim("b"), verb, answer)
    assert refused.value.status == 422


def test_a_refusal_stores_nothing():
    def refuse(once):
        return run_in_transaction(lambda: do_once(once, lambda: 1 / 0))

    with pytest.raises(ZeroDivisionError):
        respond_once(claim(), refuse, lambda _: Answer(status=201, body=None))
    assert not IdempotencyRecord.objects.exists()


@pytest.mark.parametrize(("status", "kept"), [(200, True), (201, True), (402, True), (202, True), (409, False)])
def test_what_is_kept(status, kept):
    verb, answer = verb_counting([], status=status)
    respond_once(claim(), verb, answer)
    assert IdempotencyRecord.objects.exists() is kept


def test_work_in_two_units_is_in_progress_in_between():
    once = Once(claim=claim(), answer=lambda result: Answer(status=200, body=result))
    run_in_transaction(once.begin)
    other = Once(claim=claim(), answer=once.answer)
    with pytest.raises(InProgress):
        run_in_transaction(other.begin)
    run_in_transaction(lambda: once.finish("paid"))
    with pytest.raises(AlreadyAnswered) as stored:
        run_in_transaction(other.begin)
    assert stored.value.answer == Answer(status=200, body="paid")


def test_waiting_ends():
    once = Once(claim=claim(), answer=lambda _: Answer(status=200, body=None), give_up_at=0)
    with pytest.raises(InProgress), transaction.atomic():
        once.begin()


def test_keys_end_after_a_day():
    effects = []
    verb, answer = verb_counting(effects)
    respond_once(claim(), verb, answer)
    IdempotencyRecord.objects.update(created_at=timezone.now() - timedelta(hours=25))
    respond_once(claim("another body"), verb, answer)
    assert len(effects) == 2
    IdempotencyRecord.objects.update(created_at=timezone.now() - timedelta(hours=25))
    RateCounter.objects.filter(key="effect-0").update(expires_at=timezone.now() + timedelta(hours=1))
    forget_what_ended()
    assert not IdempotencyRecord.objects.exists()
    assert RateCounter.objects.values_list("key", flat=True).get() == "effect-0"


def many_at_once():
    effects = []
    verb, answer = verb_counting(effects)
    return race(20, lambda _: respond_once(claim(), verb, answer).data["order"])


def test_twenty_at_once_have_one_effect_and_one_answer():
    outcome = many_at_once()
    assert outcome.errors == []
    assert len(outcome.results) == 20
    assert len(set(outcome.results)) == 1
    assert RateCounter.objects.count() == 1


def test_control_without_taking_the_key_there_are_many(monkeypatch):
    monkeypatch.setattr(Once, "begin", lambda self: None)
    many_at_once()
    assert RateCounter.objects.count() > 1


def request_with(key, path="/api/orders", body="{}"):
    headers = {"Idempotency-Key": key} if key else {}
    return Request(RequestFactory().post(path, body, content_type="application/json", headers=headers))


def test_what_a_claim_is_made_of():
    def made(**kwargs):
        asked = kwargs.pop("asked", {"a": 1, "b": 2})
        return claim_of(request_with("k", **kwargs), scope="user:1", asked=asked).fingerprint

    assert made() == made(path="/api/orders/") == made(asked={"b": 2, "a": 1})
    assert len({made(), made(path="/api/payments/process"), made(asked={"a": 2})}) == 3
    assert claim_of(request_with(""), scope="user:1", asked={}) is None
    with pytest.raises(InvalidInput):
        claim_of(request_with("k" * 256), scope="user:1", asked={})
