"""What the demo shop sells. The same goods every time."""

from itertools import chain

from catalog.demo.art.spec import PictureSpec
from catalog.demo.goods.categories import categories
from catalog.demo.goods.cushions import cushions
from catalog.demo.goods.mugs import mugs
from catalog.demo.goods.prints import prints
from catalog.demo.goods.totes import totes
from catalog.demo.goods.types import DemoCategory, DemoPicture, DemoProduct, DemoVariant

__all__ = ["HERO", "ROOM", "DemoCategory", "DemoPicture", "DemoProduct", "DemoVariant", "categories", "products"]

HERO = DemoPicture(
    PictureSpec("hero", "contours", "tidal", 7, size=(1800, 1260)),
    "Two framed prints leaning on an oak shelf beside a vase of green branches, in morning light",
)
ROOM = DemoPicture(
    PictureSpec("shelf", "contours", "tidal", 7, finish="oak"),
    "Contours 7 in an oak frame, standing on a shelf against a clay wall",
)


def products() -> list[DemoProduct]:
    """All goods; the first is a print with plenty in stock."""
    return list(chain(prints(), cushions(), mugs(), totes()))
