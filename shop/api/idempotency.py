"""Idempotency-Key: one effect and one answer for a key, however often and how parallel it is sent.

    once = Once(claim=claim, answer=lambda placed: Answer(status=201, body=...))
    place_order(checkout, once=once)            # inside its unit: once.begin() first, once.finish(result) last

The key, what was asked and the answer are rows of the unit's own transaction: they exist exactly if
its effect does. A parallel duplicate waits for that transaction on the unique key, and replays.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from http import HTTPStatus
from typing import Any, Generic, TypeVar

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from shop.api.models import IdempotencyRecord
from shop.common.errors import Conflict, InvalidInput, ShopError
from shop.common.ids import new_public_id, token_hash

KEPT = timedelta(hours=24)
LONGEST_KEY = 255
PROBLEM = "application/problem+json"
WAIT_SECONDS = 10

T = TypeVar("T")


class KeyReused(ShopError):
    code = "idempotency_key_reused"
    status = 422
    default_message = _("This Idempotency-Key was used for another request. Make a new one for each.")


class InProgress(Conflict):
    code = "idempotency_in_progress"
    default_message = _("The first request with this Idempotency-Key is still being worked on. Ask again in a moment.")


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the client gets; `body` is JSON."""

    status: int
    body: Any


class AlreadyAnswered(Exception):
    """The key has its answer: `answer` is to be sent again, and nothing is to be done."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.answer = answer


@dataclass(frozen=True, kw_only=True)
class Claim:
    """`scope` is who asks, `key` what they named the request, `fingerprint` the hash of what was asked."""

    scope: str
    key: str
    fingerprint: str


@dataclass(kw_only=True)
class Once(Generic[T]):
    """A claim, and how the unit's result becomes the answer. `begin` and `finish` are steps of units.

    Work that speaks to a gateway takes two: the first commits `begin` with its pending row, the second calls
    `finish`. In between others get InProgress.
    """

    claim: Claim
    answer: Callable[[T], Answer]
    given: Answer | None = None
    give_up_at: float = field(default_factory=lambda: time.monotonic() + WAIT_SECONDS)

    def begin(self) -> None:
        """Take the key. Raises AlreadyAnswered, KeyReused, and InProgress after ten seconds of waiting.

        The row is inserted before anything else: whoever comes second waits here, holding nothing.
        """
        if time.monotonic() > self.give_up_at:
            raise InProgress
        self._rows().filter(created_at__lt=timezone.now() - KEPT).delete()
        mine = {"taken_by": new_public_id()}
        row = IdempotencyRecord(**vars(self.claim), body=mine)
        IdempotencyRecord.objects.bulk_create([row], ignore_conflicts=True)
        row = self._rows().select_for_update().get()
        if row.fingerprint != self.claim.fingerprint:
            raise KeyReused
        if row.status is not None:
            raise AlreadyAnswered(Answer(status=row.status, body=row.body))
        if row.body != mine:
            raise InProgress

    def finish(self, result: T) -> None:
        """Store the answer beside the effect; one that is not to be kept frees the key."""
        given = self.answer(result)
        self.given = Answer(status=given.status, body=json.loads(JSONRenderer().render(given.body)))
        if 200 <= given.status < 300 or given.status == HTTPStatus.PAYMENT_REQUIRED:
            self._rows().update(status=self.given.status, body=self.given.body)
        else:
            self.forget()

    def derived_key(self, purpose: str) -> str:
        """What a gateway is to know this request by, in 64 characters; only after `begin`.

        The same as long as the key is kept, another when it is taken anew.
        """
        taken = self._rows().values_list("pk", flat=True).first()
        return token_hash(f"{purpose}:{self.claim.scope}:{self.claim.key}:{taken}")

    def forget(self) -> None:
        """Free the key, when the work came to nothing after its first unit."""
        self._rows().delete()

    def _rows(self) -> QuerySet[IdempotencyRecord]:
        return IdempotencyRecord.objects.filter(scope=self.claim.scope, key=self.claim.key)


def do_once(once: Once[T] | None, work: Callable[[], T]) -> T:
    """A step: `work` between `begin` and `finish`; without a claim just `work`."""
    if once is None:
        return work()
    once.begin()
    result = work()
    once.finish(result)
    return result


def claim_of(request: Request, *, scope: str, asked: Any, otherwise: str = "") -> Claim | None:
    """The claim in the request's Idempotency-Key; None without one. Raises InvalidInput for a key too long.

    `scope` is "user:<id>", or "cart:<hash of the token>" for guests; `asked` is the body as it was sent.
    `otherwise` is the key for requests that name none.
    """
    key = request.headers.get("Idempotency-Key", "") or otherwise
    if not key:
        return None
    if len(key) > LONGEST_KEY:
        raise InvalidInput(_("Use at most 255 characters."), field="Idempotency-Key")
    about = json.dumps([request.method, request.path.rstrip("/"), asked], sort_keys=True, default=str)
    return Claim(scope=scope, key=key, fingerprint=hashlib.sha256(about.encode()).hexdigest())


def respond_once(claim: Claim | None, verb: Callable[[Once[T] | None], T], answer: Callable[[T], Answer]) -> Response:
    """Call `verb` with what makes it happen once, and answer: anew, or again with Idempotency-Replayed."""
    once = Once(claim=claim, answer=answer) if claim else None
    try:
        result = verb(once)
    except AlreadyAnswered as stored:
        return _response(stored.answer, {"Idempotency-Replayed": "true"})
    return _response((once.given if once else None) or answer(result))


def _response(answer: Answer, headers: dict[str, str] | None = None) -> Response:
    """An answer that is kept may be a problem as well: a payment that was declined."""
    media_type = None if answer.status < HTTPStatus.BAD_REQUEST else PROBLEM
    return Response(answer.body, status=answer.status, headers=headers, content_type=media_type)
