"""Fill the shop with demo goods, people and orders."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from orders.services.keep_sign_ins import keep_sign_ins, sign_in_line
from orders.services.seed_shop import Seeded, SeedWishes, is_empty_shop, seed_shop
from shop.common.errors import ShopError


class Command(BaseCommand):
    help = (
        "Fills the shop with demo goods, people and three months of orders. A second run changes nothing. "
        "Only in the default SQLite database, or with SHOP_DEMO=true."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--products", type=int, metavar="N", help="grow the catalogue to N products in all")
        parser.add_argument("--if-empty", action="store_true", help="do nothing if there are products already")
        parser.add_argument("--yes", action="store_true", help="also in a shop that has orders of its own")
        parser.add_argument("--workers", type=int, default=0, help="processes that draw pictures (all cores)")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["if_empty"] and not is_empty_shop():
            return
        if options["products"] is not None and options["products"] < 1:
            raise CommandError("--products takes a number from 1 on.")
        wishes = SeedWishes(size=options["products"], yes=options["yes"], workers=options["workers"])
        quiet = options["verbosity"] == 0
        try:
            seeded = seed_shop(wishes, (lambda line: None) if quiet else self._tell)
        except ShopError as error:
            raise CommandError(str(error.message)) from error
        if seeded.sign_ins:
            keep_sign_ins(Path(settings.SHOP_DEMO_ACCOUNTS_FILE), seeded.sign_ins)
        if not quiet:
            self._report(seeded)

    def _tell(self, line: str) -> None:
        self.stdout.write(f"{line} …")
        self.stdout.flush()

    def _report(self, seeded: Seeded) -> None:
        if not seeded.changed:
            self.stdout.write("The demo shop is there already; nothing was changed.")
        else:
            self.stdout.write(
                f"Made {seeded.products:,} products, {seeded.pictures} pictures, {seeded.reviews} reviews, "
                f"{seeded.orders} orders, {seeded.pages} pages."
            )
        self._tell_sign_ins(seeded)

    def _tell_sign_ins(self, seeded: Seeded) -> None:
        path = Path(settings.SHOP_DEMO_ACCOUNTS_FILE)
        if seeded.sign_ins:
            self.stdout.write(f"Demo accounts (kept in {path.name}):")
            for made in seeded.sign_ins:
                self.stdout.write(f"  {sign_in_line(made)}")
        elif path.exists():
            self.stdout.write(f"The demo accounts are in {path.name}.")
        else:
            self.stdout.write(
                f"The file {path.name} with the demo accounts is gone; "
                "`manage.py changepassword admin@demo.example` sets a new password."
            )
