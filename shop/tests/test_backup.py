"""Backup and restore, on whichever database the tests run."""

from __future__ import annotations

import stat
import tarfile
import threading
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.models import User
from accounts.tests.factories import UserFactory
from shop.common.unit import run_in_transaction
from shop.testing.concurrency import race

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def media(settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    (settings.MEDIA_ROOT / "products").mkdir(parents=True)
    (settings.MEDIA_ROOT / "products" / "print.jpg").write_bytes(b"the picture")
    return settings.MEDIA_ROOT


def backup(target: Path) -> str:
    out = StringIO()
    call_command("backup", str(target), stdout=out)
    return out.getvalue()


def restore(source: Path, *options: str) -> str:
    out = StringIO()
    call_command("restore", str(source), *options, stdout=out)
    return out.getvalue()


def test_a_restored_shop_is_the_one_backed_up(media: Path, tmp_path: Path) -> None:
    ada = UserFactory(email="ada@example.org", first_name='Ada "the first"\nÅäö 🖼')
    file = tmp_path / "shop.tar.gz"
    assert str(file) in backup(file)

    User.objects.filter(pk=ada.pk).update(first_name="changed")
    UserFactory(email="later@example.org")
    (media / "products" / "print.jpg").write_bytes(b"overwritten")
    (media / "later.jpg").write_bytes(b"new")

    said = restore(file, "--yes")

    assert "Restored the shop as it was at" in said
    assert [user.first_name for user in User.objects.all()] == ['Ada "the first"\nÅäö 🖼']
    assert (media / "products" / "print.jpg").read_bytes() == b"the picture"
    assert sorted(path.name for path in media.iterdir()) == ["products"]


def test_what_is_written_meanwhile_is_whole_or_absent(media: Path, tmp_path: Path) -> None:
    """Pairs are written in units while the backup runs: it never holds half of one."""
    written = threading.Event()

    def write(_: int) -> int:
        for number in range(200):
            names = (f"a{number}@example.org", f"b{number}@example.org")
            run_in_transaction(lambda names=names: [UserFactory(email=name, username=None) for name in names])
            if number == 20:
                written.set()
            if done.is_set():
                return number
        return 200

    def copy(_: int) -> None:
        assert written.wait(60)
        backup(tmp_path / "shop.tar.gz")
        done.set()

    done = threading.Event()
    outcome = race(2, lambda number: (write, copy)[number](number))
    assert outcome.errors == []
    restore(tmp_path / "shop.tar.gz", "--yes")
    assert User.objects.count() >= 42
    assert User.objects.count() % 2 == 0


def test_a_table_made_since_is_gone(media: Path, tmp_path: Path) -> None:
    file = tmp_path / "shop.tar.gz"
    backup(file)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE made_since (id INTEGER)")
    restore(file, "--yes")
    assert "made_since" not in connection.introspection.table_names()


def test_smaller_copies_are_left_out(media: Path, tmp_path: Path) -> None:
    (media / "thumbs" / "240").mkdir(parents=True)
    (media / "thumbs" / "240" / "print.webp").write_bytes(b"small")
    file = tmp_path / "shop.tar.gz"
    backup(file)
    with tarfile.open(file) as archive:
        assert [name for name in archive.getnames() if name.startswith("media")] == ["media/products/print.jpg"]


def test_a_file_that_leads_out_of_the_folder_is_refused(media: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside.txt"
    outside.write_text("mine")
    file = tmp_path / "evil.tar.gz"
    with tarfile.open(file, "w:gz") as archive:
        archive.add(outside, "../../../outside.txt")
    outside.unlink()
    with pytest.raises(CommandError, match="leads out of the folder"):
        restore(file, "--yes")
    assert not outside.exists()


def test_the_file_is_for_the_owner_only_and_leaves_no_part_behind(media: Path, tmp_path: Path) -> None:
    file = tmp_path / "shop.tar.gz"
    backup(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.glob("shop*")] == ["shop.tar.gz"]


def test_data_is_replaced_only_when_told(media: Path, tmp_path: Path) -> None:
    UserFactory(email="ada@example.org")
    file = tmp_path / "shop.tar.gz"
    backup(file)
    UserFactory(email="later@example.org")
    with pytest.raises(CommandError, match="--yes"):
        restore(file)
    assert User.objects.count() == 2


def test_an_empty_shop_needs_no_yes(media: Path, tmp_path: Path) -> None:
    user = UserFactory(email="ada@example.org")
    file = tmp_path / "shop.tar.gz"
    backup(file)
    user.delete()
    restore(file)
    assert User.objects.get().email == "ada@example.org"


def test_other_files_are_refused(media: Path, tmp_path: Path) -> None:
    file = tmp_path / "no-backup.tar.gz"
    file.write_bytes(b"hello")
    with pytest.raises(CommandError, match="is not a backup of this shop"):
        restore(file, "--yes")
    assert (media / "products" / "print.jpg").exists()


def test_a_backup_of_another_kind_of_database_is_refused(media: Path, tmp_path: Path) -> None:
    file = tmp_path / "shop.tar.gz"
    backup(file)
    unpacked = tmp_path / "unpacked"
    with tarfile.open(file) as archive:
        archive.extractall(unpacked)
    manifest = unpacked / "manifest.json"
    manifest.write_text(manifest.read_text().replace(connection.vendor, "another"))
    other = tmp_path / "other.tar.gz"
    with tarfile.open(other, "w:gz") as archive:
        for path in unpacked.iterdir():
            archive.add(path, path.name)
    with pytest.raises(CommandError, match="of a another database"):
        restore(other, "--yes")


def test_a_missing_folder_is_named(media: Path, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="There is no folder"):
        backup(tmp_path / "nowhere" / "shop.tar.gz")
