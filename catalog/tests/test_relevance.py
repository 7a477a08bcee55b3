"""What searches over the demo goods find, as it was judged by hand: benchmarks/relevance.txt."""

from __future__ import annotations

import importlib.util
import sys
from types import ModuleType

import pytest
from django.conf import settings

from catalog.search.writer import build
from catalog.services.seed_catalogue import seed_catalogue


@pytest.fixture
def relevance() -> ModuleType:
    spec = importlib.util.spec_from_file_location("relevance", settings.BASE_DIR / "benchmarks" / "relevance.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["relevance"] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.django_db(transaction=True)
def test_what_was_meant_comes_first(relevance, settings, tmp_path):
    settings.SHOP_SEARCH_ROOT = tmp_path
    seed_catalogue([])
    build()
    measured = relevance.measure()
    assert len(measured) >= 200
    assert relevance.report(measured) >= relevance.GOAL
    codes = [
        (judged, found) for _score, judged, found in measured if judged.section.startswith("Article numbers, whole")
    ]
    assert len(codes) >= 10
    assert [judged.text for judged, found in codes if not found or judged.grade(found[0]) != 3] == []
    assert [judged.text for _score, judged, found in measured if not found] == []


def test_the_measure(relevance):
    assert relevance.ndcg([3, 2, 0], [3, 2, 0, 0]) == 1
    assert relevance.ndcg([], [3]) == 0
    assert 0 < relevance.ndcg([0, 3], [3]) < relevance.ndcg([3, 0], [3])
