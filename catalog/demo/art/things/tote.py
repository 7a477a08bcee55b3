"""A canvas bag on its straps, printed."""

import math
import random
from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image, ImageChops, ImageDraw

from catalog.demo.art.colour import RGB, WHITE, mix, rgb, shade
from catalog.demo.art.geometry import Point
from catalog.demo.art.light import Picture, field, light, overlay, speckle
from catalog.demo.art.things.cutout import Cutout, cover

CANVAS = {"natural": rgb("#ece3cf"), "ink": rgb("#31393e"), "clay": rgb("#b9714d")}
PAD = 60


@dataclass(frozen=True)
class Bag:
    """Measures in its own double-size layer: the body, and how far the straps rise above it."""

    width: int
    height: int
    rise: int
    colour: RGB

    @property
    def layer(self) -> tuple[int, int]:
        return (self.width + PAD * 2, self.rise + self.height + PAD)

    @property
    def middle(self) -> float:
        return PAD + self.width / 2

    @property
    def strap(self) -> int:
        return round(self.width * 0.062)

    @property
    def dark(self) -> bool:
        return self.colour[0] < 100


@dataclass(frozen=True)
class Print:
    """The canvas's name, the colour of the drawing's paper, and the seed of the folds."""

    canvas: str
    ground: RGB
    seed: int


def tote(motif: Picture, width: int, rise: int, style: Print) -> Cutout:
    """`width` is the bag's; the straps hang from a point `rise` pixels above its hem."""
    bag = Bag(width * 2, round(width * 1.10) * 2, rise * 2, CANVAS[style.canvas])
    layer, mask = _straps(bag)
    body = _body(bag)
    cloth = _printed(bag, motif, style.ground)
    _hem(cloth, bag)
    _seams(cloth, bag)
    cloth = overlay(cloth, _threads(bag.layer, style.seed))
    cloth = light(cloth, field(bag.layer, _creases(bag, style.seed), 60))
    layer.paste(cloth, (0, 0), body)
    return Cutout(layer, ImageChops.lighter(mask, body))


def strap_line(bag_width: int, rise: int, spread: float, lift: float, middle: float) -> list[Point]:
    """One strap: up from the bag, over the peg, and down again."""
    out: list[Point] = []
    for i in range(61):
        sign = -1 if i <= 30 else 1
        t = i / 30 if i <= 30 else 2 - i / 30
        x = middle + sign * bag_width * spread * (1 - t) ** 0.62 * (1 - 0.1 * math.sin(math.pi * t))
        foot = rise + bag_width * 0.027
        out.append((x, foot - (foot - lift) * math.sin(t * math.pi / 2) ** 1.15))
    return out


def _straps(bag: Bag) -> tuple[Picture, Picture]:
    """The back strap in shade, the front one over it."""
    layer, mask = Image.new("RGB", bag.layer, bag.colour), Image.new("L", bag.layer, 0)
    pen, cover_pen = ImageDraw.Draw(layer), ImageDraw.Draw(mask)
    for spread, lift, tone in ((0.212, 0.050, 0.78), (0.235, 0.088, 0.97)):
        line = strap_line(bag.width, bag.rise, spread, bag.width * lift, bag.middle)
        pen.line(line, fill=shade(bag.colour, tone * 0.88), width=bag.strap, joint="curve")
        pen.line(line, fill=shade(bag.colour, tone), width=bag.strap - 8, joint="curve")
        for side in (-0.34, 0.34):
            stitch = [(x + bag.strap * side, y) for x, y in line]
            pen.line(stitch, fill=shade(bag.colour, tone * 0.88), width=2)
        cover_pen.line(line, fill=255, width=bag.strap, joint="curve")
    return layer, mask


def _body(bag: Bag) -> Picture:
    w, h, top = bag.width, bag.height, bag.rise
    left = [(PAD + w * (0.012 - 0.012 * t), top + h * t) for t in (0, 0.3, 0.6, 0.9)]
    left += [(PAD + w * 0.007, top + h * 0.975), (PAD + w * 0.03, top + h * 0.992)]
    low = [(PAD + w * t, top + h * (0.992 + 0.010 * math.sin(math.pi * t))) for t in (0.25, 0.5, 0.75)]
    right = [(PAD * 2 + w - x, y) for x, y in left[::-1]]
    mask = Image.new("L", bag.layer, 0)
    ImageDraw.Draw(mask).polygon(left + low + right, fill=255)
    return mask


def _printed(bag: Bag, motif: Picture, ground: RGB) -> Picture:
    """Water-based ink lets canvas stand in for pale paper; on dyed canvas it is laid opaque."""
    wide = round(bag.width * 0.66)
    motif = cover(motif, (wide, round(wide * 1.16)))
    at = (round(bag.middle - wide / 2), round(bag.rise + bag.height * 0.175))
    cloth = Image.new("RGB", bag.layer, bag.colour)
    if bag.colour != CANVAS["natural"]:
        cloth.paste(motif, at)
        return cloth
    ink = Image.new("RGB", bag.layer, WHITE)
    ink.paste(_on_canvas(motif, ground), at)
    return ImageChops.multiply(cloth, ink)


def _on_canvas(motif: Picture, ground: RGB) -> Picture:
    """The motif with its paper's colour turned to white, so that only the ink remains."""
    if min(ground) < 100:
        return motif
    bands = [
        band.point([min(255, round(i * 255 / paper * 1.02)) for i in range(256)])
        for band, paper in zip(motif.split(), ground, strict=True)
    ]
    return Image.merge("RGB", bands)


def _hem(cloth: Picture, bag: Bag) -> None:
    pen, (w, top, high) = ImageDraw.Draw(cloth), (bag.width, bag.rise, bag.height)
    pen.rectangle((0, top, bag.layer[0], top + high * 0.055), fill=mix(bag.colour, WHITE, 0.10))
    seam = shade(bag.colour, 0.84) if not bag.dark else mix(bag.colour, WHITE, 0.22)
    for row in (0.052, 0.009):
        for x in range(PAD, PAD + w, 16):
            y = top + high * row
            pen.line([(x, y), (x + 10, y)], fill=seam, width=3)
    fold = top + high * 0.0585
    pen.line([(PAD, fold), (PAD + w, fold)], fill=shade(bag.colour, 0.88), width=3)


def _seams(cloth: Picture, bag: Bag) -> None:
    """Where the straps are sewn on: a square with a cross in it."""
    pen, seam = ImageDraw.Draw(cloth), shade(bag.colour, 0.8)
    if bag.dark:
        seam = mix(bag.colour, WHITE, 0.22)
    half, low = bag.strap / 2, bag.rise + bag.height * 0.115
    for sign in (-1, 1):
        x = bag.middle + sign * bag.width * 0.235
        pen.rectangle((x - half, bag.rise, x + half, low), fill=shade(bag.colour, 0.985))
        edge = [(x - half, bag.rise), (x - half, low), (x + half, low), (x + half, bag.rise)]
        pen.line(edge, fill=shade(bag.colour, 0.85), width=3)
        box = (x - half * 0.64, bag.rise + bag.height * 0.06, x + half * 0.64, bag.rise + bag.height * 0.105)
        pen.rectangle(box, outline=seam, width=2)
        pen.line([box[:2], box[2:]], fill=seam, width=2)
        pen.line([(box[0], box[3]), (box[2], box[1])], fill=seam, width=2)


def _threads(size: tuple[int, int], seed: int) -> Picture:
    w, h = size
    across = speckle((w, max(2, h // 26)), seed, 34).resize(size, Image.Resampling.BICUBIC)
    along = speckle((max(2, w // 26), h), seed + 1, 34).resize(size, Image.Resampling.BICUBIC)
    return ImageChops.add(across, along, 2)


def _creases(bag: Bag, seed: int) -> Callable[[float, float], float]:
    """How the bag hangs: a few soft folds, and its edges turning away."""
    rng = random.Random(f"tote/{seed}")
    folds = [
        (rng.uniform(0.1, 0.9), rng.uniform(0.03, 0.09), rng.uniform(-0.25, 0.25),
         rng.uniform(0.02, 0.045) * rng.choice((1, -1)))
        for _ in range(7)
    ]  # fmt: skip

    def fall(u: float, v: float) -> float:
        x = (u * bag.layer[0] - PAD) / bag.width
        y = (v * bag.layer[1] - bag.rise) / bag.height
        z = 0.80 - 0.10 * x - 0.07 * y
        for at, wide, lean, deep in folds:
            near = math.exp(-(((x - at - lean * (y - 0.5)) / wide) ** 2))
            z += deep * near * (0.35 + 0.65 * abs(y - 0.45))
        edges = 0.16 * math.exp(-(x / 0.025)) + 0.22 * math.exp(-((1 - x) / 0.035))
        return z - edges - 0.16 * math.exp(-((1 - y) / 0.03))

    return fall
