"""Take a product out of the shop, and bring it back. What was sold is never deleted."""

from __future__ import annotations

from collections.abc import Collection

from catalog.models import Product, ProductStatus
from catalog.services.inputs import ProductFields
from catalog.services.update_product import update_product

ARCHIVED: ProductFields = {"status": ProductStatus.ARCHIVED}
ACTIVE: ProductFields = {"status": ProductStatus.ACTIVE}


def archive_product(*, product_id: int, expected_versions: Collection[int] | None = None) -> Product:
    """The product leaves lists, pages and search; orders keep it. Raises NotFound, StaleEdit."""
    return update_product(product_id=product_id, fields=ARCHIVED, expected_versions=expected_versions)


def restore_product(*, product_id: int) -> Product:
    """The product is sold again as it was. Raises NotFound."""
    return update_product(product_id=product_id, fields=ACTIVE)
