"""The wish list, and the heart beside a product."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.web.guards import SignedInRequest, private
from carts.selectors.carts import cart_view
from carts.selectors.wishes import wishable, wishes_of
from carts.services.wishes import MOST_WISHES, add_wish, remove_wish
from carts.web.posted import own_next, posted
from carts.web.shopper import shopper_of
from carts.web.wisher import wisher_of, wisher_with_list
from shop.common.addresses import own_address
from shop.common.errors import Conflict


@never_cache
@require_safe
def wish_list(request: HttpRequest) -> HttpResponse:
    """For guests as well: their browser's list, until they sign in."""
    return render(request, "carts/wish_list.html", {"wishes": wishes_of(wisher_of(request))[:MOST_WISHES]})


@private
@require_safe
def saved(request: SignedInRequest) -> HttpResponse:
    """What was put aside in the bag; there it is moved back or taken away."""
    view = cart_view(shopper_of(request))
    return render(request, "carts/saved_page.html", {"saved_lines": view.saved})


@never_cache
def wish(request: HttpRequest, product_id: int) -> HttpResponse:
    """The heart on a card leads here; a form turns it."""
    if request.method == "POST":
        return turn(request, product_id)
    product = wishable(product_id)
    if product is None:
        raise Http404
    came_from = own_address(request, request.headers.get("Referer", ""))
    back = product.get_absolute_url() if request.path in came_from else came_from or product.get_absolute_url()
    return render(request, "carts/wish_page.html", {"product": product, "back": back})


@posted
def turn(request: HttpRequest, product_id: int) -> HttpResponse:
    """On or off the list; then back, or for htmx the heart alone."""
    wanted = request.POST.get("act") != "remove"
    try:
        _follow(request, product_id, wanted=wanted)
    except Conflict as refusal:
        wanted = False
        messages.error(request, str(refusal.message))
    if getattr(request, "htmx", False):
        context = {"product_id": product_id, "is_wished": wanted, "back": own_next(request)}
        return render(request, "carts/wish_button.html", context)
    return redirect(own_next(request) or "carts:wish_list")


def _follow(request: HttpRequest, product_id: int, *, wanted: bool) -> None:
    if not wanted:
        remove_wish(wisher=wisher_of(request), product_id=product_id)
        return
    add_wish(wisher=wisher_with_list(request), product_id=product_id)
    if not getattr(request, "htmx", False):
        messages.success(request, _("It is on your wish list."))
