"""manage.py expire_carts: end the holds of carts whose time is over. The carts stay."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from catalog.services.holds import expire_holds


class Command(BaseCommand):
    help = "Frees the units of holds whose time is over; the carts stay. The worker does this every minute."

    def handle(self, *args: Any, **options: Any) -> None:
        units = expire_holds()
        self.stdout.write(f"Freed {units} unit{'' if units == 1 else 's'} of holds that had ended.")
