"""The cart's page and the forms that are about all of it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from carts.selectors.carts import cart_view
from carts.services.coupons import remove_coupon
from carts.services.destination import set_destination
from carts.services.holds import extend_holds
from carts.services.items import empty_cart
from carts.web.cart_page import cart_page
from carts.web.coupon_form import coupon_tried
from carts.web.forms import DestinationForm
from carts.web.line_views import back_to_cart
from carts.web.posted import posted
from carts.web.shopper import shopper_of
from shop.common.errors import InvalidInput, TooManyRequests


@never_cache
@require_safe
def cart(request: HttpRequest) -> HttpResponse:
    return cart_page(request)


@posted
def extend(request: HttpRequest) -> HttpResponse:
    refusals = extend_holds(shopper=shopper_of(request))
    if refusals:
        said = ngettext(
            "%(count)d thing could not be held longer.", "%(count)d things could not be held longer.", len(refusals)
        )
        messages.warning(request, said % {"count": len(refusals)})
    return back_to_cart()


@posted
def empty(request: HttpRequest) -> HttpResponse:
    empty_cart(shopper=shopper_of(request))
    messages.success(request, _("Your bag is empty."))
    return back_to_cart()


@posted
def destination(request: HttpRequest) -> HttpResponse:
    shopper = shopper_of(request)
    form = DestinationForm(request.POST, view=cart_view(shopper))
    if not form.is_valid():
        return cart_page(request, form=form)
    try:
        set_destination(shopper=shopper, destination=form.destination())
    except InvalidInput as refusal:
        form.refuse(refusal)
        return cart_page(request, form=form)
    return back_to_cart()


@posted
def coupon(request: HttpRequest) -> HttpResponse:
    """Put a code in, or with "remove" take it out. What is refused is said at the field, with what was typed."""
    shopper = shopper_of(request)
    if "remove" in request.POST:
        remove_coupon(shopper=shopper)
        return back_to_cart()
    form = coupon_tried(request, shopper)
    if form.errors:
        response = cart_page(request, coupon_form=form)
        if isinstance(form.refusal, TooManyRequests):
            response.status_code = form.refusal.status
            response.headers["Retry-After"] = str(form.refusal.retry_after)
        return response
    messages.success(request, _("Your code is applied."))
    return back_to_cart()
