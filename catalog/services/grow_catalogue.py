"""Growing the demo catalogue to any size, to see how the shop does with it."""

from __future__ import annotations

from collections.abc import Callable

from catalog.demo.goods import products
from catalog.demo.growth import grown_product
from catalog.models import Product
from catalog.services.seed_catalogue import write_labels
from catalog.services.seed_products import Shelves, write_products
from shop.common.unit import run_in_transaction

BATCH = 500


def grow_catalogue(size: int, tell: Callable[[int], None] = lambda written: None) -> int:
    """Add generated products until the demo goods are `size` in number. Returns how many were added.

    Each batch is a unit of its own: stopped half-way, the next run goes on where this one ended.
    `tell` hears after each batch how many demo products there are.
    """
    drawn = products()
    present = Product.objects.filter(is_demo=True).count()
    run_in_transaction(lambda: write_labels(drawn))
    shelves = Shelves.read()
    for start in range(present, size, BATCH):
        indexes = range(start - len(drawn), min(start + BATCH, size) - len(drawn))
        batch = [grown_product(index, drawn) for index in indexes]
        run_in_transaction(lambda batch=batch: write_products(batch, shelves))  # type: ignore[misc]
        tell(start + len(batch))
    return max(0, size - present)
