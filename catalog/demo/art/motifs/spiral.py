"""Seeds set at one angle, again and again, the way a sunflower does."""

import math
import random
from collections.abc import Callable
from dataclasses import dataclass

from PIL import ImageDraw

from catalog.demo.art.colour import RGB, ramp
from catalog.demo.art.geometry import disc, unit
from catalog.demo.art.light import Picture
from catalog.demo.art.motifs.panels import side_by_side
from catalog.demo.art.palettes import Palette

GOLDEN = math.pi * (3 - math.sqrt(5))
COUNT = 620
Seed = Callable[[ImageDraw.ImageDraw, float, float, float, float, RGB], None]


@dataclass(frozen=True)
class Head:
    """How one flower head is set: reach of its rim, size and shape of its seeds."""

    reach: float
    size: float
    seed: Seed
    growing: bool

    def radius(self, t: float) -> float:
        """A seed's radius at t, from the middle (0) to the rim (1)."""
        if self.growing:
            return self.size * (0.006 + 0.017 * t)
        return self.size * (0.0055 + 0.0125 * math.pow(math.sin(math.pi * min(1, t * 0.92 + 0.06)), 0.7))


def draw(picture: Picture, rng: random.Random, palette: Palette) -> Picture:
    return side_by_side(picture, rng, palette, _head)


def _head(picture: Picture, rng: random.Random, palette: Palette) -> Picture:
    inked = not palette.dark and rng.random() < 0.45
    picture.paste(palette.deep if inked else palette.ground, (0, 0, *picture.size))
    hues = _hues(palette, inked)
    size = min(unit(picture), picture.height)
    growing, seed = rng.random() < 0.5, rng.choice((_dot, _petal, _dot, _kite))
    head = Head(size * (0.47 if not growing else 0.455), size, seed, growing)
    cx, cy = picture.width / 2, picture.height * (0.5 + rng.uniform(-0.03, 0.03))
    pen = ImageDraw.Draw(picture)
    for i in range(COUNT, 0, -1):
        t, angle = i / COUNT, i * GOLDEN
        r = head.reach * math.sqrt(t)
        x, y = cx + r * math.cos(angle), cy + r * math.sin(angle)
        head.seed(pen, x, y, head.radius(t), angle, hues[min(8, int(t * 9))])
    return picture


def _hues(palette: Palette, inked: bool) -> list[RGB]:
    stops = (palette.accent, palette.pale, palette.soft, palette.mid, palette.deep)
    if inked or palette.dark:
        pale = palette.ink if palette.dark else palette.ground
        stops = (palette.accent, palette.pale, pale, palette.soft, palette.mid)
    return ramp(stops, 9)


def _dot(pen: ImageDraw.ImageDraw, x: float, y: float, r: float, angle: float, fill: RGB) -> None:
    disc(pen, x, y, r, fill)


def _kite(pen: ImageDraw.ImageDraw, x: float, y: float, r: float, angle: float, fill: RGB) -> None:
    ca, sa = math.cos(angle) * r * 1.25, math.sin(angle) * r * 1.25
    pen.polygon(
        [(x + ca, y + sa), (x - sa * 0.8, y + ca * 0.8), (x - ca, y - sa), (x + sa * 0.8, y - ca * 0.8)], fill=fill
    )


def _petal(pen: ImageDraw.ImageDraw, x: float, y: float, r: float, angle: float, fill: RGB) -> None:
    ca, sa = math.cos(angle), math.sin(angle)
    rim = []
    for k in range(16):
        a = math.tau * k / 16
        u, v = r * 1.45 * math.cos(a), r * 0.72 * math.sin(a) * (1.15 - 0.35 * math.cos(a))
        rim.append((x + u * ca - v * sa, y + u * sa + v * ca))
    pen.polygon(rim, fill=fill)
