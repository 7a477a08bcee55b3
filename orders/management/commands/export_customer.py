"""`manage.py export_customer EMAIL FILE`: what the shop knows about somebody who asks by letter."""

from __future__ import annotations

import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.selectors.users import user_by_identifier
from orders.services.export_customer import export_zip


class Command(BaseCommand):
    help = "Write what the shop knows about a customer into a zip of mode 0600."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="or the username")
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        user = user_by_identifier(options["email"])
        if user is None:
            raise CommandError("There is no account with this address.")
        content = export_zip(user)
        try:
            handle = os.open(options["file"], os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as error:
            raise CommandError(f"{options['file']}: {error.strerror}") from error
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        self.stdout.write(f"{options['file']}: {len(content)} bytes")
