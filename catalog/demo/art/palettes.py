"""The ten palettes, each of eight colours that sit well together."""

from dataclasses import dataclass

from catalog.demo.art.colour import RGB, rgb


@dataclass(frozen=True)
class Palette:
    """Paper, ink, four colours from dark to light, one accent, and the wall it hangs on."""

    ground: RGB
    ink: RGB
    deep: RGB
    mid: RGB
    soft: RGB
    pale: RGB
    accent: RGB
    wall: RGB

    @property
    def dark(self) -> bool:
        """Whether the paper itself is dark."""
        return self.ground[0] < 100

    @property
    def colours(self) -> tuple[RGB, RGB, RGB, RGB, RGB]:
        return (self.deep, self.mid, self.soft, self.pale, self.accent)


def _palette(words: str) -> Palette:
    return Palette(*(rgb(f"#{word}") for word in words.split()))


#                    paper  ink    deep   mid    soft   pale   accent wall
PALETTES: dict[str, Palette] = {
    "tidal": _palette("f3ecdf 12303f 1d4f68 4a8aa0 a5c6c7 e6d3ac df6f43 b9cacb"),
    "orchard": _palette("f4ebdc 27352a 3c5a42 8a9f68 d9c9a0 d7a63f c4502f d6cfae"),
    "dusk": _palette("f3e6dc 2a2340 3d3462 7c5d8b cb858b f0c9a0 eb9a5d d3bcbd"),
    "kiln": _palette("f1e7d9 38221a 7e3522 c4623a e3ab7a dccdb1 2d5c60 d0b097"),
    "slate": _palette("eeede7 1d2428 2e3a40 63737a a2afae d3d6cf e0a52f b9c0c1"),
    "meadow": _palette("f3f1e1 1f3329 2c684d 6ea277 bcd2a4 f2d98b e57f56 b7c7a9"),
    "berry": _palette("f6e9e3 3d1424 6c1e39 b33b4a e58f79 f3ccb2 33617a dfbfb3"),
    "night": _palette("15222e f1e6d0 21394c 3d6780 8fb3b6 ead9b4 e08a4f 9fb1b8"),
    "linen": _palette("f0e9db 35312a 5c6a59 8d7c62 bcaa8b dccdb0 b4623c cfc5b0"),
    "citrus": _palette("fbf3dc 1c3a3a 26756f 9bc4a0 f4dc9a f1b333 e2603a c3d3bf"),
}
