"""Messages that never arrived: read in the gateways' own lists, and stored like those that did."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from django.utils import timezone

from orders.gateways.base import Gateway, GatewayMessage, GatewayUnreachable
from orders.gateways.registry import active_gateways
from orders.models import GatewayEvent, Payment
from orders.services.gateway_events import store_event
from shop.tasks.queue import shop_task

# What the worker reads again and again; and as far back as Stripe remembers, for after an outage.
LATELY = timedelta(days=3)
REMEMBERED = timedelta(days=30)
# The list may be of an account that others use too.
MOST = 2000
PAGE = 100

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Missed:
    """How many messages were `stored`, and how many gateways did not answer."""

    stored: int
    silent: int


def hear_missed_events(*, since: datetime) -> Missed:
    """Store what active gateways told `since` then of payments of ours, and what never arrived: money paid back there.

    Each message in a unit of its own; it is applied by the same task as one that arrived. At most the newest MOST
    messages of a gateway are read.
    """
    stored = silent = 0
    for gateway in active_gateways():
        try:
            for message in _missed(gateway, since):
                store_event(gateway_code=gateway.code, message=message)
                stored += 1
        except GatewayUnreachable:
            logger.warning("gateway_told_nothing", extra={"gateway": gateway.code})
            silent += 1
    return Missed(stored=stored, silent=silent)


@shop_task
def hear_lately_missed_events() -> None:
    """What the worker asks every hour. A gateway that is away is asked the next time."""
    missed = hear_missed_events(since=timezone.now() - LATELY)
    if missed.stored:
        logger.warning("webhooks_missed", extra={"events": missed.stored})


def _missed(gateway: Gateway, since: datetime) -> Iterable[GatewayMessage]:
    messages = islice(gateway.messages_since(since), MOST)
    while page := list(islice(messages, PAGE)):
        yield from _unheard(gateway.code, page)


def _unheard(gateway_code: str, page: list[GatewayMessage]) -> list[GatewayMessage]:
    """Those about payments of ours that are not stored. Two queries, however many there are."""
    payments = Payment.objects.filter(gateway=gateway_code, gateway_reference__in={one.reference for one in page})
    ours = set(payments.values_list("gateway_reference", flat=True))
    events = GatewayEvent.objects.filter(gateway=gateway_code, event_id__in={one.event_id for one in page})
    known = set(events.values_list("event_id", flat=True))
    return [one for one in page if one.reference in ours and one.event_id not in known]
