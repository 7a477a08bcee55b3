"""How often one may read. A fixed window in the cache: per process where that is the process's own."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.cache import cache
from redis.exceptions import RedisError
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from shop.api.limits import count_in_cache
from shop.common.limits import parse_limit
from shop.observability.client import client_address

if TYPE_CHECKING:  # DRF's views import this module while they are loaded
    from rest_framework.views import APIView

SAFE = ("GET", "HEAD", "OPTIONS")


class ReadThrottle(BaseThrottle):
    """Whoever reads too often waits until the window ends. A cache that is away lets reads through."""

    def allow_request(self, request: Request, view: APIView) -> bool:
        if not settings.SHOP_RATE_LIMITS_ENABLED or request.method not in SAFE:
            return True
        limit = parse_limit(settings.SHOP_LIMITS["reads"])
        now = time.time()
        window_end = limit.window_end(now)
        self.seconds_left = max(1.0, window_end - now)
        try:
            return count_in_cache(cache, f"reads:{_reader(request)}:{window_end}", limit)
        except (RedisError, ValueError):  # ValueError: the entry ended between adding and counting
            return True

    def wait(self) -> float:
        return self.seconds_left


def _reader(request: Request) -> str:
    if request.user and request.user.is_authenticated:
        return f"user:{request.user.pk}"
    return client_address(request._request)  # noqa: SLF001 - where DRF keeps Django's request
