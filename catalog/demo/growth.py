"""More goods than anybody drew: any number of products, told apart by their number.

They carry the pictures of the drawn ones. Names, prices, options and stock follow from the number
alone, so that the same size of catalogue is the same catalogue.
"""

import random
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from catalog.demo.goods import DemoProduct, DemoVariant
from catalog.demo.goods.common import cents
from catalog.demo.goods.types import DemoOption

FIRST_NUMBER = 1001
WORDS = (
    "Amber", "Anchor", "Ash", "Aster", "Autumn", "Basin", "Birch", "Blue Hour", "Bramble", "Brine", "Calm", "Canyon",
    "Cedar", "Chalk", "Cinder", "Clover", "Coast", "Copper", "Coral", "Cove", "Dawn", "Delta", "Drift", "Dune",
    "Dusk", "Early", "Ebb", "Ember", "Estuary", "Fallow", "Fern", "Fjord", "Flint", "Garden", "Glacier", "Gorse",
    "Granite", "Grove", "Harbour", "Harvest", "Hazel", "Heath", "Hollow", "Island", "Juniper", "Kelp", "Lagoon",
    "Larch", "Late", "Lichen", "Linden", "Low Tide", "Marsh", "Meadow", "Mist", "Moor", "Moss", "North", "Oat",
    "Ochre", "Olive", "Open", "Orchard", "Pale", "Pine", "Plain", "Plum", "Quarry", "Quiet", "Rain", "Reed", "Ridge",
    "River", "Rowan", "Rye", "Sage", "Salt", "Sand", "Shore", "Slate", "Small", "Snow", "Sorrel", "South", "Spruce",
    "Still", "Stone", "Summer", "Tarn", "Thaw", "Thistle", "Umber", "Valley", "Violet", "Wharf", "Wide", "Willow",
    "Winter", "Wood", "Yarrow",
)  # fmt: skip
MOST_VARIANTS = 4
# Shares of the stock's moods: plenty, some, low, none.
STOCK = ((0.55, 10, 60), (0.85, 4, 10), (0.93, 1, 3), (1.0, 0, 0))


def grown_product(index: int, drawn: Sequence[DemoProduct]) -> DemoProduct:
    """The generated product of that index (≥ 0), made after one of the drawn ones."""
    model, number = drawn[index % len(drawn)], FIRST_NUMBER + index
    rng = random.Random(f"grown/{number}")
    word = WORDS[(index // len(drawn) + index) % len(WORDS)]
    option = model.options[0]
    return replace(
        model,
        name=f"{word} {model.name} {number}",
        slug=f"{model.slug}-{number}",
        tags=tuple(tag for tag in model.tags if tag != "featured"),
        attributes=model.attributes[:2],
        options=(DemoOption(option.name, option.values[:MOST_VARIANTS]),),
        variants=_variants(model, option, number, rng),
        pictures=model.pictures[:2],
        age_days=rng.randint(31, 900),
    )


def _variants(model: DemoProduct, option: DemoOption, number: int, rng: random.Random) -> tuple[DemoVariant, ...]:
    """One for each value of the first option."""
    factor = Decimal(rng.randint(70, 160)) / 100
    reduced = rng.random() < 0.12
    made = []
    for value, _swatch in option.values[:MOST_VARIANTS]:
        like = next(v for v in model.variants if (option.name, value) in v.options)
        price = _rounded(like.price * factor)
        made.append(
            replace(
                like,
                sku=f"{like.sku}-{number}",
                options=((option.name, value),),
                price=price,
                compare_at=_rounded(price * Decimal("1.25")) if reduced else None,
                cost=cents(price * Decimal("0.4")),
                stock=_stock(rng),
                picture=None,
            )
        )
    return tuple(made)


def _rounded(amount: Decimal) -> Decimal:
    """A price as shops write it: whole euros and 90 cents, or nothing behind the point."""
    whole = max(5, int(amount))
    return cents(Decimal(whole) + (Decimal("0.90") if whole % 2 else Decimal(0)))


def _stock(rng: random.Random) -> int:
    place = rng.random()
    low, high = next((low, high) for share, low, high in STOCK if place <= share)
    return rng.randint(low, high)
