"""manage.py reconcile_payments: ask the gateways about everything unsettled and what went unheard, and settle it."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from orders.services.reconcile_payments import reconcile_payments


class Command(BaseCommand):
    help = "Asks the gateways about open payments, refunds and events, also those that never arrived, and settles them."

    def handle(self, *args: Any, **options: Any) -> None:
        done = reconcile_payments()
        self.stdout.write(
            f"{done.events} events applied ({done.missed} had not arrived), "
            f"{done.payments} payments and {done.refunds} refunds asked about, {done.settled} settled."
        )
        if done.failed:
            raise CommandError(f"{done.failed} had no answer; run this again later.")
