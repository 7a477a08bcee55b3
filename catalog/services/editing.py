"""How every edit of a product begins and ends."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog.models import Product, ProductStatus, Stock
from catalog.services.changes import record_change
from catalog.services.events import emit_product
from catalog.services.listing import refresh_listing
from catalog.services.stock import lock_stock
from shop.common.errors import Conflict, NotFound


class StaleEdit(Conflict):
    """Somebody saved the product after it was read for editing."""

    code = "stale"
    status = 412
    default_message = _("Somebody else changed this product in the meantime. Load it again, then make your change.")


def lock_product(
    product_id: int, *, with_stock: bool = False, expected_versions: Collection[int] | None = None
) -> Product:
    """A step: lock the product, and first the stock of its variants where that is going to change too.

    Raises NotFound, or StaleEdit when the product is no longer at one of `expected_versions`.
    """
    if with_stock:
        lock_stock(list(Stock.objects.filter(variant__product_id=product_id).values_list("pk", flat=True)))
    is_expected = expected_versions is None or _claim(product_id, expected_versions)
    product = Product.objects.select_for_update().filter(pk=product_id).first()
    if product is None:
        raise NotFound
    if not is_expected:
        raise StaleEdit
    return product


def _claim(product_id: int, versions: Collection[int]) -> bool:
    """An UPDATE that changes nothing: it compares and locks in one step."""
    expected = Product.objects.filter(pk=product_id, edit_version__in=list(versions))
    return expected.update(edit_version=F("edit_version")) == 1


def finish_edit(product: Product) -> None:
    """A step, the last of an edit: raise the version, say when, bring lists and derived data up to date."""
    is_new = product.edit_version == 1
    Product.objects.filter(pk=product.pk).update(edit_version=F("edit_version") + 1, updated_at=timezone.now())
    if product.pk not in refresh_listing([product.pk]):
        record_change([product.pk])
    product.refresh_from_db()
    if product.status != ProductStatus.ARCHIVED:
        emit_product(product, "product.created" if is_new else "product.updated")
