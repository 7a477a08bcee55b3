"""What is known of a past order while its rows are being written."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from orders.demo.moments import Moments
from orders.models import Order, OrderEvent, OrderLine


@dataclass
class PastRows:
    """What was written of an order, and the timeline still to be written."""

    order: Order
    lines: list[OrderLine]
    moments: Moments
    events: list[OrderEvent] = field(default_factory=list)

    def tell(self, at: datetime | None, kind: str, message: str, **more: Any) -> None:
        """Note what happened then; nothing if it did not."""
        if at is not None:
            more.setdefault("is_public", True)
            self.events.append(OrderEvent(order=self.order, kind=kind, message=message, created_at=at, **more))
