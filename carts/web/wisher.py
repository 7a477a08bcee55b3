"""Whose wish list a request is about."""

from __future__ import annotations

from django.http import HttpRequest

from carts.selectors.wishes import Wisher
from carts.session import WISHES
from shop.common.ids import new_token


def wisher_of(request: HttpRequest) -> Wisher:
    if request.user.is_authenticated:
        return Wisher(user_id=request.user.pk)
    return Wisher(token=request.session.get(WISHES, ""))


def wisher_with_list(request: HttpRequest) -> Wisher:
    """As `wisher_of`; a guest's first wish makes the list."""
    if not request.user.is_authenticated and WISHES not in request.session:
        request.session[WISHES] = new_token()
    return wisher_of(request)
