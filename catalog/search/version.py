"""Which catalogue this is, and what its present version."""

from __future__ import annotations

from catalog.models import CatalogueVersion


def read_version() -> tuple[str, int]:
    """Lineage and number; ("", 0) before anything was ever changed. One query."""
    row = CatalogueVersion.objects.order_by("pk").values_list("lineage", "number").first()
    return row or ("", 0)
