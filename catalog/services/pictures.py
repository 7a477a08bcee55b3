"""Uploaded pictures, made safe: decoded, turned upright, scaled down and written anew.

What is kept are pixels: no metadata (places, cameras), no scripts (SVG is refused), nothing hidden
behind the picture's end.
"""

from __future__ import annotations

import io
import struct
from typing import IO

from django.core.files.base import ContentFile
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageCms, ImageOps

from shop.common.errors import InvalidInput
from shop.common.ids import new_public_id

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")
MOST_BYTES = 20 * 1024 * 1024
MOST_PIXELS = 40_000_000
LONGEST_SIDE = 2400
QUALITY = 90

# What decoders raise on damaged or hostile files.
UNREADABLE = (OSError, SyntaxError, ValueError, EOFError, struct.error, Image.DecompressionBombError)


def prepare_picture(upload: IO[bytes]) -> ContentFile[bytes]:
    """A new file with what `upload` shows, named at random: JPEG, or WebP where parts are transparent.

    Takes up to a second of computing: call it before a unit opens. Raises InvalidInput for what is
    not a picture in one of FORMATS, over MOST_BYTES or over MOST_PIXELS.
    """
    data = upload.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise _refused(_("The picture is larger than %(count)d MB.") % {"count": MOST_BYTES // 1024 // 1024})
    try:
        picture = _decode(data)
    except UNREADABLE as error:
        raise _refused(_("This is not a picture we can read. Use JPEG, PNG, WebP, AVIF or GIF.")) from error
    return _encode(picture)


def _decode(data: bytes) -> Image.Image:
    picture: Image.Image = Image.open(io.BytesIO(data), formats=FORMATS)
    # Known from the header alone: a bomb is refused before it is unpacked.
    if picture.width * picture.height > MOST_PIXELS:
        raise _refused(_("The picture has more than %(count)d million pixels.") % {"count": MOST_PIXELS // 1_000_000})
    picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    picture.load()
    picture = ImageOps.exif_transpose(picture)
    picture = _in_srgb(picture)
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    return picture


def _in_srgb(picture: Image.Image) -> Image.Image:
    """Other colour spaces look wrong once their profile is gone."""
    mode = "RGBA" if picture.has_transparency_data else "RGB"
    profile = picture.info.get("icc_profile")
    if profile and picture.mode in ("RGB", "RGBA", "CMYK"):
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode=mode)
        except (ImageCms.PyCMSError, OSError):
            converted = None
        picture = converted or picture
    return picture.convert(mode)


def _encode(picture: Image.Image) -> ContentFile[bytes]:
    bare = Image.new(picture.mode, picture.size)
    bare.paste(picture)
    buffer = io.BytesIO()
    if picture.mode == "RGBA":
        bare.save(buffer, "WEBP", quality=QUALITY)
        suffix = "webp"
    else:
        bare.save(buffer, "JPEG", quality=QUALITY, optimize=True, progressive=True)
        suffix = "jpg"
    return ContentFile(buffer.getvalue(), name=f"{new_public_id()}.{suffix}")


def _refused(message: object) -> InvalidInput:
    return InvalidInput(str(message), field="file", code="picture_refused")
