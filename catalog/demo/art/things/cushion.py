"""A linen cushion with piping, plump in the middle and pinched at the corners."""

import math
import random
from collections.abc import Callable

from PIL import Image, ImageChops, ImageDraw

from catalog.demo.art.colour import RGB, WHITE, mix
from catalog.demo.art.geometry import Point, smooth
from catalog.demo.art.light import Picture, field, light, overlay, speckle
from catalog.demo.art.things.cutout import Cutout, warp

PAD = 48
Height = Callable[[float, float], float]


def cushion(motif: Picture, side: int, piping: RGB, seed: int) -> Cutout:
    """`side` is its width and height in the finished picture; the motif is square."""
    inner = side * 2
    whole, rng = inner + PAD * 2, random.Random(f"cushion/{seed}")
    outline = _outline(inner, rng)
    mask = Image.new("L", (whole, whole), 0)
    ImageDraw.Draw(mask).polygon(outline, fill=255)
    cloth = Image.new("RGB", (whole, whole), piping)
    cloth.paste(warp(motif, (inner, inner), _bulge(motif.width), (14, 14)), (PAD, PAD))
    cloth = light(overlay(cloth, linen(cloth.size, seed)), _shading(whole, inner, rng))
    ring = [*outline, *outline[:2]]
    pen = ImageDraw.Draw(cloth)
    pen.line(ring, fill=piping, width=12, joint="curve")
    pen.line([(x - 2, y - 2) for x, y in ring], fill=mix(piping, WHITE, 0.26), width=4, joint="curve")
    ImageDraw.Draw(mask).line(ring, fill=255, width=11, joint="curve")
    return Cutout(cloth, mask)


def linen(size: tuple[int, int], seed: int, thread: int = 2, spread: int = 11) -> Picture:
    """A plain weave around middle grey; thread is in pixels."""
    cell = thread * 4
    weave = Image.new("L", (cell, cell), 128)
    for i in range(cell):
        for j in range(cell):
            up = (i // thread + j // thread) % 2
            weave.putpixel((i, j), 128 + (spread if up else -spread))
    row = Image.new("L", (size[0], cell))
    for x in range(0, size[0], cell):
        row.paste(weave, (x, 0))
    cloth = Image.new("L", size)
    for y in range(0, size[1], cell):
        cloth.paste(row, (0, y))
    return ImageChops.add(cloth, _slubs(size, seed, thread), 2)


def _slubs(size: tuple[int, int], seed: int, thread: int) -> Picture:
    """Threads are never even: thicker ones run across and along."""
    w, h = size
    across = speckle((max(2, w // (thread * 30)), h // thread), seed, 40)
    along = speckle((w // thread, max(2, h // (thread * 30))), seed + 1, 40)
    bicubic = Image.Resampling.BICUBIC
    return ImageChops.add(across.resize(size, bicubic), along.resize(size, bicubic), 2)


def _outline(inner: int, rng: random.Random) -> list[Point]:
    """Four sides that fall in a little between the corners, less where it stands."""
    dents = [rng.uniform(0.030, 0.046) * inner for _ in range(4)]
    dents[2] = 0.012 * inner
    points: list[Point] = []
    for side, dent in enumerate(dents):
        for i in range(22):
            along, inward = i / 22 * inner, dent * math.sin(math.pi * i / 22) ** 0.9
            points.append(_on_side(side, along, inward, inner))
    points = smooth(points, 2)
    for _ in range(2):
        points = _eased(points)
    return points


def _on_side(side: int, along: float, inward: float, inner: int) -> Point:
    far = PAD + inner
    return (
        (PAD + along, PAD + inward),
        (far - inward, PAD + along),
        (far - along, far - inward),
        (PAD + inward, far - along),
    )[side]


def _eased(points: list[Point]) -> list[Point]:
    before, after = points[-3:] + points[:-3], points[3:] + points[:3]
    return [
        ((ax + x * 2 + bx) / 4, (ay + y * 2 + by) / 4)
        for (ax, ay), (x, y), (bx, by) in zip(before, points, after, strict=True)
    ]


def _bulge(side: int) -> Callable[[float, float], Point]:
    """The drawing as it lies on a dome: wider in the middle."""

    def place(u: float, v: float) -> Point:
        x, y = u * 2 - 1, v * 2 - 1
        sx = x * (1 + 0.075 * (y * y - 0.35) + 0.03 * x * x)
        sy = y * (1 + 0.075 * (x * x - 0.35) + 0.03 * y * y)
        return ((sx * 0.485 + 0.5) * (side - 1), (sy * 0.485 + 0.5) * (side - 1))

    return place


def _relief(rng: random.Random) -> Height:
    """The filling's height, with folds that run into the corners."""
    corners = [(x, y, rng.uniform(0, math.tau)) for x in (0, 1) for y in (0, 1)]
    dip, wide = rng.uniform(0.42, 0.58), rng.uniform(0.10, 0.16)

    def height(u: float, v: float) -> float:
        x, y = min(1, abs(u * 2 - 1)), min(1, abs(v * 2 - 1))
        z = 0.50 * math.pow((1 - math.pow(x, 2.2)) * (1 - math.pow(y, 2.2)), 0.66)
        for cx, cy, phase in corners:
            r = math.hypot(u - cx, v - cy)
            turn = math.atan2(abs(v - cy), abs(u - cx))
            z += 0.020 * math.exp(-((r - 0.2) ** 2) / 0.016) * math.sin(turn * 9 + phase)
        return z - 0.05 * math.exp(-((u - dip) ** 2) / 0.02 - ((v - 0.05) ** 2) / wide**2)

    return height


def _shading(whole: int, inner: int, rng: random.Random) -> Picture:
    """Light from the upper left on the filling's slopes."""
    height, n = _relief(rng), 46
    step = whole / inner / (n - 1)
    start = -PAD / inner
    zs = [[height(start + step * x, start + step * y) for x in range(-1, n + 1)] for y in range(-1, n + 1)]

    def lit(u: float, v: float) -> float:
        x, y = round(u * (n - 1)) + 1, round(v * (n - 1)) + 1
        gx = (zs[y][x + 1] - zs[y][x - 1]) / (2 * step)
        gy = (zs[y + 1][x] - zs[y - 1][x]) / (2 * step)
        slope = (gx * 0.62 + gy * 0.55) / math.sqrt(gx * gx + gy * gy + 2.4)
        right, down = start + step * (x - 1) - 0.5, start + step * (y - 1) - 0.7
        return max(0.36, min(0.97, 0.79 + 0.28 * slope - 0.05 * right - 0.12 * max(0, down)))

    return field((whole, whole), lit, n)
