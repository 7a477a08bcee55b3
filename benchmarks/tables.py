"""What a run found out, as the tables of pages.md."""

from __future__ import annotations

from benchmarks.figures import Figures, View
from benchmarks.shares import KINDS


def show(figures: Figures) -> None:
    print(f"\n## {figures.products:,} products, {figures.database}\n")
    print(
        f"Floor: {figures.floor.cpu:.2f} ms CPU, p50 {figures.floor.p50:.2f} ms, p95 {figures.floor.p95:.2f} ms. "
        f"{figures.requests} requests a page. Memory of the worker: {figures.memory[0]} before the first page, "
        f"{figures.memory[1]} after all that.\n"
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
        a, b = first.cost, figures.again[name].cost
        _row(
            name,
            f"{first.queries} / {figures.again[name].queries}",
            f"{a.cpu:.1f} / {b.cpu:.2f}",
            f"{a.cpu / figures.floor.cpu:.0f} / {b.cpu / figures.floor.cpu:.1f}",
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
