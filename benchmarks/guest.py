"""The pages that are measured, and how a guest asks for them in this very process."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from itertools import cycle
from typing import Any

from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from catalog.models import Product
from catalog.search.writer import Indexer
from catalog.services.changes import record_change
from shop.common.unit import run_in_transaction
from shop.wsgi import application

PAGES = {
    "home": "/",
    "list": "/products/",
    "category": "/categories/prints/",
    "filtered category": "/categories/prints/?tag=blue&option.Size=30+%C3%97+40+cm&in_stock=true&ordering=price",
    "page 100": "/products/?page={deep}",
    "product": "/products/contours-7-print/",
    "search, common": "/search/?search=print",
    "search, rare": "/search/?search=moire+tote",
    "search, typo": "/search/?search=contuors",
    "suggestions": "/search/suggest/?search=conto",
}
DEEP, PAGE = 100, 24
CHANGED = 500
WARM = 2


def pages(count: int) -> dict[str, str]:
    """Addresses by name; among few products the last page stands for page 100."""
    deep = min(DEEP, max(2, count // PAGE))
    return {name: address.format(deep=deep) for name, address in PAGES.items()}


def change_something() -> None:
    """As an edit of some product would: the version goes up, and the indexer, who is at work, has seen it."""
    run_in_transaction(lambda: record_change([next(_others())]))
    _indexer().step()


@cache
def _others() -> Iterator[int]:
    """One product after the other of those that are on none of the pages."""
    return cycle(list(Product.objects.order_by("popularity", "pk").values_list("pk", flat=True)[:CHANGED]))


@cache
def _indexer() -> Indexer:
    return Indexer()


def stop_indexing() -> None:
    _indexer().close()


def count_queries(address: str, *, is_first: bool = False) -> int:
    """Of a guest's view: right after a change, or of a further one."""
    for _ in range(WARM):
        ask(address)
    if is_first:
        change_something()
    with CaptureQueriesContext(connection) as captured:
        ask(address)
    return len(captured)


def ask(address: str) -> None:
    environ = RequestFactory(SERVER_NAME="127.0.0.1").get(address).META
    answered: list[str] = []

    def start(status: str, _headers: Any, _error: Any = None) -> Callable[[bytes], object]:
        answered.append(status)
        return bytes  # what WSGI asks for and nobody calls

    response = application(environ, start)
    b"".join(response)
    response.close()
    if answered != ["200 OK"]:
        sys.exit(f"{address} answers {answered}.")


@contextmanager
def unheard_log() -> Iterator[None]:
    """The log is written, as it costs something, but nobody reads it."""
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
