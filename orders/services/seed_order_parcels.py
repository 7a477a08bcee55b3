"""The parcel of a past order."""

from __future__ import annotations

from django.utils.translation import gettext as _

from orders.models import FulfilmentStatus, Shipment, ShipmentLine
from orders.services.past_rows import PastRows

CARRIER = "Demo Post"


def write_parcel(rows: PastRows) -> None:
    """A step: what left the shop, and that it arrived."""
    order, moments = rows.order, rows.moments
    if moments.shipped is None:
        return
    shipment = Shipment.objects.create(
        order=order,
        carrier=CARRIER,
        tracking_number=f"DEMO{order.pk:08d}",
        shipped_at=moments.shipped,
        delivered_at=moments.delivered,
    )
    sent = [line for line in rows.lines if line.shipped_quantity]
    ShipmentLine.objects.bulk_create(
        [ShipmentLine(shipment=shipment, line=line, quantity=line.shipped_quantity) for line in sent]
    )
    in_part = order.fulfilment_status == FulfilmentStatus.PARTIAL
    message = _("A part of your order is on its way") if in_part else _("Your order is on its way")
    data = {"shipment": shipment.public_id, "tracking_number": shipment.tracking_number}
    rows.tell(moments.shipped, "shipped", message, data=data)
    rows.tell(moments.delivered, "delivered", _("Delivered"))
