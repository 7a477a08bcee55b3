"""The past of the demo shop, as data."""

from collections import Counter
from datetime import UTC, datetime, timedelta

from catalog.demo.goods import products
from catalog.demo.reviews import reviews
from orders.demo.moments import moments_of
from orders.demo.past_orders import VERIFIED_DAYS, Fate, past_orders

PEOPLE = 36
GOODS = products()
WRITTEN = reviews(GOODS, PEOPLE)
PAST = past_orders(GOODS, WRITTEN, PEOPLE)
NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)


def test_three_months_of_orders_the_same_every_time() -> None:
    assert past_orders(GOODS, WRITTEN, PEOPLE) == PAST
    assert len(PAST) > 200
    assert timedelta(days=85) < PAST[0].ago < timedelta(days=95)
    assert PAST[-1].ago < timedelta(hours=12)
    assert [order.ago for order in PAST] == sorted((order.ago for order in PAST), reverse=True)


def test_every_fate_and_way_to_pay_occurs_and_most_orders_arrived() -> None:
    fates = Counter(order.fate for order in PAST)
    assert set(fates) == set(Fate)
    assert fates[Fate.DELIVERED] > len(PAST) / 2
    assert {order.payment for order in PAST} == {"test", "transfer", "on_delivery"}
    assert {order.is_guest for order in PAST} == {True, False}


def test_the_first_customer_has_an_order_of_every_fate() -> None:
    assert {order.fate for order in PAST if order.person == 0 and not order.is_guest} == set(Fate)


def test_only_what_was_in_the_shop_was_bought() -> None:
    since = {variant.sku: product.age_days for product in GOODS for variant in product.variants}
    for order in PAST:
        assert order.lines
        assert len({line.sku for line in order.lines}) == len(order.lines)
        for line in order.lines:
            assert 1 <= line.quantity <= 20
            assert order.ago < timedelta(days=since[line.sku])


def test_who_wrote_lately_had_bought_and_waited() -> None:
    slug_of = {variant.sku: product.slug for product in GOODS for variant in product.variants}
    bought = {(order.person, slug_of[line.sku]): order.ago for order in PAST for line in order.lines}
    recent = [review for review in WRITTEN if review.days_ago <= VERIFIED_DAYS]
    verified = [review for review in recent if (review.author, review.slug) in bought]
    assert len(verified) > 30
    age = {product.slug: product.age_days for product in GOODS}
    assert all(age[review.slug] < review.days_ago + 12 for review in recent if review not in verified)


def test_moments_follow_each_other_and_none_is_to_come() -> None:
    for order in PAST:
        moments = moments_of(order, NOW)
        told = [moments.placed, moments.paid, moments.processing, moments.shipped, moments.delivered, moments.refunded]
        if order.payment == "on_delivery":
            told.remove(moments.paid)
        steps = [moment for moment in told if moment]
        assert steps == sorted(steps)
        assert max([*steps, moments.ended or NOW]) <= NOW


def test_who_waits_for_a_transfer_still_has_time() -> None:
    waiting = [moments_of(order, NOW) for order in PAST if order.fate == Fate.PENDING]
    assert waiting
    assert all(moments.pay_by and moments.pay_by > NOW for moments in waiting)
