"""Small things all goods share: money, article numbers, paragraphs."""

from decimal import ROUND_HALF_UP, Decimal

from catalog.demo.goods.types import Drawing
from catalog.demo.goods.words import FAMILY_WORDS, PALETTE_TAGS

CENT = Decimal("0.01")
FEATURED = ("contours", 7)


def cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def before(price: Decimal, percent: int) -> Decimal | None:
    """The price before a reduction by that share, in whole euros; nothing if it is not reduced."""
    if not percent:
        return None
    return (price / (1 - Decimal(percent) / 100)).quantize(Decimal(1), rounding=ROUND_HALF_UP).quantize(CENT)


def sku(kind: str, drawing: Drawing, *parts: str) -> str:
    """ "PR-CONTOURS-7-TID-M-OAK"."""
    words = (kind, drawing.family, str(drawing.seed), drawing.palette[:3], *parts)
    return "-".join(words).upper()


def paragraphs(*texts: str) -> str:
    return "\n".join(f"<p>{text}</p>" for text in texts)


def drawing_tags(drawing: Drawing) -> tuple[str, ...]:
    """Family and colours, so that one finds the cushion to a print; what leads the shop is "featured"."""
    leads = ("featured",) if (drawing.family, drawing.seed) == FEATURED else ()
    return (FAMILY_WORDS[drawing.family].plural.lower(), *PALETTE_TAGS[drawing.palette], *leads)
