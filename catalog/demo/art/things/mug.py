"""A stoneware mug with a drawing fired into its glaze."""

import math
from dataclasses import dataclass

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from catalog.demo.art.colour import RGB, WHITE, mix, rgb, shade
from catalog.demo.art.light import Picture, Scale, field, light, overlay, soft, speckle, tint
from catalog.demo.art.things.cutout import SHADOW, Cutout, warp

GLAZES = {"chalk": rgb("#faf8f2"), "oat": rgb("#e6d9c0"), "ink": rgb("#2b3236")}
CLAY = rgb("#c9ad86")
PAD = 120


@dataclass(frozen=True)
class Shape:
    """The mug's measures in its own double-size layer."""

    width: int
    height: int

    @property
    def layer(self) -> tuple[int, int]:
        return (round(self.width * 1.42) + PAD * 2, self.height + PAD * 2)

    @property
    def rim(self) -> float:
        return self.width * 0.072

    @property
    def curve(self) -> float:
        return self.width * 0.082

    @property
    def foot(self) -> float:
        return self.width * 0.028

    def across(self, u: float) -> float:
        """Where a place of the layer lies on the body, 0 at the left edge and 1 at the right."""
        return max(0.0, min(1.0, (u * self.layer[0] - PAD) / self.width))


def mug(motif: Picture, width: int, glaze: str) -> Cutout:
    """`width` is the body's, without the handle; the motif wraps the half that is seen."""
    shape, colour = Shape(width * 2, round(width * 1.08) * 2), GLAZES[glaze]
    handle, body = _handle(shape, colour), _body(shape)
    skin = overlay(Image.new("RGB", shape.layer, colour), _specks(shape, glaze))
    _foot(skin, shape)
    _wrap(skin, motif, shape)
    skin = light(skin, field(shape.layer, lambda u, v: _round(shape.across(u), v), 72))
    _gleams(skin, shape)
    _mouth(skin, shape, colour)
    handle.picture.paste(skin, (0, 0), body)
    return Cutout(handle.picture, ImageChops.lighter(handle.mask, body))


def _specks(shape: Shape, glaze: str) -> Picture:
    """The iron in the clay, showing through: few and small."""
    noise = speckle(shape.layer, 11, 128, 1.3)
    depth = 0.55 if glaze == "oat" else 0.8
    return noise.point([round(128 * depth) if i < 62 else 128 for i in range(256)])


def _round(x: float, v: float) -> float:
    """Light on a cylinder, from the left."""
    n = (x - 0.5) * 2
    z = math.sqrt(max(0, 1 - n * n))
    return 0.34 + 0.20 * z + 0.34 * max(0, z * 0.80 - n * 0.60) - 0.05 * v - 0.10 * max(0, n) ** 3


def _body(shape: Shape) -> Picture:
    mask = Image.new("L", shape.layer, 0)
    pen, w, h = ImageDraw.Draw(mask), shape.width, shape.height
    half, deep = w / 2 - shape.foot, shape.curve + w * 0.035
    low, middle = PAD + h - deep, PAD + w / 2
    turn = [i / 90 * math.pi for i in range(91)]
    round_foot = [(middle - half * _squared(math.cos(a)), low + deep * _squared(math.sin(a))) for a in turn]
    pen.polygon([(PAD, PAD + shape.rim), *round_foot, (PAD + w, PAD + shape.rim)], fill=255)
    pen.ellipse((PAD, PAD, PAD + w, PAD + shape.rim * 2), fill=255)
    return mask


def _squared(x: float) -> float:
    return math.copysign(abs(x) ** 0.82, x)


def _arc(shape: Shape, top: float, thick: float) -> list[tuple[float, float]]:
    """A band round the body, bowed as the eye sees it from a little above."""
    w, steps = shape.width, [i / 60 for i in range(61)]
    upper = [(PAD + w * t, top + shape.curve * math.sqrt(1 - (2 * t - 1) ** 2)) for t in steps]
    return upper + [(x, y + thick) for x, y in upper[::-1]]


def _foot(skin: Picture, shape: Shape) -> None:
    """The unglazed ring it stands on."""
    band = _arc(shape, PAD + shape.height - shape.curve - shape.height * 0.018, shape.height * 0.1)
    ImageDraw.Draw(skin).polygon(band, fill=CLAY)


def _wrap(skin: Picture, motif: Picture, shape: Shape) -> None:
    wide, high = motif.size
    top, thick = PAD + shape.height * 0.115, shape.height * 0.735
    bow = shape.curve / thick

    def place(u: float, v: float) -> tuple[float, float]:
        n = (u - 0.5) * 2
        turned = math.asin(max(-1, min(1, n))) / math.pi
        down = v * (1 + bow) - bow * math.sqrt(max(0, 1 - n * n))
        return ((0.5 + turned * 0.92) * wide, max(1, min(high - 3, down * high)))

    strip = warp(motif, (shape.width, round(thick + shape.curve)), place, (44, 1))
    layer = Image.new("RGB", skin.size, CLAY)
    layer.paste(strip, (PAD, round(top)))
    mask = Image.new("L", skin.size, 0)
    ImageDraw.Draw(mask).polygon(_arc(shape, top + 2, thick - 4), fill=255)
    skin.paste(layer, (0, 0), mask.filter(ImageFilter.GaussianBlur(1)))


def _gleams(skin: Picture, shape: Shape) -> None:
    """The window in the glaze, and a thin light on the far side."""
    w, h = shape.width, shape.height

    def window(pen: ImageDraw.ImageDraw, at: Scale) -> None:
        box = (PAD + w * 0.165, PAD + h * 0.17, PAD + w * 0.215, PAD + h * 0.88)
        pen.rounded_rectangle(at(*box), w * 0.006, fill=255)

    def far(pen: ImageDraw.ImageDraw, at: Scale) -> None:
        pen.rectangle(at(PAD + w * 0.955, PAD + h * 0.15, PAD + w * 0.972, PAD + h * 0.9), fill=255)

    tint(skin, WHITE, soft(skin.size, window, w * 0.022), 0.42)
    tint(skin, WHITE, soft(skin.size, far, w * 0.012), 0.20)


def _mouth(skin: Picture, shape: Shape, colour: RGB) -> None:
    w, rim, lip = shape.width, shape.rim, shape.width * 0.02
    top = (skin.width, round(PAD + rim * 2))
    edge = mix(colour, WHITE, 0.5 if colour[0] > 100 else 0.16)
    ImageDraw.Draw(skin).ellipse((PAD, PAD, PAD + w, PAD + rim * 2), fill=edge)
    inside = Image.new("L", top, 0)
    hole = (PAD + lip, PAD + lip * 0.62, PAD + w - lip, PAD + rim * 2 - lip * 0.55)
    ImageDraw.Draw(inside).ellipse(hole, fill=255)

    def dusk(u: float, v: float) -> float:
        down = (v * top[1] - PAD) / shape.height
        return 0.40 + 0.34 * shape.across(u) + 0.5 * max(0, down - 0.06)

    hollow = light(Image.new("RGB", top, colour), field(top, dusk, 48))
    skin.paste(hollow, (0, 0), inside)


def _handle(shape: Shape, colour: RGB) -> Cutout:
    """Lit and shaded by its own outline, moved a little up and a little down."""
    ring = _ring(shape)
    box = ring.getbbox() or (0, 0, *shape.layer)
    part = ring.crop(box)
    skin = Image.new("RGB", part.size, shade(colour, 0.86))
    small = part.resize((part.width // 4, part.height // 4)).filter(ImageFilter.GaussianBlur(7))
    for sign, tone, strength in ((-1, SHADOW, 0.85), (1, WHITE, 0.9 if colour[0] > 100 else 0.3)):
        slope = ImageChops.subtract(small, ImageChops.offset(small, 6 * sign, 6 * sign))
        tint(skin, tone, slope.resize(part.size, Image.Resampling.BILINEAR), strength)

    def near(u: float, v: float) -> float:
        return 1 - abs(u * part.width + box[0] - PAD - shape.width) / (shape.width * 0.14)

    tint(skin, SHADOW, field(part.size, near, 60), 0.34)
    handle = Image.new("RGB", shape.layer, colour)
    handle.paste(skin, box[:2])
    return Cutout(handle, ring)


def _ring(shape: Shape) -> Picture:
    ring = Image.new("L", shape.layer, 0)
    pen, w, h = ImageDraw.Draw(ring), shape.width, shape.height
    x, y, right, low = PAD + w * 0.80, PAD + h * 0.20, PAD + w * 1.30, PAD + h * 0.76
    pen.rounded_rectangle((x, y, right, low), w * 0.25, fill=255)
    hole = (x + w * 0.075, y + w * 0.080, right - w * 0.078, low - w * 0.084)
    pen.rounded_rectangle(hole, w * 0.17, fill=0)
    soften = [0 if i < 112 else 255 if i > 143 else (i - 112) * 8 for i in range(256)]
    return ring.filter(ImageFilter.GaussianBlur(2)).point(soften)
