"""What staff can do with an order now: the buttons on its page. The services decide; this only offers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from accounts.models import User
from orders.models import Order, OrderStatus, PaymentStatus, ReturnStatus
from orders.services.cancel_order import is_cancellable
from orders.services.cancel_rest import is_rest_cancellable
from orders.services.capture_payment import capture_payment
from orders.services.pay import mark_paid
from orders.services.payable import is_payable
from orders.services.refunds import refundable
from orders.services.request_return import approve_return
from orders.services.return_order import is_returnable, open_return
from orders.services.ship_order import is_shippable, mark_delivered, mark_processing, may_be_prepared
from shop.common.errors import Message
from shop.common.money import ZERO


@dataclass(frozen=True, kw_only=True)
class Step:
    """A change that needs no more than a click. `done` is a lazy ngettext message with %(count)d."""

    label: Message
    verb: Callable[..., object]
    done: Any


@dataclass(frozen=True, kw_only=True)
class Offer:
    """A button: `is_step` sends a form at once, others lead to a page that asks for more."""

    label: Message
    url: str
    is_step: bool = False
    is_main: bool = False
    is_grave: bool = False


STEPS = {
    "paid": Step(
        label=_("Mark as paid"),
        verb=mark_paid,
        done=ngettext_lazy("%(count)d order marked as paid.", "%(count)d orders marked as paid.", "count"),
    ),
    "captured": Step(
        label=_("Take the money"),
        verb=capture_payment,
        done=ngettext_lazy("%(count)d payment taken.", "%(count)d payments taken.", "count"),
    ),
    "approve_return": Step(
        label=_("Approve the return"),
        verb=approve_return,
        done=ngettext_lazy("%(count)d return approved.", "%(count)d returns approved.", "count"),
    ),
    "processing": Step(
        label=_("Mark as being prepared"),
        verb=mark_processing,
        done=ngettext_lazy("%(count)d order is being prepared.", "%(count)d orders are being prepared.", "count"),
    ),
    "delivered": Step(
        label=_("Mark as delivered"),
        verb=mark_delivered,
        done=ngettext_lazy("%(count)d order marked as delivered.", "%(count)d orders marked as delivered.", "count"),
    ),
}


def offers(order: Order, user: User | AnonymousUser) -> list[Offer]:
    """The buttons for this order and this person; its lines, payments and refunds are prefetched."""
    may_change = user.has_perm("orders.change_order")
    may_refund = user.has_perm("orders.refund_order")
    return [*(_changes(order) if may_change else ()), *_ways_back(order, may_change, may_refund)]


def _changes(order: Order) -> Iterator[Offer]:
    shippable = is_shippable(order)
    if is_payable(order):
        yield _step(order, "paid", is_main=not shippable)
    if order.payment_status == PaymentStatus.AUTHORISED and order.status == OrderStatus.PENDING:
        yield _step(order, "captured", is_main=True)
    if shippable:
        yield Offer(label=_("Ship"), url=page_url(order, "ship"), is_main=True)
    if may_be_prepared(order):
        yield _step(order, "processing")
    if order.status == OrderStatus.SHIPPED:
        yield _step(order, "delivered", is_main=True)
    asked = open_return(order)
    if asked is not None and asked.status == ReturnStatus.REQUESTED:
        yield _step(order, "approve_return", is_main=True)
        yield Offer(label=_("Reject the return"), url=page_url(order, "reject_return"))


def _ways_back(order: Order, may_change: bool, may_refund: bool) -> Iterator[Offer]:
    """Money goes back with a cancellation too, so that needs the permission where there is money."""
    money = refundable(order) > ZERO
    if money and may_refund:
        yield Offer(label=_("Refund"), url=page_url(order, "refund"), is_grave=True)
    if may_change and is_returnable(order) and (may_refund or not money):
        yield Offer(label=_("Book a return"), url=page_url(order, "return"))
    if may_change and is_rest_cancellable(order) and may_refund:
        yield Offer(label=_("Cancel the rest"), url=page_url(order, "cancel_rest"), is_grave=True)
    if may_change and is_cancellable(order) and (may_refund or not money):
        yield Offer(label=_("Cancel"), url=page_url(order, "cancel"), is_grave=True)


def _step(order: Order, name: str, *, is_main: bool = False) -> Offer:
    return Offer(label=STEPS[name].label, url=page_url(order, name), is_step=True, is_main=is_main)


def page_url(order: Order, name: str) -> str:
    return reverse(f"admin:orders_order_{name}", args=[order.pk])
