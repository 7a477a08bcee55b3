"""Codes and limits under many checkouts at the same moment, with controls that show what protects them."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from decimal import Decimal
from unittest.mock import patch

import pytest
from django.db import connection
from django.db.models import F, Sum

from carts.models import Cart, Coupon, GiftCard, Promotion, PromotionUse
from carts.selectors.carts import Shopper
from carts.selectors.promotions import Terms
from carts.services import redemptions
from carts.services.coupons import CouponUsedUp, apply_coupon
from carts.services.gift_cards import GiftCardRefused, issue_gift_card
from carts.services.redemptions import PromotionUsedUp
from carts.tests.factories import default_prices, goods
from carts.tests.promotions import promotion
from orders.models import Order, Payment
from orders.services import place_order
from orders.services.cancel_order import cancel_order
from orders.tests.factories import check_out, fill_cart
from shop.testing.concurrency import Outcome, race

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.proof]

FULL = os.environ.get("PROOF") == "full"
BUYERS, PARTIES_OF_CONTROLS = (50, 50) if FULL else (16, 8)


@pytest.fixture(autouse=True)
def prices() -> None:
    default_prices()


def bags(n: int, *, code: str = "", apart: bool = False) -> list[Shopper]:
    """Guests with the code in the bag. Those `apart` have goods of their own and meet at the code only."""
    variants = [goods(stock=10) for _ in range(n)] if apart else [goods(stock=10 * n)] * n
    made = [fill_cart([(variant, 1)]) for variant in variants]
    Cart.objects.filter(public_id__in=[one.cart_id for one in made]).update(coupon_code=code)
    return made


def order_all(made: list[Shopper], *, email: str = "") -> Outcome:
    return race(len(made), lambda i: check_out(made[i], email=email or f"buyer{i}@example.org").order.number)


def test_a_single_use_code_is_used_once():
    promotion(code="ONCE", code_limit=1)
    outcome = order_all(bags(BUYERS, code="ONCE"))
    assert outcome.unexpected(CouponUsedUp) == []
    assert len(outcome.results) == Order.objects.filter(discount__gt=0).count() == PromotionUse.objects.count() == 1
    assert Coupon.objects.get().use_count == 1


def test_a_total_limit_is_kept_and_the_rest_pay_the_full_price_or_are_told():
    made = promotion(total_limit=5)
    outcome = order_all(bags(BUYERS))
    assert outcome.unexpected(PromotionUsedUp) == []
    assert Order.objects.filter(discount__gt=0).count() == PromotionUse.objects.count() == 5
    assert Promotion.objects.get(pk=made.pk).use_count == 5


def test_once_a_customer():
    """The same guest in fifty browsers."""
    promotion(customer_limit=1)
    outcome = order_all(bags(BUYERS), email="same@example.org")
    assert outcome.unexpected(PromotionUsedUp) == []
    assert Order.objects.filter(discount__gt=0).count() == 1
    assert list(PromotionUse.objects.values_list("slot", flat=True)) == [1]


def test_cancelling_many_times_gives_back_once():
    promotion(code="TWO", code_limit=2, total_limit=2)
    first, second = bags(2, code="TWO")
    order = check_out(first).order
    check_out(second, email="other@example.org")
    race(8, lambda _number: cancel_order(order_id=order.pk))
    assert Coupon.objects.get().use_count == Promotion.objects.get().use_count == PromotionUse.objects.count() == 1


def test_control_without_the_conditional_update_a_single_use_code_is_used_more_than_once():
    promotion(code="ONCE", code_limit=1)
    made = bags(PARTIES_OF_CONTROLS, code="ONCE", apart=True)
    with everybody_looks_first(PARTIES_OF_CONTROLS), without_check(), unconditional():
        order_all(made)
    assert Order.objects.filter(discount__gt=0).count() > 1


def test_control_without_counting_under_the_lock_a_customer_has_it_more_than_once():
    promotion(customer_limit=1)
    made = bags(PARTIES_OF_CONTROLS, apart=True)
    with everybody_looks_first(PARTIES_OF_CONTROLS), without_check(), unconditional():
        order_all(made, email="same@example.org")
    assert Order.objects.filter(discount__gt=0).count() > 1


def test_ready_again_after_the_race():
    promotion(code="ONCE", code_limit=1)
    outcome = order_all(bags(4, code="ONCE"))
    order = Order.objects.get(number=outcome.results[0])
    cancel_order(order_id=order.pk)
    again = fill_cart([(goods(), 1)])
    apply_coupon(shopper=again, code="ONCE")
    assert check_out(again).order.discount > 0


@contextmanager
def everybody_looks_first(parties: int, *, at: str = "redeem_step") -> Iterator[None]:
    """All have found the promotion unused before anybody uses it. On SQLite the unit itself would order them."""
    everybody, waited = threading.Barrier(parties), set[int]()
    step = getattr(place_order, at)

    def wait_and_redeem(*args: object, **kwargs: object) -> None:
        if threading.get_ident() not in waited:
            waited.add(threading.get_ident())
            everybody.wait(60)
        step(*args, **kwargs)

    with ExitStack() as stack:
        stack.enter_context(patch.object(place_order, at, wait_and_redeem))
        if connection.vendor == "sqlite":
            stack.enter_context(patch("carts.services.hold_lines.run_in_transaction", lambda work: work()))
        yield


@contextmanager
def unconditional() -> Iterator[None]:
    """As if a use were taken without asking whether there is one left."""

    def take_code(coupon: Coupon) -> None:
        Coupon.objects.filter(pk=coupon.pk).update(use_count=F("use_count") + 1)

    def take_slot(*_args: object) -> None:
        return None

    with ExitStack() as stack:
        stack.enter_context(patch.object(redemptions, "_take_code", take_code))
        stack.enter_context(patch.object(redemptions, "_take_use", lambda _promotion: True))
        stack.enter_context(patch.object(redemptions, "_take_slot", take_slot))
        stack.enter_context(patch.object(Terms, "uses", {}))
        yield


@contextmanager
def without_check() -> Iterator[None]:
    """The test's own database without the CHECK of a code's uses."""
    check = next(one for one in Coupon._meta.constraints if one.name == "coupon_within_limit")
    rest = [one for one in Coupon._meta.constraints if one is not check]
    with patch.object(Coupon._meta, "constraints", rest), connection.schema_editor() as editor:
        editor.remove_constraint(Coupon, check)
    try:
        yield
    finally:
        Coupon.objects.update(use_count=0)
        with connection.schema_editor() as editor:
            editor.add_constraint(Coupon, check)


def test_a_gift_card_is_spent_once():
    code = issue_gift_card(amount=Decimal("20.00")).code
    made = bags(BUYERS, apart=True)
    outcome = race(len(made), lambda i: check_out(made[i], email=f"b{i}@example.org", gift_card=code).order.number)
    assert outcome.unexpected(GiftCardRefused) == []
    assert len(outcome.results) == 1
    assert GiftCard.objects.get().balance == 0
    assert Payment.objects.filter(gateway="gift_card").aggregate(sum=Sum("captured"))["sum"] == 20


def test_control_without_the_conditional_update_a_gift_card_is_spent_more_than_once():
    code = issue_gift_card(amount=Decimal("20.00")).code
    made = bags(PARTIES_OF_CONTROLS, apart=True)
    with everybody_looks_first(PARTIES_OF_CONTROLS, at="pay_with_card_step"), unguarded_card():
        race(len(made), lambda i: check_out(made[i], email=f"b{i}@example.org", gift_card=code))
    assert Payment.objects.filter(gateway="gift_card").aggregate(sum=Sum("captured"))["sum"] > 20


@contextmanager
def unguarded_card() -> Iterator[None]:
    """As if a card paid without asking what is left on it."""
    with patch("orders.services.gift_card_payment.take_step", lambda **_taken: None):
        yield
