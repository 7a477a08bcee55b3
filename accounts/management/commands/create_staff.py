"""`manage.py create_staff EMAIL`: an account that may use the admin."""

from __future__ import annotations

import getpass
import secrets
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.services.roles import Role
from accounts.services.staff import StaffAccount, create_staff
from shop.common.errors import InvalidInput


class Command(BaseCommand):
    help = "Make an account that may use the admin. A random password is printed once, unless --ask asks for one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="what they sign in with")
        parser.add_argument("--admin", action="store_true", help="may do everything, also with other accounts")
        parser.add_argument(
            "--role",
            action="append",
            default=[],
            choices=[role.value.lower() for role in Role],
            type=str.lower,
            help="what they may do there; may be given several times",
        )
        parser.add_argument("--ask", action="store_true", help="ask for the password instead of making one")

    def handle(self, *args: Any, **options: Any) -> None:
        password = getpass.getpass("Password: ") if options["ask"] else secrets.token_urlsafe(12)
        try:
            user = create_staff(
                StaffAccount(
                    email=options["email"],
                    password=password,
                    is_admin=options["admin"],
                    roles=tuple(options["role"]),
                )
            )
        except InvalidInput as error:
            said = [f"{field}: {message}" for field, messages in error.fields.items() for message in messages]
            raise CommandError("\n".join(said)) from error
        self.stdout.write(f"{user.email} may use the admin at /admin/.")
        if not options["ask"]:
            self.stdout.write(f"Password: {password}")
        if not options["admin"] and not options["role"]:
            self.stdout.write("What they may do there, an administrator decides on their account's page.")
