"""A customer wants to send something back: asked for by line, answered by staff, booked when it is there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from orders.models import Order, OrderLine, Return, ReturnLine, ReturnStatus
from orders.services.mails import queue_return_answer, queue_staff_alert
from orders.services.return_order import most_back, open_return, returnable
from orders.services.transitions import Note, checked_text, lock_order, write_event
from shop.common.errors import Conflict, InvalidInput
from shop.common.unit import transactional


class NotReturnable(Conflict):
    code = "not_returnable"
    default_message = _("Nothing of this order can be sent back any more. Please write to us if something is wrong.")


class ReturnOpen(Conflict):
    code = "return_open"
    default_message = _("You have asked for a return already. We answer it first.")


class NoReturnAsked(Conflict):
    code = "no_return_asked"
    default_message = _("No return is waiting for an answer.")


@dataclass(frozen=True, kw_only=True)
class WantedBack:
    """`quantities` by the line's public id; zeros are left out."""

    order_id: int
    quantities: Mapping[str, int]
    reason: str = ""
    actor_id: int | None = None


@transactional
def request_return(wanted: WantedBack) -> Return:
    """Ask to send back units that arrived. Staff get a mail, the timeline an entry.

    Raises NotReturnable when the time is over or nothing is left to send back, ReturnOpen while another
    request is open, InvalidInput for units that were not sent or are back already.
    """
    reason = checked_text(wanted.reason, field="reason")
    order = lock_order(wanted.order_id)
    if open_return(order) is not None:
        raise ReturnOpen
    if not may_ask_for_return(order):
        raise NotReturnable
    lines = _lines(order, wanted)
    asked = Return.objects.create(order=order, reason=reason, actor_id=wanted.actor_id)
    ReturnLine.objects.bulk_create(ReturnLine(parent=asked, line=line, quantity=units) for line, units in lines)
    units = sum(units for _line, units in lines)
    asked_for = ngettext_lazy("Return of %(count)d item asked for", "Return of %(count)d items asked for", "count")
    said = asked_for % {"count": units}
    write_event(order, Note(kind="return_requested", message=said, is_public=True, actor_id=wanted.actor_id))
    queue_staff_alert(order, str(_("The customer asks to send %(count)d back") % {"count": units}))
    return asked


@transactional
def approve_return(*, order_id: int, actor_id: int | None = None) -> Return:
    """Staff say yes to the open request; the customer is told where to send it. Raises NoReturnAsked."""
    return _decide(order_id, ReturnStatus.APPROVED, answer="", actor_id=actor_id)


@transactional
def reject_return(*, order_id: int, answer: str, actor_id: int | None = None) -> Return:
    """Staff say no, and why. Raises NoReturnAsked, InvalidInput without an answer."""
    answer = checked_text(answer, field="answer")
    if not answer:
        raise InvalidInput(_("Please say why, the customer reads it."), field="answer")
    return _decide(order_id, ReturnStatus.REJECTED, answer=answer, actor_id=actor_id)


def may_ask_for_return(order: Order) -> bool:
    """Whether there is something to send back, and time for it. An open request is another matter."""
    days: int = settings.SHOP_RETURN_DAYS
    since = order.delivered_at or order.shipped_at
    in_time = since is None or timezone.now() <= since + timedelta(days=days)
    return days > 0 and in_time and any(returnable(line) for line in order.lines.all())


def _lines(order: Order, wanted: WantedBack) -> list[tuple[OrderLine, int]]:
    own = {line.public_id: line for line in order.lines.all()}
    chosen = {public_id: units for public_id, units in wanted.quantities.items() if units}
    if not chosen:
        raise InvalidInput(_("Please say what you want to send back."))
    if set(chosen).difference(own):
        raise InvalidInput(_("One of these lines is not of this order."))
    for public_id, units in chosen.items():
        if not 0 < units <= returnable(own[public_id]):
            raise InvalidInput(most_back(own[public_id]))
    return [(own[public_id], units) for public_id, units in chosen.items()]


def _decide(order_id: int, status: ReturnStatus, *, answer: str, actor_id: int | None) -> Return:
    order = lock_order(order_id)
    asked = open_return(order)
    if asked is None or asked.status != ReturnStatus.REQUESTED:
        raise NoReturnAsked
    asked.status, asked.answer, asked.decided_at = status, answer, timezone.now()
    asked.save(update_fields=["status", "answer", "decided_at"])
    yes = status == ReturnStatus.APPROVED
    said = _("Your return is approved") if yes else _("Your return is not possible: %(why)s") % {"why": answer}
    write_event(order, Note(kind=f"return_{status}", message=said, is_public=True, actor_id=actor_id))
    queue_return_answer(asked)
    return asked
