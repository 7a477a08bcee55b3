"""A print behind glass, in mat and frame."""

from dataclasses import dataclass

from PIL import Image, ImageChops, ImageDraw

from catalog.demo.art.colour import RGB, WHITE, mix, rgb
from catalog.demo.art.light import Picture, Scale, Size, overlay, soft, speckle, tint
from catalog.demo.art.things.cutout import cover

MAT: RGB = (248, 246, 240)


@dataclass(frozen=True)
class Wood:
    """The moulding's lit edge, face and shaded edge, and whether its grain shows."""

    lit: RGB
    face: RGB
    dark: RGB
    grained: bool = False


FRAMES = {
    "oak": Wood(rgb("#d9b88b"), rgb("#c49c6a"), rgb("#94704a"), grained=True),
    "walnut": Wood(rgb("#7d5a41"), rgb("#5f4130"), rgb("#3b281e"), grained=True),
    "black": Wood(rgb("#4a4a49"), rgb("#262726"), rgb("#121312")),
    "white": Wood(rgb("#ffffff"), rgb("#f3f1ec"), rgb("#c9c5bc")),
}


def framed(motif: Picture, width: int, frame: str, seed: int, mat: float = 0.12) -> Picture:
    """`width` is the outside width; the frame is 4:5, the mat a share of the width."""
    height, wood = round(width * 1.25), FRAMES[frame]
    bar = max(8, round(width * 0.036))
    piece = _moulding((width, height), bar, wood, seed)
    pen = ImageDraw.Draw(piece)
    pen.rectangle((bar, bar, width - bar, height - bar), fill=MAT)
    edge = bar + round(width * mat)
    opening = (edge, edge, width - edge, height - edge)
    _bevel(pen, opening)
    piece.paste(cover(motif, (opening[2] - edge, opening[3] - edge)), (edge, edge))
    _depth(piece, bar)
    _sheen(piece, bar)
    return piece


def _moulding(size: Size, bar: int, wood: Wood, seed: int) -> Picture:
    width, height = size
    piece = Image.new("RGB", size, wood.face)
    if wood.grained:
        piece = overlay(piece, _figure(size, bar, seed))
    pen, steps = ImageDraw.Draw(piece), max(1, bar // 7)
    for k in range(steps):
        t, far = 1 - k / steps, height - 1 - k
        pen.line([(k, height - k), (k, k), (width - k, k)], fill=mix(wood.face, wood.lit, t))
        shaded = [(k, far), (width - 1 - k, far), (width - 1 - k, k)]
        pen.line(shaded, fill=mix(wood.face, wood.dark, t))
    mitre = mix(wood.face, wood.dark, 0.5)
    for x, dx in ((0, bar), (width - 1, -bar)):
        for y, dy in ((0, bar), (height - 1, -bar)):
            pen.line((x, y, x + dx, y + dy), fill=mitre)
    return piece


def _figure(size: Size, bar: int, seed: int) -> Picture:
    """Grain along each bar, meeting at the mitres."""
    width, height = size
    rows = speckle((max(2, width // 90), height), seed, 30).resize(size, Image.Resampling.BICUBIC)
    columns = speckle((width, max(2, height // 90)), seed + 1, 30)
    ends = Image.new("L", size, 0)
    pen = ImageDraw.Draw(ends)
    pen.polygon([(0, 0), (width, 0), (width - bar, bar), (bar, bar)], fill=255)
    low = height - bar
    pen.polygon([(0, height), (width, height), (width - bar, low), (bar, low)], fill=255)
    return Image.composite(rows, columns.resize(size, Image.Resampling.BICUBIC), ends)


def _bevel(pen: ImageDraw.ImageDraw, opening: tuple[int, int, int, int]) -> None:
    """The mat's cut edge: dark where it turns from the light, bright where it meets it."""
    x0, y0, x1, y1 = opening
    pen.rectangle((x0 - 3, y0 - 3, x1 + 2, y1 + 2), fill=(226, 222, 212))
    pen.line([(x0 - 3, y1 + 2), (x0 - 3, y0 - 3), (x1 + 2, y0 - 3)], fill=(196, 191, 180))
    pen.line([(x0 - 2, y1 + 2), (x1 + 2, y1 + 2), (x1 + 2, y0 - 3)], fill=WHITE)


def _depth(piece: Picture, bar: int) -> None:
    """The frame's own shadow on the mat, from above and from the left."""
    width, height = piece.size
    hole = (bar * 1.45, bar * 1.75, width - bar * 0.85, height - bar * 0.85)

    def stamp(pen: ImageDraw.ImageDraw, at: Scale) -> None:
        pen.rectangle(at(0, 0, width, height), fill=255)
        pen.rectangle(at(*hole), fill=0)

    shadow = _inside(soft(piece.size, stamp, bar * 0.42, 2), bar)
    tint(piece, rgb("#2c2620"), shadow, 0.36)


def _sheen(piece: Picture, bar: int) -> None:
    """A faint reflection across the glass."""
    width, height = piece.size
    sheen = Image.new("L", piece.size, 0)
    corners = [(width * 0.1, 0), (width * 0.46, 0), (width * 0.02, height * 0.62), (-width * 0.34, height * 0.62)]
    ImageDraw.Draw(sheen).polygon(corners, fill=255)
    fade = Image.linear_gradient("L").rotate(180).resize(piece.size)
    tint(piece, WHITE, _inside(ImageChops.multiply(sheen, fade), bar), 0.09)


def _inside(mask: Picture, bar: int) -> Picture:
    """The mask, within the moulding only."""
    inner = (bar, bar, mask.width - bar, mask.height - bar)
    out = Image.new("L", mask.size, 0)
    out.paste(mask.crop(inner), inner[:2])
    return out
