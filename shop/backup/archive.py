"""Writing and reading a backup."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils import timezone

from shop.backup.databases import BackupFailed, copier
from shop.common.pictures import FOLDER

MANIFEST = "manifest.json"
MEDIA = "media"
UNPACKED = ".restore-"


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What is in a backup: of which version, database and moment (RFC 3339)."""

    version: str
    vendor: str
    created_at: str


def write_backup(target: Path) -> int:
    """Copy database and pictures into `target` (.tar.gz, mode 0600). Returns its size in bytes.

    The database comes first: pictures are only ever added under new names, so the pictures copied after it
    are at least those it speaks of. The file appears whole or not at all.
    """
    unfinished = target.with_name(target.name + ".part")
    try:
        with tempfile.TemporaryDirectory() as folder:
            database = copier()
            copy = Path(folder) / database.file_name
            database.dump(copy)
            _write_archive(unfinished, copy)
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
    return target.stat().st_size


def restore_backup(source: Path) -> Manifest:
    """Put a backup in the place of database and pictures. Raises BackupFailed for files that are none."""
    with tempfile.TemporaryDirectory(dir=_media_folder(), prefix=UNPACKED) as folder:
        unpacked = Path(folder)
        manifest = _unpack(source, unpacked)
        database = copier()
        database.load(unpacked / database.file_name)
        _swap_media(unpacked / MEDIA)
    return manifest


def _write_archive(target: Path, database: Path) -> None:
    manifest = Manifest(
        version=settings.VERSION, vendor=connection.vendor, created_at=timezone.now().isoformat(timespec="seconds")
    )
    note = database.with_name(MANIFEST)
    note.write_text(json.dumps(asdict(manifest), indent=2))
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file, tarfile.open(fileobj=file, mode="w:gz") as archive:
        archive.add(note, MANIFEST)
        archive.add(database, database.name)
        for path in _pictures():
            with contextlib.suppress(FileNotFoundError):  # replaced since it was listed
                archive.add(path, f"{MEDIA}/{path.relative_to(settings.MEDIA_ROOT)}")


def _pictures() -> Iterator[Path]:
    """Every file but smaller copies, which are made anew, and what a restore that was killed left behind."""
    for path in settings.MEDIA_ROOT.rglob("*"):
        top = path.relative_to(settings.MEDIA_ROOT).parts[0]
        if path.is_file() and top != FOLDER and not top.startswith(UNPACKED):
            yield path


def _unpack(source: Path, target: Path) -> Manifest:
    try:
        with tarfile.open(source, "r:gz") as archive:
            _extract(archive, target)
        manifest = Manifest(**json.loads((target / MANIFEST).read_text()))
    except (OSError, tarfile.TarError, EOFError, ValueError, TypeError) as error:
        raise BackupFailed(f"{source} is not a backup of this shop: {error}") from error
    if manifest.vendor != connection.vendor:
        raise BackupFailed(
            f"This backup is of a {manifest.vendor} database; the shop runs on {connection.vendor}. "
            "Set DATABASE_URL to a database of the same kind."
        )
    return manifest


def _extract(archive: tarfile.TarFile, target: Path) -> None:
    """Regular files only, and only below `target`. The oldest Python we run on has no filter for extractall."""
    for member in archive:
        source, path = archive.extractfile(member), (target / member.name).resolve()
        if source is None:
            continue
        if not path.is_relative_to(target.resolve()):
            raise ValueError(f"{member.name} leads out of the folder")
        path.parent.mkdir(parents=True, exist_ok=True)
        with source, path.open("wb") as copy:
            shutil.copyfileobj(source, copy)


def _media_folder() -> Path:
    folder: Path = settings.MEDIA_ROOT
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _swap_media(restored: Path) -> None:
    """Replace what is in the folder, not the folder: it may be the root of a volume."""
    target = _media_folder()
    for old in target.iterdir():
        if old not in restored.parents:
            shutil.rmtree(old) if old.is_dir() else old.unlink()
    for new in restored.iterdir() if restored.is_dir() else ():
        new.rename(target / new.name)
