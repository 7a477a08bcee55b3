"""`manage.py backup FILE`: database and pictures in one file, while the shop is running."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.template.defaultfilters import filesizeformat

from shop.backup.archive import write_backup
from shop.backup.databases import BackupFailed


class Command(BaseCommand):
    help = "Write database and pictures into one file. The shop may go on running."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="where to, for example backups/2026-01-31.tar.gz")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        if not file.parent.is_dir():
            raise CommandError(f"There is no folder {file.parent}.")
        try:
            size = write_backup(file)
        except BackupFailed as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{file}: {filesizeformat(size)}")
