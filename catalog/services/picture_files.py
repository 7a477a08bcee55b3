"""Files of pictures, kept in step with the rows that name them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models.fields.files import FieldFile

from catalog.models import Category, ContentPage, ProductImage
from shop.common.pictures import WIDTHS, copy_name


@contextmanager
def kept_file(place: FieldFile, picture: ContentFile[bytes] | None) -> Iterator[None]:
    """A step: store `picture` for a row that is saved within; a row that cannot be saved leaves no file behind.

    The file that was there before is deleted once the unit has been committed.
    """
    if picture is None:
        yield
        return
    before = place.name
    with ExitStack() as undo:
        picture.seek(0)
        place.save(str(picture.name), picture, save=False)
        undo.callback(default_storage.delete, str(place.name))
        yield
        undo.pop_all()
    forget_file(before)


def forget_file(name: str | None) -> None:
    """A step: delete a picture and its smaller copies once the unit has been committed.

    A file that other rows still name stays: generated catalogues show one picture many times.
    """
    if name:
        transaction.on_commit(lambda: _delete_unused(name))


def _delete_unused(name: str) -> None:
    users = (ProductImage.objects.filter(file=name), *(m.objects.filter(image=name) for m in (Category, ContentPage)))
    if any(rows.exists() for rows in users):
        return
    for one in (name, *(copy_name(name, width) for width in WIDTHS)):
        default_storage.delete(one)
