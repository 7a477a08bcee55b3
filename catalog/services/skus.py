"""SKUs for variants that came without one: the same product and options make the same SKU again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from django.utils.text import slugify

from catalog.models import Variant
from catalog.services.inputs import VariantFields

SKU_LENGTH = 64
HASH_LENGTH = 6


def choose_skus(slug: str, many: Sequence[VariantFields]) -> list[str]:
    """The SKU of each new variant: the one given, else one made from product and options that nobody has."""
    options = [list(fields.get("options", {}).values()) for fields in many]
    given = [fields.get("sku", "").strip() for fields in many]
    made = [sku or made_sku(slug, values) for sku, values in zip(given, options, strict=True)]
    blank = [sku for sku, own in zip(made, given, strict=True) if not own]
    taken = set(Variant.objects.filter(sku__in=blank).values_list("sku", flat=True)) if blank else set()
    return [
        made_sku(slug, values, plain=False) if not own and sku in taken else sku
        for sku, own, values in zip(made, given, options, strict=True)
    ]


def made_sku(slug: str, values: Iterable[str], *, plain: bool = True) -> str:
    """ "CLAY-PLANT-POT-LARGE" for ("clay-plant-pot", ["Large"]).

    What the letters A to Z cannot say, or is too long, or must not be `plain`, ends in a few digits
    of a hash of it all.
    """
    parts = [slug, *values]
    words = "-".join(filter(None, (slugify(part) for part in parts))).upper()
    exact = "-".join(parts).upper().replace(" ", "-")
    if plain and words == exact and len(words) <= SKU_LENGTH:
        return words
    digest = hashlib.sha256("\0".join(parts).encode()).hexdigest()[:HASH_LENGTH].upper()
    return f"{words[: SKU_LENGTH - HASH_LENGTH - 1].rstrip('-')}-{digest}".lstrip("-")
