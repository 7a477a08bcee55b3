"""A low sun, receding hills, still water."""

import math
import random

from PIL import Image, ImageDraw

from catalog.demo.art.colour import RGB, WHITE, mix, warmest
from catalog.demo.art.geometry import Point, disc, unit
from catalog.demo.art.light import Picture
from catalog.demo.art.palettes import Palette

SHORE = 0.66


def draw(picture: Picture, rng: random.Random, palette: Palette) -> Picture:
    width, height = picture.size
    picture = _sky(picture, palette)
    pen, size = ImageDraw.Draw(picture), unit(picture)
    x, y = width * rng.uniform(0.36, 0.64), height * rng.uniform(0.30, 0.38)
    radius, sun = size * rng.uniform(0.22, 0.27), warmest(palette.colours)
    disc(pen, x, y, min(radius, height * 0.27), sun)
    _hills(pen, picture.size, rng, palette)
    water = mix(palette.deep, palette.ground, 0.5 if palette.dark else 0.12)
    pen.rectangle((0, height * SHORE, width, height), fill=water)
    _glitter(pen, picture.size, (x, radius, sun), rng, palette)
    return picture


def _sky(picture: Picture, palette: Palette) -> Picture:
    top, low = palette.ground, palette.mid
    if not palette.dark:
        top, low = mix(palette.pale, palette.ground, 0.15), mix(palette.ground, WHITE, 0.2)
    fade = Image.linear_gradient("L").resize(picture.size)
    upper, lower = (Image.new("RGB", picture.size, colour) for colour in (top, low))
    return Image.composite(lower, upper, fade)


def _hills(pen: ImageDraw.ImageDraw, size: tuple[int, int], rng: random.Random, palette: Palette) -> None:
    width, height = size
    far = palette.mid if palette.dark else palette.soft
    for k in range(5):
        t = k / 4
        ridge = [(u * width, height * y) for u, y in _ridge(t, rng)]
        misty = mix(far, palette.ground, 0.35 * (1 - t))
        foot = [(width, height * SHORE), (0.0, height * SHORE)]
        pen.polygon(ridge + foot, fill=mix(misty, palette.deep, t))


def _ridge(t: float, rng: random.Random) -> list[Point]:
    top = 0.44 + 0.19 * t
    peaks = [(rng.uniform(-0.1, 1.1), rng.uniform(0.10, 0.26), rng.uniform(0.3, 1)) for _ in range(4)]
    ridge = []
    for i in range(91):
        u = i / 90
        lift = sum(a * math.exp(-(((u - x) / s) ** 2)) for x, s, a in peaks)
        ridge.append((u, top - 0.075 * (lift - 0.6) * (1.1 - 0.4 * t)))
    return ridge


def _glitter(
    pen: ImageDraw.ImageDraw,
    size: tuple[int, int],
    sun: tuple[float, float, RGB],
    rng: random.Random,
    palette: Palette,
) -> None:
    """The sun's road on the water: bars that widen and part as they come nearer."""
    (width, height), (cx, radius, colour) = size, sun
    shore, faint = height * SHORE, mix(palette.deep, palette.soft, 0.55)
    y = shore + height * 0.012
    while y < height * 0.99:
        depth = (y - shore) / (height - shore)
        thick = height * (0.0028 + 0.006 * depth)
        half = radius * (0.95 - 0.5 * depth) * rng.uniform(0.55, 1.0)
        x = cx + rng.uniform(-0.1, 0.1) * radius
        pen.rounded_rectangle((x - half, y, x + half, y + thick), thick / 2, fill=colour)
        if rng.random() < 0.75:
            x, half = rng.uniform(0, width), width * rng.uniform(0.05, 0.22)
            box = (x - half, y + thick * 1.7, x + half, y + thick * 2.4)
            pen.rounded_rectangle(box, thick / 2, fill=faint)
        y += thick * 2.5 + height * 0.004
