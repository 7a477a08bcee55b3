"""Uploaded pictures are made safe, and their files follow their rows."""

from __future__ import annotations

import errno
import io
import zlib
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage
from PIL import Image, ImageCms

from catalog.models import Product, ProductImage
from catalog.services.images import add_image, fill_image, remove_image, update_image
from catalog.services.picture_files import PictureNotStored
from catalog.services.pictures import MOST_BYTES, prepare_picture
from catalog.tests.factories import ImageFactory, ProductFactory, picture_file
from shop.common.errors import InvalidInput, NotFound
from shop.common.pictures import copy_name


def encoded(picture: Image.Image, kind: str = "PNG", **options: Any) -> io.BytesIO:
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    buffer.seek(0)
    return buffer


def opened(file: ContentFile[bytes]) -> Image.Image:
    file.seek(0)
    return Image.open(io.BytesIO(file.read()))


def refusal(data: bytes) -> str:
    with pytest.raises(InvalidInput) as refused:
        prepare_picture(io.BytesIO(data))
    assert refused.value.error_code == "picture_refused"
    return str(refused.value.message)


def full_disk(self: object, name: str, content: ContentFile[bytes]) -> str:
    """As Django's storage does it when the disk is full in the middle."""
    path = Path(default_storage.path(name))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"half")
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.django_db
def test_a_full_disk_is_said_and_keeps_no_half_picture(
    monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    product = ProductFactory()
    monkeypatch.setattr(FileSystemStorage, "_save", full_disk)
    with pytest.raises(PictureNotStored):
        add_image(product_id=product.pk, picture=picture_file(), fields={})
    assert not product.images.exists()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "AVIF"])
def test_pictures_are_written_anew_as_jpeg(kind: str) -> None:
    file = prepare_picture(encoded(Image.new("RGB", (300, 200), "#2342be"), kind))
    picture = opened(file)
    assert (picture.format, picture.size, picture.mode) == ("JPEG", (300, 200), "RGB")
    assert str(file.name).endswith(".jpg")
    assert len(str(file.name)) == 26


def test_what_is_transparent_stays_so() -> None:
    picture = Image.new("RGBA", (40, 40), (0, 0, 0, 0))
    for kind in ("PNG", "WEBP", "GIF"):
        prepared = opened(prepare_picture(encoded(picture, kind)))
        assert (prepared.format, prepared.convert("RGBA").getpixel((3, 3))[3]) == ("WEBP", 0)  # type: ignore[index]


def test_pictures_are_turned_upright_and_forget_where_they_were_taken() -> None:
    picture = Image.new("RGB", (300, 100), "white")
    exif = picture.getexif()
    exif[0x0112] = 6  # turned a quarter
    exif[0x010F] = "Camera of somebody"
    prepared = opened(prepare_picture(encoded(picture, "JPEG", exif=exif)))
    assert prepared.size == (100, 300)
    assert not prepared.getexif()
    assert b"Camera" not in prepared.tobytes()


def test_large_pictures_are_scaled_down() -> None:
    assert opened(prepare_picture(encoded(Image.new("RGB", (5000, 2500))))).size == (2400, 1200)


def test_colours_of_other_spaces_are_converted() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for mode, options in (("CMYK", {}), ("RGB", {"icc_profile": profile}), ("RGB", {"icc_profile": b"nonsense"})):
        prepared = opened(prepare_picture(encoded(Image.new(mode, (20, 20)), "JPEG", **options)))
        assert (prepared.mode, "icc_profile" in prepared.info) == ("RGB", False)


def test_what_hangs_behind_a_picture_is_gone() -> None:
    data = encoded(Image.new("RGB", (20, 20))).getvalue() + b"<script>alert(1)</script>"
    file = prepare_picture(io.BytesIO(data))
    file.seek(0)
    assert b"script" not in file.read()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not a picture",
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        encoded(Image.effect_noise((60, 60), 90)).getvalue()[:800],
        encoded(Image.new("RGB", (60, 60)), "BMP").getvalue(),
        encoded(Image.new("RGB", (60, 60)), "TIFF").getvalue(),
        b"GIF89a" + b"\xff" * 40,
    ],
)
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    assert refusal(data) == "This is not a picture we can read. Use JPEG, PNG, WebP, AVIF or GIF."


def test_a_bomb_is_refused_by_its_header() -> None:
    """50,000 × 50,000 pixels in a few bytes: refused before anything is unpacked."""
    header = b"\x00\x00\x00\rIHDR" + (50_000).to_bytes(4) * 2 + b"\x08\x02\x00\x00\x00"
    chunk = header + zlib.crc32(header[4:]).to_bytes(4)
    assert "picture" in refusal(b"\x89PNG\r\n\x1a\n" + chunk + b"\x00\x00\x00\x00IDAT\x00\x00\x00\x00")
    big = encoded(Image.new("1", (7000, 6000))).getvalue()
    assert refusal(big) == "The picture has more than 40 million pixels."


def test_too_many_bytes_are_refused() -> None:
    assert refusal(b"\x00" * (MOST_BYTES + 1)) == "The picture is larger than 20 MB."


@pytest.fixture
def product(db: None) -> Product:
    return ProductFactory()


def test_pictures_take_the_last_place_and_the_first_is_shown_in_lists(product: Product) -> None:
    first = add_image(product_id=product.pk, picture=picture_file(), fields={"alt": "Front"})
    second = add_image(product_id=product.pk, picture=picture_file(), fields={"alt": "Back"})
    assert (first.position, second.position) == (0, 1)
    assert (first.width, first.height) == (160, 200)
    update_image(image_id=second.pk, fields={"position": -1})
    changed = Product.objects.get(pk=product.pk)
    assert changed.main_image_id == second.pk
    assert changed.edit_version == product.edit_version + 3


def test_words_that_do_not_fit_are_refused_and_nothing_is_left_behind(product: Product) -> None:
    before = set(default_storage.listdir("products")[1]) if default_storage.exists("products") else set()
    with pytest.raises(InvalidInput):
        add_image(product_id=product.pk, picture=picture_file(), fields={"alt": "x" * 301})
    after = set(default_storage.listdir("products")[1]) if default_storage.exists("products") else set()
    assert after == before
    assert not product.images.exists()


def test_a_row_that_cannot_be_written_leaves_no_file(product: Product, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[str] = []

    def refuse(self: ProductImage, *args: Any, **kwargs: Any) -> None:
        written.append(str(self.file.name))
        raise InvalidInput

    monkeypatch.setattr(ProductImage, "save", refuse)
    with pytest.raises(InvalidInput):
        add_image(product_id=product.pk, picture=picture_file(), fields={})
    assert written
    assert not default_storage.exists(written[0])


def test_the_file_goes_with_its_row_and_so_do_its_copies(
    product: Product, django_capture_on_commit_callbacks: Any
) -> None:
    image = add_image(product_id=product.pk, picture=picture_file(), fields={})
    name = str(image.file.name)
    copy = default_storage.save(copy_name(name, 240), ContentFile(b"small"))
    with django_capture_on_commit_callbacks(execute=True):
        remove_image(image_id=image.pk)
    assert not default_storage.exists(name)
    assert not default_storage.exists(copy)
    assert Product.objects.get(pk=product.pk).main_image_id is None


def test_a_picture_known_by_its_address_is_shown_once_it_is_there(product: Product) -> None:
    image = ProductImage.objects.create(product=product, source_url="https://example.org/a.jpg")
    assert Product.objects.get(pk=product.pk).main_image_id is None
    filled = fill_image(image_id=image.pk, picture=picture_file())
    assert (filled.width, filled.source_url) == (160, "https://example.org/a.jpg")
    assert Product.objects.get(pk=product.pk).main_image_id == image.pk


def test_unchanged_words_raise_no_version(product: Product) -> None:
    image = ImageFactory(product=product, file=picture_file())
    version = Product.objects.get(pk=product.pk).edit_version
    update_image(image_id=image.pk, fields={"alt": image.alt})
    assert Product.objects.get(pk=product.pk).edit_version == version


def test_pictures_that_are_not_there_are_not_found(db: None) -> None:
    for verb in (
        lambda: update_image(image_id=99, fields={}),
        lambda: remove_image(image_id=99),
        lambda: fill_image(image_id=99, picture=picture_file()),
        lambda: add_image(product_id=99, picture=picture_file(), fields={}),
    ):
        with pytest.raises(NotFound):
            verb()
