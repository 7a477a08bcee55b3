"""What all forms of the cart have in common."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django_htmx.http import HttpResponseClientRefresh

from carts.web.cart_page import cart_page
from shop.common.addresses import own_address
from shop.common.errors import NotFound

View = Callable[..., HttpResponse]


def posted(view: View) -> View:
    """Only by POST: looking at the address leads to the cart.

    What is not the shopper's, or no longer, is a 404 that shows the cart as it is.
    """

    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "POST":
            return redirect("carts:cart")
        try:
            return view(request, *args, **kwargs)
        except NotFound as error:
            messages.warning(request, str(error.message))
            if getattr(request, "htmx", False):
                return HttpResponseClientRefresh()
            response = cart_page(request)
            response.status_code = error.status
            return response

    return guarded


def own_next(request: HttpRequest) -> str:
    """`next`, if it is a page of this shop; else nothing."""
    return own_address(request, request.POST.get("next", ""))
