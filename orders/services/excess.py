"""More went back than came in: as a gift card here, and by the gateway's own page as well."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from orders.models import Order, Payment
from orders.services.mails import queue_staff_alert
from orders.services.transitions import Note, write_event
from shop.common.money import ZERO, format_money

KIND = "refund_excess"


def tell_excess_step(order: Order, payment: Payment, *, excess: Decimal) -> None:
    """A step, with the order locked: staff hear of `excess` (an amount; nothing where it is not above zero).

    Nobody but they can decide: switch the card off, or leave it. Each excess is told once, and again when it grows.
    """
    if excess <= _told(order, payment):
        return
    words = {"amount": format_money(excess, order.currency)}
    what = _("%(amount)s more went back than was paid: as a gift card here, and at the gateway as well") % words
    write_event(order, Note(kind=KIND, message=what, data={"payment": payment.public_id, "excess": str(excess)}))
    queue_staff_alert(order, str(what))


def _told(order: Order, payment: Payment) -> Decimal:
    events = order.events.filter(kind=KIND)
    told = [Decimal(event.data["excess"]) for event in events if event.data["payment"] == payment.public_id]
    return max(told, default=ZERO)
