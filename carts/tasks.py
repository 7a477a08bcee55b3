"""What recurs for carts."""

from __future__ import annotations

import logging

from catalog.services.holds import expire_holds
from shop.tasks.schedule import every

logger = logging.getLogger(__name__)


@every(minutes=1)
def tidy_holds() -> None:
    """Nobody waits for this: whoever wants the units takes over ended holds at once. It keeps the books short."""
    freed = expire_holds()
    if freed:
        logger.info("holds_ended", extra={"units": freed})
