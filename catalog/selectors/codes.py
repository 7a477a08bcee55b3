"""Article numbers and barcodes, typed where one searches."""

from __future__ import annotations

from dataclasses import dataclass

from catalog.models import ProductStatus, Variant

LONGEST_CODE = 64
MOST_ROWS = 20


@dataclass(frozen=True)
class CodeHit:
    """The product whose code it is. `variant_id` is None where several of its variants have the code."""

    slug: str
    variant_id: int | None


def find_by_code(text: str) -> CodeHit | None:
    """The one product that has exactly this article number or barcode. One query, none for plain words."""
    if len(text) > LONGEST_CODE or not any(c.isdigit() for c in text):
        return None
    sold = Variant.objects.filter(is_active=True, archived_at=None, product__status=ProductStatus.ACTIVE)
    found = sold.order_by().values_list("product__slug", "pk")
    # Two searches, or the databases read every variant for the one condition that has both columns.
    by_sku, by_barcode = found.filter(sku__in={text, text.upper(), text.lower()}), found.filter(barcode=text)
    rows = set(by_sku.union(by_barcode)[:MOST_ROWS])
    slugs = {slug for slug, _pk in rows}
    if len(slugs) != 1:
        return None
    return CodeHit(slugs.pop(), rows.pop()[1] if len(rows) == 1 else None)
