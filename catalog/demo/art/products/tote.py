"""A tote on a peg."""

from PIL import Image, ImageDraw

from catalog.demo.art.colour import rgb
from catalog.demo.art.geometry import disc
from catalog.demo.art.light import Picture, Scale, field, grain, light, soft, tint
from catalog.demo.art.motifs import art
from catalog.demo.art.spec import PictureSpec
from catalog.demo.art.things.cutout import SHADOW, Cutout
from catalog.demo.art.things.surfaces import board, drop, wall
from catalog.demo.art.things.tote import PAD, Print, tote

RAIL = 0.095


def tote_on_peg(spec: PictureSpec) -> Picture:
    w, h = spec.size
    scene = wall(spec.size, spec.colours.wall, f"tote{spec.seed}")
    rail = round(h * RAIL)
    _rail(scene, rail, spec.seed)
    width, top = round(w * 0.60), round(h * 0.385)
    motif = art(*spec.drawing)
    style = Print(spec.finish or "natural", spec.colours.ground, spec.seed)
    bag = tote(motif, width, top - rail, style)
    at = ((w - width) // 2 - PAD // 2, rail)
    for dx, dy, blur, strength in ((0.012, 0.02, 12, 0.34), (0.05, 0.06, 42, 0.34), (0.10, 0.12, 90, 0.2)):
        bag.shadow(scene, (at[0] + round(w * dx), at[1] + round(w * dy)), blur, strength)
    bag.onto(scene, at)
    _peg(scene, (w / 2, rail + h * 0.019), w * 0.020)
    return grain(scene, spec.seed, 4)


def _rail(scene: Picture, top: int, seed: int) -> None:
    w, high = scene.width, round(scene.height * 0.034)
    wood = board((w, high), seed, rgb("#c6a273"))
    wood = light(wood, field(wood.size, lambda u, v: 0.84 - 0.12 * u - 0.16 * v))
    drop(scene, (-90, top, w + 90, top + high), w * 0.012, 0.6)
    scene.paste(wood, (0, top))


def _peg(scene: Picture, at: tuple[float, float], r: float) -> None:
    """Turned beech, over the strap's hidden middle."""
    x, y = at

    def stamp(pen: ImageDraw.ImageDraw, scale: Scale) -> None:
        pen.ellipse(scale(x - r * 0.6, y - r * 0.4, x + r * 1.7, y + r * 2), fill=255)

    tint(scene, SHADOW, soft(scene.size, stamp, r * 0.5, 2), 0.5)
    side = round(r * 4)
    mask = Image.new("L", (side, side), 0)
    disc(ImageDraw.Draw(mask), side / 2, side / 2, r * 2 - 1, 255)
    shine = field((side, side), lambda u, v: 0.98 - 0.94 * ((u - 0.4) ** 2 + (v - 0.38) ** 2) ** 0.5, 24)
    knob = light(Image.new("RGB", (side, side), rgb("#b98f5d")), shine)
    Cutout(knob, mask).onto(scene, (round(x - side / 4), round(y - side / 4)))
