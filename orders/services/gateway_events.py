"""Messages of gateways: checked, stored under their own id, answered; then applied once."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from orders.gateways.base import GatewayMessage, GatewayResult
from orders.gateways.registry import active_gateways, gateway_by_code
from orders.models import GatewayEvent, Payment
from orders.services.payment_results import apply_result
from shop.common.errors import InvalidInput, NotFound
from shop.common.unit import transactional
from shop.tasks.queue import shop_task

LARGEST_BYTES = 256 * 1024
LONGEST_ID = 255
LONGEST_KIND = 80


class EventTooLarge(InvalidInput):
    code = "too_large"
    status = 413
    default_message = _("The message is too large.")


def receive_event(*, gateway_code: str, headers: Mapping[str, str], body: bytes) -> None:
    """Size and signature first, then one row. Raises EventTooLarge, InvalidInput, NotFound; writes nothing then."""
    if len(body) > LARGEST_BYTES:
        raise EventTooLarge
    gateway = next((g for g in active_gateways() if g.code == gateway_code), None)
    if gateway is None:
        raise NotFound
    message = gateway.read_event(headers, body)
    _check_lengths(message)
    store_event(gateway_code=gateway_code, message=message)


def _check_lengths(message: GatewayMessage) -> None:
    """An id cut short would no longer be that event's own."""
    if max(len(message.event_id), len(message.reference)) > LONGEST_ID or len(message.kind) > LONGEST_KIND:
        raise InvalidInput(_("The message cannot be read."))


@transactional
def store_event(*, gateway_code: str, message: GatewayMessage) -> None:
    """One row under the message's own id, and a task that applies it. A message that is known changes nothing."""
    event, is_new = GatewayEvent.objects.get_or_create(
        gateway=gateway_code,
        event_id=message.event_id,
        defaults={"kind": message.kind, "gateway_reference": message.reference, "payload": message.payload},
    )
    if is_new:
        apply_event.enqueue(event_id=event.pk)


@shop_task
def apply_event(event_id: int) -> None:
    """Ask the gateway how the payment of an event stands now, and apply that: the order of arrival is no matter."""
    event = GatewayEvent.objects.get(pk=event_id)
    if event.applied_at is None:
        outcome = _apply(event)
        GatewayEvent.objects.filter(pk=event_id).update(applied_at=timezone.now(), outcome=outcome)


def _apply(event: GatewayEvent) -> str:
    """Returns what came of it, for staff."""
    try:
        result = gateway_by_code(event.gateway).fetch(event.gateway_reference)
    except InvalidInput as error:
        return str(error.message)[:200]
    payment = _payment_of(event, result)
    if payment is None:
        return "no such payment"
    return apply_result(payment_id=payment.pk, result=result).state


def _payment_of(event: GatewayEvent, result: GatewayResult) -> Payment | None:
    """By the gateway's reference; by our key while the answer with that reference is still on its way, or lost."""
    payments = Payment.objects.filter(gateway=event.gateway)
    known = payments.filter(gateway_reference=event.gateway_reference).first()
    return known or (payments.filter(gateway_key=result.key).first() if result.key else None)
