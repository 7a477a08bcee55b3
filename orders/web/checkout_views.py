"""The order summary: everything once more before it is confirmed."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from accounts.services.addresses import create_address
from accounts.web.guards import get_or_post
from carts.selectors.carts import Shopper
from carts.services.holds import extend_holds
from carts.web.shopper import shopper_of
from orders.gateways.registry import has_page
from orders.selectors.checkout import priced_for
from orders.services.place_order import Placed, place_order
from orders.web.checkout_form import CheckoutForm
from orders.web.checkout_page import checkout_form, forget_draft, keep_draft, page_context
from orders.web.viewer import remember_order
from shop.common.errors import NotFound, ShopError


@never_cache
@get_or_post
def summary(request: HttpRequest) -> HttpResponse:
    """GET and "update" show what it would cost; "confirm" orders. Both ways what was typed stays."""
    shopper = shopper_of(request)
    confirms = request.method == "POST" and request.POST.get("act") == "confirm"
    form = checkout_form(request, shopper, judged=confirms)
    if request.method == "POST":
        keep_draft(request)
    if confirms:
        placed = form.attempt(lambda: place_order(form.checkout(shopper)))
        if placed is not None:
            return _lead_on(request, form, placed)
    return _show(request, form, shopper)


def _show(request: HttpRequest, form: CheckoutForm, shopper: Shopper) -> HttpResponse:
    _renew_holds(shopper)
    view = priced_for(shopper, form.destination())
    if view.is_empty:
        messages.info(request, _("Your bag is empty."))
        return redirect("carts:cart")
    return render(request, "orders/summary.html", page_context(form, view))


def _renew_holds(shopper: Shopper) -> None:
    """What cannot be kept is told line by line; a visitor without a bag has nothing to keep."""
    try:
        extend_holds(shopper=shopper)
    except NotFound:
        return


def _lead_on(request: HttpRequest, form: CheckoutForm, placed: Placed) -> HttpResponse:
    order = placed.order
    if order.user_id is None:
        remember_order(request, order)
    forget_draft(request)
    if placed.is_new:
        _keep_address(request, form)
    if order.total and has_page(order.payment_method):
        return redirect("orders:pay", order.number)
    return redirect("orders:confirmation", order.number)


def _keep_address(request: HttpRequest, form: CheckoutForm) -> None:
    """The order stands either way."""
    address = form.address_to_keep()
    if address is None or form.user is None:
        return
    try:
        create_address(user_id=form.user.pk, data=address)
    except ShopError as error:
        messages.warning(request, str(error.message))
