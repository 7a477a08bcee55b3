"""Smaller copies of pictures: made when first fetched, kept beside the originals."""

from __future__ import annotations

import logging
import os
import tempfile
from pathlib import Path

from django.core.files.storage import default_storage
from PIL import Image, ImageOps, UnidentifiedImageError

from shop.common.errors import NotFound
from shop.common.pictures import copy_name

logger = logging.getLogger(__name__)

QUALITY = 82
MOST_PIXELS = 60_000_000


def ensure_copy(name: str, width: int) -> Path:
    """The file of the WebP copy of `name`, `width` (one of shop.common.pictures.WIDTHS) pixels wide at most.

    Made at the first call and whenever the picture is newer. Where it cannot be kept, on a full disk or in a
    folder that cannot be written to, it is the picture itself. Raises NotFound when there is no such picture
    or it cannot be read as one.
    """
    source, copy = Path(default_storage.path(name)), Path(default_storage.path(copy_name(name, width)))
    if not source.is_file():
        raise NotFound
    if not (copy.is_file() and copy.stat().st_mtime >= source.stat().st_mtime):
        image = _read(source, width)
        try:
            _write_copy(image, copy)
        except OSError:
            logger.exception("picture_copy_not_kept")
            return source
    return copy


def _write_copy(image: Image.Image, copy: Path) -> None:
    """Written beside its place and moved there whole: two may make the same copy at once."""
    copy.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=copy.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            image.save(file, "WEBP", quality=QUALITY, method=4)
        os.chmod(draft, 0o644)
        os.replace(draft, copy)
    except OSError:
        os.unlink(draft)
        raise


def _read(source: Path, width: int) -> Image.Image:
    try:
        with Image.open(source) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise NotFound
            opened.draft("RGB", (width, width * 4))
            upright = ImageOps.exif_transpose(opened)
            upright.thumbnail((width, width * 4), Image.Resampling.LANCZOS)
            return upright.convert("RGBA" if "A" in upright.getbands() or upright.mode == "P" else "RGB")
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError) as unreadable:
        raise NotFound from unreadable
