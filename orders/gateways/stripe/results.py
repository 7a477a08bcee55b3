"""What Stripe says of a payment, in the shop's words."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from orders.gateways.base import GatewayResult, Text
from orders.gateways.stripe.amounts import from_units
from orders.models import PaymentState

STATES = {
    "requires_payment_method": PaymentState.REQUIRES_ACTION,
    "requires_confirmation": PaymentState.REQUIRES_ACTION,
    "requires_action": PaymentState.REQUIRES_ACTION,
    "processing": PaymentState.PROCESSING,
    "requires_capture": PaymentState.AUTHORISED,
    "canceled": PaymentState.VOIDED,
    "succeeded": PaymentState.CAPTURED,
}
# Stripe's own words are for developers, in one language.
DECLINES: dict[str, Text] = {
    "insufficient_funds": _("There is not enough money on this card. Please try another one."),
    "expired_card": _("This card has expired. Please try another one."),
    "incorrect_cvc": _("The card's security code is wrong. Please check it."),
    "authentication_required": _("Your bank wants you to confirm the payment. Please try again."),
    "payment_intent_authentication_failure": _("You did not confirm the payment. Please try again."),
}
DECLINED = _("The card was declined. Please try another one.")


def result_of_intent(intent: Any) -> GatewayResult:
    """How a PaymentIntent stands. A declined one can be tried again on the same page, so it is still open."""
    state = STATES[intent.status]
    code, message = _trouble(intent)
    return GatewayResult(
        state=state,
        reference=intent.id,
        key=metadata_of(intent, "key"),
        captured=from_units(intent.amount_received, intent.currency) if state == PaymentState.CAPTURED else Decimal(0),
        refunded=_refunded(intent),
        next_action={"type": "stripe", "client_secret": intent.client_secret} if _is_open(state) else None,
        error_code=code,
        error_message=message,
    )


def result_of_session(session: Any) -> GatewayResult:
    """How a visit to Stripe's own page stands, until there is a PaymentIntent to ask about."""
    if session.status == "open":
        action = {"type": "redirect", "url": session.url}
        return GatewayResult(
            state=PaymentState.REQUIRES_ACTION,
            reference=session.id,
            key=metadata_of(session, "key"),
            next_action=action,
        )
    return GatewayResult(
        state=PaymentState.VOIDED,
        reference=session.id,
        key=metadata_of(session, "key"),
        error_code="expired",
        error_message=_("The payment page was open too long. Please try again."),
    )


def declined(error: Any, reference: str = "") -> GatewayResult:
    """A card that Stripe refused at once."""
    code = str(error.code or "card_declined")[:60]
    return GatewayResult(
        state=PaymentState.FAILED, reference=reference, error_code=code, error_message=DECLINES.get(code, DECLINED)
    )


def _is_open(state: PaymentState) -> bool:
    return state == PaymentState.REQUIRES_ACTION


def _trouble(intent: Any) -> tuple[str, Text]:
    error = getattr(intent, "last_payment_error", None)
    if error is None or intent.status != "requires_payment_method":
        return "", ""
    code = str(getattr(error, "decline_code", None) or getattr(error, "code", None) or "card_declined")[:60]
    return code, DECLINES.get(code, DECLINED)


def _refunded(intent: Any) -> Decimal | None:
    """Only known where the charge was asked for along with the intent."""
    units = getattr(getattr(intent, "latest_charge", None), "amount_refunded", None)
    return None if units is None else from_units(units, intent.currency)


def metadata_of(thing: Any, name: str) -> str:
    """What we wrote on it under `name`; "" for nothing."""
    return (
        str((thing.metadata or {}).get(name, ""))
        if hasattr(thing.metadata, "get")
        else str(getattr(thing.metadata, name, ""))
    )
