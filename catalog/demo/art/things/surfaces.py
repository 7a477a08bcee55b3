"""Walls, tables, boards, and the shadows that lie on them."""

import math
import random
from collections.abc import Callable

from PIL import Image, ImageDraw

from catalog.demo.art.colour import RGB, WHITE, mix, rgb, shade
from catalog.demo.art.geometry import Point
from catalog.demo.art.light import Picture, Scale, Size, field, light, overlay, soft, speckle, tint
from catalog.demo.art.things.branch import branch_shapes
from catalog.demo.art.things.cutout import SHADOW

SUN = rgb("#fffaf0")
Box = tuple[float, float, float, float]
OAK = rgb("#c9a374")


def wall(size: Size, colour: RGB, seed: str, *, window: bool = True) -> Picture:
    """Plaster under soft light from the upper left."""
    lit = mix(colour, SUN, 0.30)
    dim = shade(mix(colour, rgb("#4a4a58"), 0.16), 0.92)
    fall = field(size, lambda u, v: 1 - 0.62 * math.hypot(u * 0.9 - 0.12, v * 0.8 - 0.1))
    plaster = Image.composite(Image.new("RGB", size, lit), Image.new("RGB", size, dim), fall)
    if window:
        _sunlight(plaster, random.Random(f"wall/{seed}"))
    return plaster


def _sunlight(plaster: Picture, rng: random.Random) -> None:
    """The window's panes on the wall, slanting."""
    w, h = plaster.size
    x, y = w * rng.uniform(-0.12, 0.1), h * rng.uniform(-0.05, 0.1)
    lean, side = rng.uniform(0.28, 0.42), max(w, h) * 0.27
    panes: list[list[float]] = []
    for i in range(2):
        for j in range(3):
            left, top = x + i * side * 1.06, y + j * side * 0.86
            right, low, drop = left + side, top + side * 0.8, side * 0.12
            panes.append([
                left + top * lean, top, right + top * lean, top + drop,
                right + low * lean, low + drop, left + low * lean, low,
            ])  # fmt: skip
    blur = max(w, h) * 0.011

    def stamp(pen: ImageDraw.ImageDraw, at: Scale) -> None:
        for pane in panes:
            pen.polygon(at(*pane), fill=255)

    tint(plaster, SUN, soft(plaster.size, stamp, blur), 0.34)


def leaf_light(scene: Picture, seed: str, strength: float = 0.16) -> None:
    """The shadow of a branch outside the window."""
    rng, (w, h) = random.Random(f"leaves/{seed}"), scene.size
    shapes: list[list[Point]] = []
    for i in range(3):
        start = (w * (1.02 + 0.14 * i), h * (-0.14 + 0.16 * i))
        reach = h * rng.uniform(0.5, 0.75)
        branch = branch_shapes(start, rng.uniform(2.1, 2.7), reach, h * 0.15, rng)
        shapes += [half for leaf in branch.leaves for half in leaf]

    def stamp(pen: ImageDraw.ImageDraw, at: Scale) -> None:
        for shape in shapes:
            pen.polygon(at(*(c for point in shape for c in point)), fill=255)

    tint(scene, SHADOW, soft(scene.size, stamp, w * 0.009), strength)


def table(size: Size, colour: RGB, seed: str, line: float = 0.7) -> Picture:
    """A sweep of paper: wall runs into table without an edge, only a change of light."""
    scene = wall(size, colour, seed, window=False)
    top = mix(mix(colour, WHITE, 0.34), rgb("#fff3e0"), 0.2)
    tint(scene, top, field(size, lambda u, v: 1 / (1 + math.exp(-(v - line) * 26)), 48), 0.85)
    w, h = size
    beam = (-w * 0.2, h * 0.05, w * 0.35, -h * 0.1, w * 1.0, h * 1.0, w * 0.35, h * 1.1)
    glow = soft(size, lambda pen, at: pen.polygon(at(*beam), fill=255), w * 0.12, 8)
    tint(scene, SUN, glow, 0.28)
    return scene


def board(size: Size, seed: int, colour: RGB = OAK) -> Picture:
    """Sawn wood: broad bands of growth, and fine figure within them."""
    w, h = size
    fine = speckle((max(2, w // 200), h), seed, 24).resize(size, Image.Resampling.BICUBIC)
    broad = speckle((max(2, w // 420), max(3, h // 18)), seed + 1, 26)
    wood = overlay(Image.new("RGB", size, colour), broad.resize(size, Image.Resampling.BICUBIC))
    return overlay(wood, fine)


def shelf_board(scene: Picture, line: int, seed: int, colour: RGB = OAK) -> None:
    """A board across the picture from `line` down: its top in the light, its front in shade."""
    w, h = scene.size
    wood = board((w, h - line), seed, colour)
    lip = 0.42
    shine = field(wood.size, lambda u, v: (0.92 if v < lip else 0.68) - 0.16 * u - 0.10 * v, 60)
    contact(scene, (-50, line - 4, w + 50, line + 6), 8, 0.45)
    scene.paste(light(wood, shine), (0, line))


def contact(scene: Picture, box: Box, blur: float, strength: float) -> None:
    """The shadow of an edge: the dark line where two things touch."""
    _shade(scene, box, blur, strength, ImageDraw.ImageDraw.rectangle)


def puddle(scene: Picture, box: Box, blur: float, strength: float) -> None:
    """The round shadow under something standing on a table."""
    _shade(scene, box, blur, strength, ImageDraw.ImageDraw.ellipse)


def _shade(scene: Picture, box: Box, blur: float, strength: float, shape: Callable[..., None]) -> None:
    """Blur a shape and lay it on, working on that part of the scene only."""
    reach, scale = blur * 3, 4 if blur > 8 else 2
    left, top = max(0, math.floor(box[0] - reach)), max(0, math.floor(box[1] - reach))
    right, low = min(scene.width, math.ceil(box[2] + reach)), min(scene.height, math.ceil(box[3] + reach))
    if right - left < scale or low - top < scale:
        return
    moved = (box[0] - left, box[1] - top, box[2] - left, box[3] - top)
    mask = soft((right - left, low - top), lambda pen, at: shape(pen, at(*moved), fill=255), blur, scale)
    part = scene.crop((left, top, right, low))
    tint(part, SHADOW, mask, strength)
    scene.paste(part, (left, top))


def drop(scene: Picture, box: Box, reach: float, strength: float) -> None:
    """The shadow of something flat on the wall: close and dark, far and faint."""
    x0, y0, x1, y1 = box
    layers = ((0.10, 0.16, 0.14, 0.5), (0.45, 0.7, 0.5, 0.42), (1.1, 1.5, 1.3, 0.34))
    for dx, dy, blur, part in layers:
        away = (x0 + reach * dx, y0 + reach * dy, x1 + reach * dx, y1 + reach * dy)
        contact(scene, away, reach * blur, strength * part)
