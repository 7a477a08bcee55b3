"""Forms of the cart's page that are about one line, in the bag or saved for later."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from carts.services.items import NoLongerForSale, remove_item, set_quantity
from carts.services.saved import forget_saved, restore_saved, save_for_later
from carts.web.cart_page import REMOVED_KEY, Refused, cart_page
from carts.web.posted import posted
from carts.web.quantities import wanted_quantity
from carts.web.shopper import shopper_of
from shop.common.errors import Conflict, InvalidInput

LONGEST_SHOWN = 20


@posted
def update(request: HttpRequest, line_id: str) -> HttpResponse:
    """Another quantity: typed, one more, one less, or what is left. 0 takes the line out."""

    def change() -> None:
        quantity = wanted_quantity(_asked(request))
        if quantity == 0:
            _remove(request, line_id)
        else:
            set_quantity(shopper=shopper_of(request), line_id=line_id, quantity=quantity)

    return _tried(request, line_id, change, typed=request.POST.get("quantity", ""))


@posted
def remove(request: HttpRequest, line_id: str) -> HttpResponse:
    _remove(request, line_id)
    return back_to_cart()


@posted
def save(request: HttpRequest, line_id: str) -> HttpResponse:
    saved = save_for_later(shopper=shopper_of(request), line_id=line_id)
    messages.success(request, _("%(name)s is saved for later.") % {"name": saved.variant})
    return back_to_cart()


@posted
def restore(request: HttpRequest, saved_id: str) -> HttpResponse:
    return _tried(request, saved_id, lambda: restore_saved(shopper=shopper_of(request), saved_id=saved_id))


@posted
def forget(request: HttpRequest, saved_id: str) -> HttpResponse:
    forget_saved(shopper=shopper_of(request), saved_id=saved_id)
    return back_to_cart()


def back_to_cart(line_id: str = "") -> HttpResponseRedirect:
    """To the cart's page, and on it to the line that was changed."""
    return HttpResponseRedirect(reverse("carts:cart") + (f"#line-{line_id}" if line_id else ""))


def _asked(request: HttpRequest) -> dict[str, str]:
    """What is left, where that was pressed; else what was typed."""
    take = request.POST.get("take")
    return {"quantity": take} if take else request.POST.dict()


def _tried(request: HttpRequest, line_id: str, change: Callable[[], object], *, typed: str = "") -> HttpResponse:
    """What is refused is said at the line, with what was typed."""
    try:
        change()
    except (InvalidInput, Conflict, NoLongerForSale) as refusal:
        return cart_page(
            request, refused=Refused(id=line_id, message=str(refusal.message), typed=typed[:LONGEST_SHOWN])
        )
    return back_to_cart(line_id)


def _remove(request: HttpRequest, line_id: str) -> None:
    """The next page offers to undo it."""
    line = remove_item(shopper=shopper_of(request), line_id=line_id)
    request.session[REMOVED_KEY] = {
        "variant_id": line.variant_id,
        "quantity": line.quantity,
        "name": str(line.variant),
    }
