"""The bare print: whole, on a table, under the shadow of a branch."""

import math
import random

from PIL import Image, ImageDraw

from catalog.demo.art.colour import RGB, WHITE, mix, shade
from catalog.demo.art.light import Picture, Size, field, grain, light, soft, tint
from catalog.demo.art.motifs import printed
from catalog.demo.art.spec import PictureSpec
from catalog.demo.art.things.cutout import SHADOW
from catalog.demo.art.things.surfaces import drop, leaf_light, wall

PAPER: RGB = (251, 250, 245)


def paper_sheet(motif: Picture, size: Size, margin: int) -> Picture:
    """The print with its white edge, the light falling off across it."""
    paper = Image.new("RGB", size, PAPER)
    paper.paste(motif, (margin, margin))
    return light(paper, field(size, lambda u, v: 0.80 - 0.05 * u - 0.04 * v))


def sheet(spec: PictureSpec) -> Picture:
    w, h = spec.size
    scene = wall(spec.size, mix(spec.colours.wall, WHITE, 0.45), f"sheet{spec.seed}", window=False)
    width = round(w * 0.74)
    size, margin = (width, round(width * 1.25)), round(width * 0.06)
    x, y = (w - width) // 2, (h - size[1]) // 2
    _sheet_below(scene, size, (x, y), spec.seed)
    drop(scene, (x + 4, y + 4, x + width - 4, y + size[1] - 4), w * 0.016, 0.5)
    motif = printed(*spec.drawing, (size[0] - 2 * margin, size[1] - 2 * margin))
    scene.paste(paper_sheet(motif, size, margin), (x, y))
    leaf_light(scene, f"{spec.family}{spec.seed}", 0.11)
    return grain(scene, spec.seed, 4)


def _sheet_below(scene: Picture, size: Size, at: tuple[int, int], seed: int) -> None:
    """The interleaving sheet it came with, a little askew."""
    lean = math.radians(random.Random(f"below/{seed}").uniform(1.6, 2.8))
    ca, sa = math.cos(lean), math.sin(lean)
    cx, cy = at[0] + size[0] / 2, at[1] + size[1] / 2
    corners = [(x * size[0] / 2, y * size[1] / 2) for x, y in ((-1, -1), (1, -1), (1, 1), (-1, 1))]
    turned = [c for x, y in corners for c in (cx + x * ca - y * sa, cy + x * sa + y * ca)]
    cast = [c + 14 for c in turned]
    tint(scene, SHADOW, soft(scene.size, lambda pen, scale: pen.polygon(scale(*cast), fill=255), 14), 0.34)
    mask = Image.new("L", (scene.width * 2, scene.height * 2), 0)
    ImageDraw.Draw(mask).polygon([c * 2 for c in turned], fill=255)
    tint(scene, shade(PAPER, 0.965), mask.reduce(2))
