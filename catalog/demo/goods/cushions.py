"""Cushions: printed linen and cotton covers, with piping."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from catalog.demo.art.spec import PictureSpec
from catalog.demo.goods.common import before, cents, drawing_tags, paragraphs, sku
from catalog.demo.goods.stock import units
from catalog.demo.goods.types import DemoOption, DemoPicture, DemoProduct, DemoVariant, Drawing
from catalog.demo.goods.words import PALETTE_WORDS, sight, title


@dataclass(frozen=True)
class Cloth:
    """A cover's cloth: its category, the words for it, and what it adds to the price."""

    path: str
    subtitle: str
    material: str
    words: str
    extra: Decimal


LINEN = Cloth(
    "cushions/linen-cushions",
    "Linen cushion",
    "Linen, 280 g",
    "Printed on washed European linen and sewn with piping in the deepest colour. The zip is hidden in the lower seam.",
    Decimal("10.00"),
)
COTTON = Cloth(
    "cushions/cotton-cushions",
    "Cotton cushion",
    "Organic cotton twill, 240 g",
    "Printed on organic cotton twill, which is a little smoother than linen and a little easier to wash.",
    Decimal("0.00"),
)
SIZES = {"45 × 45 cm": ("44.00", 180, "45"), "60 × 60 cm": ("58.00", 300, "60")}
FILLINGS = {
    "Cover only": ("0.00", 0, "COVER"),
    "With feather pad": ("14.00", 620, "DOWN"),
    "With recycled-fibre pad": ("10.00", 480, "FIBRE"),
}
# fmt: off
CUSHIONS: tuple[tuple[Drawing, Cloth], ...] = (
    (Drawing("contours", "tidal", 7,
        "The best known of our drawings, redrawn closer for cloth, so that the warm field sits in the corner "
        "where your elbow goes.",
        "plenty", age_days=300), LINEN),
    (Drawing("weave", "slate", 10,
        "A woven pattern printed on something woven. Up close the two are hard to tell apart.",
        age_days=250), LINEN),
    (Drawing("tiling", "berry", 12,
        "Burgundy bands in a sofa corner: the one strong colour a pale room can take.",
        "steady", age_days=180), LINEN),
    (Drawing("arches", "dusk", 8,
        "Apricot doorways. Two of them side by side make a street.",
        "low", age_days=70), LINEN),
    (Drawing("waves", "dusk", 10,
        "Evening swell in rose and plum, calm enough for a bedroom.",
        "steady", was=20, age_days=160), LINEN),
    (Drawing("forms", "kiln", 4,
        "Brick, sand and teal in plain shapes. Goes with wood of every colour.",
        age_days=240), COTTON),
    (Drawing("pebbles", "slate", 7,
        "Grey stones that are, for once, soft.",
        "mixed", age_days=125), COTTON),
    (Drawing("terrazzo", "dusk", 9,
        "Plaster and plum. Hides what cats leave better than any plain cover.",
        age_days=95), COTTON),
    (Drawing("currents", "tidal", 7,
        "Grass under wind in sea blue. Turn it a quarter and the wind turns too.",
        age_days=20), COTTON),
    (Drawing("tiling", "meadow", 5,
        "Green rings on cream, as fresh as a garden chair in May.",
        "gone", was=30, age_days=210), COTTON),
)
# fmt: on
PAD_NOTE = "Pads are a size larger than the cover, so that it stays plump. Covers come off and go in the machine."


def cushions() -> list[DemoProduct]:
    return [_cushion(drawing, cloth) for drawing, cloth in CUSHIONS]


def _cushion(drawing: Drawing, cloth: Cloth) -> DemoProduct:
    name = title(drawing.family, drawing.seed)
    return DemoProduct(
        name=f"{name} cushion",
        slug=f"{drawing.family}-{drawing.seed}-cushion",
        subtitle=f"{cloth.subtitle}, 2 sizes",
        description=paragraphs(drawing.words, cloth.words, PAD_NOTE),
        category=cloth.path,
        brand="Ostkante Weavers",
        tags=drawing_tags(drawing),
        attributes=(
            ("Material", cloth.material),
            ("Pattern", f"{name}, palette {PALETTE_WORDS[drawing.palette][0]}"),
            ("Closure", "Hidden zip"),
            ("Care", "Cover 40 °C inside out, no tumble drying"),
            ("Made in", "Portugal"),
        ),
        options=(
            DemoOption("Size", tuple((size, "") for size in SIZES)),
            DemoOption("Filling", tuple((filling, "") for filling in FILLINGS)),
        ),
        variants=tuple(_variants(drawing, cloth)),
        pictures=_pictures(drawing, name),
        age_days=drawing.age_days,
    )


def _variants(drawing: Drawing, cloth: Cloth) -> Iterator[DemoVariant]:
    choices = [(size, filling) for size in SIZES for filling in FILLINGS]
    for place, (size, filling) in enumerate(choices):
        base, grams, code = SIZES[size]
        extra, heavier, pad = FILLINGS[filling]
        price = Decimal(base) + Decimal(extra) + cloth.extra
        article = sku("CU", drawing, code, pad)
        yield DemoVariant(
            sku=article,
            options=(("Size", size), ("Filling", filling)),
            price=price,
            compare_at=before(price, drawing.was),
            cost=cents(price * Decimal("0.41")),
            weight_grams=grams + heavier,
            stock=units(drawing.stock, article, place),
        )


def _pictures(drawing: Drawing, name: str) -> tuple[DemoPicture, ...]:
    seen = sight(drawing.family, drawing.palette)
    shots = (
        ("cushion", f"{name} cushion on a wooden bench: {seen}"),
        ("cushion-sofa", f"{name} cushion in the corner of a sofa"),
        ("cushion-detail", f"The weave of the {name} cushion from close by"),
    )
    return tuple(
        DemoPicture(PictureSpec(kind, drawing.family, drawing.palette, drawing.seed), alt) for kind, alt in shots
    )
