"""`manage.py anonymize_customer EMAIL --yes`: as closing the account oneself."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.selectors.users import user_by_identifier
from orders.services.anonymize_customer import anonymize_customer
from shop.common.errors import ShopError


class Command(BaseCommand):
    help = "Take a person out of their account, orders and reviews, for good. Orders stay whole for the books."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="or the username")
        parser.add_argument("--yes", action="store_true", help="it cannot be undone")

    def handle(self, *args: Any, **options: Any) -> None:
        user = user_by_identifier(options["email"])
        if user is None:
            raise CommandError("There is no account with this address.")
        if not options["yes"]:
            raise CommandError("This cannot be undone. Add --yes to do it.")
        try:
            anonymize_customer(user_id=user.pk)
        except ShopError as error:
            raise CommandError(str(error.message)) from error
        self.stdout.write("The person is gone; the orders are whole.")
