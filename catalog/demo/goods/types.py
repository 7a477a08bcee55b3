"""What the demo shop sells, as plain data."""

from dataclasses import dataclass
from decimal import Decimal

from catalog.demo.art.spec import PictureSpec

Options = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class DemoCategory:
    """A shelf of the shop; `path` is its slugs from the root, as in "prints/contours"."""

    path: str
    name: str
    description: str = ""

    @property
    def slug(self) -> str:
        return self.path.rpartition("/")[2]

    @property
    def parent(self) -> str:
        return self.path.rpartition("/")[0]


@dataclass(frozen=True)
class DemoPicture:
    """A picture and the words for those who cannot see it."""

    spec: PictureSpec
    alt: str

    @property
    def filename(self) -> str:
        """One name a picture: "framed-contours-tidal-7-oak.jpg"."""
        spec = self.spec
        words = (spec.kind, spec.family, spec.palette, str(spec.seed), spec.finish)
        return "-".join(word for word in words if word) + ".jpg"


@dataclass(frozen=True)
class DemoVariant:
    """What can be bought. Money is in euros; `stock` is what is left today; `picture` an index."""

    sku: str
    options: Options
    price: Decimal
    compare_at: Decimal | None
    cost: Decimal
    weight_grams: int
    stock: int
    picture: int | None = None


@dataclass(frozen=True)
class DemoOption:
    """A choice, its values in order, each with a colour or nothing."""

    name: str
    values: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class DemoProduct:
    """`age_days` is how long before today it came into the shop."""

    name: str
    slug: str
    subtitle: str
    description: str
    category: str
    brand: str
    tags: tuple[str, ...]
    attributes: tuple[tuple[str, str], ...]
    options: tuple[DemoOption, ...]
    variants: tuple[DemoVariant, ...]
    pictures: tuple[DemoPicture, ...]
    age_days: int


@dataclass(frozen=True)
class Drawing:
    """One drawing on one thing: the words about it, and how the shop is doing with it.

    `stock` is one of the moods in goods/stock.py; `was` the share by which it is reduced, in percent.
    """

    family: str
    palette: str
    seed: int
    words: str
    stock: str = "plenty"
    was: int = 0
    age_days: int = 200
    finish: str = ""
