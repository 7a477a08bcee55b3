"""manage.py import_products"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from catalog.services.importing.parsed import ParsedProduct
from catalog.services.importing.pictures import fetch_pictures
from catalog.services.importing.remarks import Remark
from catalog.services.importing.rows import UTF8
from catalog.services.importing.run import Event, Import, ImportOptions, Report
from catalog.services.importing.wording import counted
from shop.common.errors import InvalidInput

HELP = """
Import products from another shop's file. Products are known by their handle: one that is not there
is made, one that is there is changed to what the file says, and a second run changes nothing. Columns
the file does not have leave the shop as it is, and so does a blank stock. Every line that cannot be
used is reported with its number and the reason; the rest is imported.

Stock. The file's inventory tracker says whether a variant is counted: blank means "not counted", so
its quantity is noted but it is sold without end. With --track-stock every variant is counted, and a
quantity of 0 is sold out; with --no-track-stock none is. The stock of products that are there is set
to the file's number too; each change of stock is in the ledger.

Pictures are noted by their address and shown once they are fetched: --fetch-images, now or later.
The type becomes the category; where it is blank, Shopify's own product category does. The vendor
becomes the brand. SKUs that are missing are made from the handle and the options.
"""


class Command(BaseCommand):
    help = HELP

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        return super().create_parser(prog_name, subcommand, formatter_class=argparse.RawDescriptionHelpFormatter)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="the CSV file")
        parser.add_argument("--format", choices=["shopify"], required=True, help="where the file comes from")
        parser.add_argument("--dry-run", action="store_true", help="print what would change, change nothing")
        tracking = parser.add_mutually_exclusive_group()
        tracking.add_argument(
            "--track-stock", dest="track", action="store_true", default=None, help="count the stock of everything"
        )
        tracking.add_argument(
            "--no-track-stock", dest="track", action="store_false", default=None, help="count no stock at all"
        )
        parser.add_argument("--fetch-images", action="store_true", help="fetch the pictures the file names (https)")
        parser.add_argument("--encoding", default=UTF8, help="of the file, such as cp1252; UTF-8 unless told")

    def handle(self, *args: Any, **options: Any) -> None:
        self.dry_run: bool = options["dry_run"]
        run = Import(
            ImportOptions(
                path=options["file"], encoding=options["encoding"], track=options["track"], dry_run=self.dry_run
            ),
            tell=self.tell,
        )
        fetch = options["fetch_images"] and not self.dry_run
        try:
            for batch in run.run():
                if fetch:
                    self.fetch(batch)
        except InvalidInput as refusal:
            raise CommandError(str(refusal.message)) from refusal
        self.summarise(run.report)

    def tell(self, event: Event) -> None:
        if isinstance(event, Remark):
            style = self.style.WARNING if event.is_problem else self.style.NOTICE
            self.stdout.write(style(str(event)))
        else:
            self.stdout.write(f"{event.parsed.name}: {event.text}")

    def fetch(self, batch: list[ParsedProduct]) -> None:
        for remark in fetch_pictures(batch):
            self.tell(remark)

    def summarise(self, report: Report) -> None:
        if report.uncounted:
            self.stdout.write(
                f"{counted(report.uncounted, 'variant')} with a quantity but no inventory tracker: the quantity is "
                "noted, and they are sold without counting. Use --track-stock to count them."
            )
        if report.unused:
            names = ", ".join(f"{name} ({count})" for name, count in sorted(report.unused.items()))
            self.stdout.write(f"Columns with a content that has no place here: {names}.")
        would = "would be " if self.dry_run else ""
        self.stdout.write(
            self.style.SUCCESS(
                f"{counted(report.products, 'product')}: {report.new} {would}new, {report.changed} {would}changed, "
                f"{report.same} as in the file. {counted(report.refused, 'product')} not imported, "
                f"{counted(report.problems, 'problem')}."
            )
        )
        if not report.new and not report.changed:
            self.stdout.write("Nothing to change.")
