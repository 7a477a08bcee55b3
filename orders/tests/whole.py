"""Is every order whole? What a checkout writes, it writes together or not at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from django.db.models import Sum

from carts.models import Cart, CartStatus
from catalog.models import MovementKind, StockHold, StockMovement
from orders.models import Order, OrderStatus, RefundState
from orders.services.check_stock import check_stock

RELATED = ("lines", "addresses", "events", "payments", "refunds", "tokens")


def what_is_broken() -> list[str]:
    """A sentence for everything that is there by half; nothing when all is well."""
    orders = list(Order.objects.select_related("cart").prefetch_related(*RELATED))
    found = [f"{order.number}: {problem}" for order in orders for problem in _problems(order)]
    return [*found, *_strays(orders), *check_stock().problems]


def _problems(order: Order) -> Iterator[str]:
    yield from _goods(order)
    yield from _money(order)
    if {address.kind for address in order.addresses.all()} != {"shipping", "billing"}:
        yield "addresses are missing"
    closed = {CartStatus.ORDERED, CartStatus.CANCELLED}
    if order.cart is None or order.cart.status not in closed or order.cart.open_for_id is not None:
        yield "its cart is still open"
    if order.user_id is None and not order.tokens.all():
        yield "its guest has no key"
    kinds = {event.kind for event in order.events.all()}
    if "placed" not in kinds or (order.captured and not kinds & {"paid", "unwanted_payment"}):
        yield "the timeline has a gap"
    if order.paid_at is not None and "confirmed" not in kinds:
        yield "its customer was never told"


def _goods(order: Order) -> Iterator[str]:
    lines = list(order.lines.all())
    on_top = Decimal(0) if order.prices_include_tax else order.tax
    if sum((line.line_total for line in lines), order.shipping + on_top) != order.total:
        yield "the lines do not add up to the total"
    if sum(Decimal(step["amount"]) for step in order.steps) != order.total:
        yield "the steps do not add up to the total"
    ordered = Counter({line.variant_id: line.quantity for line in lines})
    committed = _movements(order).filter(kind=MovementKind.COMMIT).values_list("variant_id", "committed_change")
    if ordered != Counter(dict(committed)):
        yield "the ledger did not commit what was ordered"
    ended = order.status in {OrderStatus.CANCELLED, OrderStatus.REFUNDED}
    still = _movements(order).aggregate(units=Sum("committed_change"))["units"] or 0
    if still != (0 if ended else sum(line.open_quantity for line in lines)):
        yield "the ledger keeps something else than is open"


def _money(order: Order) -> Iterator[str]:
    if order.captured != sum(payment.captured for payment in order.payments.all()):
        yield "its payments do not add up to what was captured"
    refunded = sum(refund.amount for refund in order.refunds.all() if refund.state == RefundState.SUCCEEDED)
    if order.refunded != refunded:
        yield "its refunds do not add up to what was refunded"
    promised = sum(refund.amount for refund in order.refunds.all() if refund.state != RefundState.FAILED)
    if order.status == OrderStatus.PAID and order.captured < order.total:
        yield "it counts as paid and is not"
    if order.captured - promised > order.total:
        yield "what was paid twice is not on its way back"
    if order.status == OrderStatus.CANCELLED and promised != order.captured:
        yield "it is cancelled, and its money is not on its way back"


def _movements(order: Order):
    return StockMovement.objects.filter(reference=order.number)


def _strays(orders: list[Order]) -> Iterator[str]:
    """Halves that are left when the order itself is absent."""
    numbers = {order.number for order in orders}
    for reference in StockMovement.objects.filter(kind=MovementKind.COMMIT).values_list("reference", flat=True):
        if reference not in numbers:
            yield f"the ledger committed units to {reference}, which is not there"
    for cart in Cart.objects.filter(status=CartStatus.ORDERED, order=None):
        yield f"cart {cart} is closed and became no order"
    ordered = Cart.objects.filter(status=CartStatus.ORDERED).values("public_id")
    for hold in StockHold.objects.filter(owner__in=ordered):
        yield f"{hold} is kept for a cart that became an order"
