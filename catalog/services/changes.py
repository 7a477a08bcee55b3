"""Tell everything derived from the catalogue that it changed: search indexes, cached HTML, feeds."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import F
from django.utils import timezone

from catalog.models import CatalogueVersion, ProductChange

VERSION_ROW = 1


def record_change(product_ids: Iterable[int] = ()) -> None:
    """A step, the last of its unit: note the products that changed and raise the catalogue's version.

    Without ids something else changed that shared pages show, such as a category or a page.
    All changes meet at the one version row, so what comes after it keeps others waiting.
    """
    now = timezone.now()
    ProductChange.objects.bulk_create(
        [ProductChange(product_id=pk, created_at=now) for pk in sorted(set(product_ids))], batch_size=500
    )
    raised = CatalogueVersion.objects.filter(pk=VERSION_ROW).update(number=F("number") + 1, changed_at=now)
    if not raised:
        # Two first changes at once: the database keeps one row and neither fails.
        CatalogueVersion.objects.bulk_create([CatalogueVersion(pk=VERSION_ROW, number=2)], ignore_conflicts=True)
