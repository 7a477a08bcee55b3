"""Slugs: what an address calls a thing. With a letter, so that no id looks like one."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from shop.common.errors import Message

# Words that stand where a slug could stand, in the pages' addresses or in the API's.
RESERVED = frozenset(
    {
        "admin",
        "api",
        "auth",
        "cart",
        "categories",
        "count",
        "coupon",
        "docs",
        "export",
        "extend",
        "feed",
        "health",
        "images",
        "import",
        "items",
        "options",
        "orders",
        "payments",
        "products",
        "recommendations",
        "reviews",
        "saved",
        "schema",
        "search",
        "suggest",
        "users",
        "webhooks",
    }
)
SLUG = re.compile(r"[a-z0-9]+(?:[-_]+[a-z0-9]+)*")


def slug_problem(slug: str, *, reserved: frozenset[str] = RESERVED) -> Message | None:
    """What is wrong with a slug somebody typed; None when it will do."""
    if not SLUG.fullmatch(slug):
        return _("Use small letters from a to z, digits and hyphens.")
    if not any(c.isalpha() for c in slug):
        return _("Use at least one letter.")
    if slug in reserved:
        return _("“%(slug)s” is a word the shop itself uses. Choose another.") % {"slug": slug}
    return None


def make_slug(
    text: str,
    *,
    is_taken: Callable[[str], bool],
    fallback: str,
    longest: int = 100,
    reserved: frozenset[str] = RESERVED,
) -> str:
    """A slug from `text` that is not taken; `fallback` (a word) stands in where no letter is left."""
    base = slugify(text)[:longest].strip("-_")
    if slug_problem(base, reserved=reserved):
        base = f"{fallback}-{base}" if base else fallback
    slug, number = base, 1
    while slug_problem(slug, reserved=reserved) or is_taken(slug):
        number += 1
        slug = f"{base}-{number}"
    return slug
