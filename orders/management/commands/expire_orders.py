"""`manage.py expire_orders`: cancels unpaid orders whose time is over. The worker does it each minute."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from orders.services.cancel_order import expire_orders


class Command(BaseCommand):
    help = "Cancels the unpaid orders whose time to pay is over; their units are free again."

    def handle(self, **_: Any) -> None:
        self.stdout.write(f"{expire_orders()} unpaid orders cancelled.")
