"""The one picture of a category or a page."""

from __future__ import annotations

from django.core.files.base import ContentFile

from catalog.models import Category, ContentPage
from catalog.services.changes import record_change
from catalog.services.picture_files import forget_file, kept_file


def set_picture(row: Category | ContentPage, picture: ContentFile[bytes] | None) -> None:
    """A step: give `row` a picture that `prepare_picture` made; None takes it away."""
    if picture is None:
        forget_file(row.image.name)
        row.image = ""
    with kept_file(row.image, picture):
        row.save(update_fields=["image", "updated_at"])
    record_change()
