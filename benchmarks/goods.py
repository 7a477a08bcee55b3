"""Products to measure with, their index and the static files, made where they are missing."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

from django.core.management import call_command
from django.db import connection

from accounts.services.seed_people import demo_customers, seed_people
from benchmarks.multiply import BLOCK, multiply
from catalog.models import CatalogueVersion, Product
from catalog.search.reader import IndexUnavailable, snapshot
from catalog.services.grow_catalogue import grow_catalogue
from catalog.services.search_index import rebuild_index
from catalog.services.seed_catalogue import seed_catalogue
from orders.services.recommendations import rebuild_recommendations


def create_database() -> None:
    """On a MariaDB that is new."""
    if connection.vendor == "mysql":
        with connection._nodb_cursor() as cursor:
            cursor.execute(
                f"CREATE DATABASE IF NOT EXISTS {connection.ops.quote_name(connection.settings_dict['NAME'])}"
            )


def prepare(size: int) -> int:
    """Returns how many products there are."""
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    if Product.objects.count() < size:
        _timed("seeded", lambda: _grow(size))
    if not _is_indexed():
        _timed("indexed", lambda: rebuild_index(_tell))
    return Product.objects.count()


def _grow(size: int) -> None:
    if Product.objects.count() < min(size, BLOCK):
        _seed(min(size, BLOCK))
    multiply(size)


def _seed(size: int) -> None:
    """The demo shop with its people, reviews and recommendations, without pictures and orders."""
    seed_people()
    seed_catalogue(demo_customers())
    grow_catalogue(size)
    rebuild_recommendations()


def _is_indexed() -> bool:
    try:
        return snapshot().state.version == CatalogueVersion.objects.get().number
    except IndexUnavailable:
        return False


def _tell(done: int, of: int) -> None:
    print(f"\r{done:,} of {of:,} indexed", end="", file=sys.stderr, flush=True)


def _timed(what: str, do: Callable[[], object]) -> None:
    started, used = time.monotonic(), time.process_time()
    do()
    waited, spent = time.monotonic() - started, time.process_time() - used
    print(f"\n{Product.objects.count():,} products {what} in {waited:.0f} s; {spent:.0f} s of this process's CPU.")
