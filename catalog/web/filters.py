"""What the filter column and the row of applied filters show."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from catalog.models import Category
from catalog.selectors.facets import Choice, Facets
from catalog.selectors.listing_query import OPTION_PREFIX, ORDERINGS, ListingQuery
from catalog.web.addresses import without_parameter, without_value
from shop.common.money import format_money

ORDERING_NAMES = {
    "relevance": pgettext_lazy("order", "Best match"),
    "popularity": pgettext_lazy("order", "Most bought"),
    "-created_at": pgettext_lazy("order", "Newest"),
    "price": pgettext_lazy("order", "Price, low to high"),
    "-price": pgettext_lazy("order", "Price, high to low"),
    "-rating": pgettext_lazy("order", "Best rated"),
    "name": pgettext_lazy("order", "Name"),
}


@dataclass(frozen=True)
class Chip:
    """An applied filter; `url` is the page without it."""

    label: str
    url: str


def orderings(query: ListingQuery) -> list[tuple[str, str, bool]]:
    """Value, name and whether chosen; best match only where words were given."""
    offered = ORDERINGS if query.words else ORDERINGS[1:]
    return [(value, str(ORDERING_NAMES[value]), value == query.order) for value in offered]


def chips(request: HttpRequest, query: ListingQuery, facets: Facets, category: Category | None) -> list[Chip]:
    """`category` is given where it is a filter rather than the page itself."""
    single = {
        "category": category.name if category else "",
        "search": _("“%(words)s”") % {"words": query.search} if query.search and not _is_search(request) else "",
        "min_price": _("From %(price)s") % {"price": format_money(query.min_price)} if query.min_price else "",
        "max_price": _("Up to %(price)s") % {"price": format_money(query.max_price)} if query.max_price else "",
        "min_rating": _("%(rating)s stars and more") % {"rating": query.min_rating} if query.min_rating else "",
        "in_stock": _flag_name(query.in_stock, _("In stock"), _("Sold out")),
        "on_sale": _flag_name(query.on_sale, _("Reduced"), _("Not reduced")),
    }
    applied = [Chip(label, without_parameter(request, name)) for name, label in single.items() if label]
    applied += _value_chips(request, "brand", query.brands, facets.brands)
    applied += _value_chips(request, "tag", query.tags, facets.tags)
    for name, values in query.options:
        parameter = f"{OPTION_PREFIX}{name}"
        applied += [Chip(f"{name}: {value}", without_value(request, parameter, value)) for value in values]
    return applied


def unlisted_options(query: ListingQuery, facets: Facets) -> list[tuple[str, str]]:
    """Parameters of options that are chosen and not offered: sorting must not lose them."""
    listed = {facet.name for facet in facets.options}
    return [
        (f"{OPTION_PREFIX}{name}", value) for name, values in query.options if name not in listed for value in values
    ]


def _is_search(request: HttpRequest) -> bool:
    """The page of a search says its words in its heading."""
    return request.path == reverse("catalog:search")


def _flag_name(value: bool | None, yes: str, no: str) -> str:
    return "" if value is None else (yes if value else no)


def _value_chips(request: HttpRequest, name: str, codes: tuple[str, ...], choices: list[Choice]) -> list[Chip]:
    labels = {choice.code: choice.label for choice in choices}
    return [Chip(labels.get(code, code), without_value(request, name, code)) for code in codes]
