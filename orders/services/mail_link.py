"""A fresh link to an order, mailed to whoever ordered it: for guests who lost theirs."""

from __future__ import annotations

from accounts.models.user import normalise_email
from orders.models import Order
from orders.services.mails import queue_link
from shop.api.limits import count_try
from shop.common.errors import TooManyRequests
from shop.common.ids import readable_number
from shop.common.unit import run_in_transaction

SCOPE = "order_link"


def mail_order_link(*, number: str, email: str, client_address: str) -> None:
    """Mail a link if there is such an order; nothing tells whether there is.

    Raises TooManyRequests for too many tries of one address. An order's owner gets a few mails an hour at
    most, wherever the tries come from.
    """
    count_try(SCOPE, client_address, "order_lookup_address")
    order = Order.objects.filter(number=readable_number(number), email=normalise_email(email)).first()
    if order is None:
        return
    try:
        count_try(SCOPE, order.number, "order_link_order")
    except TooManyRequests:
        return
    run_in_transaction(lambda: queue_link(order))
