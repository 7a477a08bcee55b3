"""What a visitor asks of a list, read from the parameters of its address.

Pages and API share the names: search, category, brand, tag, option.<name>, min_price, max_price, min_rating,
in_stock, on_sale, ordering, page. Only the API sets `modified_since` and `status`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from catalog.models import ProductStatus
from shop.common.errors import InvalidInput, Message
from shop.common.money import is_whole
from shop.common.text import NO, YES

PAGE_SIZE = 24
LONGEST_SEARCH = 100
MOST_WORDS = 8
MOST_VALUES = 20
MOST_OPTIONS = 8
OPTION_PREFIX = "option."
HIGHEST_AMOUNT = Decimal(10) ** 9
NUMBER = re.compile(r"[+-]?[0-9]{1,15}([.,][0-9]{1,15})?")
ORDERINGS = ("relevance", "popularity", "-created_at", "price", "-price", "-rating", "name")

T = TypeVar("T")
Options = tuple[tuple[str, tuple[str, ...]], ...]
FieldErrors = dict[str, list[Message]]


@dataclass(frozen=True, kw_only=True)
class ListingQuery:
    """Values of one facet are alternatives, facets narrow each other; amounts are in the shop's currency.

    `options` are pairs of a name and its alternatives: one variant must have a value of each.
    """

    search: str = ""
    category: str = ""
    brands: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    options: Options = ()
    min_price: Decimal | None = None
    max_price: Decimal | None = None
    min_rating: Decimal | None = None
    in_stock: bool | None = None
    on_sale: bool | None = None
    modified_since: datetime | None = None
    status: str = ProductStatus.ACTIVE
    ordering: str = ""
    page: int = 1
    page_size: int = PAGE_SIZE

    @property
    def words(self) -> list[str]:
        return self.search.split()[:MOST_WORDS]

    @property
    def order(self) -> str:
        """The order asked for, or the one that suits: best match where words were given."""
        if self.ordering and (self.ordering != "relevance" or self.words):
            return self.ordering
        if self.modified_since is not None:
            return "updated_at"
        return "relevance" if self.words else "popularity"

    @property
    def is_filtered(self) -> bool:
        """Whether this is a choice among a list rather than the list itself."""
        return replace(self, page=1, page_size=PAGE_SIZE) != ListingQuery()

    def without(self, **defaults: Any) -> ListingQuery:
        return replace(self, **defaults)


def parse_listing(parameters: QueryDict, *, page_size: int = PAGE_SIZE) -> tuple[ListingQuery, FieldErrors]:
    """The query and, by parameter, what could not be used. What could not be used is left out of the query."""
    errors: FieldErrors = {}

    def read(name: str, reader: Callable[[str], T], default: T) -> T:
        text = str(parameters.get(name, "")).strip()
        if not text:
            return default
        try:
            return reader(text)
        except InvalidInput as problem:
            errors.setdefault(name, []).append(problem.message)
            return default

    query = ListingQuery(
        search=read("search", _search, ""),
        category=read("category", _code, ""),
        brands=_codes(parameters, "brand"),
        tags=_codes(parameters, "tag"),
        options=_options(parameters),
        min_price=read("min_price", _amount, None),
        max_price=read("max_price", _amount, None),
        min_rating=read("min_rating", _rating, None),
        in_stock=read("in_stock", _flag, None),
        on_sale=read("on_sale", _flag, None),
        ordering=read("ordering", _ordering, ""),
        page=read("page", _page, 1),
        page_size=page_size,
    )
    return _check_range(query, errors)


def _check_range(query: ListingQuery, errors: FieldErrors) -> tuple[ListingQuery, FieldErrors]:
    low, high = query.min_price, query.max_price
    if low is not None and high is not None and low > high:
        errors["max_price"] = [_("The highest price is below the lowest. Swap them or leave one empty.")]
        return replace(query, min_price=None, max_price=None), errors
    return query, errors


def _search(text: str) -> str:
    if len(text) > LONGEST_SEARCH:
        raise InvalidInput(_("Please search for at most %(most)d characters.") % {"most": LONGEST_SEARCH})
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _code(text: str) -> str:
    return text[:500].replace("\x00", "")


def _codes(parameters: QueryDict, name: str) -> tuple[str, ...]:
    given = [_code(str(value).strip()) for value in parameters.getlist(name)[:MOST_VALUES]]
    return tuple(sorted({value for value in given if value}))


def _options(parameters: QueryDict) -> Options:
    names = sorted(name for name in parameters if name.startswith(OPTION_PREFIX))[:MOST_OPTIONS]
    pairs = [(_code(name.removeprefix(OPTION_PREFIX)), _codes(parameters, name)) for name in names]
    return tuple((name, values) for name, values in pairs if name and values)


def _amount(text: str) -> Decimal:
    if not NUMBER.fullmatch(text):
        raise InvalidInput(_("Write the price as a number, such as 25 or 25.50."))
    amount = Decimal(text.replace(",", "."))
    if not 0 <= amount <= HIGHEST_AMOUNT:
        raise InvalidInput(_("A price is a number from 0 upwards."))
    if not is_whole(amount):
        raise InvalidInput(_("The currency has fewer decimals."))
    return amount


def _rating(text: str) -> Decimal:
    if not NUMBER.fullmatch(text) or not 0 <= Decimal(text.replace(",", ".")) <= 5:
        raise InvalidInput(_("A rating is a number from 1 to 5."))
    return Decimal(text.replace(",", "."))


def _flag(text: str) -> bool:
    if text.lower() in YES | NO:
        return text.lower() in YES
    raise InvalidInput(_("This is either true or false."))


def _ordering(text: str) -> str:
    if text not in ORDERINGS:
        raise InvalidInput(_("There is no such order. Choose one from the list."))
    return text


def _page(text: str) -> int:
    if text.isascii() and text.isdigit() and len(text) < 10 and int(text) >= 1:
        return int(text)
    raise InvalidInput(_("Pages are numbered from 1."))
