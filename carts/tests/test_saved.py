"""Saving for later and back."""

from __future__ import annotations

import pytest

from carts.models import CartLine, SavedLine
from carts.services.saved import forget_saved, restore_saved, save_for_later
from carts.tests.factories import add, counters, goods, guest
from catalog.models import Product, ProductStatus
from catalog.tests.ledger import assert_books_agree
from shop.common.errors import InsufficientStock, InvalidInput, NotFound

pytestmark = pytest.mark.django_db


@pytest.fixture
def who():
    return guest()


def saved(who, quantity: int = 2, **kwargs) -> SavedLine:
    return save_for_later(shopper=who, line_id=add(who, goods(**kwargs), quantity).public_id)


def test_saving_frees_the_units_and_keeps_the_number(who):
    line = saved(who, 2)
    assert not CartLine.objects.exists()
    assert line.quantity == 2
    assert counters(line.variant) == (10, 0, 0)
    assert_books_agree()


def test_saving_the_same_again_keeps_one_line_with_the_last_number(who):
    first = saved(who, 2)
    again = save_for_later(shopper=who, line_id=add(who, first.variant, 5).public_id)
    assert SavedLine.objects.get() == first == again
    assert again.quantity == 5


def test_moving_back_holds_again(who):
    line = saved(who, 2)
    restore_saved(shopper=who, saved_id=line.public_id)
    assert CartLine.objects.get().quantity == 2
    assert not SavedLine.objects.exists()
    assert counters(line.variant) == (10, 2, 0)


def test_moving_back_adds_up_with_what_is_in_the_bag(who):
    line = saved(who, 2)
    add(who, line.variant, 3)
    restore_saved(shopper=who, saved_id=line.public_id)
    assert CartLine.objects.get().quantity == 5


def test_what_is_sold_out_stays_saved(who):
    line = saved(who, 2, stock=2)
    add(guest(), line.variant, 1)
    with pytest.raises(InsufficientStock):
        restore_saved(shopper=who, saved_id=line.public_id)
    assert SavedLine.objects.get() == line
    assert not CartLine.objects.filter(cart__public_id=who.cart_id).exists()


def test_what_would_be_too_many_stays_saved(who):
    line = saved(who, 15, stock=50)
    add(who, line.variant, 10)
    with pytest.raises(InvalidInput, match="At most 20"):
        restore_saved(shopper=who, saved_id=line.public_id)
    assert SavedLine.objects.exists()


def test_what_is_no_longer_for_sale_stays_saved(who):
    line = saved(who)
    Product.objects.update(status=ProductStatus.ARCHIVED)
    with pytest.raises(NotFound, match="no longer for sale"):
        restore_saved(shopper=who, saved_id=line.public_id)
    assert SavedLine.objects.exists()


def test_forgetting(who):
    line = saved(who)
    forget_saved(shopper=who, saved_id=line.public_id)
    assert not SavedLine.objects.exists()
    with pytest.raises(NotFound, match="no longer saved"):
        forget_saved(shopper=who, saved_id=line.public_id)


def test_others_saved_lines_are_not_found(who):
    line = saved(who)
    for verb in (forget_saved, restore_saved):
        with pytest.raises(NotFound):
            verb(shopper=guest(), saved_id=line.public_id)
    kept = add(who, goods())
    with pytest.raises(NotFound):
        save_for_later(shopper=guest(), line_id=kept.public_id)
