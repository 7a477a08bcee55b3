"""`manage.py rebuild_recommendations`: what is bought together and what is alike. The worker does it every 6 hours."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from orders.services.recommendations import rebuild_recommendations


class Command(BaseCommand):
    help = "Works out what is bought together and what is alike, for products' pages and the API."

    def handle(self, **_: Any) -> None:
        rebuilt = rebuild_recommendations()
        self.stdout.write(f"Changed: bought together {rebuilt.bought}, similar {rebuilt.similar}.")
