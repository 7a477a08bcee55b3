"""A shelf in morning light: prints leaning, a vase, a bowl."""

import random
from dataclasses import dataclass

from catalog.demo.art.colour import rgb
from catalog.demo.art.light import Picture, grain
from catalog.demo.art.motifs import printed
from catalog.demo.art.spec import PictureSpec
from catalog.demo.art.things.branch import bunch
from catalog.demo.art.things.frame import framed
from catalog.demo.art.things.pots import BOWL, VASE, stand_pot
from catalog.demo.art.things.surfaces import contact, drop, shelf_board, wall

LINE = 0.865


@dataclass(frozen=True)
class Leaning:
    """A print on the shelf: its drawing, its frame, and left edge and width as shares of the scene."""

    drawing: tuple[str, str, int]
    frame: str
    x: float
    width: float


def print_on_shelf(spec: PictureSpec) -> Picture:
    """One print, standing."""
    scene = wall(spec.size, rgb("#c9b3a2"), f"shelf{spec.seed}")
    stand = lay_shelf(scene, spec.seed)
    lean(scene, Leaning(spec.drawing, spec.finish or "oak", 0.16, 0.62), stand)
    return grain(scene, spec.seed, 4)


def hero(spec: PictureSpec) -> Picture:
    """The opening picture: the named print, a smaller one before it, and greenery."""
    w, h = spec.size
    scene = wall(spec.size, rgb("#b3c0b4"), "hero")
    stand = lay_shelf(scene, 1)
    lean(scene, Leaning(spec.drawing, "oak", 0.075, 0.345), stand)
    lean(scene, Leaning(("horizon", "dusk", 3), "walnut", 0.375, 0.235), stand)
    greenery(scene, (w * 0.845, stand + 20), h / 1120)
    return grain(scene, 1, 4)


def lay_shelf(scene: Picture, seed: int) -> int:
    """Draw the board; returns the row on which things stand."""
    line = round(scene.height * LINE)
    shelf_board(scene, line, seed)
    return line + round((scene.height - line) * 0.22)


def lean(scene: Picture, piece: Leaning, stand: int) -> None:
    width, left = round(scene.width * piece.width), round(scene.width * piece.x)
    motif = printed(*piece.drawing, (round(width * 0.9), round(width * 1.125)))
    picture = framed(motif, width, piece.frame, piece.drawing[2])
    top = stand - picture.height
    drop(scene, (left, top, left + width, stand - 6), scene.width * 0.021, 0.66)
    contact(scene, (left + 4, stand - 5, left + width + 8, stand + 4), 5, 0.6)
    scene.paste(picture, (left, top))


def greenery(scene: Picture, foot: tuple[float, float], k: float) -> None:
    """A vase of branches, and a bowl beside it."""
    rng, (cx, base) = random.Random("greenery/3"), foot
    left = round(cx - 420 * k)
    room = (scene.width - left, scene.height)
    branches = bunch(room, (cx - left, base - 282 * k), k, rng)
    branches.shadow(scene, (left + round(34 * k), round(40 * k)), 26, 0.30)
    branches.onto(scene, (left, 0))
    stand_pot(scene, foot, VASE, k, rgb("#e9e2d4"))
    stand_pot(scene, (cx - 172 * k, base + 16), BOWL, k, rgb("#b0573a"))
