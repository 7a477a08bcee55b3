"""Strokes that follow a slow field, like grass under wind."""

import math
import random
from collections.abc import Callable

from PIL import ImageDraw

from catalog.demo.art.colour import RGB, mix
from catalog.demo.art.geometry import TAU, Point, disc, scatter, unit
from catalog.demo.art.light import Picture
from catalog.demo.art.palettes import Palette


def draw(picture: Picture, rng: random.Random, palette: Palette) -> Picture:
    back = palette.ground if palette.dark else mix(palette.deep, palette.ink, 0.35)
    picture.paste(back, (0, 0, *picture.size))
    pen, size = ImageDraw.Draw(picture), unit(picture)
    direction, tone = _wind(rng), _tones(rng, palette)
    for x, y in scatter(rng, *picture.size, size * 0.021, pad=size * 0.08):
        colour = tone(x / size, y / size)
        _stroke(pen, _path((x, y), size, direction), size * 0.0085, colour)
    return picture


def _wind(rng: random.Random) -> Callable[[float, float], float]:
    p, q, turn = rng.uniform(0, TAU), rng.uniform(0, TAU), rng.uniform(-0.5, 0.5)

    def direction(x: float, y: float) -> float:
        u, v = x * 2.6, y * 2.1
        swirl = 1.25 * math.sin(u + p) + 1.1 * math.cos(v * 1.2 + q)
        return turn + swirl + 0.5 * math.sin(u * 1.7 - v)

    return direction


def _tones(rng: random.Random, palette: Palette) -> Callable[[float, float], RGB]:
    p, q = rng.uniform(0, TAU), rng.uniform(0, TAU)
    light = palette.ink if palette.dark else palette.ground
    hues = (palette.mid, palette.soft, palette.pale, palette.soft, palette.mid, light)

    def tone(x: float, y: float) -> RGB:
        if rng.random() < 0.07:
            return palette.accent
        place = (math.sin(x * 3.2 + p) + math.sin(y * 2.1 + q) + 2) / 4
        return hues[min(5, max(0, int(place * 6 + rng.gauss(0, 0.55))))]

    return tone


def _path(start: Point, size: float, direction: Callable[[float, float], float]) -> list[Point]:
    (x, y), path = start, [start]
    for _ in range(7):
        angle = direction(x / size, y / size)
        x, y = x + size * 0.014 * math.cos(angle), y + size * 0.014 * math.sin(angle)
        path.append((x, y))
    return path


def _stroke(pen: ImageDraw.ImageDraw, path: list[Point], width: float, colour: RGB) -> None:
    pen.line(path, fill=colour, width=round(width), joint="curve")
    for x, y in (path[0], path[-1]):
        disc(pen, x, y, width / 2, colour)
