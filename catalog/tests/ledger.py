"""What must be true of stock after everything that was done to it."""

from __future__ import annotations

from django.db.models import Sum

from catalog.models import Stock, StockHold, StockMovement


def assert_books_agree() -> None:
    """Ledger, counters and holds tell the same of every variant, and nothing is below zero."""
    for stock in Stock.objects.all():
        sums = StockMovement.objects.filter(variant_id=stock.pk).aggregate(
            on_hand=Sum("on_hand_change"), held=Sum("held_change"), committed=Sum("committed_change")
        )
        booked = (sums["on_hand"] or 0, sums["held"] or 0, sums["committed"] or 0)
        assert booked == (stock.on_hand, stock.held, stock.committed), f"ledger of {stock.pk}"
        kept = StockHold.objects.filter(variant_id=stock.pk).aggregate(units=Sum("quantity"))["units"] or 0
        assert kept == stock.held, f"holds of {stock.pk}"
        assert min(stock.on_hand, stock.held, stock.committed) >= 0
        assert stock.is_unlimited or stock.available >= 0
