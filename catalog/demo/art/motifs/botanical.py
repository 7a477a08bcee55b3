"""Stems grown by a rewriting rule, laid on a shape of colour."""

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass

from PIL import ImageDraw

from catalog.demo.art.colour import RGB, mix
from catalog.demo.art.geometry import Point, disc, unit
from catalog.demo.art.light import Picture
from catalog.demo.art.motifs.panels import side_by_side
from catalog.demo.art.palettes import Palette

UP = -math.pi / 2


@dataclass(frozen=True)
class Stem:
    """Where a stem stands, how it leans and bends, and its tones (the last is the stalk's)."""

    x: float
    y: float
    lean: float
    scale: float
    bend: float
    tones: tuple[RGB, RGB, RGB]


@dataclass
class Brush:
    """What drawing a plant needs to know beside the stem."""

    pen: ImageDraw.ImageDraw
    size: float
    round_leaf: bool
    rng: random.Random
    palette: Palette


def draw(picture: Picture, rng: random.Random, palette: Palette) -> Picture:
    return side_by_side(picture, rng, palette, _plant)


def _plant(picture: Picture, rng: random.Random, palette: Palette) -> Picture:
    pen, size = ImageDraw.Draw(picture), unit(picture)
    _backdrop(pen, picture, rng, palette)
    brush = Brush(pen, min(picture.height, size * 1.25), rng.random() < 0.4, rng, palette)
    for stem in rng.choice((_trio, _pair, _single))(rng, palette):
        _grow(brush, stem, (picture.width, picture.height))
    return picture


def _backdrop(pen: ImageDraw.ImageDraw, picture: Picture, rng: random.Random, palette: Palette) -> None:
    width, height = picture.size
    middle, size = width / 2, min(width, height * 0.8)
    if rng.random() < 0.5:
        disc(pen, middle, height * 0.40, size * 0.33, palette.accent)
        return
    half, top = size * 0.3, height * 0.14
    pen.pieslice((middle - half, top, middle + half, top + half * 2), 180, 360, fill=palette.pale)
    pen.rectangle((middle - half, top + half, middle + half, height * 0.86), fill=palette.pale)


def _tones(palette: Palette) -> tuple[tuple[RGB, RGB, RGB], ...]:
    """Dark, middle and pale greenery."""
    deep, mid, soft = palette.deep, palette.mid, palette.soft
    return (
        (deep, mix(deep, mid, 0.5), palette.ink),
        (mid, mix(mid, deep, 0.5), deep),
        (soft, mix(mid, soft, 0.5), mid),
    )


def _trio(rng: random.Random, palette: Palette) -> Iterator[Stem]:
    dark, middle, pale = _tones(palette)
    yield Stem(0.30, 0.93, -0.15, 0.86, rng.uniform(-0.25, -0.1), pale)
    yield Stem(0.72, 0.94, 0.15, 0.80, rng.uniform(0.1, 0.3), middle)
    yield Stem(0.50, 0.95, 0.0, 1.16, rng.uniform(-0.16, 0.16), dark)


def _pair(rng: random.Random, palette: Palette) -> Iterator[Stem]:
    dark, middle, _ = _tones(palette)
    side = rng.choice((-1, 1))
    yield Stem(0.5 + 0.14 * side, 0.94, 0.16 * side, 0.98, 0.34 * side, middle)
    yield Stem(0.5 - 0.08 * side, 0.95, -0.14 * side, 1.2, -0.3 * side, dark)


def _single(rng: random.Random, palette: Palette) -> Iterator[Stem]:
    yield Stem(0.5, 0.95, -0.1, 1.36, rng.choice((-1, 1)) * 0.26, _tones(palette)[0])


def _word(nodes: int, round_leaf: bool) -> str:
    """The plant as a string: F a step, [ ] a side shoot, L a leaf, T the tip."""
    rule = "F[-L][+L]A" if round_leaf else "F[-L]F[+L]A"
    word = "A"
    for _ in range(nodes):
        word = word.replace("A", rule)
    return word.replace("A", "FT")


def _grow(brush: Brush, stem: Stem, size: tuple[int, int]) -> None:
    rng, word = brush.rng, _word(brush.rng.choice((5, 6, 7)), brush.round_leaf)
    total, step = word.count("F"), 0
    at: Point = (stem.x * size[0], stem.y * size[1])
    angle, reach = UP + stem.lean, brush.size * 0.62 * stem.scale / total
    kept: list[tuple[Point, float]] = []
    for letter in word:
        if letter == "F":
            angle += stem.bend / total + rng.gauss(0, 0.012)
            at = _stalk(brush, stem, at, (angle, reach), step / total)
            step += 1
        elif letter == "[":
            kept.append((at, angle))
        elif letter == "]":
            at, angle = kept.pop()
        elif letter in "+-":
            angle += (1 if letter == "+" else -1) * rng.uniform(0.72, 0.92)
        else:
            length = _leaf_length(brush, stem, step / total, tip=letter == "T")
            _leaf(brush, at, angle, length, stem.tones[step % 2])


def _stalk(brush: Brush, stem: Stem, at: Point, step: tuple[float, float], t: float) -> Point:
    angle, reach = step
    end = (at[0] + reach * math.cos(angle), at[1] + reach * math.sin(angle))
    width = max(3, round(brush.size * 0.0068 * stem.scale * (1 - 0.6 * t)))
    brush.pen.line([at, end], fill=stem.tones[2], width=width)
    return end


def _leaf_length(brush: Brush, stem: Stem, t: float, tip: bool) -> float:
    """Short at the foot, long in the middle, short again towards the tip."""
    longest = brush.size * (0.125 if brush.round_leaf else 0.17) * stem.scale
    swell = math.pow(max(0.0, math.sin(math.pi * (0.22 + 0.62 * t))), 0.8)
    return longest * swell * brush.rng.uniform(0.9, 1.08) * (0.9 if tip else 1)


def _leaf(brush: Brush, root: Point, angle: float, length: float, colour: RGB) -> None:
    """Two halves, the lower in shade, with three veins a side."""
    width = length * (0.33 if brush.round_leaf else 0.17)
    ca, sa = math.cos(angle), math.sin(angle)

    def at(u: float, v: float) -> Point:
        v += 0.10 * length * math.sin(u * math.pi)  # a leaf is never quite straight
        return (root[0] + u * length * ca - v * sa, root[1] + u * length * sa + v * ca)

    def fat(u: float) -> float:
        return math.sin(math.pi * min(1.0, u) ** 0.82) * width

    us = [i / 14 for i in range(15)]
    spine = [at(u, 0) for u in us]
    ground, pen = brush.palette.ground, brush.pen
    pen.polygon([at(u, fat(u)) for u in us] + spine[::-1], fill=colour)
    pen.polygon([at(u, -fat(u)) for u in us] + spine[::-1], fill=mix(colour, brush.palette.ink, 0.17))
    thin = max(1, round(brush.size / 875))
    for q in (0.3, 0.48, 0.66):
        for sign in (1, -1):
            vein = [at(q, 0), at(q + 0.14, sign * fat(q + 0.14) * 0.78)]
            pen.line(vein, fill=mix(colour, ground, 0.35), width=thin)
    pen.line(spine, fill=mix(colour, ground, 0.45), width=max(2, round(brush.size / 625)))
