"""The gateway's books and ours differ on what went back: more than came in, or less than is booked here."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from orders.models import Order, Payment
from orders.services.mails import queue_staff_alert
from orders.services.transitions import Note, write_event
from shop.common.money import ZERO, format_money

KIND = "refund_excess"
MISSING = "refund_missing"


def tell_excess_step(order: Order, payment: Payment, *, excess: Decimal) -> None:
    """A step, with the order locked: staff hear of `excess` (an amount; nothing where it is not above zero).

    Nobody but they can decide: switch the card off, or leave it. Each excess is told once, and again when it grows.
    """
    if excess <= _told(order, payment, KIND):
        return
    words = {"amount": format_money(excess, order.currency)}
    what = _("%(amount)s more went back than was paid: as a gift card here, and at the gateway as well") % words
    _tell(order, payment, KIND, excess, what)


def tell_missing_step(order: Order, payment: Payment, *, missing: Decimal) -> None:
    """A step, with the order locked: staff hear that `missing` (as above) of what was paid back came home again.

    Banks send refunds back days later, when the card or the account is closed. The customer waits for it.
    """
    if missing <= _told(order, payment, MISSING):
        return
    words = {"amount": format_money(missing, order.currency)}
    what = _("%(amount)s of what was refunded came back to the payment provider: send it another way") % words
    _tell(order, payment, MISSING, missing, what)


def _tell(order: Order, payment: Payment, kind: str, amount: Decimal, what: str) -> None:
    write_event(order, Note(kind=kind, message=what, data={"payment": payment.public_id, "excess": str(amount)}))
    queue_staff_alert(order, str(what))


def _told(order: Order, payment: Payment, kind: str) -> Decimal:
    events = order.events.filter(kind=kind)
    told = [Decimal(event.data["excess"]) for event in events if event.data["payment"] == payment.public_id]
    return max(told, default=ZERO)
