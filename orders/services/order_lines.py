"""What was sold, as it was at that moment."""

from __future__ import annotations

from carts.selectors.carts import CartView, LineView
from catalog.selectors.variants import options_of
from orders.models import Order, OrderLine


def write_lines(order: Order, view: CartView) -> None:
    """A step: snapshot the cart's lines.

    Rows are inserted by product: each insert locks its product for the foreign key, and all orders
    take these locks in the same direction.
    """
    lines = [_snapshot(order, shown, position) for position, shown in enumerate(view.lines)]
    OrderLine.objects.bulk_create(sorted(lines, key=lambda line: (line.product_id or 0, line.variant_id or 0)))


def _snapshot(order: Order, shown: LineView, position: int) -> OrderLine:
    variant, priced = shown.line.variant, shown.priced
    return OrderLine(
        order=order,
        product_id=variant.product_id,
        variant=variant,
        sku=variant.sku,
        name=variant.product.name,
        options=options_of(variant),
        quantity=priced.quantity,
        unit_price=priced.unit_price,
        discount=priced.discount,
        line_total=priced.total,
        tax_rate=priced.tax_percent,
        tax=priced.tax,
        weight_grams=variant.weight_grams,
        position=position,
    )
