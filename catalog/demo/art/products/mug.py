"""Mugs, on a sweep of paper and on a shelf."""

from PIL import Image

from catalog.demo.art.colour import rgb
from catalog.demo.art.light import Picture, grain
from catalog.demo.art.motifs import art
from catalog.demo.art.products.shelf import lay_shelf
from catalog.demo.art.spec import PictureSpec
from catalog.demo.art.things.cutout import Cutout
from catalog.demo.art.things.mug import PAD, mug
from catalog.demo.art.things.pots import JAR, stand_pot
from catalog.demo.art.things.surfaces import puddle, table, wall

WRAP = (1320, 760)


def mug_right(spec: PictureSpec) -> Picture:
    """Handle to the right."""
    return _portrait(spec, _made(spec))


def mug_left(spec: PictureSpec) -> Picture:
    """The same turned round: the whole picture is drawn in a mirror, but not the motif."""
    return _portrait(spec, _made(spec, mirrored=True)).transpose(Image.Transpose.FLIP_LEFT_RIGHT)


def mug_on_shelf(spec: PictureSpec) -> Picture:
    w, h = spec.size
    scene = wall(spec.size, spec.colours.wall, f"mugs{spec.seed}")
    stand = lay_shelf(scene, spec.seed)
    stand_pot(scene, (w * 0.80, stand + 4), JAR, w / 640, rgb("#dfd6c5"))
    cup = _made(spec, width=round(w * 0.36))
    _set_down(scene, cup, (round(w * 0.15), stand + round(h * 0.022)), round(w * 0.36))
    return grain(scene, spec.seed, 4)


def _made(spec: PictureSpec, *, width: int = 0, mirrored: bool = False) -> Cutout:
    motif = art(*spec.drawing, WRAP)
    if mirrored:
        motif = motif.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    return mug(motif, width or round(spec.size[0] * 0.53), spec.finish or "chalk")


def _portrait(spec: PictureSpec, cup: Cutout) -> Picture:
    w, h = spec.size
    scene = table(spec.size, spec.colours.wall, f"mug{spec.seed}", 0.66)
    _set_down(scene, cup, (round(w * 0.165), round(h * 0.735)), round(w * 0.53))
    return grain(scene, spec.seed, 4)


def _set_down(scene: Picture, cup: Cutout, foot: tuple[int, int], width: int) -> None:
    """`foot` is the body's lower left corner."""
    left, base = foot
    floor = base - width * 0.065
    shades = ((0.34, 0.02, 0.42, 0.12, 0.34), (0.12, 0.01, 0.12, 0.05, 0.40), (0.012, 0.004, -0.05, 0.015, 0.8))
    for dx, dy, grow, blur, strength in shades:
        cx, cy = left + width * (0.5 + dx), floor + width * dy
        rx, ry = width * (0.5 + grow / 2), width * (0.088 + grow * 0.07)
        puddle(scene, (cx - rx, cy - ry, cx + rx, cy + ry), width * blur, strength)
    cup.onto(scene, (left - PAD // 2, base - cup.size[1] + PAD // 2))
