"""Pictures in the admin: a field that takes uploads and makes them safe, and thumbnails."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from catalog.services.pictures import prepare_picture
from shop.common.errors import InvalidInput
from shop.common.pictures import WIDTHS, copy_url

HEIGHT = 60


def prepare_uploads(request: HttpRequest) -> None:
    """Decode and re-encode everything that was uploaded now, so that no unit waits for it."""
    for _name, uploads in request.FILES.lists():
        for upload in uploads:
            _prepared(upload)


class PictureField(forms.FileField):
    """Its value is what `prepare_picture` made of the upload, None when nothing was sent."""

    widget = forms.FileInput

    def clean(self, data: Any, initial: Any = None) -> Any:
        upload = super().clean(data, initial)
        if not isinstance(upload, UploadedFile):
            return None
        picture = _prepared(upload)
        if isinstance(picture, InvalidInput):
            raise ValidationError(str(picture.message), code=picture.error_code)
        return picture


def thumbnail(name: str | None, *, alt: str = "") -> SafeString | str:
    """A small copy of a stored picture, or a dash. `alt` where it is a link by itself."""
    if not name:
        return "–"
    return format_html('<img src="{}" height="{}" alt="{}" loading="lazy">', copy_url(name, WIDTHS[0]), HEIGHT, alt)


def _prepared(upload: Any) -> ContentFile[bytes] | InvalidInput:
    """Made once for an upload, then remembered with it: the form may be read several times."""
    if not hasattr(upload, "shop_picture"):
        try:
            upload.seek(0)
            upload.shop_picture = prepare_picture(upload)
        except InvalidInput as refusal:
            upload.shop_picture = refusal
    picture: ContentFile[bytes] | InvalidInput = upload.shop_picture
    return picture
