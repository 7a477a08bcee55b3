"""Voronoi cells, worn round like stones in a stream."""

import random

from PIL import ImageDraw

from catalog.demo.art.geometry import scatter, shrunk, smooth, unit, voronoi_cell
from catalog.demo.art.light import Picture
from catalog.demo.art.palettes import Palette


def draw(picture: Picture, rng: random.Random, palette: Palette) -> Picture:
    width, height = picture.size
    pen, size = ImageDraw.Draw(picture), unit(picture)
    r = size * rng.choice((0.11, 0.135, 0.16))
    points = scatter(rng, width, height, r, pad=r)
    box = [(-r * 2, -r * 2), (width + r * 2, -r * 2), (width + r * 2, height + r * 2), (-r * 2, height + r * 2)]
    hues = [palette.deep, palette.mid, palette.soft, palette.pale, palette.soft, palette.mid]
    for i, (x, y) in enumerate(points):
        stone = voronoi_cell(points, i, box, gap=size * 0.0085)
        if not stone:
            continue
        drift = (x / width * 0.5 + y / height) / 1.5 * len(hues) + rng.gauss(0, 0.9)
        colour = hues[int(drift) % len(hues)] if rng.random() > 0.1 else palette.accent
        pen.polygon(smooth(stone, 3), fill=colour)
        if rng.random() < 0.22:
            pen.polygon(smooth(shrunk(stone, 0.68), 3), fill=palette.ground)
            pen.polygon(smooth(shrunk(stone, 0.36), 3), fill=colour)
    return picture
