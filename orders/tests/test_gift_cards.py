"""Gift cards: issued, spent in parts, paid back; never more than is on them."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from carts.models import GiftCard, GiftCardEntry
from carts.services.gift_cards import (
    GiftCardRefused,
    adjust_gift_card,
    issue_gift_card,
    put_back,
    set_active,
    take_step,
    usable_card,
)
from carts.tests.api import Api, ok, refused
from carts.tests.factories import goods
from orders.models import Order
from orders.services.cancel_order import cancel_order
from orders.services.pay import PayOrder, mark_paid, pay_order
from orders.services.refund_order import GiveBack, refund_order
from orders.tests.factories import GOOD_CARD, check_out, fill_cart, settle_refunds
from orders.tests.pages import GUEST, SUMMARY, fill_bag, shown, text_of
from orders.tests.whole import what_is_broken
from shop.common.errors import InvalidInput, TooManyRequests

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def books():
    yield
    for card in GiftCard.objects.all():
        assert sum(entry.amount for entry in card.entries.all()) == card.balance


def issued(worth: str = "30.00") -> str:
    return issue_gift_card(amount=Decimal(worth)).code


def ordered(code: str, price: str = "50.00", **more: object) -> Order:
    """Goods for `price`, and 4.90 for the post."""
    return check_out(fill_cart([(goods(price=price), 1)]), gift_card=code, **more).order


def balance() -> Decimal:
    return GiftCard.objects.get().balance


class TestPaying:
    def test_a_part_and_a_card_the_rest(self):
        order = ordered(issued())
        assert (order.status, order.payment_status, order.captured, balance()) == ("pending", "unpaid", 30, 0)
        rest = order.total - 30
        assert order.to_pay == rest
        payment = pay_order(PayOrder(order_id=order.pk, token=GOOD_CARD))
        order.refresh_from_db()
        assert payment.amount == rest
        assert (order.status, order.payment_status, order.captured, order.to_pay) == ("paid", "paid", order.total, 0)
        assert what_is_broken() == []

    def test_the_whole_order(self, queued):
        order = ordered(issued("100.00"))
        assert (order.status, order.payment_status, order.to_pay) == ("paid", "paid", 0)
        assert balance() == 100 - order.total
        assert [call["kwargs"]["kind"] for call in queued("send_to_customer")] == ["order_confirmation"]

    def test_on_delivery_the_rest(self):
        order = ordered(issued(), payment_method="on_delivery")
        assert order.status == "processing"
        assert mark_paid(order_id=order.pk).amount == order.total - 30

    @pytest.mark.parametrize("typed", ["{}", " {} ", "{lower}", "{bare}"])
    def test_as_people_type_it(self, typed):
        code = issued()
        assert usable_card(typed.format(code, lower=code.lower(), bare=code.replace("-", " "))).balance == 30

    def test_what_cannot_be_used(self):
        off, over, empty = issued(), issued(), issued("10.00")
        set_active(card_id=usable_card(off).pk, is_active=False)
        GiftCard.objects.filter(pk=usable_card(over).pk).update(expires_at=timezone.now() - timedelta(days=1))
        ordered(empty)
        for code in (off, over, empty, "AAAA-BBBB-CCCC-DDDD", "ä" * 40):
            with pytest.raises(GiftCardRefused):
                ordered(code)
        assert Order.objects.count() == 1

    def test_tries_are_counted(self, settings):
        settings.SHOP_RATE_LIMITS_ENABLED = True
        shopper = fill_cart([(goods(), 1)])
        for _ in range(10):
            with pytest.raises(GiftCardRefused):
                check_out(shopper, gift_card="WRONG")
        with pytest.raises(TooManyRequests):
            check_out(shopper, gift_card="WRONG")

    def test_more_than_is_left_is_never_taken(self):
        card = usable_card(issued())
        with pytest.raises(GiftCardRefused):
            take_step(card_id=card.pk, amount=Decimal("30.01"), reference="1")
        assert balance() == 30


class TestBack:
    def test_cancelling_puts_it_back_on_the_card(self):
        order = ordered(issued())
        cancel_order(order_id=order.pk)
        settle_refunds(order)
        settle_refunds(order)
        order.refresh_from_db()
        assert (balance(), order.captured - order.refunded) == (30, 0)

    def test_a_refund_goes_the_way_it_came(self):
        order = ordered(issued())
        pay_order(PayOrder(order_id=order.pk, token=GOOD_CARD))
        refund_order(GiveBack(order_id=order.pk))
        settle_refunds(order)
        order.refresh_from_db()
        assert (order.status, order.refunded, balance()) == ("refunded", order.total, 30)

    def test_a_part_of_the_part_and_the_rest_can_still_be_paid(self):
        order = ordered(issued())
        refund_order(GiveBack(order_id=order.pk, amount=Decimal("10.00")))
        settle_refunds(order)
        order.refresh_from_db()
        assert (order.status, order.payment_status, order.to_pay) == ("pending", "unpaid", order.total - 20)
        assert pay_order(PayOrder(order_id=order.pk, token=GOOD_CARD)).amount == order.to_pay
        order.refresh_from_db()
        assert (order.status, order.payment_status) == ("paid", "paid")

    def test_the_whole_part_and_all_can_still_be_paid(self):
        order = ordered(issued())
        refund_order(GiveBack(order_id=order.pk))
        settle_refunds(order)
        assert pay_order(PayOrder(order_id=order.pk, token=GOOD_CARD)).amount == order.total

    def test_what_comes_back_onto_a_card_that_has_ended_can_be_spent(self, time_machine):
        code = issue_gift_card(amount=Decimal("30.00"), expires_at=timezone.now() + timedelta(days=1)).code
        order = ordered(code)
        time_machine.move_to(timezone.now() + timedelta(days=3))
        cancel_order(order_id=order.pk)
        settle_refunds(order)
        assert usable_card(code).balance == 30
        time_machine.move_to(timezone.now() + timedelta(days=31))
        with pytest.raises(GiftCardRefused):
            usable_card(code)

    def test_a_card_that_ends_later_or_never_stays_as_it_is(self):
        in_a_year = timezone.now() + timedelta(days=365)
        for ends in (in_a_year, None):
            card = issue_gift_card(amount=Decimal("30.00"), expires_at=ends).card
            put_back(card_id=card.pk, amount=Decimal("1.00"), reference="a")
            card.refresh_from_db()
            assert (card.balance, card.expires_at) == (31, ends)

    def test_putting_back_is_done_once_a_reference(self):
        card = usable_card(issued())
        for _ in range(3):
            put_back(card_id=card.pk, amount=Decimal(5), reference="r")
        assert balance() == 35


class TestIssuing:
    @pytest.mark.parametrize("wrong", ["0", "-1", "10000.01", "1.005"])
    def test_amounts(self, wrong):
        with pytest.raises(InvalidInput):
            issue_gift_card(amount=Decimal(wrong))

    def test_the_code_is_kept_nowhere(self):
        code = issued()
        card = GiftCard.objects.get()
        assert code not in str(vars(card))
        assert card.last_four == code[-4:]

    def test_by_staff(self, staff, client_of):
        desk = client_of(staff)
        page = desk.post(reverse("admin:carts_giftcard_issue"), {"amount": "25.00"}, follow=True)
        card = GiftCard.objects.get()
        assert (card.balance, card.entries.get().actor) == (25, staff)
        assert f"-{card.last_four}" in text_of(page)
        change = reverse("admin:carts_giftcard_change", args=[card.pk])
        assert "€25.00" in desk.get(change).content.decode()
        adjust = reverse("admin:carts_giftcard_adjust", args=[card.pk])
        desk.post(adjust, {"amount": "-5.00", "reason": "Typing error"})
        assert balance() == 20
        assert "out of bounds" in desk.post(adjust, {"amount": "-20.01", "reason": "x"}).content.decode()
        chosen = {"_selected_action": [card.pk]}
        desk.post(reverse("admin:carts_giftcard_changelist"), {"action": "switch_off", **chosen})
        assert not GiftCard.objects.get().is_active

    def test_not_by_customers(self, shopper, client_of):
        assert client_of(shopper).post(reverse("admin:carts_giftcard_issue"), {"amount": "25"}).status_code == 302
        assert not GiftCard.objects.exists()

    def test_adjusting_says_why(self):
        card = usable_card(issued())
        with pytest.raises(InvalidInput):
            adjust_gift_card(card_id=card.pk, amount=Decimal(1), reason=" ")
        assert GiftCardEntry.objects.count() == 1


def test_on_the_page():
    code = issued()
    client = fill_bag(Client(), (goods(price="50.00"), 1))
    typed = {**GUEST, "gift_card": code}
    page = client.post(SUMMARY, {**typed, "act": "update"})
    assert f"Gift card …{code[-4:]} −€30.00 Left to pay €24.90" in text_of(page)
    assert "Confirm and pay €24.90" in text_of(page)
    assert code not in str(dict(client.session)), "the code is not kept"
    refused = client.post(SUMMARY, {**typed, "gift_card": "WRONG", **shown(client), "act": "confirm"})
    assert "do not know this gift card" in text_of(refused)
    answer = client.post(SUMMARY, {**typed, **shown(client), "act": "confirm"}, follow=True)
    assert "Pay €24.90" in text_of(answer)
    assert balance() == 0


def test_by_the_api(shopper):
    api, code = Api(user=shopper), issued()
    api.post("cart/items", {"variant_id": goods(price="50.00").pk})
    body = {"delivery_address": "Hafenstraße 12", "gift_card": code}
    assert refused(api.post("orders/", {**body, "gift_card": "WRONG"}), 400, "gift_card_unknown")
    placed = ok(api.post("orders/", body), 201)
    assert (placed["status"], placed["total_amount"], balance()) == ("pending", "54.90", 0)


def test_a_code_counts_as_a_guess_when_it_is_typed_and_not_when_the_page_is_priced_again(settings):
    settings.SHOP_RATE_LIMITS_ENABLED = True
    client, code = fill_bag(Client(), (goods(price="50.00"), 1)), issued()
    for _ in range(15):
        page = client.post(SUMMARY, {**GUEST, "gift_card": code, "act": "update"})
        assert "Left to pay €24.90" in text_of(page)
    for number in range(9):
        client.post(SUMMARY, {**GUEST, "gift_card": f"WRONG-{number}", "act": "update"})
    page = client.post(SUMMARY, {**GUEST, "gift_card": "WRONG-AGAIN", "act": "update"})
    assert "tried too often" in text_of(page)
