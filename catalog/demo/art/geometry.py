"""Points and polygons."""

import math
import random
from collections.abc import Sequence

from PIL import Image, ImageDraw

from catalog.demo.art.colour import RGB

TAU = math.tau
Point = tuple[float, float]


def unit(picture: Image.Image) -> float:
    """A length that is the width of a 4:5 sheet of the same area, so a motif keeps its scale."""
    return math.sqrt(picture.width * picture.height / 1.25)


def disc(draw: ImageDraw.ImageDraw, x: float, y: float, r: float, fill: RGB | int) -> None:
    draw.ellipse((x - r, y - r, x + r, y + r), fill=fill)


def smooth(points: Sequence[Point], rounds: int = 2) -> list[Point]:
    """Cut the corners of a closed polygon, after Chaikin."""
    shape = list(points)
    for _ in range(rounds):
        cut: list[Point] = []
        for (ax, ay), (bx, by) in zip(shape, shape[1:] + shape[:1], strict=True):
            cut.append((ax * 0.75 + bx * 0.25, ay * 0.75 + by * 0.25))
            cut.append((ax * 0.25 + bx * 0.75, ay * 0.25 + by * 0.75))
        shape = cut
    return shape


def clip(polygon: Sequence[Point], nx: float, ny: float, d: float) -> list[Point]:
    """The part of a convex polygon where nx*x + ny*y <= d."""
    corners = list(polygon)
    out: list[Point] = []
    for (ax, ay), (bx, by) in zip(corners, corners[1:] + corners[:1], strict=True):
        da, db = nx * ax + ny * ay - d, nx * bx + ny * by - d
        if da <= 0:
            out.append((ax, ay))
        if da * db < 0:
            t = da / (da - db)
            out.append((ax + (bx - ax) * t, ay + (by - ay) * t))
    return out


def voronoi_cell(points: Sequence[Point], i: int, box: Sequence[Point], gap: float) -> list[Point]:
    """What lies nearer to point i than to any other, pulled in by gap."""
    polygon = list(box)
    px, py = points[i]
    near = sorted(points, key=lambda q: (q[0] - px) ** 2 + (q[1] - py) ** 2)[1:22]
    for qx, qy in near:
        length = math.hypot(qx - px, qy - py)
        nx, ny = (qx - px) / length, (qy - py) / length
        polygon = clip(polygon, nx, ny, nx * (px + qx) / 2 + ny * (py + qy) / 2 - gap)
        if len(polygon) < 3:
            return []
    return polygon


def scatter(rng: random.Random, width: float, height: float, radius: float, pad: float) -> list[Point]:
    """Points no nearer than radius to each other, by dart throwing in a grid."""
    grid: dict[tuple[int, int], list[Point]] = {}
    out: list[Point] = []
    misses = 0
    while misses < 300 and len(out) < 4000:
        x, y = rng.uniform(-pad, width + pad), rng.uniform(-pad, height + pad)
        gx, gy = int(x // radius), int(y // radius)
        near = (p for i in (-1, 0, 1) for j in (-1, 0, 1) for p in grid.get((gx + i, gy + j), ()))
        if any((x - a) ** 2 + (y - b) ** 2 < radius * radius for a, b in near):
            misses += 1
            continue
        grid.setdefault((gx, gy), []).append((x, y))
        out.append((x, y))
        misses = 0
    return out


def centroid(shape: Sequence[Point]) -> Point:
    return (sum(p[0] for p in shape) / len(shape), sum(p[1] for p in shape) / len(shape))


def shrunk(shape: Sequence[Point], k: float) -> list[Point]:
    """The shape scaled by k about its centroid."""
    cx, cy = centroid(shape)
    return [(cx + (x - cx) * k, cy + (y - cy) * k) for x, y in shape]
