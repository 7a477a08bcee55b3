"""Every door at which the sums of a bag or an order can be read, without what stands around the door.

with doors(), kept_for_bag():
    page(shopper, cart)                                    the page of the bag
    answer(shopper, CartEndpoint)                          what programs get
    orders_for_customer(shopper)                           their orders, read together, as page and API show each

The shop's views, selectors, templates, serializers and admin answer. Left out is what is the same for each bag:
middleware, head, menu and footer, forms, and notices about other things than sums. test_proof_prices.py goes through
all of that, by HTTP.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from django.conf import settings
from django.contrib import admin
from django.db.models import Prefetch
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.test import RequestFactory, override_settings
from rest_framework.renderers import JSONRenderer
from rest_framework.test import force_authenticate
from rest_framework.views import APIView

from accounts.models import User
from carts.admin.carts import CartAdmin
from carts.models import Cart, CartLine, ShippingMethod
from carts.selectors import carts, promotions, quotes, shipping
from carts.selectors.promotions import running
from catalog.models import Variant, VariantOption
from catalog.selectors.frame import Frame
from catalog.selectors.stock import Availability
from orders.admin.orders import OrderAdmin
from orders.api.serializers import OrderDetail
from orders.api.staff.serializers import StaffOrder
from orders.models import Order
from orders.selectors.orders import Viewer, order_details, orders_of
from orders.selectors.staff import for_staff
from orders.web.order_views import order_context

COUNTRIES = [("DE", "Germany"), ("FR", "France"), ("US", "United States")]
FRAMES = {
    "base.html": "{% block main %}{% endblock %}",
    "base_plain.html": "{% block main %}{% endblock %}",
    "admin/base_site.html": "{% block content %}{% endblock %}",
}
FORMS_AND_NOTICES = {
    "carts": ("coupon", "destination", "hold", "line_notices", "problems", "removed", "saved"),
    "components": ("errors", "htmx", "stepper"),
    "orders/checkout": ("coupon", "gift_card", "payment", "shipping", "troubles", "where"),
    "orders/order": ("acts", "details", "returns", "shipments", "stages"),
    "admin/orders/order": ("customer", "money", "parcels", "returns", "timeline"),
}
USUAL = ["django.template.loaders.filesystem.Loader", "django.template.loaders.app_directories.Loader"]
ask = RequestFactory()


@contextmanager
def doors() -> Iterator[None]:
    """Pages shrink to what this module's first lines say. Nothing is held for bags or put aside."""
    (engine,) = settings.TEMPLATES
    empty = {f"{folder}/{name}.html": "" for folder, names in FORMS_AND_NOTICES.items() for name in names}
    first = ("django.template.loaders.locmem.Loader", {**FRAMES, **empty})
    options = {**engine["OPTIONS"], "loaders": [("django.template.loaders.cached.Loader", [first, *USUAL])]}
    with (
        override_settings(TEMPLATES=[{**engine, "APP_DIRS": False, "OPTIONS": options}], SHOP_HOLD_POLICY="none"),
        patch("carts.selectors.shipping.Holiday", **{"objects.filter.return_value.values_list.return_value": []}),
        patch.object(carts, "holds_of_cart", lambda _cart: {}),
        patch.object(carts, "_saved_lines", lambda _cart: []),
        patch("carts.web.cart_page.CouponForm", lambda: None),
        patch("carts.web.cart_page.DestinationForm", lambda **_of: None),
        patch("orders.admin.orders.NoteForm", lambda **_of: None),
        patch.object(OrderAdmin, "media", ""),
        patch("orders.web.checkout_page.country_choices", lambda: COUNTRIES),
        patch("orders.web.checkout_page.countries", lambda: COUNTRIES),
        patch("orders.web.checkout_views.extend_holds", lambda **_of: None),
        patch("orders.web.checkout_page.addresses_of", lambda _user_id: []),
        patch("orders.web.order_views.has_invoice_to_show", lambda _order: False),
        patch("orders.web.order_views.credit_notes_of", lambda _order: []),
        patch("orders.admin.orders.has_invoice_to_show", lambda _order: False),
        patch("orders.admin.orders.credit_notes_of", lambda _order: []),
        patch("orders.services.place_order.commit_units", lambda *_units, **_of: []),
        patch("orders.services.place_order.emit_order", lambda *_of: None),
        patch("shop.context.get_frame", lambda: Frame(categories=[], pages={})),
        patch.object(admin.site, "each_context", lambda _request: {}),
    ):
        yield


class Rows(list[Any]):
    """Rows that were read, where a queryset is expected."""

    def filter(self, **wanted: Any) -> Rows:
        return Rows(row for row in self if all(getattr(row, name) == value for name, value in wanted.items()))

    def prefetch_related(self, *_names: str) -> Rows:
        return self


@contextmanager
def kept_for_shop(now: Any) -> Iterator[None]:
    """What staff set up is read once for many bags: nobody edits it meanwhile."""
    offered = Rows(running(now))
    methods = Rows(ShippingMethod.objects.filter(is_active=True).prefetch_related("rates"))
    goods = _goods()
    with (
        patch.object(carts, "cart_lines", lambda cart: _lines(cart, goods)),
        patch.object(carts, "availability", lambda ids, **_of: {pk: _there(pk) for pk in ids}),
        patch.object(promotions, "running", lambda _now: offered),
        patch.object(promotions, "_coupon", _kept(promotions._coupon, lambda code, _terms, _now: code)),
        patch.object(shipping, "ShippingMethod", SimpleNamespace(objects=methods)),
        patch.object(shipping, "_zone_of", _kept(shipping._zone_of, lambda parcel: (parcel.country, parcel.postcode))),
        patch.object(quotes, "tax_percents", _kept(quotes.tax_percents, lambda country, region: (country, region))),
    ):
        yield


@contextmanager
def kept_for_bag() -> Iterator[None]:
    """Rows are read at the first door and kept for the next ones. Each door still puts its sums together by itself."""
    with ExitStack() as stack:
        for place, name, key in (
            (carts, "cart_lines", _cart_key),
            (promotions, "_tags_of", frozenset),
            (quotes, "shipping_options", lambda parcel: parcel),
        ):
            stack.enter_context(patch.object(place, name, _kept(getattr(place, name), key)))
        yield


def _goods() -> dict[int, Variant]:
    """With what `cart_lines` reads of them."""
    related = ("product__main_image", "product__category", "image", "stock")
    options = Prefetch("chosen", VariantOption.objects.select_related("option", "value"))
    return {variant.pk: variant for variant in Variant.objects.select_related(*related).prefetch_related(options)}


def _lines(cart: Cart, goods: dict[int, Variant]) -> list[CartLine]:
    lines = list(cart.lines.all())
    for line in lines:
        line.variant = goods[line.variant_id]
    return lines


def _there(variant_id: int) -> Availability:
    return Availability(variant_id=variant_id, quantity=1_000, unlimited=False, sellable=1_000)


def _cart_key(cart: Cart | None) -> Any:
    return cart and cart.pk


def _kept(read: Callable[..., Any], key: Callable[..., Any]) -> Callable[..., Any]:
    found: dict[Any, Any] = {}

    def reading(*args: Any, **named: Any) -> Any:
        asked = key(*args, **named)
        if asked not in found:
            found[asked] = read(*args, **named)
        return found[asked]

    return reading


# --- A bag ------------------------------------------------------------------------------------------


def page(user: User, view: Callable[..., Any]) -> str:
    """What a page of the storefront shows this customer."""
    return str(view(_request(user)).content.decode())


def answer(user: User, endpoint: type[APIView]) -> Any:
    """What the API answers this customer."""
    request = _request(user)
    force_authenticate(request, user)
    response = endpoint.as_view()(request).render()
    assert response.status_code == 200, response.content
    return json.loads(response.content)


def cart_in_admin(cart: Cart) -> str:
    """The field of a cart's page that says what it costs."""
    return str(CartAdmin(Cart, admin.site).costs(cart))


# --- Orders -----------------------------------------------------------------------------------------


def orders_for_customer(user: User) -> Iterator[tuple[str, Any]]:
    """The page of each of their orders, oldest first, and what their programs get of it."""
    request = _request(user)
    orders = list(order_details(orders_of(Viewer(user_id=user.pk))).order_by("pk"))
    for order, told in zip(orders, _json(OrderDetail(orders, many=True).data), strict=True):
        yield render_to_string("orders/detail.html", order_context(order), request), told


def orders_for_staff(user: User) -> Iterator[tuple[str, Any]]:
    """The page of each order in the admin, oldest first, and what staff's programs get of it."""
    request, pages = _request(user), OrderAdmin(Order, admin.site)
    orders = list(for_staff(Order.objects.order_by("pk")))
    for order, told in zip(orders, _json(StaffOrder(orders, many=True).data), strict=True):
        yield render_to_string("admin/orders/order/page.html", pages._context(request, order), request), told


def _json(data: Any) -> Any:
    return json.loads(JSONRenderer().render(data))


def _request(user: User) -> HttpRequest:
    request = ask.get("/")
    request.user, request.session = user, {}  # type: ignore[assignment]
    return request
