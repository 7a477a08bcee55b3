"""Promotions for tests.

promotion(value="10")                              ten percent off everything
promotion("amount", value="5", code="FIVE")        with a code
promotion(about=[product])                         on these products, categories or tags
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from carts.models import Coupon, Promotion
from catalog.models import Category, Product, Tag

SCOPES = {Product: ("product", "products"), Category: ("category", "categories"), Tag: ("tag", "tags")}


def promotion(
    kind: str = "percent",
    *,
    value: str = "10",
    code: str = "",
    code_limit: int | None = None,
    about: Sequence[Any] = (),
    tiers: Sequence[tuple[str, str]] = (),
    **fields: Any,
) -> Promotion:
    scope, many = SCOPES[type(about[0])] if about else ("order", "")
    values = {"name": code or kind, "value": Decimal(value), "needs_code": bool(code), "scope": scope, **fields}
    made = Promotion.objects.create(kind=kind, **values)
    if about:
        getattr(made, many).set(about)
    for threshold, off in tiers:
        made.tiers.create(threshold=Decimal(threshold), value=Decimal(off))
    if code:
        Coupon.objects.create(code=code, promotion=made, limit=code_limit)
    return made
