"""manage.py import_products --fetch-images"""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.core.management import call_command

from catalog.models import Product, ProductImage
from catalog.services.importing import pictures
from catalog.tests.factories import picture_file
from shop.common.fetch import FetchError, Limits

HEAD = "Handle,Title,Price,Image Src,Image Position"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses that were fetched; what they answer follows from their names."""
    seen: list[str] = []

    def answer(url: str, limits: Limits) -> bytes:
        seen.append(url)
        if "missing" in url:
            raise FetchError("the answer was 404")
        return b"<html>" if "page" in url else picture_file().read()

    monkeypatch.setattr(pictures, "fetch_public", answer)
    return seen


def run(path: Path, **options: bool) -> list[str]:
    out = io.StringIO()
    call_command("import_products", str(path), format="shopify", stdout=out, **options)
    return out.getvalue().splitlines()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    rows = [
        "mug,Mug,9,https://x.example/b.jpg,2",
        "mug,,,https://x.example/a.jpg,1",
        "mug,,,https://x.example/missing.jpg,3",
    ]
    path = tmp_path / "goods.csv"
    path.write_text("\n".join([HEAD, *rows, "cup,Cup,5,https://x.example/page.html,"]))
    return path


@pytest.mark.django_db
def test_pictures_are_fetched_made_safe_and_shown(file: Path, asked: list[str]) -> None:
    said = run(file, fetch_images=True)
    assert "line 4: picture https://x.example/missing.jpg: the answer was 404" in said
    assert any(line.startswith("line 5: picture https://x.example/page.html: This is not a picture") for line in said)
    mug = Product.objects.get(slug="mug")
    assert mug.main_image is not None
    assert mug.main_image.source_url == "https://x.example/a.jpg"
    assert mug.main_image.file.name.endswith(".jpg")
    assert ProductImage.objects.exclude(file="").count() == 2


@pytest.mark.django_db
def test_only_what_is_missing_is_fetched_again(file: Path, asked: list[str]) -> None:
    run(file, fetch_images=True)
    asked.clear()
    assert "Nothing to change." in run(file, fetch_images=True)
    assert sorted(asked) == ["https://x.example/missing.jpg", "https://x.example/page.html"]


@pytest.mark.django_db
def test_nothing_is_fetched_without_being_asked_for(file: Path, asked: list[str]) -> None:
    run(file)
    run(file, fetch_images=True, dry_run=True)
    assert asked == []
    assert not ProductImage.objects.exclude(file="").exists()
