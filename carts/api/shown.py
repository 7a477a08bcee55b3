"""A cart and its lines as the API shows them: flat values by the contract's names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from rest_framework.request import Request

from carts.models import SavedLine
from carts.selectors.carts import CartView, LineView, Problem
from carts.services.look_at_cart import Looked
from catalog.api.representation import image_values
from catalog.models import Variant
from catalog.selectors.variants import options_of
from shop.common.money import format_money

Shown = dict[str, Any]

UNHELD = {
    "stock": gettext_lazy("This is not held for you: others were quicker. You can order it as long as it is there."),
    "pause": gettext_lazy("You have kept this for an hour and others want it too, so it is not held just now."),
    "address": gettext_lazy("Not held: a lot is set aside from your network already."),
}


def shown_cart(looked: Looked, request: Request) -> Shown:
    """What CartSerializer shows."""
    view = looked.view
    quote, cart, method = view.quote, view.cart, view.shipping_method
    return {
        "id": cart.public_id if cart else None,
        "items": [shown_line(line, request) for line in view.lines],
        "item_count": view.item_count,
        "subtotal": quote.subtotal,
        "discount": quote.discount,
        "shipping": quote.shipping,
        "tax": quote.tax,
        "total": quote.total,
        "currency": quote.currency,
        "prices_include_tax": quote.prices_include_tax,
        "steps": [{"kind": step.kind, "label": step.label, "amount": step.amount} for step in quote.steps],
        "coupon": view.coupon.code if view.coupon else None,
        "country": view.country,
        "region": cart.region if cart else "",
        "postcode": cart.postcode if cart else "",
        "shipping_method": method.code if method else None,
        "holds_expire_at": view.holds_expire_at,
        "can_extend": view.can_extend,
        "notices": list(notices(view, looked.unheld)),
    }


def shown_line(shown: LineView, request: Request) -> Shown:
    """What LineSerializer shows. `available` is what this cart could have in all, within the limit a line."""
    line, most = shown.line, settings.SHOP_MAX_PER_LINE
    available = most if shown.availability.unlimited else shown.availability.quantity
    return {
        "id": line.public_id,
        **shown_variant(line.variant, request),
        "quantity": line.quantity,
        "unit_price": shown.priced.unit_price,
        "discount": shown.priced.discount,
        "line_total": shown.priced.total,
        "available": available if shown.is_for_sale else 0,
        "held_until": shown.held_until,
    }


def shown_saved(saved: SavedLine, request: Request) -> Shown:
    """What SavedSerializer shows."""
    return {
        "id": saved.public_id,
        **shown_variant(saved.variant, request),
        "quantity": saved.quantity,
        "unit_price": saved.variant.price,
        "saved_at": saved.saved_at,
    }


def shown_variant(variant: Variant, request: Request) -> Shown:
    return {
        "product_id": variant.product_id,
        "variant_id": variant.pk,
        "sku": variant.sku,
        "name": variant.product.name,
        "options": options_of(variant),
        "image": image_values(variant.image or variant.product.main_image, request),
    }


def notices(view: CartView, unheld: Mapping[int, str]) -> Iterator[dict[str, str]]:
    """What the shopper should know before ordering: of the code, and line by line."""
    if view.coupon is not None and view.coupon.problem:
        yield {"code": view.coupon.code_of_problem, "item_id": "", "detail": view.coupon.problem}
    for shown in view.lines:
        about = shown.line.public_id
        if shown.price_changed:
            yield {"code": "price_changed", "item_id": about, "detail": _price_change(shown)}
        if shown.problem is not None:
            yield {"code": _code(shown.problem), "item_id": about, "detail": _problem(shown)}
        elif shown.line.variant_id in unheld:
            reason = unheld[shown.line.variant_id]
            yield {"code": f"not_held_{reason}", "item_id": about, "detail": str(UNHELD[reason])}


def _code(problem: Problem) -> str:
    return {Problem.GONE: "not_for_sale", Problem.FEW: "insufficient_stock"}.get(problem, str(problem))


def _price_change(shown: LineView) -> str:
    words = {"now": format_money(shown.priced.unit_price), "was": format_money(shown.line.price_seen)}
    return _("The price is %(now)s now; it was %(was)s when you added it.") % words


def _problem(shown: LineView) -> str:
    left = shown.availability.quantity
    if shown.problem == Problem.FEW:
        return ngettext("Only %(count)d is left.", "Only %(count)d are left.", left) % {"count": left}
    if shown.problem == Problem.GONE:
        return _("This is no longer for sale. Please remove it.")
    if shown.problem == Problem.HELD:
        return _("The last ones are in other bags just now. What is not ordered is free again soon.")
    return _("The last was sold. Save it for later, or remove it.")
