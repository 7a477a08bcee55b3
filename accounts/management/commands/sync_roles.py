"""`manage.py sync_roles`: what each role may do, as this version of the shop says."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from accounts.services.roles import sync_roles


class Command(BaseCommand):
    help = "Make the groups of the six roles say what this version of the shop says. Run it after migrate."

    def handle(self, *args: Any, **options: Any) -> None:
        for synced in sync_roles():
            if options["verbosity"]:
                said = f"{synced.role.value:<11} {synced.permissions:>3} permissions, {synced.changed} changed"
                self.stdout.write(said)
