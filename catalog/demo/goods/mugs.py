"""Mugs: stoneware with the drawing fired into the glaze."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from catalog.demo.art.spec import PictureSpec
from catalog.demo.goods.common import before, cents, drawing_tags, paragraphs, sku
from catalog.demo.goods.stock import units
from catalog.demo.goods.types import DemoOption, DemoPicture, DemoProduct, DemoVariant, Drawing
from catalog.demo.goods.words import PALETTE_WORDS, sight, title

GLAZES = {"chalk": ("Chalk", "#faf8f2"), "oat": ("Oat", "#e6d9c0"), "ink": ("Ink", "#2b3236")}


@dataclass(frozen=True)
class Cup:
    """A size of mug."""

    path: str
    subtitle: str
    volume: str
    price: Decimal
    grams: int


EVERYDAY = Cup("mugs/everyday-mugs", "Stoneware mug, 35 cl", "35 cl", Decimal("19.00"), 390)
LARGE = Cup("mugs/large-mugs", "Large stoneware mug, 50 cl", "50 cl", Decimal("24.00"), 520)
# fmt: off
MUGS: tuple[tuple[Drawing, Cup, tuple[str, ...]], ...] = (
    (Drawing("contours", "tidal", 7,
        "The landscape goes all the way round: the basin in front of you, the warm field for whoever sits "
        "opposite.",
        "plenty", age_days=310), EVERYDAY, ("chalk", "oat", "ink")),
    (Drawing("tiling", "meadow", 6,
        "Green rings that meet behind the handle. We spent longer on that seam than on the rest.",
        "low", was=21, age_days=270), EVERYDAY, ("chalk", "oat")),
    (Drawing("horizon", "tidal", 4,
        "An orange sun over quiet water, which goes well with the first cup of the day.",
        "plenty", age_days=200), EVERYDAY, ("chalk", "ink")),
    (Drawing("forms", "citrus", 6,
        "Cheerful without being loud about it. Lemon, sea green and a little red.",
        "steady", age_days=80), EVERYDAY, ("chalk", "oat")),
    (Drawing("spiral", "berry", 3,
        "A burgundy flower head, one on each side.",
        "mixed", age_days=150), EVERYDAY, ("chalk", "oat", "ink")),
    (Drawing("terrazzo", "orchard", 2,
        "Chips of leaf green and apple red in cream, like the counter of a good bakery.",
        "plenty", age_days=14), EVERYDAY, ("chalk", "oat")),
    (Drawing("pebbles", "kiln", 10,
        "Terracotta stones for large hands and slow mornings.",
        "steady", age_days=115), LARGE, ("oat", "ink")),
    (Drawing("botanical", "meadow", 12,
        "Three branches and a primrose sun. Tea looks especially green in it.",
        "plenty", age_days=60), LARGE, ("chalk", "ink")),
    (Drawing("threads", "citrus", 3,
        "A heart drawn by a times table. A present for teachers, we are told.",
        "last", age_days=40), LARGE, ("chalk", "oat")),
)
# fmt: on
CLAY = (
    "Thrown from speckled stoneware, glazed and fired at 1,240 °C with the drawing under the glaze, "
    "so it does not wear off. The foot is left bare; it is sanded smooth and scratches no table."
)


def mugs() -> list[DemoProduct]:
    return [_mug(drawing, cup, glazes) for drawing, cup, glazes in MUGS]


def _mug(drawing: Drawing, cup: Cup, glazes: tuple[str, ...]) -> DemoProduct:
    name = title(drawing.family, drawing.seed)
    return DemoProduct(
        name=f"{name} mug",
        slug=f"{drawing.family}-{drawing.seed}-mug",
        subtitle=cup.subtitle,
        description=paragraphs(drawing.words, CLAY),
        category=cup.path,
        brand="Kiln Nine",
        tags=drawing_tags(drawing),
        attributes=(
            ("Material", "Speckled stoneware"),
            ("Holds", cup.volume),
            ("Pattern", f"{name}, palette {PALETTE_WORDS[drawing.palette][0]}"),
            ("Care", "Dishwasher and microwave safe"),
            ("Made in", "Czechia"),
        ),
        options=(DemoOption("Glaze", tuple(GLAZES[glaze] for glaze in glazes)),),
        variants=tuple(_variants(drawing, cup, glazes)),
        pictures=_pictures(drawing, name, glazes),
        age_days=drawing.age_days,
    )


def _variants(drawing: Drawing, cup: Cup, glazes: tuple[str, ...]) -> Iterator[DemoVariant]:
    for place, glaze in enumerate(glazes):
        article = sku("MU", drawing, glaze)
        yield DemoVariant(
            sku=article,
            options=(("Glaze", GLAZES[glaze][0]),),
            price=cup.price,
            compare_at=before(cup.price, drawing.was),
            cost=cents(cup.price * Decimal("0.35")),
            weight_grams=cup.grams,
            stock=units(drawing.stock, article, place),
            picture=place if place < 2 else 3,
        )


def _pictures(drawing: Drawing, name: str, glazes: tuple[str, ...]) -> tuple[DemoPicture, ...]:
    """The first glaze with the handle to the right, the second to the left, one on a shelf, the rest."""
    seen = sight(drawing.family, drawing.palette)
    words = [GLAZES[glaze][0].lower() for glaze in glazes]
    shots = [
        ("mug", glazes[0], f"{name} mug in {words[0]} glaze: {seen}"),
        ("mug-left", glazes[1], f"{name} mug in {words[1]} glaze, the handle to the left"),
        ("mug-shelf", glazes[0], f"{name} mug on a shelf beside a small jar"),
    ]
    shots += [("mug", glaze, f"{name} mug in {GLAZES[glaze][0].lower()} glaze") for glaze in glazes[2:]]
    return tuple(
        DemoPicture(PictureSpec(kind, drawing.family, drawing.palette, drawing.seed, glaze), alt)
        for kind, glaze, alt in shots
    )
