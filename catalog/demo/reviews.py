"""What customers of the demo shop have to say. Several wrote of what they would have liked better."""

import random
from dataclasses import dataclass

from catalog.demo.goods import DemoProduct
from catalog.demo.review_texts import TEXTS, Text

# How many reviews a product has: a few are much talked about, some nobody has written of yet.
NUMBERS = (0, 1, 2, 2, 3, 3, 4, 5, 6)
LOVED = 12


@dataclass(frozen=True)
class DemoReview:
    """`author` counts through the demo people; `days_ago` is when it was written."""

    slug: str
    author: int
    text: Text
    days_ago: int


def reviews(products: list[DemoProduct], people: int) -> list[DemoReview]:
    """The same reviews every time; nobody writes twice of one product, none before it was sold."""
    return [review for product in products for review in _of(product, people)]


def _of(product: DemoProduct, people: int) -> list[DemoReview]:
    rng = random.Random(f"reviews/{product.slug}")
    texts = TEXTS[product.category.partition("/")[0]]
    loved = "featured" in product.tags
    number = min(LOVED if loved else rng.choice(NUMBERS), len(texts), people)
    if product.age_days < 14:
        number = 0
    authors, chosen = rng.sample(range(people), number), rng.sample(texts, number)
    longest = min(product.age_days - 5, 300)
    return [
        DemoReview(product.slug, author, text, rng.randint(2, longest))
        for author, text in zip(authors, chosen, strict=True)
    ]
