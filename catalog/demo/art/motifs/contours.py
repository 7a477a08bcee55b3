"""A landscape seen from above: filled bands of height, and hairlines between them."""

import math
import random
from collections.abc import Callable

from PIL import Image, ImageChops

from catalog.demo.art.colour import RGB, WHITE, mix, ramp
from catalog.demo.art.geometry import TAU
from catalog.demo.art.light import Picture, tint
from catalog.demo.art.palettes import Palette

BANDS = 13
GRID = (48, 59)


def draw(picture: Picture, rng: random.Random, palette: Palette) -> Picture:
    relief = _relief(picture.size, _height(rng))
    index = [min(BANDS - 1, i * BANDS // 256) for i in range(256)]
    colours = ramp((palette.deep, palette.mid, palette.soft, palette.pale, palette.ground), BANDS)
    colours[rng.choice((BANDS - 1, BANDS - 2))] = palette.accent
    painted = _painted(relief, index, colours)
    tint(painted, mix(palette.ground, WHITE, 0.4), _edges(relief, index), 0.75)
    return painted


def _height(rng: random.Random) -> Callable[[float, float], float]:
    hills = [
        (rng.uniform(0, 1), rng.uniform(0, 1.25), rng.uniform(0.12, 0.36), rng.choice((1, 1, -0.8))) for _ in range(9)
    ]
    px, py, tilt = rng.uniform(0, TAU), rng.uniform(0, TAU), rng.uniform(-0.3, 0.3)

    def height(u: float, v: float) -> float:
        v *= 1.25
        swell = 0.10 * math.sin(u * 5.2 + px) * math.cos(v * 4.1 + py) + tilt * (u - 0.5)
        return swell + sum(a * math.exp(-((u - x) ** 2 + (v - y) ** 2) / (2 * s * s)) for x, y, s, a in hills)

    return height


def _relief(size: tuple[int, int], height: Callable[[float, float], float]) -> Picture:
    """Heights as greys. Worked out in floats: eight bits would leave steps on the slopes."""
    wide, high = GRID
    rows = [[height((x - 2) / (wide - 5), (y - 2) / (high - 5)) for x in range(wide)] for y in range(high)]
    low, top = min(map(min, rows)), max(map(max, rows))
    relief = Image.new("F", GRID)
    relief.putdata([255 * (z - low) / (top - low) for row in rows for z in row])
    inside = (2.5, 2.5, wide - 2.5, high - 2.5)
    return relief.resize(size, Image.Resampling.BICUBIC, box=inside).convert("L")


def _painted(relief: Picture, index: list[int], colours: list[RGB]) -> Picture:
    channels = [relief.point([colours[k][c] for k in index]) for c in range(3)]
    return Image.merge("RGB", channels)


def _edges(relief: Picture, index: list[int]) -> Picture:
    steps = relief.point([k * 19 for k in index])
    width = max(2, relief.width // 560)
    across = ImageChops.difference(steps, ImageChops.offset(steps, width, 0))
    down = ImageChops.difference(steps, ImageChops.offset(steps, 0, width))
    edges = ImageChops.lighter(across, down).point([0] + [255] * 255)
    edges.paste(0, (0, 0, width, relief.height))  # offset() wraps round
    edges.paste(0, (0, 0, relief.width, width))
    return edges
