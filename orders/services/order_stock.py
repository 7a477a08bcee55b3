"""The stock of an order: what it still keeps, what it lets go. Steps, with the order locked."""

from __future__ import annotations

from catalog.services.commitments import Units, uncommit_units
from orders.models import Order


def uncommit_rest(order: Order, *, actor_id: int | None = None) -> None:
    """Everything ordered and neither sent nor cancelled is free again."""
    uncommit_units(
        [
            Units(variant_id=line.variant_id, quantity=line.open_quantity, reference=order.number, actor_id=actor_id)
            for line in order.lines.all()
            if line.variant_id is not None and line.open_quantity > 0
        ]
    )
