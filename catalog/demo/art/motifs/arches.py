"""Doorways inside doorways."""

import random

from PIL import ImageDraw

from catalog.demo.art.colour import RGB
from catalog.demo.art.geometry import unit
from catalog.demo.art.light import Picture
from catalog.demo.art.palettes import Palette

RINGS = 6


def draw(picture: Picture, rng: random.Random, palette: Palette) -> Picture:
    columns = round(picture.width / unit(picture) * rng.choice((2, 2, 3)))
    wide = picture.width / columns
    rows = max(1, round(picture.height / (wide * rng.choice((0.95, 1.2)))))
    high = picture.height / rows
    pen, last = ImageDraw.Draw(picture), palette.ink
    for j in range(rows):
        for i in range(columns):
            back = rng.choice([c for c in _walls(palette) if c != last])
            trio = rng.choice([s for s in _doors(palette) if s[0] != back])
            box = (i * wide, j * high, (i + 1) * wide, (j + 1) * high)
            pen.rectangle(box, fill=back)
            _door(pen, box, _rings(trio, back), hanging=rng.random() < 0.4)
            last = back
    return picture


def _walls(palette: Palette) -> tuple[RGB, ...]:
    return (palette.ground, palette.pale, palette.soft, palette.ground)


def _doors(palette: Palette) -> tuple[tuple[RGB, RGB, RGB], ...]:
    deep, mid, soft, pale, accent = palette.colours
    return (
        (deep, accent, pale),
        (mid, palette.ground, deep),
        (accent, pale, mid),
        (soft, deep, palette.ground),
        (pale, mid, accent),
    )


def _rings(trio: tuple[RGB, RGB, RGB], back: RGB) -> tuple[RGB, ...]:
    return (trio[0], back, trio[1], back, trio[2], trio[0])


def _door(
    pen: ImageDraw.ImageDraw, box: tuple[float, float, float, float], rings: tuple[RGB, ...], hanging: bool
) -> None:
    """Nested arches, standing on the lower edge or hanging from the upper one."""
    x0, y0, x1, y1 = box
    widest, middle = (x1 - x0) * 0.46, (x0 + x1) / 2
    for k, colour in enumerate(rings):
        q = widest * (1 - k / RINGS)
        inset = (y1 - y0) * 0.06 + widest - q
        left, right = middle - q, middle + q
        if hanging:
            pen.pieslice((left, y1 - inset - 2 * q, right, y1 - inset), 0, 180, fill=colour)
            pen.rectangle((left, y0, right, y1 - inset - q), fill=colour)
        else:
            pen.pieslice((left, y0 + inset, right, y0 + inset + 2 * q), 180, 360, fill=colour)
            pen.rectangle((left, y0 + inset + q, right, y1), fill=colour)
