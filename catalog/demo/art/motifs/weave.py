"""Broad bands, over and under, with the shadow each throws on the next."""

import random
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFilter

from catalog.demo.art.colour import RGB, WHITE, mix
from catalog.demo.art.geometry import unit
from catalog.demo.art.light import Picture, tint
from catalog.demo.art.palettes import Palette


@dataclass(frozen=True)
class Loom:
    """How many bands each way, how far apart, and their repeating colours."""

    columns: int
    rows: int
    side: float
    rise: float
    warp: list[RGB]
    weft: list[RGB]
    twill: int

    def over(self) -> list[tuple[int, int]]:
        """Where the upright band lies on top."""
        return [(i, j) for j in range(self.rows) for i in range(self.columns) if (i + j) % self.twill == 0]


def draw(picture: Picture, rng: random.Random, palette: Palette) -> Picture:
    picture.paste(mix(palette.ink, palette.deep, 0.5), (0, 0, *picture.size))
    loom = _loom(picture, rng, palette)
    gap, pen = loom.side * 0.035, ImageDraw.Draw(picture)
    for j in range(loom.rows):
        box = (0.0, j * loom.rise + gap, float(picture.width), (j + 1) * loom.rise - gap)
        _band(pen, box, loom.weft[j % len(loom.weft)], palette.ink, upright=False)
    tint(picture, palette.ink, _shadow(picture.size, loom, gap), 0.62)
    pen = ImageDraw.Draw(picture)
    for i, j in loom.over():
        box = (i * loom.side + gap, j * loom.rise - gap, (i + 1) * loom.side - gap, (j + 1) * loom.rise + gap)
        _band(pen, box, loom.warp[i % len(loom.warp)], palette.ink, upright=True)
    return picture


def _loom(picture: Picture, rng: random.Random, palette: Palette) -> Loom:
    columns = round(picture.width / unit(picture) * rng.choice((8, 9, 10)))
    side = picture.width / columns
    rows = round(picture.height / side)
    repeat = rng.choice((3, 4, 5))
    warp = [rng.choice((palette.deep, palette.mid, palette.mid, palette.soft)) for _ in range(repeat)]
    weft = [rng.choice((palette.ground, palette.pale, palette.pale, palette.soft)) for _ in range(repeat)]
    warp[rng.randrange(repeat)] = palette.accent
    twill = 2 if rng.random() < 0.8 else 3
    return Loom(columns, rows, side, picture.height / rows, warp, weft, twill)


def _band(
    pen: ImageDraw.ImageDraw, box: tuple[float, float, float, float], colour: RGB, ink: RGB, upright: bool
) -> None:
    """One band, with two pale threads near its edges and three deep ones between."""
    x0, y0, x1, y1 = box
    pen.rectangle(box, fill=colour)
    pale, deep = mix(colour, WHITE, 0.16), mix(colour, ink, 0.10)
    half = max(1.0, ((x1 - x0) if upright else (y1 - y0)) * 0.011)
    for q, tone in ((0.14, pale), (0.32, deep), (0.5, deep), (0.68, deep), (0.86, pale)):
        x, y = x0 + (x1 - x0) * q, y0 + (y1 - y0) * q
        thread = (x - half, y0, x + half, y1) if upright else (x0, y - half, x1, y + half)
        pen.rectangle(thread, fill=tone)


def _shadow(size: tuple[int, int], loom: Loom, gap: float) -> Picture:
    shadow = Image.new("L", size, 0)
    pen = ImageDraw.Draw(shadow)
    for i, j in loom.over():
        left, top = i * loom.side, j * loom.rise - gap
        pen.rectangle((left, top, left + loom.side, top + loom.rise + gap * 2), fill=150)
    small = shadow.reduce(4).filter(ImageFilter.GaussianBlur(loom.side * 0.022))
    return small.resize(size, Image.Resampling.BICUBIC)
