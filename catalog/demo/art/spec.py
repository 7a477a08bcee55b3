"""What a picture is of: all that drawing it depends on."""

from dataclasses import dataclass

from catalog.demo.art.palettes import PALETTES, Palette


@dataclass(frozen=True)
class PictureSpec:
    """One picture. `finish` is the frame, glaze or canvas; sizes are pixels, quality is JPEG's."""

    kind: str
    family: str
    palette: str
    seed: int
    finish: str = ""
    size: tuple[int, int] = (1000, 1250)
    quality: int = 84

    @property
    def colours(self) -> Palette:
        return PALETTES[self.palette]

    @property
    def drawing(self) -> tuple[str, str, int]:
        """The three words that say which motif it shows."""
        return (self.family, self.palette, self.seed)
