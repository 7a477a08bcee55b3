from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import cast

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from orders.gateways.base import (
    GatewayMessage,
    GatewayResult,
    GatewayUnreachable,
    PaymentMethod,
    PaymentRequest,
    RefundRequest,
    RefundResult,
    Text,
)
from orders.gateways.test.cards import Behaviour, behaviour_of
from orders.models import PaymentState
from shop.common.errors import InvalidInput
from shop.common.ids import tokens_equal

LATE_BY = timedelta(seconds=5)
SIGNATURE_HEADER = "test-signature"
DECLINES = {
    "decline": ("card_declined", _("The card was declined. Please try another one.")),
    "no_funds": ("insufficient_funds", _("There is not enough money on this card. Please try another one.")),
    "challenge_failed": ("authentication_failed", _("You did not confirm the payment. Please try again.")),
}


class TestGateway:
    """Keeps no books: a reference says everything about its payment, "behaviour.amount.seconds.key"."""

    code = "test"
    methods: tuple[PaymentMethod, ...] = (
        PaymentMethod(
            code="test",
            name=_("Card (test)"),
            description=_("A pretend card: no money moves."),
            pay_within=timedelta(minutes=30),
            has_page=True,
        ),
    )

    def start(self, request: PaymentRequest) -> GatewayResult:
        behaviour = behaviour_of(request.token)
        if behaviour is None:
            return _declined("", "card_unknown", _("This is not one of the test cards. Please take one from the list."))
        reference = f"{behaviour}.{request.amount}.{int(request.started_at.timestamp())}.{request.key}"
        if behaviour == "hang":
            raise GatewayUnreachable
        return self.fetch(reference)

    def confirm(self, reference: str, *, approved: bool) -> GatewayResult:
        if approved:
            return _captured(reference, _Parts.of(reference).amount)
        return _declined(reference, *DECLINES["challenge_failed"])

    def capture(self, reference: str, amount: Decimal) -> GatewayResult:
        return _captured(reference, amount)

    def void(self, reference: str) -> GatewayResult:
        """Money that has been taken cannot be let go of, only given back: then the answer says so."""
        now = self.fetch(reference)
        if now.state in {PaymentState.CAPTURED, PaymentState.FAILED}:
            return now
        return GatewayResult(state=PaymentState.VOIDED, reference=reference)

    def refund(self, request: RefundRequest) -> RefundResult:
        return RefundResult(succeeded=True, reference=f"refund.{request.key}")

    def fetch(self, reference: str) -> GatewayResult:
        parts = _Parts.of(reference)
        return replace(_now(reference, parts), key=parts.key)

    def read_event(self, headers: Mapping[str, str], body: bytes) -> GatewayMessage:
        given = headers.get(SIGNATURE_HEADER, "")
        if not tokens_equal(given, sign(body)):
            raise InvalidInput(_("The signature does not fit."))
        try:
            payload = json.loads(body)
            return GatewayMessage(
                event_id=str(payload["id"]),
                kind=str(payload["type"]),
                reference=str(payload["reference"]),
                payload=payload,
            )
        except (ValueError, KeyError, TypeError) as error:
            raise InvalidInput(_("The message cannot be read.")) from error

    def messages_since(self, moment: datetime) -> Iterable[GatewayMessage]:
        """Without books there is nothing to tell."""
        return ()


def _now(reference: str, parts: _Parts) -> GatewayResult:
    if parts.behaviour in DECLINES:
        return _declined(reference, *DECLINES[parts.behaviour])
    if parts.behaviour == "late" and timezone.now() < parts.started_at + LATE_BY:
        return GatewayResult(state=PaymentState.PROCESSING, reference=reference)
    if parts.behaviour == "challenge":
        return _asked(reference)
    return _captured(reference, parts.amount)


def sign(body: bytes) -> str:
    """The signature the test gateway puts on its events."""
    return hmac.new(settings.SECRET_KEY.encode(), b"test-gateway:" + body, hashlib.sha256).hexdigest()


@dataclass(frozen=True, kw_only=True)
class _Parts:
    """What a reference says."""

    behaviour: Behaviour
    amount: Decimal
    started_at: datetime
    key: str

    @classmethod
    def of(cls, reference: str) -> _Parts:
        behaviour, _dot, rest = reference.partition(".")
        try:
            amount, seconds, key = rest.rsplit(".", 2)
            return cls(
                behaviour=cast("Behaviour", behaviour),
                amount=Decimal(amount),
                started_at=datetime.fromtimestamp(int(seconds), UTC),
                key=key,
            )
        except (InvalidOperation, ValueError, OverflowError, OSError) as error:
            raise InvalidInput(_("This payment is not known.")) from error


def _captured(reference: str, amount: Decimal) -> GatewayResult:
    return GatewayResult(state=PaymentState.CAPTURED, reference=reference, captured=amount)


def _asked(reference: str) -> GatewayResult:
    return GatewayResult(state=PaymentState.REQUIRES_ACTION, reference=reference, next_action={"type": "challenge"})


def _declined(reference: str, code: str, message: Text) -> GatewayResult:
    return GatewayResult(state=PaymentState.FAILED, reference=reference, error_code=code, error_message=message)
