"""Tasks and jobs for the tests of the worker."""

from __future__ import annotations

import logging
import time

from shop.tasks.queue import shop_task

done: list[str] = []
logger = logging.getLogger("shop.tests")


@shop_task
def note(text: str) -> str:
    done.append(text)
    logger.info("noted")
    return text.upper()


@shop_task(attempts=3, first_pause_seconds=10)
def fail(text: str = "broken") -> None:
    done.append(text)
    raise ConnectionError(text)


@shop_task(priority=50)
def urgent() -> None:
    done.append("urgent")


@shop_task
def unstorable() -> object:
    return object()


@shop_task
def linger(seconds: float) -> None:
    time.sleep(seconds)


@shop_task
def fail_unspeakably() -> None:
    """The error holds half a surrogate pair, made here: MariaDB takes none as an argument either."""
    raise ConnectionError(chr(0xD800))
