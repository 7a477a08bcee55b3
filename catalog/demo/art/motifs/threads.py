"""A times table on a circle: every point tied to its multiple, and a curve appears."""

import math
import random

from PIL import ImageDraw

from catalog.demo.art.colour import RGB, mix, ramp
from catalog.demo.art.geometry import TAU, disc, unit
from catalog.demo.art.light import Picture
from catalog.demo.art.motifs.panels import side_by_side
from catalog.demo.art.palettes import Palette

POINTS = 260


def draw(picture: Picture, rng: random.Random, palette: Palette) -> Picture:
    return side_by_side(picture, rng, palette, _wheel)


def _wheel(picture: Picture, rng: random.Random, palette: Palette) -> Picture:
    inked = palette.dark or rng.random() < 0.6
    back = palette.ground if palette.dark or not inked else mix(palette.deep, palette.ink, 0.3)
    picture.paste(back, (0, 0, *picture.size))
    pen, size = ImageDraw.Draw(picture), min(unit(picture), picture.height)
    times, turn = rng.choice((2, 2, 3, 3, 4, 5)), rng.choice((0.25, 0.5, 0.75)) * TAU
    cx, cy, radius = picture.width / 2, picture.height * 0.49, size * 0.42
    hues = _hues(palette, inked)
    thin = max(1, round(size / 420))
    rim = [
        (cx + radius * math.cos(turn + TAU * k / POINTS), cy + radius * math.sin(turn + TAU * k / POINTS))
        for k in range(POINTS)
    ]
    for k in range(1, POINTS):
        wave = 0.5 - 0.5 * math.cos(TAU * k / POINTS)
        pen.line([rim[k], rim[k * times % POINTS]], fill=hues[min(11, int(wave * 12))], width=thin)
    for x, y in rim[::5]:
        disc(pen, x, y, size * 0.0028, hues[0])
    return picture


def _hues(palette: Palette, inked: bool) -> list[RGB]:
    if palette.dark:
        return ramp((palette.accent, palette.pale, palette.soft, palette.mid), 12)
    if inked:
        return ramp((palette.accent, palette.pale, palette.ground, palette.soft), 12)
    return ramp((palette.accent, palette.mid, palette.deep, palette.ink), 12)
