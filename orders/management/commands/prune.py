"""`manage.py prune`: what nobody needs any more."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from orders.services.prune import prune


class Command(BaseCommand):
    help = "Delete expired codes, sessions, tokens and keys, old exports, and abandoned carts of guests."

    def handle(self, *args: Any, **options: Any) -> None:
        for name, count in prune().items():
            self.stdout.write(f"{name:<24} {count}")
