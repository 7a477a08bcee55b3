"""`make relevance`: how well searches over the demo goods find what was meant.

Prints nDCG@10 over benchmarks/relevance.txt and the searches that do worst. With --check it fails below the goal.
"""

from __future__ import annotations

import math
import os
import secrets
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LIST = Path(__file__).with_name("relevance.txt")
DEPTH = 10
GOAL = 0.85
WORST = 15


@dataclass(frozen=True)
class Judged:
    """A search with (grade, goods) pairs, the highest grade first."""

    text: str
    grades: tuple[tuple[int, str], ...]
    section: str

    def grade(self, product: Any) -> int:
        return next((grade for grade, goods in self.grades if _is_one(product, goods)), 0)


def read_list(path: Path = LIST) -> list[Judged]:
    judged, section = [], ""
    for line in path.read_text().splitlines():
        text, separator, rest = line.partition(" = ")
        if line.startswith("#"):
            section = line.strip("# ")
        elif separator:
            pairs = (part.partition(":") for part in rest.split(" ; "))
            judged.append(Judged(text, tuple((int(grade), goods.strip()) for grade, _colon, goods in pairs), section))
    return judged


def _is_one(product: Any, goods: str) -> bool:
    alternatives = [goods] if goods.startswith("@") else goods.split(",")
    return any(all(_fits(product, part.strip()) for part in one.split("&")) for one in alternatives)


def _fits(product: Any, part: str) -> bool:
    if part.startswith("#"):
        return part[1:] in product.tag_slugs
    if part.startswith("@"):
        return part[1:].casefold() in product.subtitle.casefold()
    return fnmatchcase(product.slug, part)


def ndcg(found: Iterable[int], ideal: Iterable[int]) -> float:
    """Of the grades found, against the best order of all there are."""
    best = _gain(sorted(ideal, reverse=True)[:DEPTH])
    return _gain(list(found)[:DEPTH]) / best if best else 1.0


def _gain(grades: list[int]) -> float:
    return sum((2**grade - 1) / math.log2(place + 2) for place, grade in enumerate(grades))


def measure() -> list[tuple[float, Judged, list[Any]]]:
    """Each search with its nDCG and what it found. Needs the demo goods and their index."""
    from catalog.models import Product
    from catalog.selectors.listing_query import ListingQuery
    from catalog.selectors.wider import look_up

    products = {product.pk: product for product in Product.objects.prefetch_related("tags")}
    for product in products.values():
        product.tag_slugs = {tag.slug for tag in product.tags.all()}
    measured = []
    for judged in read_list():
        page = look_up(ListingQuery(search=judged.text, page_size=DEPTH)).page
        found = [products[product.pk] for product in page.products]
        grades = {pk: judged.grade(product) for pk, product in products.items()}
        measured.append((ndcg((grades[product.pk] for product in found), grades.values()), judged, found))
    return measured


def report(measured: list[tuple[float, Judged, list[Any]]]) -> float:
    sections: dict[str, list[float]] = {}
    for score, judged, _found in measured:
        sections.setdefault(judged.section, []).append(score)
    for section, scores in sections.items():
        print(f"{sum(scores) / len(scores):6.3f}  {len(scores):3}  {section}")
    mean = sum(score for score, _judged, _found in measured) / len(measured)
    print(f"{mean:6.3f}  {len(measured):3}  all: nDCG@{DEPTH}\n\nThe worst:")
    for score, judged, found in sorted(measured, key=lambda row: row[0])[:WORST]:
        print(f"{score:6.3f}  {judged.text!r}: {', '.join(product.slug for product in found[:5]) or 'nothing'}")
    return mean


def main() -> None:
    sys.path.insert(0, str(ROOT))
    with tempfile.TemporaryDirectory(prefix="shop-relevance-") as folder:
        os.environ.update(
            DJANGO_SETTINGS_MODULE="shop.settings",
            SECRET_KEY=secrets.token_urlsafe(50),
            SHOP_ENV_FILE="/nonexistent",
            SHOP_DEMO="true",
            DATABASE_URL=f"sqlite:///{folder}/db.sqlite3",
            SHOP_SEARCH_ROOT=f"{folder}/search",
            LOG_LEVEL="WARNING",
        )
        import django

        django.setup()
        from django.core.management import call_command

        from catalog.services.search_index import rebuild_index
        from catalog.services.seed_catalogue import seed_catalogue

        call_command("migrate", verbosity=0)
        seed_catalogue([])
        rebuild_index()
        mean = report(measure())
    if "--check" in sys.argv and mean < GOAL:
        sys.exit(f"Below the goal of {GOAL}.")


if __name__ == "__main__":
    main()
