"""The demo shop's pictures: drawn once, kept in the media folder."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from catalog.demo.art.render import render_many
from catalog.demo.goods import HERO, ROOM, DemoPicture, products

FOLDER = "products/demo"


def picture_name(picture: DemoPicture) -> str:
    """Where a picture is kept, below MEDIA_ROOT."""
    return f"{FOLDER}/{picture.filename}"


def draw_pictures(workers: int = 0) -> int:
    """Draw the pictures that are not there yet, on all cores or that many. Returns how many.

    Takes half a minute of two cores for all: call it before a unit opens.
    """
    missing = [picture for picture in _all() if not default_storage.exists(picture_name(picture))]
    names = {picture.spec: picture_name(picture) for picture in missing}
    for spec, data in render_many(names, workers):
        default_storage.save(names[spec], ContentFile(data))
    return len(names)


def _all() -> Iterable[DemoPicture]:
    yield HERO
    yield ROOM
    for product in products():
        yield from product.pictures
