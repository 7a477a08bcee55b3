"""Totes: canvas bags, screen-printed."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from catalog.demo.art.spec import PictureSpec
from catalog.demo.goods.common import before, cents, drawing_tags, paragraphs, sku
from catalog.demo.goods.stock import units
from catalog.demo.goods.types import DemoOption, DemoPicture, DemoProduct, DemoVariant, Drawing
from catalog.demo.goods.words import PALETTE_WORDS, sight, title

CANVASES = {"natural": ("Natural", "#ece3cf"), "ink": ("Ink", "#31393e"), "clay": ("Clay", "#b9714d")}


@dataclass(frozen=True)
class Bag:
    """A size of bag."""

    path: str
    subtitle: str
    measures: str
    price: Decimal
    grams: int


EVERYDAY = Bag("totes/everyday-totes", "Canvas tote, 38 × 42 cm", "38 × 42 cm, straps 28 cm", Decimal("24.00"), 230)
MARKET = Bag("totes/market-totes", "Market tote, 45 × 50 cm", "45 × 50 cm, straps 32 cm", Decimal("29.00"), 310)
# fmt: off
TOTES: tuple[tuple[Drawing, Bag, tuple[str, ...]], ...] = (
    (Drawing("contours", "tidal", 7,
        "A map of nowhere, for carrying things home.",
        "plenty", age_days=290), EVERYDAY, ("natural", "ink")),
    (Drawing("botanical", "orchard", 2,
        "Three stems and an ochre door. On natural canvas the paper falls away and only the plant is left.",
        "plenty", age_days=230), EVERYDAY, ("natural", "clay")),
    (Drawing("spiral", "tidal", 11,
        "Blue petals on a bag that holds a laptop, a lunch and an umbrella.",
        "steady", age_days=100), EVERYDAY, ("natural", "ink")),
    (Drawing("moire", "slate", 6,
        "Three rings that shimmer when you walk.",
        "low", age_days=16), EVERYDAY, ("natural", "ink")),
    (Drawing("forms", "kiln", 4,
        "Circles, bars and wedges in the colours of roof tiles.",
        "steady", was=17, age_days=170), MARKET, ("clay", "natural")),
    (Drawing("tiling", "orchard", 7,
        "Winding bands in leaf and straw. Room for a week of vegetables.",
        "plenty", age_days=135), MARKET, ("natural", "ink")),
    (Drawing("arches", "meadow", 9,
        "A whole street of green doorways, and a square base that stands up by itself.",
        "mixed", age_days=45), MARKET, ("natural", "clay")),
)
# fmt: on
CANVAS = (
    "Heavy cotton canvas with long straps, sewn through twice where they carry. "
    "Printed by hand with water-based ink that lets the canvas breathe and softens with washing."
)


def totes() -> list[DemoProduct]:
    return [_tote(drawing, bag, canvases) for drawing, bag, canvases in TOTES]


def _tote(drawing: Drawing, bag: Bag, canvases: tuple[str, ...]) -> DemoProduct:
    name = title(drawing.family, drawing.seed)
    return DemoProduct(
        name=f"{name} tote",
        slug=f"{drawing.family}-{drawing.seed}-tote",
        subtitle=bag.subtitle,
        description=paragraphs(drawing.words, CANVAS),
        category=bag.path,
        brand="Ostkante Weavers",
        tags=drawing_tags(drawing),
        attributes=(
            ("Material", "Organic cotton canvas, 340 g"),
            ("Measures", bag.measures),
            ("Pattern", f"{name}, palette {PALETTE_WORDS[drawing.palette][0]}"),
            ("Care", "30 °C inside out; iron the other side"),
            ("Made in", "Portugal"),
        ),
        options=(DemoOption("Canvas", tuple(CANVASES[canvas] for canvas in canvases)),),
        variants=tuple(_variants(drawing, bag, canvases)),
        pictures=_pictures(drawing, name, canvases),
        age_days=drawing.age_days,
    )


def _variants(drawing: Drawing, bag: Bag, canvases: tuple[str, ...]) -> Iterator[DemoVariant]:
    for place, canvas in enumerate(canvases):
        article = sku("TO", drawing, canvas)
        yield DemoVariant(
            sku=article,
            options=(("Canvas", CANVASES[canvas][0]),),
            price=bag.price,
            compare_at=before(bag.price, drawing.was),
            cost=cents(bag.price * Decimal("0.33")),
            weight_grams=bag.grams,
            stock=units(drawing.stock, article, place),
            picture=place,
        )


def _pictures(drawing: Drawing, name: str, canvases: tuple[str, ...]) -> tuple[DemoPicture, ...]:
    seen = sight(drawing.family, drawing.palette)
    first, second = (CANVASES[canvas][0].lower() for canvas in canvases)
    shots = (
        ("tote", canvases[0], f"{name} tote in {first} canvas on a peg: {seen}"),
        ("tote", canvases[1], f"{name} tote in {second} canvas"),
        ("tote-detail", "", f"The canvas of the {name} tote from close by, with the ink sunk into it"),
    )
    return tuple(
        DemoPicture(PictureSpec(kind, drawing.family, drawing.palette, drawing.seed, canvas), alt)
        for kind, canvas, alt in shots
    )
