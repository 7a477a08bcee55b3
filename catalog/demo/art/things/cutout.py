"""A thing with its outline, ready to be set into a picture."""

from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image, ImageFilter

from catalog.demo.art.colour import RGB
from catalog.demo.art.light import Picture, Size, tint

SHADOW: RGB = (40, 34, 29)


@dataclass(frozen=True)
class Cutout:
    """Colours and coverage, drawn at double size; `onto` brings both down to scale."""

    picture: Picture
    mask: Picture

    @property
    def size(self) -> Size:
        """Its size in the finished picture."""
        return (self.picture.width // 2, self.picture.height // 2)

    def onto(self, scene: Picture, at: tuple[int, int]) -> None:
        scene.paste(self.picture.reduce(2), at, self.mask.reduce(2))

    def shadow(self, scene: Picture, at: tuple[int, int], blur: float, strength: float) -> None:
        """Its own outline, thrown on whatever stands behind, `at` being where it falls."""
        small, room = self.mask.reduce(8), round(blur)
        wide = Image.new("L", (small.width + room * 2, small.height + room * 2), 0)
        wide.paste(small, (room, room))
        wide = wide.filter(ImageFilter.GaussianBlur(blur / 4))
        full = wide.resize((wide.width * 4, wide.height * 4), Image.Resampling.BICUBIC)
        cast = Image.new("L", scene.size, 0)
        cast.paste(full, (at[0] - room * 4, at[1] - room * 4))
        tint(scene, SHADOW, cast, strength)


def warp(source: Picture, size: Size, fn: Callable[[float, float], tuple[float, float]], grid: Size) -> Picture:
    """Redraw a picture so that the place (u, v) of the result shows source pixel fn(u, v)."""
    (w, h), (across, down) = size, grid
    mesh = []
    for j in range(down):
        for i in range(across):
            a, b = round(w * i / across), round(w * (i + 1) / across)
            c, e = round(h * j / down), round(h * (j + 1) / down)
            quad = (*fn(a / w, c / h), *fn(a / w, e / h), *fn(b / w, e / h), *fn(b / w, c / h))
            mesh.append(((a, c, b, e), quad))
    return source.transform(size, Image.Transform.MESH, mesh, Image.Resampling.BILINEAR)


def cover(picture: Picture, size: Size) -> Picture:
    """Fill a size, cropping the middle."""
    if picture.size == size:
        return picture
    k = max(size[0] / picture.width, size[1] / picture.height)
    grown = picture.resize(
        (max(size[0], round(picture.width * k)), max(size[1], round(picture.height * k))),
        Image.Resampling.LANCZOS,
    )
    x, y = (grown.width - size[0]) // 2, (grown.height - size[1]) // 2
    return grown.crop((x, y, x + size[0], y + size[1]))
