"""Truchet tiles: quarter rings that always find each other."""

import math
import random

from PIL import Image, ImageDraw

from catalog.demo.art.colour import RGB
from catalog.demo.art.geometry import disc, unit
from catalog.demo.art.light import Picture
from catalog.demo.art.palettes import Palette


def draw(picture: Picture, rng: random.Random, palette: Palette) -> Picture:
    columns = round(picture.width / unit(picture) * rng.choice((3, 4, 5)))
    side = picture.width / columns
    tile = _tile(math.ceil(side), _stripes(rng, palette))
    turned = tile.transpose(Image.Transpose.ROTATE_90)
    bias = rng.uniform(0.35, 0.65)
    for j in range(math.ceil(picture.height / side)):
        for i in range(columns):
            chosen = tile if rng.random() < bias else turned
            picture.paste(chosen, (round(i * side), round(j * side)))
    return picture


def _stripes(rng: random.Random, palette: Palette) -> list[RGB]:
    """The field, then the stripes of a ring from outside in and out again."""
    order = [palette.deep, palette.accent, palette.ground, palette.soft, palette.mid]
    rng.shuffle(order)
    back, outer, inner, core = order[:4]
    return [back, outer, inner, core, inner, outer, back]


def _tile(size: int, stripes: list[RGB]) -> Picture:
    first = Image.new("RGB", (size, size), stripes[0])
    pen = ImageDraw.Draw(first)
    for k, colour in enumerate(stripes[1:]):
        disc(pen, 0, 0, size * (0.86 - 0.144 * k), colour)
    half = Image.new("L", (size, size), 0)  # each corner draws in its own half
    ImageDraw.Draw(half).polygon([(size, 0), (size, size), (0, size)], fill=255)
    return Image.composite(first.transpose(Image.Transpose.ROTATE_180), first, half)
