"""Tags of the catalogue's pages."""

from __future__ import annotations

import functools
import json
from collections.abc import Sequence
from typing import Any

from django import template
from django.template import Context, Engine
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from catalog.models import Category, Product
from catalog.selectors.facets import Choice, Facets, Shelf
from catalog.selectors.frame import Frame
from shop.common.personal import SHARED
from shop.templatetags.shop_tags import is_new

register = template.Library()

CARD_SIZES = "(min-width: 90em) 20rem, (min-width: 56.25em) 25vw, 50vw"
# What a card shows of its product's own row.
CARD_COLUMNS = (
    "pk", "slug", "name", "subtitle", "price", "price_to", "compare_at_price", "in_stock", "on_sale", "low_stock",
)  # fmt: skip
MOST_CARDS = 2000

_cards: dict[tuple[Any, ...], str] = {}


@register.filter
def below(facets: Facets, shelf: Shelf) -> int:
    """How many of the products counted are in a category, or a link's, or under it."""
    return facets.below(shelf)


@register.simple_tag
def category_trail(frame: Frame, category: Category | None) -> list[tuple[str, str]]:
    """The way down to a category, as far as the frame knows it, and the category itself. No query."""
    if category is None:
        return []
    links = [link for root in frame.categories for link in (root, *root.children)]
    above = [link for link in links if category.path.startswith(link.path) and link.path != category.path]
    return [*((link.name, link.url) for link in above), (category.name, category.get_absolute_url())]


@register.simple_tag(takes_context=True)
def card(
    context: Context, product: Product, *, heading: str = "h3", sizes: str = CARD_SIZES, eager: bool = False
) -> SafeString:
    """`{% card product heading="h2" %}`: a product in a list. Needs main_image and brand (select_related).

    On shared pages cards are remembered by all they show: most goods of a page stood on another one before.
    """
    shown = {"product": product, "heading": heading, "sizes": sizes, "eager": eager}
    if not context.get(SHARED):
        with context.push(**shown):
            return _rendered(context)
    key = (*_shown_of(product), heading, sizes, eager, get_language())
    html = _cards.get(key)
    if html is None:
        with context.push(**shown):
            html = _rendered(context)
        if len(_cards) >= MOST_CARDS:
            _cards.clear()
        _cards[key] = html
    return mark_safe(html)  # noqa: S308 - a template of ours


def _rendered(context: Context) -> SafeString:
    engine = context.template.engine  # type: ignore[union-attr]
    html: SafeString = engine.get_template("components/card.html").render(context)
    return html


def _shown_of(product: Product) -> tuple[Any, ...]:
    picture = product.main_image
    return (
        *(getattr(product, name) for name in CARD_COLUMNS),
        product.brand and product.brand.name,
        picture and (picture.file.name, picture.width, picture.height, picture.alt),
        is_new(product),
    )


@register.simple_tag(takes_context=True)
def facet(
    context: Context, *, name: str, legend: object, choices: Sequence[Choice], chosen: Sequence[str] | None = None
) -> SafeString:
    """`{% facet name="tag" legend=_("Theme") choices=facets.tags chosen=query.tags %}`: checkboxes for a filter.

    Remembered by all they show: a change of the catalogue changes few counts. `chosen` stays where none is offered.
    """
    engine = context.template.engine  # type: ignore[union-attr]
    return _facet(engine, get_language(), name, str(legend), tuple(choices), tuple(chosen or ()))


@functools.lru_cache(maxsize=500)
def _facet(
    engine: Engine, _language: str | None, name: str, legend: str, choices: tuple[Choice, ...], chosen: tuple[str, ...]
) -> SafeString:
    shown = {"name": name, "legend": legend, "choices": choices, "chosen": chosen}
    html: SafeString = engine.get_template("catalog/listing/facet.html").render(Context(shown))
    return html


@register.simple_tag
def json_ld(data: dict[str, Any]) -> SafeString:
    """Structured data for search engines: data, so the policy against inline scripts does not concern it."""
    text = json.dumps(data, ensure_ascii=False)
    for character, escaped in (("<", "\\u003C"), (">", "\\u003E"), ("&", "\\u0026")):
        text = text.replace(character, escaped)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308 - escaped above
