"""What the page before confirming shows, and what it remembers while the shopper is elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.selectors.addresses import addresses_of
from carts.selectors.carts import CartView, LineView, Shopper, open_carts
from carts.selectors.shipping import ShippingOption, countries
from orders.gateways.base import PaymentMethod
from orders.gateways.registry import payment_methods
from orders.selectors.sums import cart_rows
from orders.web.checkout_form import NEW, CheckoutForm, typed
from shop.common.countries import country_choices
from shop.common.dates import say_day, say_days

DRAFT = "checkout"
LONGEST_KEPT = 2000
NOT_KEPT = frozenset({"cart_id", "expected_total", "code", "gift_card"})


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """A line that cannot be ordered as it is."""

    line_id: str
    text: str


def checkout_form(request: HttpRequest, shopper: Shopper, *, judged: bool) -> CheckoutForm:
    """The form with what was typed, now or before; with messages only where it is `judged`."""
    user = request.user if isinstance(request.user, User) else None
    saved = list(addresses_of(user.pk)) if user else []
    known: dict[str, Any] = {
        "user": user,
        "saved": saved,
        "reached": countries(),
        "all_countries": country_choices(),
        "auto_id": "id_%s",
    }
    if judged:
        return CheckoutForm(request.POST, **known)
    if request.method == "POST":
        return CheckoutForm(initial=typed(request.POST), **known)
    first = saved[0].public_id if saved else NEW
    shown = request.session.get(DRAFT) or _first_guess(user, shopper, has_book=bool(saved))
    return CheckoutForm(initial={"address": first, **shown}, **known)


def keep_draft(request: HttpRequest) -> None:
    """Somebody who goes back to the bag finds what they typed when they return."""
    draft = {name: value[:LONGEST_KEPT] for name, value in typed(request.POST).items() if name not in NOT_KEPT}
    request.session[DRAFT] = draft


def forget_draft(request: HttpRequest) -> None:
    request.session.pop(DRAFT, None)


def page_context(form: CheckoutForm, view: CartView) -> dict[str, Any]:
    methods = payment_methods()
    return {
        "form": form,
        "view": view,
        "rows": cart_rows(view),
        "troubles": [Trouble(line_id=line.line.public_id, text=text) for line in view.lines if (text := trouble(line))],
        "shipping": [_shipping_choice(option) for option in view.shipping_options],
        "methods": methods,
        "method_code": _chosen_method(form, methods),
        "saved_choice": form.saved_choice,
    }


def trouble(shown: LineView) -> str:
    """Why a line cannot be ordered as it is; "" when it can."""
    name = str(shown.line.variant)
    if not shown.is_for_sale:
        return _("%(name)s is no longer for sale.") % {"name": name}
    if shown.availability.covers(shown.line.quantity):
        return ""
    if shown.availability.quantity < 1:
        return _("%(name)s is sold out.") % {"name": name}
    return _("Only %(count)d of %(name)s left.") % {"count": shown.availability.quantity, "name": name}


def _first_guess(user: User | None, shopper: Shopper, *, has_book: bool) -> Mapping[str, Any]:
    """Where the cart was to go, if that was said there."""
    guess: dict[str, Any] = {"delivery_country": settings.SHOP_COUNTRY, "billing_country": settings.SHOP_COUNTRY}
    cart = open_carts(shopper).first()
    if cart is not None and cart.country:
        guess |= {f"delivery_{name}": getattr(cart, name) for name in ("country", "region", "postcode")}
    if user is not None:
        guess |= {"delivery_full_name": user.full_name, "delivery_phone": user.phone, "save_address": not has_book}
    return guess


def _shipping_choice(option: ShippingOption) -> dict[str, Any]:
    """Named by its days; without any by its name."""
    days = say_days(option.delivery_from, option.delivery_to)
    if option.is_pickup and option.delivery_from:
        days = _("To collect from %(day)s") % {"day": say_day(option.delivery_from)}
    notes = [option.name if days else "", option.description]
    return {"option": option, "title": days or option.name, "note": ". ".join(note for note in notes if note)}


def _chosen_method(form: CheckoutForm, methods: Sequence[PaymentMethod]) -> str:
    codes = [method.code for method in methods]
    chosen = form["payment_method"].value()
    return chosen if chosen in codes else next(iter(codes), "")
