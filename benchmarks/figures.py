"""Everything a run finds out, and where it is kept for a comparison."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from django.db import connection, connections

from benchmarks import guest
from benchmarks.asking import Cost, measure
from benchmarks.processes import Memory, memory_of_worker
from benchmarks.servers import FLOOR, SHOP, Server, serving
from benchmarks.shares import shares

FILE = "figures.json"
AGAIN, FLOOR_REQUESTS = 4, 200
SHARES_OF_FIRST, SHARES_OF_AGAIN = 20, 300


@dataclass(frozen=True, kw_only=True)
class View:
    """A page seen right after a change, or once more; the `floor` was measured next to it.

    `shares` are milliseconds by kind, asked without a server.
    """

    queries: int
    cost: Cost
    floor: Cost
    shares: dict[str, float]

    @property
    def in_floors(self) -> float:
        return self.cost.cpu / self.floor.cpu


@dataclass(frozen=True, kw_only=True)
class Figures:
    """`memory` of the worker before the first page and after all."""

    products: int
    database: str
    requests: int
    memory: tuple[Memory, Memory]
    first: dict[str, View]
    again: dict[str, View]

    @property
    def floors(self) -> list[Cost]:
        """From the least to the most."""
        return sorted((view.floor for view in (*self.first.values(), *self.again.values())), key=lambda cost: cost.cpu)


Costs = dict[str, tuple[Cost, Cost]]


def take(count: int, requests: int, database_pid: int | None) -> Figures:
    pages = guest.pages(count)
    apart = [_apart(pages, requests, is_first=is_first) for is_first in (True, False)]
    connections.close_all()
    with serving(SHOP, database_pid) as shop, serving(FLOOR) as floor:
        before = memory_of_worker(shop.pid)
        first = _costs(pages, shop, floor, requests, before=guest.change_something)
        again = _costs(pages, shop, floor, requests * AGAIN)
        after = memory_of_worker(shop.pid)
    guest.stop_indexing()
    return Figures(
        products=count,
        database=connection.display_name,
        requests=requests,
        memory=(before, after),
        first=_views(first, *apart[0]),
        again=_views(again, *apart[1]),
    )


def _apart(
    pages: dict[str, str], requests: int, *, is_first: bool
) -> tuple[dict[str, int], dict[str, dict[str, float]]]:
    """How many queries, and where the time goes: asked in this process."""
    before, times = (guest.change_something, min(requests, SHARES_OF_FIRST)) if is_first else (None, SHARES_OF_AGAIN)
    with guest.unheard_log():
        queries = {name: guest.count_queries(address, is_first=is_first) for name, address in pages.items()}
        spent = {name: shares(address, times, before=before) for name, address in pages.items()}
    return queries, spent


def _costs(
    pages: dict[str, str], shop: Server, floor: Server, requests: int, *, before: Callable[[], None] | None = None
) -> Costs:
    """Each page's, and the floor's right after it: what else the machine does meanwhile makes both dearer."""
    return {
        name: (measure(shop, address, requests, before=before), measure(floor, "/", FLOOR_REQUESTS))
        for name, address in pages.items()
    }


def _views(costs: Costs, queries: dict[str, int], spent: dict[str, dict[str, float]]) -> dict[str, View]:
    return {
        name: View(queries=queries[name], cost=cost, floor=floor, shares=spent[name])
        for name, (cost, floor) in costs.items()
    }


def keep(figures: Figures, folder: Path) -> None:
    (folder / FILE).write_text(json.dumps(asdict(figures), indent=1))
