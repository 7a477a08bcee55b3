"""Everything a run finds out, and where it is kept for a comparison."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.db import connection, connections

from benchmarks import guest
from benchmarks.asking import Cost, measure
from benchmarks.processes import Memory, memory_of_worker
from benchmarks.servers import FLOOR, SHOP, serving
from benchmarks.shares import shares

FILE = "figures.json"
AGAIN, FLOOR_REQUESTS = 4, 20
SHARES_OF_FIRST, SHARES_OF_AGAIN = 20, 300


@dataclass(frozen=True, kw_only=True)
class View:
    """A page seen right after a change, or once more. `shares` are milliseconds by kind, asked without a server."""

    queries: int
    cost: Cost
    shares: dict[str, float]


@dataclass(frozen=True, kw_only=True)
class Figures:
    """`memory` of the worker before the first page and after all."""

    products: int
    database: str
    requests: int
    floor: Cost
    memory: tuple[Memory, Memory]
    first: dict[str, View]
    again: dict[str, View]


def take(count: int, requests: int, database_pid: int | None) -> Figures:
    pages = guest.pages(count)
    with guest.unheard_log():
        queries = {
            is_first: {name: guest.count_queries(address, is_first=is_first) for name, address in pages.items()}
            for is_first in (True, False)
        }
        first_shares = {
            name: shares(address, min(requests, SHARES_OF_FIRST), before=guest.change_something)
            for name, address in pages.items()
        }
        again_shares = {name: shares(address, SHARES_OF_AGAIN) for name, address in pages.items()}
    connections.close_all()
    floors = [_floor(requests)]
    with serving(SHOP, database_pid) as server:
        before = memory_of_worker(server.pid)
        first = {
            name: measure(server, address, requests, before=guest.change_something) for name, address in pages.items()
        }
        again = {name: measure(server, address, requests * AGAIN) for name, address in pages.items()}
        after = memory_of_worker(server.pid)
    guest.stop_indexing()
    floors.append(_floor(requests))
    return Figures(
        products=count,
        database=connection.display_name,
        requests=requests,
        floor=min(floors, key=lambda cost: cost.cpu),
        memory=(before, after),
        first={name: View(queries=queries[True][name], cost=first[name], shares=first_shares[name]) for name in pages},
        again={name: View(queries=queries[False][name], cost=again[name], shares=again_shares[name]) for name in pages},
    )


def _floor(requests: int) -> Cost:
    with serving(FLOOR) as server:
        return measure(server, "/", requests * FLOOR_REQUESTS)


def keep(figures: Figures, folder: Path) -> None:
    (folder / FILE).write_text(json.dumps(asdict(figures), indent=1))


def read(folder: Path) -> dict[str, Any]:
    return json.loads((folder / FILE).read_text())
