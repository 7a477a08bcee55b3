"""Thrown pots: a vase, a bowl, anything turned."""

import functools
import math
from collections.abc import Callable, Sequence

from PIL import Image, ImageDraw

from catalog.demo.art.colour import RGB, shade
from catalog.demo.art.geometry import Point
from catalog.demo.art.light import Picture, field, grain, light
from catalog.demo.art.things.cutout import Cutout
from catalog.demo.art.things.surfaces import puddle

VASE: tuple[Point, ...] = ((0, 58), (70, 96), (140, 102), (210, 66), (262, 34), (300, 40))
BOWL: tuple[Point, ...] = ((0, 40), (34, 70), (70, 84))
JAR: tuple[Point, ...] = ((0, 44), (40, 62), (110, 66), (150, 58), (172, 44), (184, 46))


def stand_pot(scene: Picture, foot: Point, profile: Sequence[Point], k: float, colour: RGB) -> None:
    """A pot on its foot; profile is (height, radius) from foot to lip, k scales it."""
    shape = [(h * k, r * k) for h, r in profile]
    wide, (cx, base) = shape[0][1], foot
    for grow, dx, blur, strength in ((1.9, 0.9, 14, 0.3), (1.15, 0.12, 4, 0.55)):
        x, rx, ry = cx + wide * dx, wide * grow, wide * 0.16 * grow
        puddle(scene, (x - rx, base - ry, x + rx, base + ry), blur, strength)
    pot = _turned(shape, colour)
    pot.onto(scene, (round(cx - pot.size[0] / 2), round(base - pot.size[1] + 10)))


def _turned(shape: Sequence[Point], colour: RGB) -> Cutout:
    top, wide = max(h for h, _ in shape), max(r for _, r in shape)
    size = (round(wide * 2 + 20) * 2, round(top + 30) * 2)
    middle, foot = size[0] / 2, size[1] - 20
    lip = foot - top * 2
    radius = _radius(shape, foot, top)
    mask = _outline(size, radius, foot, lip)

    def lit(u: float, v: float) -> float:
        n = max(-1, min(1, (u * size[0] - middle) / max(1, radius(v * size[1]))))
        z = math.sqrt(1 - n * n)
        return 0.34 + 0.20 * z + 0.34 * max(0, z * 0.8 - n * 0.6) - 0.10 * v

    pot = light(grain(Image.new("RGB", size, colour), 3, 16, 1.4), field(size, lit, 60))
    mouth, pen = radius(lip), ImageDraw.Draw(pot)
    hollow = (middle - mouth * 0.84, lip - mouth * 0.12, middle + mouth * 0.84, lip + mouth * 0.13)
    pen.ellipse(hollow, fill=shade(colour, 0.42))
    return Cutout(pot, mask)


def _outline(size: tuple[int, int], radius: Callable[[float], float], foot: float, lip: float) -> Picture:
    mask, middle = Image.new("L", size, 0), size[0] / 2
    pen = ImageDraw.Draw(mask)
    ys = [foot + (lip - foot) * i / 70 for i in range(71)]
    left = [(middle - radius(y), y) for y in ys]
    right = [(middle + radius(y), y) for y in ys[::-1]]
    pen.polygon(left + right, fill=255)
    for y, flat in ((foot, 0.1), (lip, 0.16)):
        r = radius(y)
        pen.ellipse((middle - r, y - r * flat, middle + r, y + r * flat), fill=255)
    return mask


def _radius(shape: Sequence[Point], foot: float, top: float) -> Callable[[float], float]:
    """Half the pot's width at a row of the double-size picture: a smooth curve through the profile."""

    @functools.cache
    def radius(y: float) -> float:
        t = min(max((foot - y) / 2, 0), top)
        i = next((i for i in range(len(shape) - 1) if t <= shape[i + 1][0]), len(shape) - 2)
        (h0, r0), (h1, r1) = shape[i], shape[i + 1]
        before, after = shape[max(0, i - 1)][1], shape[min(len(shape) - 1, i + 2)][1]
        k, m0, m1 = (t - h0) / (h1 - h0), (r1 - before) / 2, (after - r0) / 2
        left = (2 * k**3 - 3 * k * k + 1) * r0 + (k**3 - 2 * k * k + k) * m0
        return 2 * (left + (3 * k * k - 2 * k**3) * r1 + (k**3 - k * k) * m1)

    return radius
