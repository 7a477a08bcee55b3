"""Pictures and their smaller copies."""

from __future__ import annotations

import errno
import io
import os
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image

from catalog.services.thumbnails import ensure_copy
from catalog.tests.factories import picture_file
from shop.common.errors import NotFound
from shop.common.pictures import WIDTHS, copy_name, copy_source, copy_url, copy_widths


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.MEDIA_ROOT.mkdir()
    return settings.MEDIA_ROOT


@pytest.fixture
def picture() -> str:
    return default_storage.save("products/hills.png", picture_file(size=(800, 1000)))


def opened(response) -> Image.Image:
    return Image.open(io.BytesIO(response.getvalue()))


def test_a_copy_is_made_once_and_kept(client, picture, media):
    response = client.get(copy_url(picture, 240))
    assert response["Content-Type"] == "image/webp"
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response["X-Content-Type-Options"] == "nosniff"
    copy = opened(response)
    assert (copy.format, copy.size) == ("WEBP", (240, 300))
    kept = media / copy_name(picture, 240)
    os.utime(kept, (2_000_000_000, 2_000_000_000))
    opened(client.get(copy_url(picture, 240)))
    assert kept.stat().st_mtime == 2_000_000_000
    assert [path.name for path in kept.parent.iterdir()] == ["hills.png.webp"]


def test_a_newer_picture_makes_a_new_copy(picture, media):
    kept = ensure_copy(picture, 240)
    os.utime(kept, (1_000_000_000, 1_000_000_000))
    assert ensure_copy(picture, 240).stat().st_mtime > 1_000_000_000


def test_on_a_full_disk_the_picture_itself_is_shown_and_no_part_is_left(client, picture, media, monkeypatch):
    def full(self, file, *_args, **_kwargs):
        file.write(b"RIFF")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Image.Image, "save", full)
    response = client.get(copy_url(picture, 240))
    assert (response.status_code, response["Content-Type"]) == (200, "image/png")
    assert response["Cache-Control"] == "public, max-age=60"
    assert opened(response).size == (800, 1000)
    assert list((media / copy_name(picture, 240)).parent.iterdir()) == []
    monkeypatch.undo()


def test_where_the_folder_cannot_be_written_to(client, picture, media):
    (media / "thumbs").write_text("no folder")
    assert opened(client.get(copy_url(picture, 240))).size == (800, 1000)


def test_nothing_is_enlarged(picture):
    assert Image.open(ensure_copy(picture, 1600)).size == (800, 1000)


def test_transparency_stays():
    buffer = io.BytesIO()
    Image.new("RGBA", (300, 300), (0, 0, 0, 0)).save(buffer, "PNG")
    name = default_storage.save("products/clear.png", ContentFile(buffer.getvalue()))
    assert Image.open(ensure_copy(name, 240)).mode == "RGBA"


def test_the_original(client, picture):
    response = client.get(f"/media/{picture}")
    assert response["Content-Type"] == "image/png"
    assert opened(response).size == (800, 1000)
    again = client.get(f"/media/{picture}", headers={"If-Modified-Since": response["Last-Modified"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    "path",
    [
        "products/missing.png",
        "thumbs/240/products/missing.png.webp",
        "thumbs/241/products/hills.png.webp",
        "thumbs/240/thumbs/240/products/hills.png.webp.webp",
        "thumbs/240/products/hills.png",
        "thumbs/secret.png",
        "../db.sqlite3",
        "products/../../secret.png",
        "thumbs/240/../../../secret.png.webp",
        "products/.hidden.png",
        "notes.txt",
        "products/page.html",
        "products/drawing.svg",
        "products/%00.png",
        "products//hills.png",
        "products",
        "x" * 300 + ".png",
        "a/" * 2000 + "x.png",
    ],
)
def test_everything_else_stays_inside(client, db, picture, media, path):
    (media / "notes.txt").write_text("private")
    (media / "products" / "page.html").write_text("<script>")
    (media / "products" / "drawing.svg").write_text("<svg>")
    (media / "products" / ".hidden.png").write_bytes(b"x")
    (media.parent / "secret.png").write_bytes(b"x")
    assert client.get(f"/media/{path}").status_code == 404


@pytest.mark.parametrize("content", [b"", b"not a picture", b"\x89PNG\r\n\x1a\n" + b"x" * 50])
def test_what_cannot_be_read_is_no_picture(client, db, content):
    name = default_storage.save("products/broken.png", ContentFile(content))
    assert client.get(copy_url(name, 240)).status_code == 404


def test_a_bomb_is_not_unpacked(monkeypatch, picture):
    monkeypatch.setattr("catalog.services.thumbnails.MOST_PIXELS", 799_999)
    with pytest.raises(NotFound):
        ensure_copy(picture, 240)


def test_names_lead_there_and_back():
    for width in WIDTHS:
        assert copy_source(copy_name("products/a b.jpg", width)) == ("products/a b.jpg", width)
    assert copy_url("products/a b.jpg", 240) == "/media/thumbs/240/products/a%20b.jpg.webp"
    assert Path(copy_name("x.jpg", 240)).name == "x.jpg.webp"


def test_widths_fit_the_picture():
    assert copy_widths(800) == [240, 480, 720]
    assert copy_widths(100) == [240]
    assert copy_widths(5000) == list(WIDTHS)
    assert copy_widths(None) == [240, 480, 720, 1080]
