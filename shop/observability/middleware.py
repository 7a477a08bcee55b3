"""Every request gets an id and a line in the log."""

from __future__ import annotations

import logging
import re
import secrets
import time
from collections.abc import Callable
from typing import Any

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.functional import LazyObject, empty

from shop.observability.client import client_address
from shop.observability.logs import level_of

HEADER = "X-Request-ID"
WELL_FORMED = re.compile(r"[A-Za-z0-9._-]{8,64}")
QUIET_PATHS = ("/livez", "/api/health")

logger = logging.getLogger("shop.requests")


class RequestIdMiddleware:
    """Takes or makes the id, as `request.request_id`, on every log line, task and answer of the request.

    It also finds the client's address once, as `request.client_address`. The id stays bound until the thread's
    next request: an answer that is streamed is still being made after this returns.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        given = request.headers.get(HEADER, "")
        request.request_id = given if WELL_FORMED.fullmatch(given) else secrets.token_hex(16)
        request.client_address = client_address(request)
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request.request_id)
        response = self.get_response(request)
        response[HEADER] = request.request_id
        return response


class RequestLogMiddleware:
    """One line a request: no query, no header, no body, for they hold what people typed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        started = time.perf_counter()
        response = self.get_response(request)
        fields = {
            "method": request.method,
            "path": loggable_path(request),
            "status": response.status_code,
            "duration_ms": round((time.perf_counter() - started) * 1000, 1),
            "user_id": known_user_id(request),
            "client_address": request.client_address,
        }
        logger.log(_level(request.path, response.status_code), "request", extra=fields)
        return response


class ProbeMiddleware:
    """Answers probes whatever Host they name: load balancers and containers ask by address."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(QUIET_PATHS):
            request.META["HTTP_HOST"] = next(iter(settings.ALLOWED_HOSTS), "localhost").lstrip(".*") or "localhost"
        return self.get_response(request)


def loggable_path(request: HttpRequest) -> str:
    """The path without the key that a mailed link carries as its `token`."""
    match = request.resolver_match
    token = match.kwargs.get("token") if match else None
    return request.path.replace(token, "…") if token else request.path


def known_user_id(request: HttpRequest) -> int | None:
    """The user's id if the request has looked who it is; never asks the database for it."""
    user = request.__dict__.get("user")
    if isinstance(user, LazyObject) and user._wrapped is empty:  # noqa: SLF001
        return None
    return getattr(user, "pk", None)


def _level(path: str, status: int) -> int:
    """Probes and static files come every second: their lines are for debugging, unless they fail."""
    quiet = path.startswith((*QUIET_PATHS, settings.STATIC_URL, settings.MEDIA_URL))
    return logging.DEBUG if quiet and status < 500 else level_of(status)
