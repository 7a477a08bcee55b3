"""Close enough to see what it is made of."""

import math

from PIL import Image, ImageChops, ImageFilter

from catalog.demo.art.colour import WHITE, mix
from catalog.demo.art.light import Picture, field, grain, light, overlay, speckle, tint
from catalog.demo.art.motifs import art
from catalog.demo.art.products.sheet import PAPER
from catalog.demo.art.spec import PictureSpec
from catalog.demo.art.things.cushion import linen
from catalog.demo.art.things.cutout import SHADOW, cover
from catalog.demo.art.things.surfaces import wall


def paper_detail(spec: PictureSpec) -> Picture:
    """A corner of the sheet on the table, with the tooth of cotton rag."""
    scene = wall(spec.size, mix(spec.colours.wall, WHITE, 0.2), f"detail{spec.seed}", window=False)
    paper = _corner(spec)
    outline = _deckle(paper.size, spec.seed)
    quarter = (spec.size[0] // 4, spec.size[1] // 4)
    for away, blur, strength in ((5, 3, 0.45), (24, 16, 0.30)):
        cast = _turned(outline.reduce(4), quarter, away / 4).filter(ImageFilter.GaussianBlur(blur / 2))
        tint(scene, SHADOW, cast.resize(spec.size, Image.Resampling.BILINEAR), strength)
    scene.paste(_turned(paper, spec.size), (0, 0), _turned(outline, spec.size))
    scene = light(scene, field(spec.size, lambda u, v: 0.86 - 0.16 * u - 0.08 * v))
    return grain(scene, spec.seed, 5)


def _corner(spec: PictureSpec) -> Picture:
    """The sheet's lower right corner."""
    w, h = spec.size
    size, margin = (round(w * 0.92), round(h * 0.98)), round(w * 0.075)
    whole = cover(art(*spec.drawing), (round(w * 1.4), round(h * 1.4)))
    part = (size[0] - margin, size[1] - margin)
    paper = Image.new("RGB", size, PAPER)
    paper.paste(whole.crop((whole.width - part[0], whole.height - part[1], *whole.size)))
    tooth = speckle((size[0] // 2, size[1] // 2), spec.seed, 34, 0.6)
    return overlay(paper, tooth.resize(size, Image.Resampling.BICUBIC))


def _turned(paper: Picture, size: tuple[int, int], away: float = 0) -> Picture:
    """The paper with its corner at a place of the picture (moved by `away`), turned seven degrees."""
    ca, sa = math.cos(math.radians(7)), math.sin(math.radians(7))
    x, y = size[0] * 0.70 + away, size[1] * 0.895 + away
    across = (ca, sa, paper.width - ca * x - sa * y)
    down = (-sa, ca, paper.height + sa * x - ca * y)
    return paper.transform(size, Image.Transform.AFFINE, (*across, *down), Image.Resampling.BICUBIC)


def _deckle(size: tuple[int, int], seed: int) -> Picture:
    """The torn edge of handmade paper: straight from afar, never so from near."""
    inside = Image.new("L", size, 0)
    inside.paste(255, (0, 0, size[0] - 5, size[1] - 5))
    small = (size[0] // 5, size[1] // 5)
    ragged = speckle(small, seed, 110, 1.2).resize(size, Image.Resampling.BICUBIC)
    near = inside.resize(small).resize(size, Image.Resampling.BILINEAR)
    worn = ImageChops.add(near, ragged, 1, -128)
    return worn.point([max(0, min(255, (i - 112) * 8)) for i in range(256)])


def linen_detail(spec: PictureSpec) -> Picture:
    """The weave of a cushion cover, one fold across it."""
    return _cloth(spec, thread=4, spread=13, slope=0.55)


def canvas_detail(spec: PictureSpec) -> Picture:
    """The tote's canvas, the ink sunk into it."""
    return _cloth(spec, thread=5, spread=16, slope=0.8)


def _cloth(spec: PictureSpec, thread: int, spread: int, slope: float) -> Picture:
    w, h = spec.size
    big = art(*spec.drawing, (round(w * 1.7), round(h * 1.7)))
    x, y = round(w * 0.4), round(h * 0.3)
    cloth = big.crop((x, y, x + round(w * 1.3), y + round(h * 1.3)))
    cloth = overlay(cloth, linen(cloth.size, spec.seed, thread, spread))
    cloth = cloth.rotate(-11, Image.Resampling.BICUBIC)
    left, top = (cloth.width - w) // 2, (cloth.height - h) // 2
    cloth = cloth.crop((left, top, left + w, top + h))

    def fold(u: float, v: float) -> float:
        across = u * slope + v - 0.92
        ridge = 0.12 / (1 + (across * 9) ** 2) - 0.16 / (1 + ((across - 0.10) * 11) ** 2)
        return 0.84 - 0.10 * u - 0.05 * v + ridge

    return grain(light(cloth, field(spec.size, fold, 64)), spec.seed, 4)
