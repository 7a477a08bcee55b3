"""Cushions, on a bench and on a sofa."""

import math

from PIL import Image, ImageDraw

from catalog.demo.art.colour import RGB, mix, rgb
from catalog.demo.art.light import Picture, Scale, field, grain, light, overlay, soft, tint
from catalog.demo.art.motifs import art
from catalog.demo.art.spec import PictureSpec
from catalog.demo.art.things.cushion import PAD, cushion, linen
from catalog.demo.art.things.cutout import SHADOW, Cutout
from catalog.demo.art.things.surfaces import puddle, shelf_board, wall

SOFAS = (rgb("#cfc6b6"), rgb("#8b9384"), rgb("#77808a"), rgb("#b58a6c"))


def cushion_on_bench(spec: PictureSpec) -> Picture:
    w, h = spec.size
    scene = wall(spec.size, spec.colours.wall, f"cushion{spec.seed}")
    seat = round(h * 0.775)
    shelf_board(scene, seat, spec.seed, rgb("#cfae83"))
    side = round(w * 0.70)
    left, top = round(w * 0.15), seat - side + round(side * 0.055)
    _behind(scene, (left, top), side, 0.42)
    for spread, low, blur, strength in ((1.06, 0.10, 0.03, 0.5), (0.96, 0.055, 0.012, 0.55)):
        box = (left + side * 0.03, seat - side * 0.01, left + side * spread, seat + side * low)
        puddle(scene, box, side * blur, strength)
    _made(spec, side).onto(scene, (left - PAD // 2, top - PAD // 2))
    return grain(scene, spec.seed, 4)


def cushion_on_sofa(spec: PictureSpec) -> Picture:
    w, h = spec.size
    scene = wall(spec.size, spec.colours.wall, f"sofa{spec.seed}")
    _sofa(scene, _fabric(spec), spec.seed)
    side = round(w * 0.50)
    left, top = round(w * 0.14), round(h * 0.792) - side
    _behind(scene, (left, top), side, 0.5)
    puddle(scene, (left + side * 0.04, top + side * 0.95, left + side * 1.02, top + side * 1.04), 12, 0.5)
    _made(spec, side).onto(scene, (left - PAD // 2, top - PAD // 2))
    return grain(scene, spec.seed, 4)


def _made(spec: PictureSpec, side: int) -> Cutout:
    motif = art(*spec.drawing, (900, 900))
    return cushion(motif, side, mix(spec.colours.ink, spec.colours.deep, 0.35), spec.seed)


def _behind(scene: Picture, at: tuple[int, int], side: int, strength: float) -> None:
    (left, top), turn = at, side * 0.2

    def stamp(pen: ImageDraw.ImageDraw, scale: Scale) -> None:
        box = (left + side * 0.12, top + side * 0.14, left + side * 1.08, top + side)
        pen.rounded_rectangle(scale(*box), turn / 8, fill=255)

    tint(scene, SHADOW, soft(scene.size, stamp, side * 0.07, 8), strength)


def _fabric(spec: PictureSpec) -> RGB:
    """The sofa that lets this palette speak: not the one most like its ground."""
    return SOFAS[spec.seed % len(SOFAS)]


def _sofa(scene: Picture, fabric: RGB, seed: int) -> None:
    w, h = scene.size
    _block(scene, (-w * 0.2, h * 0.36, w * 0.50, h * 0.86), fabric, seed)
    _block(scene, (w * 0.505, h * 0.36, w * 1.2, h * 0.86), fabric, seed + 1)
    _block(scene, (-w * 0.2, h * 0.765, w * 1.2, h * 0.90), mix(fabric, (255, 255, 255), 0.10), seed + 2)
    _block(scene, (-w * 0.2, h * 0.885, w * 1.2, h * 1.2), mix(fabric, SHADOW, 0.14), seed + 3)
    _block(scene, (w * 0.80, h * 0.53, w * 1.25, h * 1.2), mix(fabric, (255, 255, 255), 0.05), seed + 4)


def _block(scene: Picture, box: tuple[float, float, float, float], fabric: RGB, seed: int) -> None:
    """One upholstered piece: rounded, brighter on top, its edges turning into shade."""
    x0, y0, x1, y1 = (round(c) for c in box)
    size = (x1 - x0, y1 - y0)
    turn = round(scene.width * 0.045)
    mask = Image.new("L", (size[0] * 2, size[1] * 2), 0)
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, *mask.size), turn * 2, fill=255)

    def shade_at(u: float, v: float) -> float:
        x, y = u * size[0], v * size[1]
        edge = min(x, size[0] - x, y * 1.1, (size[1] - y) * 0.8)
        roll = max(0.0, 1 - edge / (turn * 1.5)) ** 2
        crown = 0.10 * math.pow(max(0.0, 1 - y / (turn * 2.2)), 1.5)
        return 0.80 - 0.06 * (x0 + x) / scene.width - 0.10 * v - 0.20 * roll + crown

    cloth = overlay(Image.new("RGB", size, fabric), linen(size, seed, 1, 9))
    cloth = light(cloth, field(size, shade_at, 72))
    around = Cutout(Image.new("RGB", mask.size), mask)
    around.shadow(scene, (x0 + 3, y0 + 8), 20, 0.34)
    scene.paste(cloth, (x0, y0), mask.reduce(2))
