"""What a run found out, as the tables of pages.md."""

from __future__ import annotations

from benchmarks.figures import Figures, View
from benchmarks.shares import KINDS


def show(figures: Figures) -> None:
    print(f"\n## {figures.products:,} products, {figures.database}\n")
    floors = figures.floors
    floor = floors[len(floors) // 2]
    print(
        f"Floor: {floor.cpu:.2f} ms CPU ({floors[0].cpu:.2f} to {floors[-1].cpu:.2f}), p50 {floor.p50:.2f} ms, "
        f"p95 {floor.p95:.2f} ms. {figures.requests} requests a page. Memory of the worker: {figures.memory[0]} before "
        f"the first page, {figures.memory[1]} after all that.\n"
    )
    _costs(figures)
    print("\nWhere the processor's time goes, in milliseconds. First views:\n")
    _shares(figures.first)
    print("\nAgain:\n")
    _shares(figures.again)


def _costs(figures: Figures) -> None:
    known = next(iter(figures.first.values())).cost.database is not None
    _head("page", "queries first / again", "CPU ms", "in floors", *["database's CPU ms"] * known, "p50 ms", "p95 ms")
    for name, first in figures.first.items():
        again = figures.again[name]
        a, b = first.cost, again.cost
        _row(
            name,
            f"{first.queries} / {again.queries}",
            f"{a.cpu:.1f} / {b.cpu:.2f}",
            f"{first.in_floors:.0f} / {again.in_floors:.1f}",
            *[f"{a.database:.1f} / {b.database:.2f}" for _ in range(known)],
            f"{a.p50:.1f} / {b.p50:.1f}",
            f"{a.p95:.1f} / {b.p95:.1f}",
        )


def _shares(views: dict[str, View]) -> None:
    _head("page", *KINDS, "all")
    for name, view in views.items():
        _row(name, *(f"{view.shares[kind]:.2f}" for kind in KINDS), f"{sum(view.shares.values()):.2f}")


def _head(*columns: str) -> None:
    _row(*columns)
    print("|" + "---|" * len(columns))


def _row(*cells: str) -> None:
    print("| " + " | ".join(cells) + " |")
