"""Two sets of lines in two inks; the third picture is only in the eye."""

import math
import random

from PIL import Image, ImageChops, ImageDraw

from catalog.demo.art.colour import RGB
from catalog.demo.art.geometry import TAU, Point, disc, unit
from catalog.demo.art.light import Picture
from catalog.demo.art.motifs.panels import side_by_side
from catalog.demo.art.palettes import Palette


def draw(picture: Picture, rng: random.Random, palette: Palette) -> Picture:
    return side_by_side(picture, rng, palette, _plate)


def _plate(picture: Picture, rng: random.Random, palette: Palette) -> Picture:
    picture.paste(palette.ground, (0, 0, *picture.size))
    masks = rng.choice((_two_rings, _three_rings, _two_lines))(picture, rng)
    for mask, ink in zip(masks, _inks(rng, palette), strict=False):
        picture = _printed(picture, mask, ink, palette.dark)
    return picture


def _inks(rng: random.Random, palette: Palette) -> tuple[RGB, RGB, RGB]:
    if palette.dark:
        return (palette.soft, palette.accent, palette.pale)
    if rng.random() < 0.35:
        return (palette.accent, palette.mid, palette.deep)
    return (palette.deep, palette.accent, palette.mid)


def _printed(picture: Picture, mask: Picture, ink: RGB, dark: bool) -> Picture:
    """Ink through a screen: overlaps darken on white paper and glow on black."""
    layer = Image.new("RGB", picture.size, (0, 0, 0) if dark else (255, 255, 255))
    layer.paste(ink, (0, 0), mask)
    return ImageChops.screen(picture, layer) if dark else ImageChops.multiply(picture, layer)


def _rings(size: tuple[int, int], x: float, y: float, radius: float, step: float) -> Picture:
    mask = Image.new("L", size, 0)
    pen = ImageDraw.Draw(mask)
    for i in range(int(radius / step), 0, -1):
        disc(pen, x, y, i * step, 255)
        disc(pen, x, y, (i - 0.5) * step, 0)
    return mask


def _two_rings(picture: Picture, rng: random.Random) -> list[Picture]:
    size = unit(picture)
    step = size / rng.choice((54, 62))
    cx, cy = picture.width * rng.uniform(0.44, 0.56), picture.height * rng.uniform(0.46, 0.52)
    angle, gap = rng.uniform(0.9, 2.2), size * rng.uniform(0.085, 0.13)
    dx, dy = gap * math.cos(angle), gap * math.sin(angle)
    return [_rings(picture.size, cx + s * dx, cy + s * dy, size * 0.385, step) for s in (-1, 1)]


def _three_rings(picture: Picture, rng: random.Random) -> list[Picture]:
    size = unit(picture)
    step, gap, turn = size / 46, size * rng.uniform(0.10, 0.14), rng.uniform(0, TAU)
    cx, cy = picture.width / 2, picture.height * 0.49
    places = [(cx + gap * math.cos(turn + k * TAU / 3), cy + gap * math.sin(turn + k * TAU / 3)) for k in range(3)]
    return [_rings(picture.size, x, y, size * 0.31, step) for x, y in places]


def _two_lines(picture: Picture, rng: random.Random) -> list[Picture]:
    """Two discs of parallel lines, a few degrees apart."""
    size, turn = unit(picture), rng.uniform(0, TAU)
    lean, gap, radius = rng.uniform(0.06, 0.13), size * rng.uniform(0.07, 0.11), size * 0.36
    cx, cy = picture.width / 2, picture.height * 0.49
    masks = []
    for sign in (-1, 1):
        x, y = cx + sign * gap * math.cos(turn), cy + sign * gap * math.sin(turn)
        rim = Image.new("L", picture.size, 0)
        disc(ImageDraw.Draw(rim), x, y, radius, 255)
        lines = _lines(picture.size, (x, y), turn + sign * lean, size / 58)
        masks.append(ImageChops.multiply(lines, rim))
    return masks


def _lines(size: tuple[int, int], through: Point, angle: float, step: float) -> Picture:
    mask = Image.new("L", size, 0)
    pen, reach = ImageDraw.Draw(mask), max(size)
    ca, sa = math.cos(angle), math.sin(angle)
    for k in range(-40, 41):
        x, y = through[0] - sa * k * step, through[1] + ca * k * step
        ends = [(x - ca * reach, y - sa * reach), (x + ca * reach, y + sa * reach)]
        pen.line(ends, fill=255, width=round(step * 0.5))
    return mask
