"""The mails of an order: queued with the change, made when they are sent."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from orders.gateways.registry import method_by_code
from orders.models import Order, Refund, Return, Shipment
from orders.selectors.progress import when_it_comes
from orders.selectors.sums import order_rows
from orders.services.order_tokens import issue_token
from orders.services.payable import is_payable
from orders.services.transitions import Note, write_event
from shop.common.ids import new_public_id
from shop.common.unit import run_in_transaction
from shop.tasks.mail import Mail, deliver
from shop.tasks.queue import shop_task


def queue_confirmation(order: Order) -> None:
    """A step: the order is placed for good. The shopper gets a confirmation, staff a note; once an order."""
    if order.events.filter(kind="confirmed").exists():
        return
    write_event(order, Note(kind="confirmed", message=_("Confirmation sent to %(email)s") % {"email": order.email}))
    send_to_customer.enqueue(order_id=order.pk, kind="order_confirmation")
    send_to_staff.enqueue(order_id=order.pk, kind="order_new")


def queue_cancelled(order: Order) -> None:
    """A step: tell the shopper that the order is cancelled."""
    send_to_customer.enqueue(order_id=order.pk, kind="order_cancelled")


def queue_shipped(order: Order, shipment: Shipment) -> None:
    """A step: tell the shopper that a parcel left."""
    send_to_customer.enqueue(order_id=order.pk, kind="order_shipped", shipment_id=shipment.pk)


def queue_link(order: Order) -> None:
    """A step: a fresh link for somebody who lost theirs; every one is a mail of its own."""
    send_to_customer.enqueue(order_id=order.pk, kind="order_link", occasion=new_public_id())


def queue_refunded(refund: Refund) -> None:
    """A step: tell the shopper that money went back, where no other mail does: a cancellation's, a gift card's."""
    if refund.tells_customer and not refund.to_gift_card:
        send_refunded.enqueue(refund_id=refund.pk)


def queue_return_answer(asked: Return) -> None:
    """A step: tell the shopper what became of the return they asked for."""
    send_return_answer.enqueue(return_id=asked.pk)


def queue_staff_alert(order: Order, what: str) -> None:
    """A step: something staff should look at. The same may happen twice: every alert is a mail of its own."""
    send_to_staff.enqueue(order_id=order.pk, kind="order_alert", what=what, occasion=new_public_id())


@shop_task
def send_to_customer(order_id: int, kind: str, shipment_id: int | None = None, occasion: str = "") -> None:
    """`occasion` tells mails of one kind apart."""
    order = _order(order_id)
    context = {**_context(order), "order_url": _customer_url(order)}
    if shipment_id is not None:
        context["shipment"] = order.shipments.prefetch_related("lines__line").get(pk=shipment_id)
    reference = f"order:{order.number}:{shipment_id or occasion}"
    deliver(Mail(kind=kind, reference=reference, to=[order.email], context=context, language=order.language))


@shop_task
def send_to_staff(order_id: int, kind: str, what: str = "", occasion: str = "") -> None:
    """`occasion` tells mails of one kind apart."""
    order = _order(order_id)
    admin_url = f"{settings.SHOP_URL}{reverse('admin:orders_order_change', args=[order.pk])}"
    context = {**_context(order), "what": what, "admin_url": admin_url}
    reference = f"order:{order.number}:{occasion}"
    deliver(Mail(kind=kind, reference=reference, to=settings.SHOP_STAFF_EMAILS, context=context))


@shop_task
def send_refunded(refund_id: int) -> None:
    """How much went back, to the order's customer."""
    refund = Refund.objects.get(pk=refund_id)
    order = _order(refund.order_id)
    context = {**_context(order), "order_url": _customer_url(order), "amount": refund.amount}
    reference = f"refund:{refund.public_id}"
    deliver(
        Mail(kind="order_refunded", reference=reference, to=[order.email], context=context, language=order.language)
    )


@shop_task
def send_return_answer(return_id: int) -> None:
    """Yes with the address to send it to, or no with the reason, to the order's customer."""
    asked = Return.objects.prefetch_related("lines__line").select_related("order").get(pk=return_id)
    order = _order(asked.order_id)
    context = {**_context(order), "order_url": _customer_url(order), "asked": asked}
    context |= {"parts": list(asked.lines.all()), "send_to": settings.SHOP_RETURN_ADDRESS}
    reference = f"return:{asked.public_id}"
    deliver(Mail(kind="return_answer", reference=reference, to=[order.email], context=context, language=order.language))


def _order(order_id: int) -> Order:
    return Order.objects.prefetch_related("lines", "addresses").get(pk=order_id)


def _context(order: Order) -> dict[str, Any]:
    addresses = {address.kind: address for address in order.addresses.all()}
    return {
        "order": order,
        "lines": list(order.lines.all()),
        "rows": order_rows(order),
        "delivery": addresses.get("shipping"),
        "comes": when_it_comes(order),
        "method": method_by_code(order.payment_method),
        "to_pay": is_payable(order),
        "bank_details": settings.SHOP_BANK_DETAILS,
    }


def _customer_url(order: Order) -> str:
    """Customers find the order in their account; a guest's link carries a key, of which we keep the hash."""
    if order.user_id is not None:
        return f"{settings.SHOP_URL}{reverse('orders:detail', args=[order.number])}"
    token = run_in_transaction(lambda: issue_token(order))
    return f"{settings.SHOP_URL}{reverse('orders:open', args=[order.number, token])}"
