"""Units on their way through an order."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from catalog.models import Stock, StockHold, StockMovement
from catalog.services.commitments import NotOnShelf, Units, commit_units, return_units, ship_units, uncommit_units
from catalog.services.holds import HoldRequest, hold_units
from catalog.tests.factories import VariantFactory
from catalog.tests.ledger import assert_books_agree

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def books():
    yield
    assert_books_agree()


def ask(variant, quantity: int, owner: str = "ada") -> HoldRequest:
    return HoldRequest(owner=owner, reference=f"{owner}-line", variant_id=variant.pk, quantity=quantity)


def units(variant, quantity: int) -> list[Units]:
    return [Units(variant_id=variant.pk, quantity=quantity, reference="ORDER-1")]


def counters(variant) -> tuple[int, int, int]:
    stock = Stock.objects.get(pk=variant.pk)
    return stock.on_hand, stock.held, stock.committed


def end_holds_of(owner: str) -> None:
    StockHold.objects.filter(owner=owner).update(expires_at=timezone.now() - timedelta(minutes=1))


class TestCommitting:
    def test_a_hold_becomes_a_commitment(self):
        variant = VariantFactory(stock=5)
        hold_units([ask(variant, 3)])
        assert commit_units([ask(variant, 3)], reference="ORDER-1") == []
        assert counters(variant) == (5, 0, 3)
        assert not StockHold.objects.exists()
        movement = StockMovement.objects.get(kind="commit")
        assert (movement.held_change, movement.committed_change, movement.reference) == (-3, 3, "ORDER-1")

    def test_what_was_never_held_is_taken_if_it_is_there(self):
        variant = VariantFactory(stock=5)
        assert commit_units([ask(variant, 5)], reference="ORDER-1") == []
        assert counters(variant) == (5, 0, 5)

    @pytest.mark.parametrize(("held", "ordered"), [(2, 4), (4, 2)])
    def test_the_order_may_be_for_more_or_less_than_was_held(self, held, ordered):
        variant = VariantFactory(stock=5)
        hold_units([ask(variant, held)])
        assert commit_units([ask(variant, ordered)], reference="ORDER-1") == []
        assert counters(variant) == (5, 0, ordered)

    def test_ones_own_ended_hold_is_still_ones_own(self):
        variant = VariantFactory(stock=5)
        hold_units([ask(variant, 5)])
        end_holds_of("ada")
        assert commit_units([ask(variant, 5)], reference="ORDER-1") == []
        assert counters(variant) == (5, 0, 5)

    def test_others_ended_holds_are_reclaimed(self):
        variant = VariantFactory(stock=5)
        hold_units([ask(variant, 5, owner="grace")])
        end_holds_of("grace")
        assert commit_units([ask(variant, 5)], reference="ORDER-1") == []
        assert counters(variant) == (5, 0, 5)

    def test_all_or_nothing(self):
        plenty, scarce = VariantFactory(stock=5), VariantFactory(stock=5)
        hold_units([ask(scarce, 4, owner="grace"), ask(plenty, 2)])
        (refusal,) = commit_units([ask(scarce, 2), ask(plenty, 2)], reference="ORDER-1")
        assert (refusal.request.variant_id, refusal.available, refusal.reason) == (scarce.pk, 1, "stock")
        assert counters(plenty) == (5, 2, 0)
        assert StockHold.objects.filter(owner="ada", quantity=2).exists()

    def test_what_never_runs_out_is_ordered_beyond_stock(self):
        variant = VariantFactory(stock=1, allow_backorder=True)
        assert commit_units([ask(variant, 9)], reference="ORDER-1") == []
        assert counters(variant) == (1, 0, 9)


class TestAfterwards:
    def ordered(self, quantity: int = 3, **stock):
        variant = VariantFactory(**{"stock": 5, **stock})
        assert commit_units([ask(variant, quantity)], reference="ORDER-1") == []
        return variant

    def test_cancelling_frees_the_units(self):
        variant = self.ordered()
        uncommit_units(units(variant, 3))
        assert counters(variant) == (5, 0, 0)

    def test_shipping_lowers_on_hand_and_committed_together(self, staff):
        variant = self.ordered()
        ship_units([Units(variant_id=variant.pk, quantity=2, reference="ORDER-1", actor_id=staff.pk)])
        assert counters(variant) == (3, 0, 1)
        assert StockMovement.objects.get(kind="ship").actor == staff

    def test_what_is_not_on_the_shelf_cannot_be_shipped(self):
        variant = self.ordered(9, stock=1, allow_backorder=True)
        with pytest.raises(NotOnShelf), transaction.atomic():
            ship_units(units(variant, 9))
        assert counters(variant) == (1, 0, 9)

    def test_returned_goods_can_be_sold_again(self):
        variant = self.ordered()
        ship_units(units(variant, 3))
        return_units(units(variant, 1))
        assert counters(variant) == (3, 0, 0)

    def test_what_is_not_counted_stays_uncounted(self):
        variant = self.ordered(3, stock=0, tracked=False)
        ship_units(units(variant, 3))
        return_units(units(variant, 3))
        assert counters(variant) == (0, 0, 0)
