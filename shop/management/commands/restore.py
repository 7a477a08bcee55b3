"""`manage.py restore FILE`: put a backup in the place of everything."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from shop.backup.archive import restore_backup
from shop.backup.databases import BackupFailed


class Command(BaseCommand):
    help = "Put a backup in the place of database and pictures, then migrate. Stop the web server and worker first."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="a file that `manage.py backup` wrote")
        parser.add_argument("--yes", action="store_true", help="replace what is there")

    def handle(self, *args: Any, file: Path, yes: bool, **options: Any) -> None:
        if not yes and _has_data():
            raise CommandError("This shop has data, which would be replaced. Say --yes if that is what you want.")
        try:
            manifest = restore_backup(file)
        except BackupFailed as error:
            raise CommandError(str(error)) from error
        call_command("migrate", verbosity=0)
        self.stdout.write(f"Restored the shop as it was at {manifest.created_at} (version {manifest.version}).")


def _has_data() -> bool:
    user = get_user_model()
    tables = connection.introspection.table_names()
    return user._meta.db_table in tables and user.objects.exists()
