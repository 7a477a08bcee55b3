"""`manage.py cancel_order NUMBER`: cancels an order; its stock and its money go back."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from orders.models import Order
from orders.services.cancel_order import cancel_order
from shop.common.errors import ShopError


class Command(BaseCommand):
    help = "Cancels an order of which nothing was sent. Its units are free again, money that came goes back."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("number", help="as in 7KQ2-M9XD-04TB")
        parser.add_argument("--reason", default="", help="why, for the timeline that staff see")

    def handle(self, *, number: str, reason: str, **_: Any) -> None:
        order = Order.objects.filter(number=number.strip().upper()).first()
        if order is None:
            raise CommandError(f"There is no order {number}.")
        try:
            cancel_order(order_id=order.pk, reason="staff", why=reason)
        except ShopError as refusal:
            raise CommandError(f"{order.number}: {refusal.message}") from refusal
        self.stdout.write(f"{order.number} is cancelled.")
