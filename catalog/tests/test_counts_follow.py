"""Counts and pages that are kept while the index changes are those of the index they are shown with."""

from __future__ import annotations

import os
import random
from decimal import Decimal

import pytest

from catalog.models import Product, ProductStatus
from catalog.search import journal, tally, top
from catalog.search.folder import home
from catalog.search.journal import journal_file, read_journal
from catalog.search.reader import snapshot
from catalog.selectors.index import finder_for
from catalog.selectors.listing_query import ListingQuery
from catalog.services.changes import record_change
from catalog.tests.factories import BrandFactory, CategoryFactory, ProductFactory, TagFactory, VariantFactory

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 300 if os.environ.get("PROOF") == "full" else 25
NAMES = ("Print of hills", "Hills mug", "Moire tote", "Contours print", "Contour map", "Prints", "Mug", "Sea")
SIZES, COLOURS = ("S", "M", "L"), ("Blue", "Red")
ASKED = (
    ListingQuery(),
    ListingQuery(in_stock=True, tags=("t1",)),
    ListingQuery(min_rating=Decimal(4), brands=("b1",)),
    ListingQuery(options=(("Colour", ("Red",)), ("Size", ("M", "S")))),
    ListingQuery(max_price=Decimal(30), on_sale=False),
    ListingQuery(search="print"),
    ListingQuery(search="hills mug", tags=("t2",)),
    ListingQuery(search="contuors"),
    ListingQuery(search="tote"),
    ListingQuery(search="con", in_stock=False),
)


@pytest.fixture
def few_changes_at_once(monkeypatch):
    """A handful of goods, where a million would be needed for a change to be small."""
    monkeypatch.setattr(tally, "MOST_DRIFT", 1000.0)
    monkeypatch.setattr(tally, "FEW", 0)
    monkeypatch.setattr(top, "SPARE", 1)


@pytest.fixture
def measured(monkeypatch):
    """How often all of it was counted, rather than a few."""
    calls = []
    real = tally.measure

    def measure(found_in, query, facets):
        calls.append(query)
        return real(found_in, query, facets)

    monkeypatch.setattr(tally, "measure", measure)
    return calls


@pytest.fixture
def shelves():
    prints = CategoryFactory(slug="prints")
    return [prints, CategoryFactory(slug="hills", parent=prints), CategoryFactory(slug="mugs"), None]


@pytest.fixture
def goods(shelves):
    brands = [None, BrandFactory(slug="b1"), BrandFactory(slug="b2")]
    tags = [TagFactory(slug=f"t{number}") for number in range(4)]
    made = []
    for number in range(40):
        product = ProductFactory(
            name=NAMES[number % len(NAMES)],
            category=shelves[number % 4],
            brand=brands[number % 3],
            tags=[tag for place, tag in enumerate(tags) if (number >> place) & 1],
            variants=0,
        )
        for place in range(number % 2 + 1):
            options = {"Size": SIZES[(number + place) % 3], "Colour": COLOURS[number % 2]}
            VariantFactory(product=product, price=Decimal(number), stock=number % 3, options=options)
        made.append(product)
    return made


def change_some(goods, chance):
    """As editing, selling, archiving and publishing do: rows, then the note of the change."""
    some = chance.sample(goods, chance.randint(1, 4))
    for product in some:
        Product.objects.filter(pk=product.pk).update(
            name=chance.choice(NAMES),
            in_stock=chance.random() < 0.6,
            on_sale=chance.random() < 0.3,
            popularity=chance.randint(0, 50),
            price=Decimal(chance.randint(1, 60)),
            rating=chance.choice([None, Decimal("3.50"), Decimal(4), Decimal(5)]),
            status=chance.choice([ProductStatus.ACTIVE] * 5 + [ProductStatus.ARCHIVED]),
            category=chance.choice([product.category_id, None]),
        )
    record_change([product.pk for product in some])


def answers(shelves):
    found = []
    for query in ASKED:
        for shelf in (None, shelves[0]):
            finder = finder_for(query, shelf)
            pages = [finder.find(order=order, start=start, size=5) for order, start in ORDERS[bool(query.search)]]
            found.append((query, shelf, pages, finder.facets(), finder.values(), finder.count_of("tag", "t3")))
    return found


ORDERS = {
    False: [("popularity", 0), ("popularity", 10), ("price", 0), ("-price", 5), ("-rating", 0), ("name", 0)],
    True: [("relevance", 0), ("relevance", 5), ("price", 0)],
}


def forget_all():
    tally._kept.clear()
    top._ends.clear()


@pytest.mark.proof
def test_after_any_changes_they_are_what_counting_anew_gives(index, goods, shelves, few_changes_at_once, measured):
    index()
    chance = random.Random(7)
    answers(shelves)
    for _ in range(ROUNDS):
        change_some(goods, chance)
        index()
        kept = answers(shelves)
        forget_all()
        measured.clear()
        anew = answers(shelves)
        for one, other in zip(kept, anew, strict=True):
            assert one == other


def test_few_changes_are_asked_for_alone(index, goods, few_changes_at_once, measured):
    index()
    finder_for(ListingQuery()).facets()
    assert len(measured) == 1
    finder_for(ListingQuery()).facets()
    assert len(measured) == 1
    Product.objects.filter(pk=goods[0].pk).update(status=ProductStatus.ARCHIVED)
    record_change([goods[0].pk])
    index()
    counted = finder_for(ListingQuery()).facets()
    assert len(measured) == 3  # as it was, as it is
    assert sum(counted["in_stock"].values()) == 39


def test_what_is_among_the_untouched_is_not_asked_again(index, goods, few_changes_at_once, measured):
    """A search for mugs, filtered, after a change of a print and after one of a mug."""
    asked = ListingQuery(search="mug", tags=("t1",))
    times = []
    for changed in (goods[0], goods[0], goods[1]):
        record_change([changed.pk])
        index()
        measured.clear()
        finder = finder_for(asked)
        finder.find(order="relevance", start=0, size=5)
        finder.facets()
        times.append(len(measured))
    _first, print_changed, mug_changed = times
    assert print_changed < mug_changed


def test_a_change_of_something_else_counts_nothing(index, goods, measured):
    index()
    before = finder_for(ListingQuery()).facets()
    record_change()
    index()
    assert finder_for(ListingQuery()).facets() == before
    assert len(measured) == 1


def test_a_large_change_is_counted_anew(index, goods, measured):
    index()
    finder_for(ListingQuery()).facets()
    record_change([goods[0].pk])
    index()
    finder_for(ListingQuery()).facets()
    assert len(measured) == 2


def test_control_what_is_not_noted_stays_uncounted(index, goods, few_changes_at_once, monkeypatch):
    index()
    finder_for(ListingQuery()).facets()
    Product.objects.filter(pk=goods[0].pk).update(status=ProductStatus.ARCHIVED)
    record_change([goods[0].pk])
    noted = journal.note_batch
    monkeypatch.setattr("catalog.search.writer.note_batch", lambda *a, **k: noted(*a, **(k | {"product_ids": []})))
    index()
    assert sum(finder_for(ListingQuery()).facets()["in_stock"].values()) == 40


def test_without_the_note_all_is_counted_anew(index, goods, few_changes_at_once):
    index()
    finder_for(ListingQuery()).facets()
    Product.objects.filter(pk=goods[0].pk).update(status=ProductStatus.ARCHIVED)
    record_change([goods[0].pk])
    index()
    journal_file(home().current()).unlink()
    assert sum(finder_for(ListingQuery()).facets()["in_stock"].values()) == 39


def test_what_is_cut_short_is_moved_only_where_it_is_known(index, few_changes_at_once, monkeypatch):
    monkeypatch.setattr(tally, "MOST_VALUES", 2)
    tags = [TagFactory(slug=f"t{number}") for number in range(3)]
    goods = [ProductFactory(tags=tags[: 3 - number]) for number in range(3)]
    rare = ProductFactory(tags=[])
    index()
    assert finder_for(ListingQuery()).facets()["tag"] == {"t0": 3, "t1": 2}
    monkeypatch.setattr(tally, "MOST_VALUES", 200)  # of the few that change all are known
    rare.tags.add(tags[2])
    goods[1].tags.remove(tags[1])
    record_change([rare.pk, goods[1].pk])
    index()
    assert finder_for(ListingQuery()).facets()["tag"] == {"t0": 3, "t1": 1}
    assert finder_for(ListingQuery()).count_of("tag", "t2") == 2


def test_the_journal_forgets_what_is_long_ago(index, goods, monkeypatch):
    monkeypatch.setattr(journal, "MOST_BATCHES", 2)
    index()
    first = snapshot().state.version
    for product in goods[:3]:
        record_change([product.pk])
        index()
    noted, last = read_journal(home().current()), snapshot().state.version
    assert noted.written(after=first, until=last) is None
    assert noted.written(after=last - 1, until=last) == {goods[2].pk}
    assert noted.written(after=last, until=last) == frozenset()
    assert noted.written(after=last, until=last + 1) is None


def test_a_batch_is_noted_before_it_can_be_seen(index, goods, few_changes_at_once):
    """A commit that became visible though its process died: what it holds was noted."""
    index()
    finder_for(ListingQuery()).facets()
    Product.objects.filter(pk=goods[0].pk).update(status=ProductStatus.ARCHIVED)
    record_change([goods[0].pk])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("catalog.search.writer.write_state", die)
        with pytest.raises(KeyboardInterrupt):
            index()
    assert snapshot().state.version < read_journal(home().current()).until
    assert sum(finder_for(ListingQuery()).facets()["in_stock"].values()) == 39
    index()
    assert sum(finder_for(ListingQuery()).facets()["in_stock"].values()) == 39


def die(*_args, **_known):
    raise KeyboardInterrupt


def test_what_nobody_can_bring_up_to_date_is_let_go(index, goods, shelves, monkeypatch):
    monkeypatch.setattr(journal, "MOST_BATCHES", 1)
    index()
    answers(shelves)
    assert len(tally._kept) > 10
    for product in goods[:2]:
        record_change([product.pk])
        index()
    finder_for(ListingQuery()).facets()
    assert len(tally._kept) == 1
