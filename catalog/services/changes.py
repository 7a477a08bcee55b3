"""Tell everything derived from the catalogue that it changed: search indexes, cached HTML, feeds."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import F
from django.utils import timezone

from catalog.models import CatalogueVersion, ProductChange

VERSION_ROW = 1


def record_change(product_ids: Iterable[int] = ()) -> None:
    """A step, the last of its unit: raise the catalogue's version and note the products that changed.

    Without ids something else changed that shared pages show, such as a category or a page.
    All changes meet at the one version row, so what comes after it keeps others waiting. It is taken before
    the products are noted: whoever sees a version sees the changes of all versions before it.
    """
    now = timezone.now()
    if not _raise_version(now):
        # Two first changes at once: the database keeps one row and neither fails.
        CatalogueVersion.objects.bulk_create([CatalogueVersion(pk=VERSION_ROW)], ignore_conflicts=True)
        _raise_version(now)
    ids = sorted(set(product_ids))
    if ids:
        version = CatalogueVersion.objects.values_list("number", flat=True).get(pk=VERSION_ROW)
        changes = [ProductChange(product_id=pk, version=version, created_at=now) for pk in ids]
        ProductChange.objects.bulk_create(changes, batch_size=500)


def _raise_version(now: datetime) -> int:
    return CatalogueVersion.objects.filter(pk=VERSION_ROW).update(number=F("number") + 1, changed_at=now)
