"""Light, shadow and grain: what turns flat shapes into things."""

import functools
import random
from collections.abc import Callable

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from catalog.demo.art.colour import RGB

Size = tuple[int, int]
Picture = Image.Image
Scale = Callable[..., list[float]]
Stamp = Callable[[ImageDraw.ImageDraw, Scale], object]


def grey(mask: Picture) -> Picture:
    """A one-channel picture as RGB."""
    return Image.merge("RGB", (mask, mask, mask))


def field(size: Size, fn: Callable[[float, float], float], cells: int = 40) -> Picture:
    """A smooth greyscale picture of fn(u, v) in 0..1, worked out coarsely and enlarged."""
    wide, high = cells, max(2, round(cells * size[1] / size[0]))
    data = bytes(
        max(0, min(255, round(255 * fn(x / (wide - 1), y / (high - 1))))) for y in range(high) for x in range(wide)
    )
    return enlarged(Image.frombytes("L", (wide, high), data), size)


def enlarged(small: Picture, size: Size) -> Picture:
    """A soft picture brought up to size: smoothly most of the way, then cheaply."""
    quarter = (max(small.width, size[0] // 4), max(small.height, size[1] // 4))
    return small.resize(quarter, Image.Resampling.BICUBIC).resize(size, Image.Resampling.BILINEAR)


@functools.lru_cache(maxsize=16)
def speckle(size: Size, seed: int, spread: int = 18, blur: float = 0.0) -> Picture:
    """The same grain for the same seed, around middle grey."""
    raw = Image.frombytes("L", size, random.Random(seed).randbytes(size[0] * size[1]))
    if blur:
        raw = raw.filter(ImageFilter.GaussianBlur(blur))
    return raw.point([128 + round((i - 128) * spread / 128) for i in range(256)])


def overlay(picture: Picture, texture: Picture) -> Picture:
    """Lay a texture around middle grey over a picture."""
    return ImageChops.overlay(picture, grey(texture))


def grain(picture: Picture, seed: int, spread: int = 5, blur: float = 0.6) -> Picture:
    """Film grain: it takes the plastic out of smooth tones."""
    return overlay(picture, speckle(picture.size, seed % 2, spread, blur))


def light(picture: Picture, shading: Picture) -> Picture:
    """Multiply by a greyscale picture in which 200 is neutral and brighter lifts."""
    down = shading.point([min(255, round(i * 255 / 200)) for i in range(256)])
    up = shading.point([max(0, round((i - 200) * 1.7)) for i in range(256)])
    return ImageChops.screen(ImageChops.multiply(picture, grey(down)), grey(up))


def tint(picture: Picture, colour: RGB, mask: Picture, strength: float = 1.0) -> None:
    """Paint a colour through a mask, in place. Only where the mask is not black: most are mostly black."""
    box = mask.getbbox()
    if box is None:
        return
    part = mask.crop(box)
    if strength < 1:
        part = part.point([round(i * strength) for i in range(256)])
    picture.paste(colour, box, part)


def soft(size: Size, stamp: Stamp, blur: float, scale: int = 4) -> Picture:
    """A blurred mask, worked out small. `stamp(draw, at)` draws; `at` scales coordinates."""
    mask = Image.new("L", (max(1, size[0] // scale), max(1, size[1] // scale)), 0)
    stamp(ImageDraw.Draw(mask), lambda *points: [c / scale for c in points])
    mask = mask.filter(ImageFilter.GaussianBlur(blur / scale))
    return mask.resize(size, Image.Resampling.BILINEAR)
