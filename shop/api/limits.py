"""Limits on tries: sign-ins, codes, coupons. Exact under parallel requests and across processes.

Tries are counted in fixed windows by one atomic step: in Redis when CACHE_URL names one and it answers,
else in the table RateCounter.
"""

from __future__ import annotations

import ipaddress
import time
from datetime import UTC, datetime

from django.conf import settings
from django.core.cache import cache
from django.core.cache.backends.base import BaseCache
from django.db.models import F
from django.utils.crypto import salted_hmac
from redis.exceptions import RedisError

from shop.api.models import RateCounter
from shop.common.errors import TooManyRequests
from shop.common.limits import Limit, parse_limit
from shop.common.unit import run_in_transaction


def count_try(scope: str, key: str, limit_name: str) -> None:
    """Count one try of `key` (an account, an address) at `scope` against SHOP_LIMITS[limit_name].

    Call it before the work and outside of units, so that a refused or failed try counts as well.
    Raises TooManyRequests, with the seconds until the window ends, once the limit is used up.
    """
    if not settings.SHOP_RATE_LIMITS_ENABLED:
        return
    limit = parse_limit(settings.SHOP_LIMITS[limit_name])
    now = time.time()
    window_end = limit.window_end(now)
    counter = _hashed(f"{limit_name}|{scope}|{_whole_network(key)}|{window_end}")
    if not _counted(counter, limit, window_end):
        raise TooManyRequests(retry_after=max(1, int(window_end - now)))


def _counted(counter: str, limit: Limit, window_end: int) -> bool:
    if settings.CACHES["default"]["BACKEND"].endswith("RedisCache"):
        try:
            return count_in_cache(cache, counter, limit)
        except RedisError:
            pass  # a limit must hold while Redis is away
    return count_in_table(counter, limit, window_end)


def count_in_cache(store: BaseCache, counter: str, limit: Limit) -> bool:
    """Whether this try is within the limit; `store` must add and increment atomically."""
    store.add(f"limit:{counter}", 0, timeout=limit.seconds)
    return store.incr(f"limit:{counter}") <= limit.tries


def count_in_table(counter: str, limit: Limit, window_end: int) -> bool:
    """Whether this try is within the limit.

    Every statement is a transaction of its own: two tries that both insert and then update inside
    one transaction would deadlock on the unique key. A used-up counter is only read.
    """
    row = RateCounter.objects.filter(key=counter)
    count = row.values_list("count", flat=True).first()
    if count is None:
        expires_at = datetime.fromtimestamp(window_end, tz=UTC)
        new = RateCounter(key=counter, count=0, expires_at=expires_at)
        run_in_transaction(lambda: RateCounter.objects.bulk_create([new], ignore_conflicts=True))
    elif count >= limit.tries:
        return False
    return run_in_transaction(lambda: row.filter(count__lt=limit.tries).update(count=F("count") + 1)) == 1


def _whole_network(key: str) -> str:
    """An IPv6 client owns a /64 at least: its addresses count as one."""
    try:
        address = ipaddress.ip_address(key)
    except ValueError:
        return key
    if address.version == 4:
        return key
    return str(ipaddress.ip_network((address, 64), strict=False))


def _hashed(text: str) -> str:
    return salted_hmac("shop.api.limits", text, algorithm="sha256").hexdigest()
