"""Files of pictures, kept in step with the rows that name them."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models.fields.files import FieldFile
from django.utils.translation import gettext_lazy as _

from catalog.models import Category, ContentPage, ProductImage
from shop.common.errors import ShopError
from shop.common.pictures import WIDTHS, copy_name

logger = logging.getLogger(__name__)


class PictureNotStored(ShopError):
    code = "picture_not_stored"
    status = 503
    default_message = _("The picture could not be stored: the disk is full, or the folder cannot be written to.")

    def __init__(self) -> None:
        super().__init__(field="file")


@contextmanager
def kept_file(place: FieldFile, picture: ContentFile[bytes] | None) -> Iterator[None]:
    """A step: store `picture` for a row that is saved within; a row that cannot be saved leaves no file behind.

    The file that was there before is deleted once the unit has been committed. Raises PictureNotStored.
    """
    if picture is None:
        yield
        return
    before = place.name
    with ExitStack() as undo:
        _store(place, picture)
        undo.callback(default_storage.delete, str(place.name))
        yield
        undo.pop_all()
    forget_file(before)


def _store(place: FieldFile, picture: ContentFile[bytes]) -> None:
    picture.seek(0)
    try:
        place.save(str(picture.name), picture, save=False)
    except OSError as error:
        logger.exception("picture_not_stored")
        # A disk that is full keeps the part that still fitted.
        with suppress(OSError):
            default_storage.delete(place.field.generate_filename(place.instance, str(picture.name)))
        raise PictureNotStored from error


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
