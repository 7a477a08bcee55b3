"""A grid of plain geometry, the way a workshop teaches it."""

import random
from collections.abc import Callable

from PIL import Image, ImageDraw

from catalog.demo.art.colour import RGB
from catalog.demo.art.geometry import disc, unit
from catalog.demo.art.light import Picture
from catalog.demo.art.palettes import Palette

Pen = ImageDraw.ImageDraw
Form = Callable[[Pen, float, RGB, RGB, RGB], None]


def draw(picture: Picture, rng: random.Random, palette: Palette) -> Picture:
    columns = max(3, round(4 * picture.width / unit(picture)))
    side = picture.width / columns
    rows = max(1, round(picture.height / side))
    last: dict[tuple[int, int], Form] = {}
    for j in range(rows):
        for i in range(columns):
            near = (last.get((i - 1, j)), last.get((i, j - 1)))
            form = last[i, j] = rng.choice([f for f in FORMS if f not in near])
            box = tuple(round(n) for n in (i * side, j * side, (i + 1) * side, (j + 1) * side))
            square = _square(box[2] - box[0], form, rng, palette)
            turned = square.rotate(90 * rng.randrange(4))
            picture.paste(turned, (box[0], box[1]))
    return picture


def _square(side: int, form: Form, rng: random.Random, palette: Palette) -> Picture:
    plain = [palette.ground, palette.pale, palette.soft, palette.ground]
    strong = [palette.ink, palette.deep, palette.mid, palette.accent, palette.accent]
    light = [palette.ground, palette.pale, palette.accent, palette.soft]
    back = rng.choice(plain) if rng.random() < 0.7 else rng.choice(strong[:3])
    front = rng.choice([c for c in (strong if back in plain else light) if c != back])
    third = palette.accent if palette.accent not in (back, front) else palette.ground
    square = Image.new("RGB", (side, side), back)
    form(ImageDraw.Draw(square), side, front, back, third)
    return square


def _quarter(pen: Pen, s: float, front: RGB, back: RGB, third: RGB) -> None:
    disc(pen, 0, s, s, front)


def _halves(pen: Pen, s: float, front: RGB, back: RGB, third: RGB) -> None:
    pen.pieslice((0, -s / 2, s, s / 2), 0, 180, fill=front)
    pen.pieslice((0, s / 2, s, s * 1.5), 0, 180, fill=front)


def _dot(pen: Pen, s: float, front: RGB, back: RGB, third: RGB) -> None:
    disc(pen, s / 2, s / 2, s * 0.36, front)


def _wedge(pen: Pen, s: float, front: RGB, back: RGB, third: RGB) -> None:
    pen.polygon([(0, s), (s, s), (s, 0)], fill=front)


def _bars(pen: Pen, s: float, front: RGB, back: RGB, third: RGB) -> None:
    for k in range(5):
        pen.rectangle((0, s * k / 5, s, s * k / 5 + s / 10), fill=front)


def _rainbow(pen: Pen, s: float, front: RGB, back: RGB, third: RGB) -> None:
    for k, colour in enumerate((front, back, third, back, front)):
        disc(pen, s, s, s * (1 - k * 0.2), colour)


def _dots(pen: Pen, s: float, front: RGB, back: RGB, third: RGB) -> None:
    for a in range(4):
        for b in range(4):
            disc(pen, s * (a + 0.5) / 4, s * (b + 0.5) / 4, s * 0.062, front)


def _hourglass(pen: Pen, s: float, front: RGB, back: RGB, third: RGB) -> None:
    pen.polygon([(0, 0), (s / 2, s / 2), (0, s)], fill=front)
    pen.polygon([(s, 0), (s / 2, s / 2), (s, s)], fill=front)


def _petal(pen: Pen, s: float, front: RGB, back: RGB, third: RGB) -> None:
    disc(pen, 0, 0, s * 0.98, front)
    disc(pen, s, s, s * 0.36, third)


FORMS: tuple[Form, ...] = (
    _quarter,
    _halves,
    _dot,
    _wedge,
    _bars,
    _rainbow,
    _dots,
    _hourglass,
    _petal,
)
