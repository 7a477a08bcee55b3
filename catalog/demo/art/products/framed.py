"""A framed print on a sunlit wall."""

from catalog.demo.art.light import Picture, grain
from catalog.demo.art.motifs import printed
from catalog.demo.art.spec import PictureSpec
from catalog.demo.art.things.frame import framed
from catalog.demo.art.things.surfaces import drop, wall


def framed_print(spec: PictureSpec) -> Picture:
    w, h = spec.size
    scene = wall(spec.size, spec.colours.wall, f"{spec.family}{spec.seed}")
    width = round(w * 0.70)
    motif = printed(*spec.drawing, (round(width * 0.8), width))
    piece = framed(motif, width, spec.finish or "oak", spec.seed)
    x, y = (w - width) // 2, round((h - piece.height) * 0.46)
    drop(scene, (x, y, x + width, y + piece.height), w * 0.035, 0.62)
    scene.paste(piece, (x, y))
    return grain(scene, spec.seed, 4)
