"""Pictures: the originals and, made on demand, their smaller copies."""

from __future__ import annotations

from pathlib import Path

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import default_storage
from django.http import FileResponse, HttpRequest, HttpResponseBase, HttpResponseNotModified
from django.utils.http import http_date
from django.views.decorators.http import require_safe
from django.views.static import was_modified_since

from catalog.services.thumbnails import ensure_copy
from shop.common.errors import NotFound
from shop.common.pictures import FOLDER, copy_source

TYPES = {
    ".avif": "image/avif",
    ".gif": "image/gif",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
}
LONGEST_NAME = 255  # bytes, of file systems
YEAR = 365 * 24 * 3600
# The picture itself, while its smaller copy cannot be kept.
MINUTE = 60


@require_safe
def media(request: HttpRequest, path: str) -> HttpResponseBase:
    """Only pictures leave by this door, whatever else may lie in the folder."""
    content_type = TYPES.get(Path(path).suffix.lower())
    if content_type is None or not all(_is_name(part) for part in path.split("/")):
        raise NotFound
    file = _file(path)
    stands_in = file.name != Path(path).name
    modified = file.stat().st_mtime
    if not was_modified_since(request.headers.get("If-Modified-Since"), modified):
        return HttpResponseNotModified()
    return FileResponse(
        file.open("rb"),
        content_type=TYPES.get(file.suffix.lower(), content_type),
        headers={
            "Cache-Control": f"public, max-age={MINUTE}" if stands_in else f"public, max-age={YEAR}, immutable",
            "Last-Modified": http_date(modified),
            "X-Content-Type-Options": "nosniff",
        },
    )


def _is_name(part: str) -> bool:
    return 0 < len(part.encode()) <= LONGEST_NAME and not part.startswith(".") and "\x00" not in part


def _file(path: str) -> Path:
    copy = copy_source(path)
    if copy is None and path.startswith(f"{FOLDER}/"):
        raise NotFound
    try:
        file = ensure_copy(*copy) if copy else Path(default_storage.path(path))
    except SuspiciousFileOperation as unusable:
        raise NotFound from unusable
    if not file.is_file():
        raise NotFound
    return file
