"""The print at its real size: above a sideboard, with what stands on it."""

from PIL import Image, ImageDraw

from catalog.demo.art.colour import RGB, mix, rgb, shade
from catalog.demo.art.light import Picture, field, grain, light
from catalog.demo.art.motifs import printed
from catalog.demo.art.products.shelf import greenery
from catalog.demo.art.spec import PictureSpec
from catalog.demo.art.things.frame import framed
from catalog.demo.art.things.surfaces import board, contact, drop, wall

TOP = 0.755
BOOKS = ("#7d8f86", "#d9c9a8", "#a9553a")


def room(spec: PictureSpec) -> Picture:
    w, h = spec.size
    scene = wall(spec.size, mix(spec.colours.wall, rgb("#e9e3d8"), 0.35), f"room{spec.seed}")
    width, x, y = round(w * 0.46), round(w * 0.115), round(h * 0.115)
    motif = printed(*spec.drawing, (round(width * 0.9), round(width * 1.125)))
    piece = framed(motif, width, spec.finish or "oak", spec.seed)
    drop(scene, (x, y, x + width, y + piece.height), w * 0.024, 0.6)
    scene.paste(piece, (x, y))
    _sideboard(scene, spec.seed)
    stand = round(h * TOP) + 12
    _books(scene, (round(w * 0.13), stand), spec.colours.mid)
    greenery(scene, (w * 0.815, stand + 6), w / 1720)
    return grain(scene, spec.seed, 4)


def _sideboard(scene: Picture, seed: int) -> None:
    """Its top in the light, and three doors in shade below."""
    w, h = scene.size
    line, thick = round(h * TOP), round(h * 0.030)
    contact(scene, (-50, line - 5, w + 50, line + 6), 8, 0.4)
    front = board((w, h - line - thick), seed + 3, rgb("#ad8458"))
    front = light(front, field(front.size, lambda u, v: 0.72 - 0.12 * u - 0.16 * v))
    scene.paste(front, (0, line + thick))
    top = board((w, thick), seed, rgb("#cba678"))
    scene.paste(light(top, field(top.size, lambda u, v: 0.92 - 0.14 * u)), (0, line))
    contact(scene, (-50, line + thick, w + 50, line + thick + 5), 6, 0.55)
    for at in (0.34, 0.72):
        _door_gap(scene, round(w * at), line + thick + 12)


def _door_gap(scene: Picture, x: int, top: int) -> None:
    pen = ImageDraw.Draw(scene)
    pen.line([(x, top), (x, scene.height)], fill=rgb("#4f3821"), width=3)
    pen.line([(x + 3, top), (x + 3, scene.height)], fill=rgb("#b58d60"), width=1)


def _books(scene: Picture, foot: tuple[int, int], third: RGB) -> None:
    """Three of them, lying."""
    x, y = foot
    colours = [rgb(c) for c in BOOKS[:2]] + [third]
    contact(scene, (x - 4, y - 4, x + scene.width * 0.27, y + 5), 6, 0.55)
    for k, colour in enumerate(colours):
        wide, thick = round(scene.width * (0.25 - 0.022 * k)), round(scene.width * (0.030 - 0.004 * (k % 2)))
        left = x + round(scene.width * (0.004 + 0.011 * k))
        y -= thick
        spine = Image.new("RGB", (wide, thick), colour)
        spine = light(spine, field(spine.size, lambda u, v: 0.84 - 0.16 * u - 0.22 * v))
        pen = ImageDraw.Draw(spine)
        for at in (0.08, 0.92):
            pen.rectangle((wide * at, 0, wide * at + 3, thick), fill=shade(colour, 1.18))
        scene.paste(spine, (left, y))
        contact(scene, (left, y + thick - 2, left + wide, y + thick), 2, 0.4)
