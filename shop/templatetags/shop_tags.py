"""Tags and filters of every page. How to use them: docs/storefront.md."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

import lucide
from django import template
from django.template import Context
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator
from django.utils.translation import get_language

from shop.common.html import plain_text, readable_html
from shop.common.money import format_money, money_text
from shop.common.personal import AMONG_THEM, PARTS, SETS, SHARED, mark

register = template.Library()

NEW_FOR = timedelta(days=30)
STAR_STEP = 18  # pixels from one star of the drawing to the next


@register.filter
def money(amount: Decimal | None) -> str:
    """`{{ price|money }}`: "€49.90", in the page's language."""
    return "" if amount is None else format_money(amount)


@register.simple_tag(name="money")
def money_tag(amount: Decimal | None) -> str:
    """`{% money price %}`: the same as a tag."""
    return money(amount)


@register.filter
def plain_money(amount: Decimal | None) -> str:
    """For machines and fields: "49.90"."""
    return "" if amount is None else money_text(amount)


@register.filter
def sanitised(text: str) -> SafeString:
    """HTML that staff wrote, cleaned again before it is shown."""
    return mark_safe(_readable(text))  # noqa: S308 - cleaned in this very line


@functools.lru_cache(maxsize=128)
def _readable(text: str) -> str:
    return readable_html(text)


@register.filter
@functools.lru_cache(maxsize=512)
def summary(text: str) -> str:
    """The first 155 characters of HTML or text, for the description of a page."""
    return Truncator(plain_text(text)).chars(155)


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """`{% icon "search" %}`: a Lucide icon, hidden from screen readers: words stand beside it."""
    return mark_safe(_icon(name, css))  # noqa: S308 - from the package, `css` is escaped below


@functools.lru_cache(maxsize=256)
def _icon(name: str, css: str) -> str:
    classes = format_html("icon {}", css) if css else "icon"
    return lucide._render_icon(name, None, **{"class": classes, "aria-hidden": "true"})  # noqa: SLF001


@register.simple_tag
def page_numbers(number: int, pages: int) -> list[int | None]:
    """Numbers to link to: first, last and the neighbours of `number`; None where some are left out."""
    near = {1, pages, *range(number - 1, number + 2)}
    if number <= 3:
        near |= {2, 3}
    if number >= pages - 2:
        near |= {pages - 1, pages - 2}
    shown = sorted(n for n in near if 1 <= n <= pages)
    numbers: list[int | None] = []
    for n in shown:
        if numbers and numbers[-1] is not None and n - numbers[-1] > 1:
            numbers.append(None)
        numbers.append(n)
    return numbers


@register.simple_tag(takes_context=True)
def personal(context: Context, part: str) -> SafeString:
    """`{% personal "tools" %}`: a part that shows something of the visitor. Shared pages get it last."""
    if context.get(SHARED):
        return mark(part)
    template_engine = context.template.engine  # type: ignore[union-attr]
    return template_engine.get_template(PARTS[part]).render(context)


@register.simple_tag(takes_context=True)
def personal_in(context: Context, name: str, key: int) -> SafeString:
    """`class="heart{% personal_in "wished" product.pk %}"`: " is-on" where the visitor's set holds it."""
    if context.get(SHARED):
        return mark(name, key)
    template_engine = context.template.engine  # type: ignore[union-attr]
    words = template_engine.get_template(SETS[name]).render(context).split()
    return mark_safe(AMONG_THEM if str(key) in words else "")  # noqa: S308 - a word of ours


@register.simple_tag(takes_context=True)
def framed(context: Context, name: str) -> SafeString:
    """`{% framed "components/menu.html" %}`: a part that is the same on all pages as long as the frame is the same.

    It may show nothing of its page. On pages that are not shared it is rendered each time.
    """
    frame = context.get("frame") if context.get(SHARED) else None
    key = (name, get_language() or "", timezone.localdate().year)
    if frame is not None and key in frame.html:
        kept: str = frame.html[key]
        return mark_safe(kept)  # noqa: S308 - rendered below
    template_engine = context.template.engine  # type: ignore[union-attr]
    html: SafeString = template_engine.get_template(name).render(context)
    if frame is not None:
        frame.html[key] = html
    return html


@register.filter
def percent_off(goods: Any) -> int:
    """By how many percent the price is lower, rounded down so that nothing is promised too much."""
    return int((1 - goods.price / goods.compare_at_price) * 100)


@register.filter
def is_new(product: Any) -> bool:
    return bool(product.created_at > timezone.now() - NEW_FOR)


@register.filter
def stars(rating: Decimal | int | None) -> list[tuple[int, bool]]:
    """Where each of five stars stands, and whether it is empty."""
    full = round(rating or 0)
    return [(i * STAR_STEP, i >= full) for i in range(5)]


@register.filter
def get_item(mapping: Mapping[str, Any], key: str) -> Any:
    """`{{ mapping|get_item:"a-key" }}` for keys a template cannot write after a dot."""
    return mapping.get(key)


@register.simple_tag(takes_context=True)
def url_with(context: Context, path: str = "", **changes: Any) -> str:
    """`{% url_with page=2 %}`: this address with parameters changed, None takes one away; `path` is another one."""
    request = context["request"]
    parameters = request.GET.copy()
    for name, value in changes.items():
        if value is None:
            parameters.pop(name, None)
        else:
            parameters[name] = str(value)
    rest = parameters.urlencode()
    return f"{path or request.path}?{rest}" if rest else path or request.path


@register.simple_tag(takes_context=True)
def page_url(context: Context, number: int, name: str = "page") -> str:
    """The address of another page of a list; the first has no number."""
    changes: dict[str, Any] = {name: number if number > 1 else None}
    return url_with(context, **changes)
