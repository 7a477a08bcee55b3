"""The photographs: a thing in its place, under one light."""

from collections.abc import Callable

from catalog.demo.art.light import Picture
from catalog.demo.art.products.cushion import cushion_on_bench, cushion_on_sofa
from catalog.demo.art.products.detail import canvas_detail, linen_detail, paper_detail
from catalog.demo.art.products.framed import framed_print
from catalog.demo.art.products.mug import mug_left, mug_on_shelf, mug_right
from catalog.demo.art.products.room import room
from catalog.demo.art.products.sheet import sheet
from catalog.demo.art.products.shelf import hero, print_on_shelf
from catalog.demo.art.products.tote import tote_on_peg
from catalog.demo.art.spec import PictureSpec

KINDS: dict[str, Callable[[PictureSpec], Picture]] = {
    "framed": framed_print,
    "sheet": sheet,
    "detail": paper_detail,
    "shelf": print_on_shelf,
    "room": room,
    "mug": mug_right,
    "mug-left": mug_left,
    "mug-shelf": mug_on_shelf,
    "cushion": cushion_on_bench,
    "cushion-sofa": cushion_on_sofa,
    "cushion-detail": linen_detail,
    "tote": tote_on_peg,
    "tote-detail": canvas_detail,
    "hero": hero,
}
