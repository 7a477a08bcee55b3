"""Reading variants."""

from __future__ import annotations

from catalog.models import Variant


def options_of(variant: Variant) -> dict[str, str]:
    """What was chosen, "Size" → "50 × 70 cm", in the product's order. No query where `chosen` is prefetched."""
    chosen = sorted(variant.chosen.all(), key=lambda choice: (choice.option.position, choice.option_id))
    return {choice.option.name: choice.value.value for choice in chosen}
