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
from carts.services.coupons import remove_coupon
from carts.services.holds import extend_holds
from carts.web.coupon_form import CouponForm, coupon_tried
from carts.web.shopper import shopper_of
from orders.gateways.registry import has_page
from orders.selectors.checkout import priced_for
from orders.services.place_order import Placed, place_order
from orders.web.checkout_form import CheckoutForm
from orders.web.checkout_page import checkout_form, forget_draft, keep_draft, page_context
from orders.web.gift_card import shown_card
from orders.web.viewer import remember_order
from shop.common.errors import NotFound, ShopError


@never_cache
@get_or_post
def summary(request: HttpRequest) -> HttpResponse:
    """GET and "update" show what it would cost; "confirm" orders. Both ways what was typed stays."""
    shopper = shopper_of(request)
    act = request.POST.get("act", "") if request.method == "POST" else ""
    form = checkout_form(request, shopper, judged=act == "confirm")
    if request.method == "POST":
        keep_draft(request)
    if act == "confirm":
        placed = form.attempt(lambda: place_order(form.checkout(shopper)))
        if placed is not None:
            return _lead_on(request, form, placed)
    return _show(request, form, shopper, _coupon(request, shopper, act))


def _coupon(request: HttpRequest, shopper: Shopper, act: str) -> CouponForm:
    """A code typed and sent, also by the return key; or taken out."""
    if act == "coupon" or (act == "update" and request.POST.get("code")):
        return coupon_tried(request, shopper, belongs_to="checkout")
    if act == "uncoupon":
        remove_coupon(shopper=shopper)
    return CouponForm(belongs_to="checkout")


def _show(request: HttpRequest, form: CheckoutForm, shopper: Shopper, coupon_form: CouponForm) -> HttpResponse:
    _renew_holds(shopper)
    view = priced_for(shopper, form.destination())
    if view.is_empty:
        messages.info(request, _("Your bag is empty."))
        return redirect("carts:cart")
    card = shown_card(request, form, shopper, view.quote.total) if request.method == "POST" else None
    context = {**page_context(form, view), "coupon_form": coupon_form, "card": card}
    context["to_pay"] = view.quote.total - (card.share if card else 0)
    return render(request, "orders/summary.html", context)


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
    if order.to_pay and has_page(order.payment_method):
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
