"""`manage.py check_stock`: proves that stock, ledger, holds and orders agree, or names what does not."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand

from orders.services.check_stock import check_stock


class Command(BaseCommand):
    help = "Proves that stock, its ledger, holds and open orders agree. Ends with 1 when they do not. Changes nothing."

    def handle(self, **_: Any) -> None:
        report = check_stock()
        for problem in report.problems:
            self.stderr.write(problem)
        if not report.is_clean:
            self.stderr.write(f"{len(report.problems)} disagreements in the stock of {report.variants} variants.")
            sys.exit(1)
        self.stdout.write(f"The stock of {report.variants} variants agrees with ledger, holds and orders.")
