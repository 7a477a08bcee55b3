"""A branch of leaves: in the vase, or as a shadow on the wall."""

import math
import random
from dataclasses import dataclass, field

from PIL import Image, ImageDraw

from catalog.demo.art.colour import RGB, mix, rgb, shade
from catalog.demo.art.geometry import Point
from catalog.demo.art.things.cutout import Cutout

STALK = rgb("#5a5340")
NODES = 13


@dataclass
class Branch:
    """Its spine, and every leaf as two halves."""

    spine: list[Point] = field(default_factory=list)
    leaves: list[tuple[list[Point], list[Point]]] = field(default_factory=list)


def branch_shapes(root: Point, angle: float, length: float, leaf: float, rng: random.Random) -> Branch:
    branch, bend, (x, y) = Branch([root]), rng.uniform(-0.5, 0.5), root
    for i in range(NODES):
        angle += bend / NODES + rng.gauss(0, 0.03)
        x, y = x + length / NODES * math.cos(angle), y + length / NODES * math.sin(angle)
        branch.spine.append((x, y))
        if i < 3:
            continue
        for side in (-1, 1) if i < NODES - 1 else (0,):
            size = leaf * rng.uniform(0.75, 1.1) * (1 - 0.45 * i / NODES)
            branch.leaves.append(_leaf((x, y), angle + side * rng.uniform(0.6, 0.95), size))
    return branch


def _leaf(root: Point, angle: float, length: float) -> tuple[list[Point], list[Point]]:
    ca, sa = math.cos(angle), math.sin(angle)

    def at(u: float, v: float) -> Point:
        return (root[0] + u * length * ca - v * sa, root[1] + u * length * sa + v * ca)

    rim = [(u / 8, math.sin(math.pi * (u / 8) ** 0.85) * length * 0.24) for u in range(9)]
    spine = [at(u, 0) for u, _ in rim[::-1]]
    return [at(u, v) for u, v in rim] + spine, [at(u, -v) for u, v in rim] + spine


def bunch(size: tuple[int, int], root: Point, k: float, rng: random.Random) -> Cutout:
    """Five branches from one neck; `k` scales them, `root` is in the finished picture's pixels."""
    double = (size[0] * 2, size[1] * 2)
    greens = [mix(rgb("#4d6148"), rgb("#8d9c6e"), rng.random()) for _ in range(5)]
    cutout = Cutout(Image.new("RGB", double, greens[0]), Image.new("L", double, 0))
    foot = (root[0] * 2, root[1] * 2)
    for angle, reach in ((-2.12, 350), (-1.80, 470), (-1.46, 500), (-1.14, 420), (-0.86, 330)):
        branch = branch_shapes(foot, angle, reach * k * 2, 156 * k, rng)
        _paint(cutout, branch, greens, rng, max(3, round(7 * k)))
    return cutout


def _paint(cutout: Cutout, branch: Branch, greens: list[RGB], rng: random.Random, stalk: int) -> None:
    pen, cover = ImageDraw.Draw(cutout.picture), ImageDraw.Draw(cutout.mask)
    pen.line(branch.spine, fill=STALK, width=stalk)
    cover.line(branch.spine, fill=255, width=stalk)
    for lit, dim in branch.leaves:
        green = rng.choice(greens)
        pen.polygon(lit, fill=green)
        pen.polygon(dim, fill=shade(green, 0.82))
        cover.polygon(lit, fill=255)
        cover.polygon(dim, fill=255)
