"""How much more of the processor's time pages take in one run than in another, on the same machine.

    python benchmarks/compare.py /folder/of/a/million /folder/of/a/thousand

Each folder is one that `pages.py --folder` measured in.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

FILE = "figures.json"
FACETS = "facets"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("one", type=Path)
    parser.add_argument("other", type=Path)
    asked = parser.parse_args()
    one, other = (json.loads((folder / FILE).read_text()) for folder in (asked.one, asked.other))
    print(f"{_named(one)} against {_named(other)}, by the processor's time:\n")
    print("| page | first | first, without counting facets | again |")
    print("|---|---|---|---|")
    for name in one["first"]:
        first, again = ([run[kind][name] for run in (one, other)] for kind in ("first", "again"))
        print(f"| {name} | {_ratio(first):.2f} | {_ratio(first, without=FACETS):.2f} | {_ratio(again):.2f} |")


def _named(run: dict[str, Any]) -> str:
    return f"{run['products']:,} products on {run['database']}"


def _ratio(views: list[dict[str, Any]], *, without: str = "") -> float:
    """`without` a kind: by the part of the page's time that it has where the time was taken apart."""
    spent: list[float] = [
        view["cost"]["cpu"] * (1 - view["shares"].get(without, 0) / sum(view["shares"].values())) for view in views
    ]
    return spent[0] / spent[1]


if __name__ == "__main__":
    main()
