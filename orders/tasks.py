"""What recurs for orders."""

from __future__ import annotations

import logging

from orders.services.cancel_order import expire_orders
from orders.services.missed_events import hear_lately_missed_events
from orders.services.popularity import recount_popularity
from orders.services.prune import prune
from orders.services.recommendations import rebuild_recommendations
from orders.services.unsettled import ask_about_unsettled
from shop.tasks.schedule import every

logger = logging.getLogger(__name__)


@every(minutes=1)
def end_unpaid_orders() -> None:
    """Their units are free again for others."""
    ended = expire_orders()
    if ended:
        logger.info("orders_expired", extra={"orders": ended})


@every(minutes=1)
def look_at_payments() -> None:
    asked = ask_about_unsettled()
    if asked:
        logger.info("payments_asked_about", extra={"payments": asked})


@every(hours=1)
def hear_what_was_missed() -> None:
    """What was paid back in a gateway's own dashboard, where its message got lost."""
    hear_lately_missed_events.enqueue()


@every(days=1)
def forget_what_nobody_needs() -> None:
    """Codes, sessions, tokens, keys, exports, carts that guests left."""
    logger.info("pruned", extra={"rows": sum(prune().values())})


@every(hours=1)
def count_what_sells() -> None:
    changed = recount_popularity()
    if changed:
        logger.info("popularity_counted", extra={"products": changed})


@every(hours=6)
def see_what_goes_together() -> None:
    rebuilt = rebuild_recommendations()
    if rebuilt.bought or rebuilt.similar:
        logger.info("recommendations_rebuilt", extra={"bought": rebuilt.bought, "similar": rebuilt.similar})
