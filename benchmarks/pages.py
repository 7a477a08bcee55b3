"""What a guest's pages cost: queries, the server's own CPU time, how long one waits, and where the time goes.

    python benchmarks/pages.py --size 100000                     on SQLite, in a folder of its own
    python benchmarks/pages.py --size 1000000 --mariadb          on a private MariaDB, which ends with the run
    python benchmarks/pages.py --size 1000000 --database mysql://user:password@host/empty
    python benchmarks/pages.py --size 1000000 --folder /big --prepare    only the goods and their index
    python benchmarks/pages.py --size 1000 --profile /products/          where the time of a page goes, by function

The demo goods are grown to the size and indexed, which takes most of the time; --folder keeps them for the next run,
and the figures for benchmarks/compare.py. CPU time is that of the server's processes from /proc, divided by the
requests. "first" is a view right after the catalogue has changed, so that nobody had it yet: before each request the
version is raised and the index follows. "again" is every further view until the next change. Both as the shop runs,
with its log. The floor is a bare Django view of 20 kB behind the same server, measured anew right after each page.
"""

from __future__ import annotations

import argparse
import os
import secrets
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[0] = str(ROOT)

from shop.testing.mariadb import PrivateMariaDB  # noqa: E402 - known from here on

# Enough memory for the goods: pages are measured, not the disk.
OPTIONS = ("--innodb-buffer-pool-size=3G", "--innodb-log-file-size=1G")


def main() -> None:
    asked = arguments()
    with tempfile.TemporaryDirectory(prefix="shop-pages-") as temporary:
        folder = Path(asked.folder or temporary).absolute()
        folder.mkdir(parents=True, exist_ok=True)
        with database(asked, folder) as (url, database_pid):
            os.environ.update(environment(folder, url))
            run(asked, folder, database_pid)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=1000, help="products")
    parser.add_argument("--database", default="", help="DATABASE_URL of an empty database; SQLite without it")
    parser.add_argument("--mariadb", action="store_true", help="start one, with its data in the folder")
    parser.add_argument("--folder", default="", help="where the goods are kept for the next run; a short path")
    parser.add_argument("--prepare", action="store_true", help="make goods and index in --folder, and measure nothing")
    parser.add_argument("--requests", type=int, default=60, help="for each page")
    parser.add_argument("--profile", default="", help="an address whose time is taken apart instead")
    return parser.parse_args()


@contextmanager
def database(asked: argparse.Namespace, folder: Path) -> Iterator[tuple[str, int | None]]:
    """Its DATABASE_URL, and its process where it is this run's own."""
    if not asked.mariadb:
        yield asked.database or f"sqlite:///{folder}/db.sqlite3", None
        return
    server = PrivateMariaDB(folder / "mariadb", OPTIONS)
    try:
        yield server.start(), server.process_id
    finally:
        server.stop()


def environment(folder: Path, url: str) -> dict[str, str]:
    return {
        "DJANGO_SETTINGS_MODULE": "shop.settings",
        "SECRET_KEY": secrets.token_urlsafe(50),
        "SHOP_ENV_FILE": "/nonexistent",
        "SHOP_DEMO": "true",
        "SHOP_HTTPS": "false",
        "SHOP_RATE_LIMITS_ENABLED": "false",
        "DATABASE_URL": url,
        "MEDIA_ROOT": f"{folder}/media",
        "STATIC_ROOT": f"{folder}/static",
        "SHOP_SEARCH_ROOT": f"{folder}/search",
        "LOG_LEVEL": "INFO",
    }


def run(asked: argparse.Namespace, folder: Path, database_pid: int | None) -> None:
    import django

    django.setup()
    from benchmarks import goods

    goods.create_database()
    count = goods.prepare(asked.size)
    if not asked.prepare:
        look(asked, folder, count, database_pid)


def look(asked: argparse.Namespace, folder: Path, count: int, database_pid: int | None) -> None:
    """Everything is there, the static files too, which the shop looks for as soon as it is imported."""
    from benchmarks import figures, shares, tables

    if asked.profile:
        shares.by_function(asked.profile)
        return
    found = figures.take(count, asked.requests, database_pid)
    figures.keep(found, folder)
    tables.show(found)


if __name__ == "__main__":
    main()
