"""Where an order stands, in words: what happened, what happens now, what comes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.utils import timezone
from django.utils.translation import gettext as _

from orders.models import FulfilmentStatus, Order, OrderEvent, OrderStatus
from shop.common.dates import say_days

PREPARED = frozenset({OrderStatus.PAID, OrderStatus.PROCESSING})


@dataclass(frozen=True, kw_only=True)
class Stage:
    text: str
    detail: str = ""
    at: datetime | None = None
    state: Literal["done", "now", "next"] = "next"


def stages(order: Order, events: Sequence[OrderEvent]) -> list[Stage]:
    """`events` are the public ones, oldest first."""
    done = [Stage(text=event.message, at=event.created_at, state="done") for event in events]
    return [*done, *_ahead(order, prepared=bool(events) and events[-1].kind == "processing")]


def when_it_comes(order: Order) -> str:
    """ "Thursday 26 to Saturday 28 November"; "" where no days were promised, or they are over."""
    if order.promised_to is not None and order.promised_to < timezone.localdate():
        return ""
    return say_days(order.promised_from, order.promised_to)


def _ahead(order: Order, *, prepared: bool) -> list[Stage]:
    if order.status == OrderStatus.PENDING:
        waiting = Stage(text=_("Waiting for your payment"), state="now")
        return [waiting, Stage(text=_("Sent")), Stage(text=_("With you"))]
    arrival = Stage(text=_("With you"), detail=when_it_comes(order))
    if order.status == OrderStatus.SHIPPED:
        return [Stage(text=arrival.text, detail=arrival.detail, state="now")]
    if order.status not in PREPARED:
        return []
    sent = Stage(text=_("Sent"), detail=_("You get the tracking number by e-mail."))
    return [sent, arrival] if prepared else [_prepared_now(order), sent, arrival]


def _prepared_now(order: Order) -> Stage:
    partial = order.fulfilment_status == FulfilmentStatus.PARTIAL
    return Stage(text=_("We prepare the rest") if partial else _("We prepare your order"), state="now")
