"""Three months of orders that never were: the same every time, counted back from today."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from catalog.demo.goods import DemoProduct
from catalog.demo.reviews import DemoReview

DAYS = 92
# Reviews of this age come from orders in these months, and took this long to write.
VERIFIED_DAYS, WRITTEN_AFTER_DAYS = 75, 9
HOURS = (7, 9, 10, 11, 12, 14, 16, 18, 19, 20, 20, 21, 21, 22)
# How often the kinds are bought, by the first letters of their article numbers.
APPEAL = {"PR": 5, "CU": 3, "MU": 6, "TO": 3}
NOTES = (
    "Please leave the parcel with the neighbours at number 14.",
    "It is a present. Please do not put the invoice in.",
    "The bell does not work, please knock.",
    "Could you pack the two mugs separately? Thank you.",
)


class Fate(StrEnum):
    """What became of an order."""

    PENDING = "pending"
    PAID = "paid"
    PROCESSING = "processing"
    PART_SHIPPED = "part_shipped"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    RETURNED = "returned"
    PARTLY_REFUNDED = "partly_refunded"


@dataclass(frozen=True)
class PastLine:
    sku: str
    quantity: int


@dataclass(frozen=True)
class PastOrder:
    """`person` counts through the demo customers; a guest's order carries their address but no account."""

    person: int
    is_guest: bool
    ago: timedelta
    lines: tuple[PastLine, ...]
    fate: Fate
    payment: str
    shipping: str
    note: str = ""


# From how many days ago on, and the shares of what may have become of an order by then.
LATER: tuple[tuple[float, tuple[tuple[Fate, int], ...]], ...] = (
    (16, ((Fate.DELIVERED, 82), (Fate.CANCELLED, 6), (Fate.EXPIRED, 3), (Fate.RETURNED, 5), (Fate.PARTLY_REFUNDED, 4))),
    (8, ((Fate.DELIVERED, 88), (Fate.CANCELLED, 8), (Fate.EXPIRED, 4))),
    (4, ((Fate.SHIPPED, 80), (Fate.CANCELLED, 10), (Fate.PROCESSING, 10))),
    (1.5, ((Fate.PROCESSING, 45), (Fate.PART_SHIPPED, 15), (Fate.SHIPPED, 10), (Fate.PENDING, 30))),
    (0, ((Fate.PAID, 55), (Fate.PROCESSING, 15), (Fate.PENDING, 30))),
)


def past_orders(goods: Sequence[DemoProduct], written: Sequence[DemoReview], people: int) -> list[PastOrder]:
    """All past orders, the oldest first. Whoever wrote a recent review had bought the thing before."""
    rng = random.Random("past orders")
    shelf = _shelf(goods)
    orders = [*_reviewed(goods, written, rng), *_by_day(shelf, people, rng), *_fixed(goods)]
    return sorted(orders, key=lambda order: order.ago, reverse=True)


def _shelf(goods: Sequence[DemoProduct]) -> list[tuple[str, int]]:
    """Article numbers with their weight: what leads the shop and what comes first is bought most."""
    return [
        (variant.sku, APPEAL[variant.sku[:2]] * (8 if "featured" in product.tags else 1) * (3 if place < 4 else 1))
        for product in goods
        if product.age_days > DAYS
        for place, variant in enumerate(product.variants)
    ]


def _reviewed(goods: Sequence[DemoProduct], written: Sequence[DemoReview], rng: random.Random) -> Iterator[PastOrder]:
    by_slug = {product.slug: product for product in goods}
    for review in written:
        product = by_slug[review.slug]
        days = review.days_ago + WRITTEN_AFTER_DAYS
        if review.days_ago <= VERIFIED_DAYS and days < product.age_days:
            variant = rng.choice(product.variants)
            yield PastOrder(
                person=review.author,
                is_guest=False,
                ago=_moment(days, rng),
                lines=(PastLine(variant.sku, 1),),
                fate=Fate.DELIVERED,
                payment="test",
                shipping="standard",
            )


def _by_day(shelf: Sequence[tuple[str, int]], people: int, rng: random.Random) -> Iterator[PastOrder]:
    """One to three a day, more towards today."""
    for day in range(DAYS - 1, -1, -1):
        busy = 1 + (rng.random() < 0.55) + (rng.random() < 1 - day / DAYS)
        for _ in range(busy):
            yield _order(shelf, _moment(day, rng), people, rng)


def _order(shelf: Sequence[tuple[str, int]], ago: timedelta, people: int, rng: random.Random) -> PastOrder:
    skus, weights = zip(*shelf, strict=True)
    chosen = dict.fromkeys(rng.choices(skus, weights, k=rng.choice((1, 1, 1, 2, 2, 3))))
    lines = tuple(
        PastLine(sku, rng.choice((1, 1, 1, 2)) if sku[:2] != "MU" else rng.choice((1, 2, 2, 4))) for sku in chosen
    )
    fate = _fate(ago, len(lines), rng)
    return PastOrder(
        person=rng.randrange(people),
        is_guest=rng.random() < 0.3,
        ago=ago,
        lines=lines,
        fate=fate,
        payment=_payment(fate, rng),
        shipping=rng.choice(("standard", "standard", "standard", "express")),
        note=rng.choice(NOTES) if rng.random() < 0.06 else "",
    )


def _moment(days: int, rng: random.Random) -> timedelta:
    """Some time of that day, counted back from this evening; today's are minutes to hours old."""
    if days == 0:
        return timedelta(minutes=rng.randint(12, 300))
    return timedelta(days=days, hours=21 - rng.choice(HOURS), minutes=rng.randint(0, 59))


def _fate(ago: timedelta, lines: int, rng: random.Random) -> Fate:
    days = ago / timedelta(days=1)
    shares = next(shares for least, shares in LATER if days >= least)
    fate = rng.choices([fate for fate, _ in shares], [share for _, share in shares])[0]
    return Fate.PROCESSING if fate == Fate.PART_SHIPPED and lines == 1 else fate


def _payment(fate: Fate, rng: random.Random) -> str:
    """Only a transfer leaves an order waiting for days; what was paid on delivery never waited."""
    if fate in (Fate.PENDING, Fate.EXPIRED):
        return "transfer"
    if fate in (Fate.DELIVERED, Fate.SHIPPED, Fate.PROCESSING) and rng.random() < 0.12:
        return "on_delivery"
    return "transfer" if fate != Fate.PAID and rng.random() < 0.12 else "test"


def _fixed(goods: Sequence[DemoProduct]) -> Iterator[PastOrder]:
    """One order in every state for the shopper one can sign in as, so that each page has something to show."""
    skus = [product.variants[0].sku for product in goods if product.age_days > DAYS]
    for place, fate in enumerate(Fate):
        yield PastOrder(
            person=0,
            is_guest=False,
            ago=timedelta(days=AGES[fate], hours=place),
            lines=(PastLine(skus[place], 1), PastLine(skus[-1 - place], 1 + place % 2)),
            fate=fate,
            payment=_payment(fate, random.Random(f"fixed/{fate}")),
            shipping="standard",
        )


AGES = {
    Fate.PENDING: 1, Fate.PAID: 0, Fate.PROCESSING: 2, Fate.PART_SHIPPED: 4, Fate.SHIPPED: 6, Fate.DELIVERED: 24,
    Fate.CANCELLED: 40, Fate.EXPIRED: 52, Fate.RETURNED: 63, Fate.PARTLY_REFUNDED: 71,
}  # fmt: skip
