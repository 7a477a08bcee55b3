"""What there is to say of the families and the palettes."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Family:
    """Singular as in a product's name, plural as a category, one line, and the rule in a sentence."""

    name: str
    plural: str
    line: str
    rule: str
    sight: str


FAMILY_WORDS: dict[str, Family] = {
    "contours": Family(
        "Contours", "Contours", "Hills seen from straight above.",
        "A few hills are placed at random, and a line is drawn wherever the ground has the same height.",
        "bands of height like a map of hills",
    ),
    "horizon": Family(
        "Horizon", "Horizons", "A low sun and still water.",
        "Five ridges fade into the distance, and the sun lays a road of short bars on the water.",
        "a low sun above hills and still water",
    ),
    "botanical": Family(
        "Botanical", "Botanicals", "Stems that branch by a rule.",
        "A stem grows by replacing one letter with five, six times over; every leaf is where the rule puts it.",
        "leafy stems before a shape of colour",
    ),
    "tiling": Family(
        "Tiling", "Tilings", "Quarter rings that always meet.",
        "One tile with rings in two corners, turned one way or the other by the toss of a coin.",
        "interlocking rings and winding bands",
    ),
    "forms": Family(
        "Forms", "Forms", "Circle, square, triangle, again.",
        "Nine plain shapes share a grid; no shape may stand beside its own kind.",
        "a grid of circles, stripes, dots and triangles",
    ),
    "waves": Family(
        "Waves", "Waves", "Swell upon swell.",
        "Nine swells, each the sum of two sines, and five lines that follow each one down.",
        "layer upon layer of swell under a small sun",
    ),
    "pebbles": Family(
        "Pebbles", "Pebbles", "Cells worn round.",
        "Every point claims the ground nearest to it; then the corners are worn off, three times.",
        "rounded stones lying close together",
    ),
    "weave": Family(
        "Weave", "Weaves", "Over one, under one.",
        "Bands cross over and under, and each throws a narrow shadow on the next.",
        "broad bands woven over and under",
    ),
    "terrazzo": Family(
        "Terrazzo", "Terrazzo", "Chips of stone in plaster.",
        "Large chips fall first, smaller ones fill the gaps, and crumbs fill what is left.",
        "chips of coloured stone in plaster",
    ),
    "moire": Family(
        "Moiré", "Moirés", "Two inks, a third picture.",
        "Sets of fine lines are printed over each other, a little apart; the pattern between them is only in the eye.",
        "overlapping discs of fine lines",
    ),
    "spiral": Family(
        "Spiral", "Spirals", "The angle sunflowers use.",
        "Six hundred and twenty seeds, each set 137.5 degrees on from the one before.",
        "a round head of seeds set in spirals",
    ),
    "arches": Family(
        "Arches", "Arches", "Doorways inside doorways.",
        "Arches stand or hang in a grid; neighbours never share a wall of the same colour.",
        "nested arches standing and hanging",
    ),
    "currents": Family(
        "Currents", "Currents", "Grass under wind.",
        "Some two thousand strokes each take seven steps along the same slow wind.",
        "thousands of short strokes flowing like grass in wind",
    ),
    "threads": Family(
        "Threads", "Threads", "A times table on a circle.",
        "Each of 260 points on a circle is tied to its multiple, and a curve appears that nobody drew.",
        "a circle of fine threads crossing into a curve",
    ),
}  # fmt: skip

PALETTE_WORDS: dict[str, tuple[str, str]] = {
    # name, what it looks like
    "tidal": ("Tidal", "sea blue, sand and one warm orange"),
    "orchard": ("Orchard", "leaf green, straw and apple red"),
    "dusk": ("Dusk", "plum, rose and apricot"),
    "kiln": ("Kiln", "brick, terracotta and a cool teal"),
    "slate": ("Slate", "greys and one mustard yellow"),
    "meadow": ("Meadow", "fresh greens, primrose and coral"),
    "berry": ("Berry", "burgundy, raspberry and a quiet blue"),
    "night": ("Night", "midnight blue, moonlight and ember"),
    "linen": ("Linen", "moss, flax and rust"),
    "citrus": ("Citrus", "sea green, lemon and blood orange"),
}

PALETTE_TAGS: dict[str, tuple[str, ...]] = {
    "tidal": ("blue", "orange"),
    "orchard": ("green", "red"),
    "dusk": ("purple", "pink"),
    "kiln": ("terracotta", "teal"),
    "slate": ("grey", "yellow"),
    "meadow": ("green", "yellow"),
    "berry": ("red", "pink"),
    "night": ("blue", "dark"),
    "linen": ("neutral", "brown"),
    "citrus": ("yellow", "green"),
}


def title(family: str, seed: int) -> str:
    """ "Contours 7"."""
    return f"{FAMILY_WORDS[family].name} {seed}"


def sight(family: str, palette: str) -> str:
    """What is to be seen: "bands of height like a map of hills, in sea blue, sand and one warm orange"."""
    return f"{FAMILY_WORDS[family].sight}, in {PALETTE_WORDS[palette][1]}"
