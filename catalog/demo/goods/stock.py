"""How much of everything there is: some plenty, some low, some gone."""

import random

RANGES = {
    "deep": (60, 90),
    "plenty": (14, 40),
    "steady": (6, 14),
    "low": (1, 3),
    "gone": (0, 0),
}


def units(mood: str, sku: str, place: int) -> int:
    """Units left of a variant. "mixed" has every third variant sold out and the next one low."""
    if mood == "mixed":
        mood = ("steady", "gone", "low")[place % 3]
    if mood == "last":
        mood = "low" if place == 0 else "gone"
    low, high = RANGES[mood]
    return random.Random(f"stock/{sku}").randint(low, high)
