"""The index as files: kept up to date, built beside, killed, damaged, deleted, of another time."""

from __future__ import annotations

import random
import signal
import threading
import time
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection, connections, transaction

from catalog.models import CatalogueVersion, Product, ProductChange, ProductStatus
from catalog.search import reader
from catalog.search.folder import home, read_state, state_file, write_state
from catalog.search.writer import Indexer, build
from catalog.selectors.index import usable_snapshot
from catalog.selectors.listing import listing
from catalog.selectors.listing_query import ListingQuery
from catalog.selectors.search_health import check_index
from catalog.services.archive_product import archive_product
from catalog.services.changes import record_change
from catalog.services.search_index import follow_changes, forget_old_changes
from catalog.services.update_product import update_product
from catalog.tests.factories import ProductFactory, VariantFactory
from shop.testing.concurrency import fork, race
from shop.testing.processes import start_command

TYPO = "gardne"  # only the index forgives it


def names(**query):
    return {product.name for product in listing(ListingQuery(**query)).products}


@pytest.fixture
def garden(index):
    product = ProductFactory(name="Garden gate", slug="gate")
    index()
    return product


@pytest.mark.django_db
class TestFollowing:
    def test_without_an_index_the_database_answers(self, index):
        ProductFactory(name="Garden gate")
        assert usable_snapshot() is None
        assert names(search="garden") == {"Garden gate"}
        assert names(search=TYPO) == set()
        assert not check_index().ok
        index()
        assert names(search=TYPO) == {"Garden gate"}
        assert check_index().ok

    def test_changes_are_followed(self, index, garden):
        Product.objects.filter(pk=garden.pk).update(name="Orchard gate")
        record_change([garden.pk])
        assert names(search=TYPO) == {"Orchard gate"}  # found by the old words, shown as it is
        index()
        assert names(search=TYPO) == set()
        assert names(search="orchrad") == {"Orchard gate"}

    def test_what_leaves_the_shop_leaves_the_index_and_is_not_shown_before(self, index, garden):
        Product.objects.filter(pk=garden.pk).update(status=ProductStatus.ARCHIVED)
        record_change([garden.pk])
        assert listing(ListingQuery(search=TYPO)).products == []
        index()
        assert listing(ListingQuery(search=TYPO)).count == 0
        assert reader.snapshot().searcher.num_docs == 0

    def test_many_changes_go_in_batches_that_keep_versions_whole(self, index, garden, monkeypatch):
        monkeypatch.setattr("catalog.search.writer.CHANGES_AT_ONCE", 2)
        monkeypatch.setattr("catalog.search.writer.BATCH", 2)
        made = [ProductFactory(name=f"Gate {number}") for number in range(5)]
        record_change([product.pk for product in made])
        index()
        assert reader.snapshot().searcher.num_docs == 6
        assert reader.snapshot().state.version == CatalogueVersion.objects.get().number

    def test_doing_the_same_changes_again_changes_nothing(self, index, garden):
        state = reader.snapshot().state
        record_change([garden.pk])
        index()
        folder = home().current()
        write_state(folder, lineage=state.lineage, version=state.version)  # killed before it was noted
        index()
        assert reader.snapshot().searcher.num_docs == 1

    def test_a_catalogue_that_was_set_back_is_indexed_anew(self, index, garden):
        first = home().current()
        CatalogueVersion.objects.update(number=1)
        assert usable_snapshot() is None
        index()
        assert home().current() != first
        assert names(search=TYPO) == {"Garden gate"}

    def test_another_databases_index_is_not_read(self, index, garden):
        CatalogueVersion.objects.update(lineage="other")
        assert usable_snapshot() is None
        assert "another catalogue" in check_index().detail
        index()
        assert usable_snapshot() is not None

    def test_an_index_that_nobody_keeps_answers_only_while_it_is_up_to_date(self, index, garden):
        home().heartbeat.unlink()
        assert usable_snapshot() is not None
        record_change([garden.pk])
        assert usable_snapshot() is None
        assert not check_index().ok
        index()
        assert usable_snapshot() is not None

    def test_old_changes_are_forgotten_and_an_older_index_begins_anew(self, index, garden):
        folder, state = home().current(), reader.snapshot().state
        ProductChange.objects.update(created_at="2020-01-01T00:00:00Z")
        assert forget_old_changes() == 1
        state_file(folder).write_text(state_file(folder).read_text().replace(str(state.noted_at), "1.0"))
        index()
        assert home().current() != folder


@pytest.mark.django_db
class TestDamage:
    def test_a_deleted_folder(self, index, garden):
        for path in sorted(home().current().iterdir()):
            path.unlink()
        home().current().rmdir()
        assert names(search="garden") == {"Garden gate"}
        assert usable_snapshot() is None
        index()
        assert names(search=TYPO) == {"Garden gate"}

    @pytest.mark.parametrize("damage", ["empty", "noise", "half", "gone"])
    def test_damaged_files(self, index, garden, damage):
        for path in home().current().iterdir():
            if path.name.endswith(".lock"):
                continue
            content = path.read_bytes()
            path.unlink()  # what is mapped into memory stays as it was
            if damage != "gone":
                noise = random.Random(7).randbytes(len(content))
                path.write_bytes({"empty": b"", "noise": noise, "half": content[: len(content) // 2]}[damage])
        reader._opened.clear()  # as in a process that starts now
        assert names(search="garden") == {"Garden gate"}
        assert usable_snapshot() is None
        assert check_index().detail.startswith("it is damaged")
        index()
        assert names(search=TYPO) == {"Garden gate"}
        assert check_index().ok

    def test_a_note_that_is_none(self, index, garden):
        state_file(home().current()).write_text("{")
        assert usable_snapshot() is None
        index()
        assert usable_snapshot() is not None

    def test_an_index_of_an_older_schema_is_not_read(self, index, garden, monkeypatch):
        older = home().current()
        monkeypatch.setattr("catalog.search.fields.MEANING", 99)
        assert usable_snapshot() is None
        assert names(search="garden") == {"Garden gate"}
        index()
        assert names(search=TYPO) == {"Garden gate"}
        assert older.is_dir()  # code that is still running may be reading it

    def test_a_reader_goes_on_while_the_index_is_replaced(self, index, garden):
        before = reader.snapshot()
        for _ in range(3):
            build()
        assert before.searcher.num_docs == 1
        assert names(search=TYPO) == {"Garden gate"}
        assert len([path for path in home().path.iterdir() if path.is_dir()]) == 2

    def test_a_panic_is_taken_for_damage(self, index, garden, monkeypatch):
        monkeypatch.setattr("catalog.search.top._search", lambda seen, query, *_: seen.searcher.search(query, 0))
        assert names(search="garden") == {"Garden gate"}
        assert usable_snapshot() is None


@pytest.mark.django_db(transaction=True)
class TestProcesses:
    def test_the_command_tells_how_far_it_is(self, index, monkeypatch):
        monkeypatch.setattr("catalog.management.commands.rebuild_search.TELL_SECONDS", 0)
        ProductFactory()
        out = StringIO()
        call_command("rebuild_search", stdout=out)
        assert "1 of 1 products (100 %)" in out.getvalue()
        assert "1 products in" in out.getvalue()
        call_command("index_changes", once=True)
        assert usable_snapshot() is not None

    def test_a_change_is_found_within_two_seconds(self, index):
        product = ProductFactory(name="Garden gate")
        stop = threading.Event()
        thread = threading.Thread(target=lambda: (follow_changes(stop), connections.close_all()))
        thread.start()
        try:
            assert within(60, lambda: names(search=TYPO) == {"Garden gate"})
            update_product(product_id=product.pk, fields={"name": "Harbour wall"})
            assert within(60, lambda: names(search="harbuor") == {"Harbour wall"})
            archive_product(product_id=product.pk)
            assert within(60, lambda: listing(ListingQuery(search="harbuor")).count == 0)
        finally:
            stop.set()
            thread.join()

    def test_the_worker_is_killed_and_the_next_one_goes_on(self, index):
        product = ProductFactory(name="Garden gate")
        worker = start_command("run_worker")
        try:
            assert within(60, lambda: names(search=TYPO) == {"Garden gate"})
            worker.kill()
            worker.wait()
            update_product(product_id=product.pk, fields={"name": "Harbour wall"})
            worker = start_command("run_worker")
            assert within(60, lambda: names(search="harbuor") == {"Harbour wall"})
        finally:
            worker.kill()
            worker.wait()

    def test_one_indexer_a_machine_and_the_next_takes_over(self, index):
        ProductFactory(name="Garden gate")
        first, second = threading.Event(), threading.Event()
        threads = [
            threading.Thread(target=lambda stop=stop: (follow_changes(stop), connections.close_all()))
            for stop in (first, second)
        ]
        for thread in threads:
            thread.start()
            time.sleep(0.2)
        try:
            assert within(60, lambda: names(search=TYPO) == {"Garden gate"})
            first.set()
            threads[0].join()
            update_product(product_id=Product.objects.get().pk, fields={"name": "Harbour wall"})
            assert within(60, lambda: names(search="harbuor") == {"Harbour wall"})
        finally:
            first.set()
            second.set()
            for thread in threads:
                thread.join()

    def test_killed_while_indexing(self, index):
        """Whatever moment it dies at: the index opens again, and the next indexer finishes the work."""
        products = [ProductFactory(name=f"Garden {number}") for number in range(30)]
        index()
        dice = random.Random(20)
        for kill in range(20):
            with transaction.atomic():
                for product in products:
                    Product.objects.filter(pk=product.pk).update(name=f"Garden {kill} {product.pk}", popularity=kill)
                record_change(product.pk for product in products)
            child = fork(_index_for_ever)
            time.sleep(dice.uniform(0.0, 0.12))
            child.kill()
            child.join()
            assert child.exitcode == -signal.SIGKILL
            assert listing(ListingQuery(search="garden", page_size=50)).count == 30
        index()
        found = listing(ListingQuery(search="gardne 19", page_size=50))
        assert found.count == 30
        assert reader.snapshot().searcher.num_docs == 30

    def test_readers_beside_a_writer(self, index):
        products = [ProductFactory(name=f"Garden {number}", price=Decimal(10)) for number in range(10)]
        index()

        def run(number: int) -> int:
            if number:
                return sum(listing(ListingQuery(search=TYPO)).count == 10 for _ in range(30))
            indexer = Indexer()
            for _ in range(10):
                record_change([product.pk for product in products])
                indexer.step()
            build()
            indexer.step()
            indexer.close()
            return 30

        outcome = race(5, run)
        assert outcome.errors == []
        assert outcome.results == [30] * 5

    @pytest.mark.mariadb
    def test_versions_become_visible_in_their_order(self, index):
        """A slow change keeps the version row, so that nobody passes it and is noted as seen before it."""
        products = [ProductFactory(name=f"Garden {number}") for number in range(4)]
        index()

        def change(number: int) -> None:
            for _ in range(10):
                with transaction.atomic():
                    Product.objects.filter(pk=products[number].pk).update(name=f"Meadow {number}")
                    record_change([products[number].pk])
                    time.sleep(0.003)

        seen: list[int] = []

        def follow(number: int) -> None:
            if number < 4:
                change(number)
                return
            indexer = Indexer()
            for _ in range(40):
                indexer.step()
                seen.append(reader.snapshot().state.version)
                time.sleep(0.002)
            indexer.close()

        assert race(5, follow).errors == []
        index()
        assert seen == sorted(seen)
        assert listing(ListingQuery(search="meadwo")).count == 4


def _index_for_ever() -> None:
    connections.close_all()
    while True:
        indexer = Indexer()
        indexer.step()
        indexer.close()


def within(seconds: float, is_so) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if is_so():
            return True
        time.sleep(0.05)
    return False


@pytest.mark.django_db
def test_variants_of_a_product_are_found_by_their_codes(index):
    product = ProductFactory(name="Garden gate", variants=0)
    VariantFactory(product=product, sku="GG-77x", barcode="4006381333931")
    ProductFactory(name="77 gardens")
    index()
    for text in ("gg-77x", "GG-77", "gg77x", "77x", "4006381333931", "400638"):
        assert names(search=text) == {"Garden gate"}, text


@pytest.mark.django_db
def test_the_state_is_read_back(index, garden):
    state = read_state(home().current())
    assert state == reader.snapshot().state
    assert connection.vendor in ("sqlite", "mysql")
