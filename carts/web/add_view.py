"""Putting something into the bag, from a product's page."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from carts.models import CartLine
from carts.services.items import NoLongerForSale, add_item
from carts.web.posted import own_next, posted
from carts.web.quantities import wanted_quantity
from carts.web.shopper import remember_cart, shopper_of
from catalog.selectors.choice import find_variant_id, product_of
from catalog.web.product_views import product_refused
from shop.common.errors import Conflict, InvalidInput, NotFound, ShopError

LONGEST_SHOWN = 20


@posted
def add(request: HttpRequest) -> HttpResponse:
    """Back to where it was with a word of it; what is refused is said there, with what was typed."""
    try:
        line = _add(request)
    except (InvalidInput, Conflict, NoLongerForSale) as refusal:
        return _refused(request, refusal)
    remember_cart(request, line.cart)
    messages.success(request, _said(line), extra_tags="bag")
    return redirect(own_next(request) or _address_of(line))


def _add(request: HttpRequest) -> CartLine:
    variant_id = find_variant_id(request.POST)
    if variant_id is None:
        raise InvalidInput(_("This is not made so. Please choose another."), field="variant_id")
    quantity = wanted_quantity(request.POST, default="1")
    return add_item(shopper=shopper_of(request), variant_id=variant_id, quantity=quantity)


def _refused(request: HttpRequest, refusal: ShopError) -> HttpResponse:
    product = product_of(request.POST)
    if product is not None and product.is_active:
        typed = request.POST.get("quantity", "")[:LONGEST_SHOWN]
        return product_refused(request, product.slug, message=str(refusal.message), quantity=typed)
    if isinstance(refusal, NoLongerForSale) or "variant_id" not in request.POST:
        raise NotFound(refusal.message)
    messages.error(request, str(refusal.message))
    return redirect(own_next(request) or "carts:cart")


def _said(line: CartLine) -> str:
    words = {"name": line.variant, "count": line.quantity}
    return ngettext("%(name)s is in your bag.", "%(count)d of %(name)s are in your bag.", line.quantity) % words


def _address_of(line: CartLine) -> str:
    """The product's page, with the same choice."""
    return f"{line.variant.product.get_absolute_url()}?variant={line.variant_id}"
