"""Art prints: pigment ink on cotton paper, in up to four sizes, bare or framed."""

from collections.abc import Iterable
from decimal import Decimal

from catalog.demo.art.spec import PictureSpec
from catalog.demo.goods.common import before, cents, drawing_tags, paragraphs, sku
from catalog.demo.goods.print_drawings import PRINTS
from catalog.demo.goods.stock import units
from catalog.demo.goods.types import DemoOption, DemoPicture, DemoProduct, DemoVariant, Drawing
from catalog.demo.goods.words import FAMILY_WORDS, PALETTE_WORDS, sight, title

NO_FRAME = "No frame"
SIZES: dict[str, tuple[str, int, str]] = {
    # price, grams and code of the bare print
    "21 × 30 cm": ("28.00", 240, "S"),
    "30 × 40 cm": ("42.00", 340, "M"),
    "50 × 70 cm": ("68.00", 720, "L"),
    "70 × 100 cm": ("98.00", 980, "XL"),
}
FRAME_PRICES = {"S": ("34.00", 1100), "M": ("46.00", 1700), "L": ("74.00", 3600), "XL": ("118.00", 6200)}
FRAMES = {
    "oak": ("Oak", "#c49c6a"),
    "walnut": ("Walnut", "#5f4130"),
    "black": ("Black", "#262726"),
    "white": ("White", "#f3f1ec"),
}
ATTRIBUTES = (
    ("Paper", "Cotton rag, 300 g, matt, acid-free"),
    ("Technique", "Eleven pigment inks, printed on demand"),
    ("Frame", "Solid wood, acid-free mat, real glass"),
    ("Care", "Out of direct sun; dust the glass with a dry cloth"),
    ("Made in", "Germany"),
)
PAPER = (
    "Printed with pigment ink on 300 g cotton paper, dried flat for a day and checked by hand. "
    "Framed prints come ready to hang behind real glass; bare ones lie flat up to 50 × 70 cm and are rolled above."
)


def prints() -> list[DemoProduct]:
    return [_print(drawing) for drawing in PRINTS]


def _print(drawing: Drawing) -> DemoProduct:
    family, (palette, _) = FAMILY_WORDS[drawing.family], PALETTE_WORDS[drawing.palette]
    name = title(drawing.family, drawing.seed)
    pictures = _pictures(drawing, name)
    variants = tuple(_variants(drawing, pictures))
    sizes = _sizes(drawing)
    return DemoProduct(
        name=f"{name} print",
        slug=f"{drawing.family}-{drawing.seed}-print",
        subtitle=f"Art print, {len(sizes)} sizes",
        description=paragraphs(drawing.words, family.rule + f" Colours: {palette}.", PAPER),
        category=f"prints/{drawing.family}",
        brand="Studio Marram",
        tags=drawing_tags(drawing),
        attributes=(("Family", f"{family.plural}, number {drawing.seed}, palette {palette}"), *ATTRIBUTES),
        options=(
            DemoOption("Size", tuple((size, "") for size in sizes)),
            DemoOption("Frame", ((NO_FRAME, ""), *(FRAMES[frame] for frame in _frames(drawing)))),
        ),
        variants=variants,
        pictures=pictures,
        age_days=drawing.age_days,
    )


def _sizes(drawing: Drawing) -> list[str]:
    """Every third number is not made at 70 × 100."""
    names = list(SIZES)
    return names if drawing.seed % 3 else names[:3]


def _frames(drawing: Drawing) -> list[str]:
    """Its own frame first, and one dark or light for contrast; the best known ones in all four."""
    if drawing.age_days > 300:
        return list(FRAMES)
    own = drawing.finish
    return [own, *(frame for frame in ("black", "white", "oak") if frame != own)][:2]


def _variants(drawing: Drawing, pictures: tuple[DemoPicture, ...]) -> Iterable[DemoVariant]:
    shown = {picture.spec.finish: i for i, picture in enumerate(pictures) if picture.spec.kind == "framed"}
    bare = next(i for i, picture in enumerate(pictures) if picture.spec.kind == "sheet")
    place = 0
    for size in _sizes(drawing):
        base, grams, code = SIZES[size]
        for frame in (None, *_frames(drawing)):
            extra, heavier = FRAME_PRICES[code] if frame else ("0.00", 0)
            dearer = Decimal("6.00") if frame == "walnut" else Decimal("0.00")
            price = Decimal(base) + Decimal(extra) + dearer
            article = sku("PR", drawing, code, frame or "bare")
            yield DemoVariant(
                sku=article,
                options=(("Size", size), ("Frame", FRAMES[frame][0] if frame else NO_FRAME)),
                price=price,
                compare_at=before(price, drawing.was),
                cost=cents(price * Decimal("0.38")),
                weight_grams=grams + heavier,
                stock=units(drawing.stock, article, place),
                picture=shown.get(frame) if frame else bare,
            )
            place += 1


def _pictures(drawing: Drawing, name: str) -> tuple[DemoPicture, ...]:
    """Framed, bare, close, and in a room; the best known ones in every frame."""
    seen = sight(drawing.family, drawing.palette)
    frames = _frames(drawing) if drawing.age_days > 300 else [drawing.finish]
    frames.sort(key=lambda frame: frame != drawing.finish)
    shots = [("framed", frame, f"{name}: {seen}, in {_article(frame)} frame") for frame in frames]
    shots[1:1] = [
        ("sheet", "", f"{name} as a bare print with a white edge: {seen}"),
        ("detail", "", f"A corner of {name}, close enough to see the cotton paper"),
    ]
    room = "room" if drawing.seed % 2 else "shelf"
    where = "above a sideboard" if room == "room" else "standing on a shelf"
    shots.insert(3, (room, drawing.finish, f"{name} in {_article(drawing.finish)} frame, {where}"))
    return tuple(
        DemoPicture(PictureSpec(kind, drawing.family, drawing.palette, drawing.seed, frame), alt)
        for kind, frame, alt in shots
    )


def _article(frame: str) -> str:
    """ "an oak", "a walnut"."""
    word = FRAMES[frame][0].lower()
    return f"an {word}" if word[0] in "aeiou" else f"a {word}"
