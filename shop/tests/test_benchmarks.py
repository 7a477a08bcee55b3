"""The parts of benchmarks/ that reckon: what counts for what, and what is said of it."""

from __future__ import annotations

import sys
from types import SimpleNamespace
from typing import Any

import pytest

from benchmarks import asking, compare, figures, guest, shares, tables
from benchmarks.asking import Clocks, Cost
from benchmarks.figures import Figures, View
from benchmarks.processes import Memory
from benchmarks.servers import Server

ROOT = shares.ROOT


def stack(*files: str) -> Any:
    """A frame, innermost first."""
    frame = None
    for file in reversed(files):
        frame = SimpleNamespace(f_code=SimpleNamespace(co_filename=file), f_back=frame)
    return frame


@pytest.mark.parametrize(
    ("files", "kind"),
    [
        (["/lib/python3/json.py", "/x/django/db/models/query.py", "/x/django/template/base.py"], "ORM"),
        (["/x/django/db/backends/utils.py", "/x/django/db/models/query.py"], "driver"),
        (
            ["/app/catalog/search/tally.py", "/app/catalog/selectors/facets.py", f"{ROOT}/catalog/web/views.py"],
            "facets",
        ),
        (["/app/catalog/search/find.py", f"{ROOT}/catalog/selectors/listing.py"], "finding"),
        (["/lib/python3/re.py", f"{ROOT}/catalog/web/filters.py"], "own code"),
        (["/lib/python3/socket.py"], "other"),
        ([], "other"),
    ],
)
def test_time_counts_for_the_innermost_known_place(files, kind):
    assert shares._kind_on(stack(*files)) == kind


def test_what_is_done_in_a_pause_is_not_the_servers(monkeypatch):
    used = {1: 0.0, 2: 0.0}
    monkeypatch.setattr(asking, "cpu_seconds", used.__getitem__)
    clocks = Clocks(Server(port=0, pid=1, database_pid=2))

    def work(server: float, database: float) -> None:
        used[1] += server
        used[2] += database

    work(5, 5)
    clocks.start()
    work(0.25, 0.5)
    clocks.pause(lambda: work(0, 3))
    clocks.stop()
    work(5, 5)
    assert (clocks.used, clocks.by_database) == (0.25, 0.5)


def view(cpu: float, floor: float, **spent: float) -> View:
    costs = [Cost(cpu=one, database=None, p50=one, p95=one) for one in (cpu, floor)]
    return View(queries=4, cost=costs[0], floor=costs[1], shares={**dict.fromkeys(shares.KINDS, 0.0), **spent})


def run(products: int, *, first: View, again: View) -> Figures:
    memory = Memory(own=100, mapped=20)
    return Figures(
        products=products,
        database="SQLite",
        requests=10,
        memory=(memory, memory),
        first={"list": first},
        again={"list": again},
    )


def test_costs_are_told_in_floors(capsys):
    figured = run(1000, first=view(20, 0.5, ORM=3, templates=1), again=view(2, 0.4))
    assert figured.first["list"].in_floors == 40
    assert [cost.cpu for cost in figured.floors] == [0.4, 0.5]
    tables.show(figured)
    said = capsys.readouterr().out
    assert "| list | 4 / 4 | 20.0 / 2.00 | 40 / 5.0 | 20.0 / 2.0 | 20.0 / 2.0 |" in said
    assert "Floor: 0.50 ms CPU (0.40 to 0.50)" in said


def test_two_runs_are_compared_with_and_without_counting(tmp_path, monkeypatch, capsys):
    large = run(1_000_000, first=view(30, 0.5, facets=2, ORM=1), again=view(3, 0.5, ORM=1))
    small = run(1000, first=view(20, 0.5, facets=2, ORM=2), again=view(2, 0.5, ORM=1))
    for name, figured in (("large", large), ("small", small)):
        (tmp_path / name).mkdir()
        figures.keep(figured, tmp_path / name)
    monkeypatch.setattr(sys, "argv", ["compare", str(tmp_path / "large"), str(tmp_path / "small")])
    compare.main()
    said = capsys.readouterr().out
    assert "1,000,000 products on SQLite against 1,000 products on SQLite" in said
    assert "| list | 1.50 | 1.00 | 1.50 |" in said, "30 × 1/3 is as much as 20 × 1/2"


@pytest.mark.parametrize(("products", "page"), [(10, 2), (1000, 41), (100_000, 100)])
def test_the_deepest_page_there_is(products, page):
    assert guest.pages(products)["page 100"] == f"/products/?page={page}"
