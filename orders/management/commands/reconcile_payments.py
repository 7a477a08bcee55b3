"""manage.py reconcile_payments: ask the gateways about everything unsettled, and settle it."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from orders.services.reconcile_payments import reconcile_payments


class Command(BaseCommand):
    help = "Asks the gateways about open payments, refunds and stored events, and settles what is decided."

    def handle(self, *args: Any, **options: Any) -> None:
        done = reconcile_payments()
        self.stdout.write(
            f"{done.events} events applied, {done.payments} payments and {done.refunds} refunds asked about, "
            f"{done.settled} settled."
        )
        if done.failed:
            raise CommandError(f"{done.failed} had no answer; run this again later.")
