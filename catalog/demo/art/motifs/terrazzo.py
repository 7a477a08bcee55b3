"""Chips of stone in plaster: large ones first, crumbs between."""

import math
import random

from PIL import ImageDraw

from catalog.demo.art.colour import mix
from catalog.demo.art.geometry import TAU, Point, scatter, unit
from catalog.demo.art.light import Picture
from catalog.demo.art.palettes import Palette

GRADES = (0.115, 0.058, 0.026, 0.012)


def draw(picture: Picture, rng: random.Random, palette: Palette) -> Picture:
    width, height = picture.size
    pen, size = ImageDraw.Draw(picture), unit(picture)
    hues = [*palette.colours, palette.accent, mix(palette.mid, palette.deep, 0.5)]
    taken: list[tuple[float, float, float]] = []
    for grade in GRADES:
        r = size * grade
        for x, y in scatter(rng, width, height, r * 1.75, pad=r):
            if any((x - a) ** 2 + (y - b) ** 2 < (r * 0.9 + q) ** 2 for a, b, q in taken):
                continue
            pen.polygon(_broken(_chip(x, y, r, rng)), fill=rng.choice(hues))
            if grade > 0.02:
                taken.append((x, y, r * 0.96))
    return picture


def _chip(x: float, y: float, r: float, rng: random.Random) -> list[Point]:
    corners = rng.choice((4, 5, 5, 6))
    turn, squash = rng.uniform(0, TAU), rng.uniform(0.62, 1)
    ca, sa = math.cos(turn), math.sin(turn)
    chip = []
    for k in range(corners):
        angle = TAU * (k + rng.uniform(-0.28, 0.28)) / corners
        reach = r * rng.uniform(0.72, 1.02)
        px, py = reach * math.cos(angle), reach * math.sin(angle) * squash
        chip.append((x + px * ca - py * sa, y + px * sa + py * ca))
    return chip


def _broken(chip: list[Point]) -> list[Point]:
    """Nearly sharp corners, just broken."""
    cut: list[Point] = []
    for (ax, ay), (bx, by) in zip(chip, chip[1:] + chip[:1], strict=True):
        cut.append((ax * 0.92 + bx * 0.08, ay * 0.92 + by * 0.08))
        cut.append((ax * 0.08 + bx * 0.92, ay * 0.08 + by * 0.92))
    return cut
