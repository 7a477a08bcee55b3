"""Between asking a browser for a passkey and its answer."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, JsonResponse

from accounts.selectors.webauthn import Ceremony, Site, Values
from shop.common.errors import InvalidInput, ShopError, TooManyRequests

SESSION_KEY = "accounts.passkey"
SECONDS = 300
LONGEST = 32_000


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the browser sent, and what it is judged by."""

    state: Values
    credential: Values


def site_of(request: HttpRequest) -> Site:
    """The shop as this browser sees it: what its passkeys belong to."""
    host = urlsplit(f"//{request.get_host()}").hostname or ""
    return Site(host=host, origin=f"{request.scheme}://{request.get_host()}")


def ask(request: HttpRequest, purpose: str, ceremony: Ceremony, *, since: float = 0) -> JsonResponse:
    """The question for the page's script; the session remembers what the answer must fit.

    `since`: when it was asked first, where the time for all tries together is limited.
    """
    request.session[SESSION_KEY] = {"for": purpose, "state": ceremony.state, "at": since or time.time()}
    return JsonResponse(json.loads(json.dumps(ceremony.options)))


def asked_at(request: HttpRequest, purpose: str) -> float:
    """When (seconds since 1970) the question was asked that still waits for its answer; 0 when none does."""
    at: float = _asked(request, purpose).get("at", 0)
    return at


def answer_of(request: HttpRequest, purpose: str) -> Answer | None:
    """The answer to the last question for this purpose, which is good once; None when there is none."""
    asked = _asked(request, purpose)
    credential = _posted(request)
    if not asked or credential is None:
        return None
    del request.session[SESSION_KEY]
    return Answer(state=asked["state"], credential=credential)


def refused(error: ShopError) -> JsonResponse:
    """For the script, which shows it above its button."""
    fields = error.fields if isinstance(error, InvalidInput) else {}
    said = [str(message) for messages in fields.values() for message in messages]
    response = JsonResponse({"detail": " ".join(said) or str(error.message)}, status=error.status)
    if isinstance(error, TooManyRequests):
        response["Retry-After"] = str(error.retry_after)
    return response


def _asked(request: HttpRequest, purpose: str) -> dict[str, Any]:
    asked: dict[str, Any] = request.session.get(SESSION_KEY) or {}
    fresh = time.time() - asked.get("at", 0) < SECONDS
    return asked if fresh and asked["for"] == purpose else {}


def _posted(request: HttpRequest) -> Values | None:
    typed = request.POST.get("credential", "")
    if len(typed) > LONGEST:
        return None
    try:
        posted = json.loads(typed)
    except (ValueError, RecursionError):
        return None
    return posted if isinstance(posted, dict) else None
