"""Product files for the tests of the import."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from django.core.management import call_command
from hypothesis import HealthCheck, settings

from catalog.models import Variant
from catalog.services.importing.grouping import read_groups
from catalog.services.importing.parse import parse_product
from catalog.services.importing.parse_variants import Counting
from catalog.services.importing.parsed import ParsedProduct
from catalog.services.importing.remarks import Remark
from catalog.services.importing.rows import read_header

DATA = Path(__file__).parent / "data"
OLDER, NEWER, BROKEN = (DATA / f"export-{name}.csv" for name in ("older", "newer", "broken"))
HEAD = "Handle,Title,Variant SKU,Variant Price,Option1 Name,Option1 Value"


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "products.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogateescape"))
    return path


def parsed(path: Path, **counting: Any) -> tuple[list[ParsedProduct], list[str]]:
    """Products, and remarks in words."""
    header = read_header(path)
    products, remarks = [], []
    for group in read_groups(path):
        if isinstance(group, Remark):
            remarks.append(group)
            continue
        product, said = parse_product(group, header, Counting(**counting))
        remarks += said
        if product:
            products.append(product)
    return products, [str(remark) for remark in remarks]


def one(folder: Path, columns: str, *rows: str, **counting: Any) -> ParsedProduct:
    products, remarks = parsed(written(folder, "\n".join([columns, *rows])), **counting)
    assert remarks == []
    (product,) = products
    return product


RELAXED = settings(
    deadline=None, max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def imported(path: Path, **options: Any) -> list[str]:
    out = io.StringIO()
    call_command("import_products", str(path), format="shopify", stdout=out, **options)
    return out.getvalue().splitlines()


def variant(sku: str) -> Variant:
    return Variant.objects.select_related("stock").get(sku=sku)


def stock(sku: str) -> tuple[int, bool, bool]:
    row = variant(sku).stock
    return row.on_hand, row.tracked, row.allow_backorder
