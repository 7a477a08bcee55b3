"""Names and addresses of smaller copies of a picture.

A copy's address follows from the picture's name and one of a few widths, so that a page of a hundred
pictures asks neither the database nor the disk. The copy itself is made when it is first fetched and
kept: catalog/services/thumbnails.py.
"""

from __future__ import annotations

from django.core.files.storage import default_storage

FOLDER = "thumbs"
WIDTHS = (240, 480, 720, 1080, 1600)
SUFFIX = ".webp"


def copy_name(name: str, width: int) -> str:
    """Where the copy of `name` that is `width` (one of WIDTHS) pixels wide is kept, below MEDIA_ROOT."""
    return f"{FOLDER}/{width}/{name}{SUFFIX}"


def copy_source(path: str) -> tuple[str, int] | None:
    """The picture's name and the width that `path` stands for; None when it is not a copy's name."""
    folder, _, rest = path.partition("/")
    width, _, name = rest.partition("/")
    source = name.removesuffix(SUFFIX)
    if folder != FOLDER or width not in {str(w) for w in WIDTHS} or not name.endswith(SUFFIX):
        return None
    # No copies of copies, or a stranger could have them made without end.
    return None if source.startswith(f"{FOLDER}/") else (source, int(width))


def copy_url(name: str, width: int) -> str:
    """The address of that copy."""
    return default_storage.url(copy_name(name, width))


def copy_widths(full_width: int | None) -> list[int]:
    """The widths worth offering for a picture: never much wider than it is, at least one."""
    if not full_width:
        return list(WIDTHS[:-1])
    return [w for w in WIDTHS if w <= full_width] or [WIDTHS[0]]
