"""The families: one rule each, told apart by palette and seed."""

import functools
import random

from PIL import Image, ImageOps

from catalog.demo.art.light import Picture, Size, grain
from catalog.demo.art.motifs import (
    arches,
    botanical,
    contours,
    currents,
    forms,
    horizon,
    moire,
    pebbles,
    spiral,
    terrazzo,
    threads,
    tiling,
    waves,
    weave,
)
from catalog.demo.art.motifs.panels import Motif
from catalog.demo.art.palettes import PALETTES

FAMILIES: dict[str, Motif] = {
    "contours": contours.draw,
    "horizon": horizon.draw,
    "botanical": botanical.draw,
    "tiling": tiling.draw,
    "forms": forms.draw,
    "waves": waves.draw,
    "pebbles": pebbles.draw,
    "weave": weave.draw,
    "terrazzo": terrazzo.draw,
    "moire": moire.draw,
    "spiral": spiral.draw,
    "arches": arches.draw,
    "currents": currents.draw,
    "threads": threads.draw,
}


SHEET = (1400, 1750)


@functools.lru_cache(maxsize=4)
def _drawn(family: str, palette: str, seed: int, size: Size) -> Picture:
    """Kept, for the pictures of one product show the same drawing one after the other."""
    rng = random.Random(f"{family}/{palette}/{seed}")
    blank = Image.new("RGB", size, PALETTES[palette].ground)
    return FAMILIES[family](blank, rng, PALETTES[palette])


def art(family: str, palette: str, seed: int, size: Size = SHEET) -> Picture:
    """The flat drawing, redrawn for the shape of what it goes on."""
    return _drawn(family, palette, seed, size).copy()


def printed(family: str, palette: str, seed: int, size: Size) -> Picture:
    """The drawing on paper: the sheet brought down to a size (at most half of it), with a little tooth."""
    sheet = ImageOps.fit(_drawn(family, palette, seed, SHEET), size, Image.Resampling.BOX)
    return grain(sheet, seed, 6, 0.7)
