"""The steps from nothing to the total, as rows to show."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from carts.pricing.quote import Step
from carts.selectors.carts import CartView
from shop.common.countries import country_name
from shop.common.money import format_money


def sum_rows(view: CartView) -> list[tuple[str, str]]:
    """(label, text) a step of the quote."""
    return [(_label(step, view), _text(step, view)) for step in view.quote.steps]


def _label(step: Step, view: CartView) -> str:
    if step.kind == "goods":
        units = sum(line.quantity for line in view.quote.lines)
        return ngettext("%(count)d item", "%(count)d items", units) % {"count": units}
    if step.kind == "shipping":
        return _("Delivery to %(country)s") % {"country": country_name(view.country)}
    return step.label or {"tax": _("Tax")}.get(step.kind, _("Discount"))


def _text(step: Step, view: CartView) -> str:
    if step.kind == "shipping" and not step.amount:
        return _("Free")
    return format_money(step.amount, view.quote.currency)
