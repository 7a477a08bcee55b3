"""Swell upon swell, each with its own fine lines."""

import math
import random
from collections.abc import Callable

from PIL import ImageDraw

from catalog.demo.art.colour import mix, ramp, warmest
from catalog.demo.art.geometry import TAU, disc, unit
from catalog.demo.art.light import Picture
from catalog.demo.art.palettes import Palette

LAYERS = 9
Swell = Callable[[float, float], float]


def draw(picture: Picture, rng: random.Random, palette: Palette) -> Picture:
    width, height = picture.size
    sky = mix(palette.ground, palette.deep if palette.dark else palette.pale, 0.35)
    picture.paste(sky, (0, 0, width, height))
    pen, size = ImageDraw.Draw(picture), unit(picture)
    disc(pen, width * rng.uniform(0.25, 0.75), height * 0.2, size * 0.13, warmest(palette.colours))
    last = palette.deep if palette.dark else palette.ink
    colours = ramp((palette.pale, palette.soft, palette.mid, palette.deep, last), LAYERS)
    for k, colour in enumerate(colours):
        swell = _swell(picture, k / (LAYERS - 1), rng)
        xs = [width * i / 60 for i in range(61)]
        pen.polygon([*((x, swell(x, 0)) for x in xs), (width, height), (0, height)], fill=colour)
        for q in range(1, 6):
            line = [(x, swell(x, q * 0.062)) for x in xs]
            thin = max(2, round(size / 420))
            pen.line(line, fill=mix(colour, palette.ground, 0.42), width=thin, joint="curve")
    return picture


def _swell(picture: Picture, t: float, rng: random.Random) -> Swell:
    """The height of a layer at x; a lift draws its lines further down, calmer each time."""
    height = picture.height
    base, amplitude = height * (0.24 + 0.74 * math.pow(t, 1.15)), height * (0.022 + 0.035 * t)
    slow, quick = rng.uniform(0.8, 1.5), rng.uniform(1.8, 2.8)
    p, q = rng.uniform(0, TAU), rng.uniform(0, TAU)

    def swell(x: float, lift: float) -> float:
        turn = x / unit(picture) * TAU
        y = math.sin(turn * slow + p) + 0.35 * math.sin(turn * quick + q + lift * 3)
        return base + amplitude * y * (1 - lift * 1.6) + lift * height * 0.16

    return swell
