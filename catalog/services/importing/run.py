"""An import from beginning to end, a batch of products at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from catalog.services.importing.apply import change_imported, create_imported
from catalog.services.importing.columns import Header
from catalog.services.importing.existing import CategoryNames, load_existing
from catalog.services.importing.grouping import read_groups
from catalog.services.importing.parse import parse_product
from catalog.services.importing.parse_variants import Counting
from catalog.services.importing.parsed import ParsedProduct
from catalog.services.importing.plan import ProductPlan, plan_product
from catalog.services.importing.references import References
from catalog.services.importing.remarks import Remark
from catalog.services.importing.rows import UTF8, Row, read_header
from shop.common.errors import ShopError

BATCH = 100


@dataclass(frozen=True, kw_only=True)
class ImportOptions:
    """`track`: count stock of everything (True), of nothing (False), or as the file says (None)."""

    path: Path
    encoding: str = UTF8
    track: bool | None = None
    dry_run: bool = False

    @property
    def reason(self) -> str:
        return f"Import of {self.path.name}"[:200]


@dataclass
class Report:
    """What an import did. `unused` counts the cells of columns that have no place here."""

    new: int = 0
    changed: int = 0
    same: int = 0
    refused: int = 0
    uncounted: int = 0
    problems: int = 0
    unused: Counter[str] = field(default_factory=Counter)

    @property
    def products(self) -> int:
        return self.new + self.changed + self.same


@dataclass(frozen=True)
class Imported:
    """A product was made or changed, or in a dry run would be: `text` says how."""

    parsed: ParsedProduct
    text: str


Event = Imported | Remark
Tell = Callable[[Event], None]


@dataclass
class Import:
    """One run. `tell` hears of every product that changes and of every line that needs a word."""

    options: ImportOptions
    tell: Tell
    report: Report = field(default_factory=Report)
    seen_skus: set[int] = field(default_factory=set)

    def run(self) -> Iterator[list[ParsedProduct]]:
        """Import batch by batch; yields the products of each. Raises InvalidInput for a file that is none."""
        header = read_header(self.options.path, encoding=self.options.encoding)
        references = References(CategoryNames.load())
        for batch in _batches(self._parsed(header)):
            skus = [variant.sku for product in batch for variant in product.variants if variant.sku]
            existing = load_existing([product.slug for product in batch], skus, references.categories)
            for parsed in batch:
                plan, remarks = plan_product(parsed, existing)
                self._say(remarks)
                self._carry_out(plan, references)
            yield batch

    def _parsed(self, header: Header) -> Iterator[ParsedProduct]:
        counting = Counting(track=self.options.track)
        for group in read_groups(self.options.path, encoding=self.options.encoding):
            if isinstance(group, Remark):
                self._say([group])
                continue
            self._count(group, counting, header)
            product, remarks = parse_product(group, header, counting)
            self._say(remarks)
            if product is None or not self._keep_new_skus(product):
                self.report.refused += 1
            else:
                yield product

    def _keep_new_skus(self, product: ParsedProduct) -> bool:
        """Leave out variants whose SKU another product of this file has; False when none is left."""
        for variant in list(product.variants):
            if variant.sku and hash(variant.sku) in self.seen_skus:
                text = f"variant not imported: SKU {variant.sku} is on a line of another product too"
                self._say([Remark(variant.line, text)])
                product.variants.remove(variant)
        self.seen_skus.update(hash(variant.sku) for variant in product.variants if variant.sku)
        return bool(product.variants)

    def _carry_out(self, plan: ProductPlan, references: References) -> None:
        if not plan.changes:
            self.report.refused += plan.is_new
            self.report.same += not plan.is_new
            return
        try:
            if not self.options.dry_run:
                _write(plan, references, reason=self.options.reason)
        except ShopError as refusal:
            self.report.refused += 1
            self._say([Remark(plan.parsed.line, f"not imported: {said(refusal)}")])
            return
        self.report.new += plan.is_new
        self.report.changed += not plan.is_new
        self.tell(Imported(plan.parsed, "; ".join(plan.changes)))

    def _count(self, group: Sequence[Row], counting: Counting, header: Header) -> None:
        for row in group:
            self.report.unused.update(row.unused)
            if row.get("quantity") and not counting.tracked(row, header):
                self.report.uncounted += 1

    def _say(self, remarks: Sequence[Remark]) -> None:
        for remark in remarks:
            self.report.problems += remark.is_problem
            self.tell(remark)


def said(refusal: ShopError) -> str:
    """Everything a service's refusal says, in one line."""
    fields = getattr(refusal, "fields", {})
    texts = [str(text) for messages in fields.values() for text in messages]
    return " ".join(texts) or str(refusal.message)


def _write(plan: ProductPlan, references: References, *, reason: str) -> None:
    fields = references.resolve(plan)
    if plan.product is None:
        create_imported(plan, fields, reason=reason)
    else:
        change_imported(plan, fields, product_id=plan.product.pk, reason=reason)


def _batches(products: Iterator[ParsedProduct]) -> Iterator[list[ParsedProduct]]:
    while batch := list(islice(products, BATCH)):
        yield batch
