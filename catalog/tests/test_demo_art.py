"""The demo shop's pictures: the same everywhere, each of its own, the size that was asked for."""

import io
from dataclasses import replace

import pytest
from PIL import Image, ImageChops

from catalog.demo.art.motifs import FAMILIES, art
from catalog.demo.art.palettes import PALETTES
from catalog.demo.art.products import KINDS
from catalog.demo.art.render import render_many, render_picture
from catalog.demo.art.spec import PictureSpec

SMALL = (240, 300)
SHAPES = {"sheet": SMALL, "square": (260, 260), "round a mug": (420, 240)}


def spec(kind: str, family: str = "contours", palette: str = "tidal", seed: int = 7, finish: str = "") -> PictureSpec:
    return PictureSpec(kind, family, palette, seed, finish, size=(400, 500))


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def difference(a: Image.Image, b: Image.Image) -> float:
    """Mean difference of two pictures, 0 to 255."""
    grey = ImageChops.difference(a.convert("RGB"), b.convert("RGB")).convert("L")
    return sum(i * n for i, n in enumerate(grey.histogram())) / (a.width * a.height)


def test_there_are_enough_families_and_palettes() -> None:
    assert len(FAMILIES) >= 10
    assert len(PALETTES) >= 8


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("shape", SHAPES)
def test_a_family_draws_something_in_every_shape(family: str, shape: str) -> None:
    size = SHAPES[shape]
    drawn = art(family, "tidal", 7, size)
    assert (drawn.size, drawn.mode) == (size, "RGB")
    colours = sorted(drawn.getcolors(maxcolors=1 << 20), reverse=True)
    assert len(colours) >= 3, "one colour on one ground is not a drawing"
    assert colours[0][0] < 0.85 * size[0] * size[1], "nearly empty"


@pytest.mark.parametrize("family", FAMILIES)
def test_seed_and_palette_each_make_another_drawing(family: str) -> None:
    drawn = art(family, "tidal", 7, SMALL)
    assert difference(drawn, art(family, "tidal", 8, SMALL)) > 1
    assert difference(drawn, art(family, "kiln", 7, SMALL)) > 1


@pytest.mark.parametrize("palette", PALETTES)
@pytest.mark.parametrize("family", FAMILIES)
def test_every_palette_can_be_drawn(family: str, palette: str) -> None:
    drawn = art(family, palette, 3, (120, 150))
    assert max(high - low for low, high in drawn.getextrema()) > 60


def test_what_is_kept_is_not_what_is_handed_out() -> None:
    first = art("forms", "kiln", 4, SMALL)
    first.paste((0, 0, 0), (0, 0, *SMALL))
    assert difference(art("forms", "kiln", 4, SMALL), first) > 20


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_is_a_jpeg_of_the_size_asked_for(kind: str) -> None:
    data = render_picture(spec(kind))
    with opened(data) as picture:
        assert (picture.format, picture.size, picture.mode) == ("JPEG", (400, 500), "RGB")
        assert max(high - low for low, high in picture.getextrema()) > 80
    assert data == render_picture(spec(kind))


@pytest.mark.parametrize(
    ("kind", "finishes"),
    [
        ("framed", ("oak", "walnut", "black", "white")),
        ("mug", ("chalk", "oat", "ink")),
        ("tote", ("natural", "ink", "clay")),
    ],
)
def test_a_finish_is_seen(kind: str, finishes: tuple[str, ...]) -> None:
    pictures = [opened(render_picture(spec(kind, finish=finish))) for finish in finishes]
    for i, picture in enumerate(pictures):
        assert all(difference(picture, other) > 1 for other in pictures[i + 1 :])


def test_an_unknown_word_is_refused() -> None:
    with pytest.raises(KeyError):
        render_picture(replace(spec("framed"), family="dragons"))


def test_other_processes_draw_the_same_bytes_in_the_same_order() -> None:
    specs = [
        spec("framed"),
        spec("sheet"),
        spec("mug", "tiling", "meadow", 6),
        spec("cushion", "waves", "dusk", 10),
        spec("tote", "moire", "slate", 6, "ink"),
    ]
    apart = list(render_many(specs, workers=2))
    assert [made for made, _data in apart] == specs
    assert [data for _spec, data in apart] == [render_picture(s) for s in specs]
    assert list(render_many(specs, workers=1)) == apart


def test_no_pictures_are_no_work() -> None:
    assert list(render_many([])) == []
