"""Article numbers and barcodes, typed where one searches."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from catalog.models import ProductStatus, Variant

LONGEST_CODE = 64


@dataclass(frozen=True)
class CodeHit:
    """The product whose code it is. `variant_id` is None where several of its variants have the code."""

    slug: str
    variant_id: int | None


def find_by_code(text: str) -> CodeHit | None:
    """The one product that has exactly this article number or barcode. One query, none for plain words."""
    if len(text) > LONGEST_CODE or not any(c.isdigit() for c in text):
        return None
    codes = Q(sku__in={text, text.upper(), text.lower()}) | Q(barcode=text)
    sold = Variant.objects.filter(codes, is_active=True, archived_at=None, product__status=ProductStatus.ACTIVE)
    rows = list(sold.order_by("pk").values_list("product__slug", "pk")[:20])
    slugs = {slug for slug, _pk in rows}
    if len(slugs) != 1:
        return None
    return CodeHit(slugs.pop(), rows[0][1] if len(rows) == 1 else None)
