"""Centred motifs on wide things: the drawing in the middle, and again on both sides."""

import random
from collections.abc import Callable

from PIL import Image

from catalog.demo.art.light import Picture
from catalog.demo.art.palettes import Palette

Motif = Callable[[Picture, random.Random, Palette], Picture]


def side_by_side(picture: Picture, rng: random.Random, palette: Palette, motif: Motif) -> Picture:
    """One upright panel, repeated as far as the picture is wide, never stretched."""
    width, height = picture.size
    pitch = round(height * 0.8)
    if width < pitch * 1.5:
        return motif(picture, rng, palette)
    panel = motif(Image.new("RGB", (pitch, height), palette.ground), rng, palette)
    middle = (width - pitch) // 2
    reach = middle // pitch + 1
    for k in range(-reach, reach + 1):
        picture.paste(panel, (middle + k * pitch, 0))
    return picture
