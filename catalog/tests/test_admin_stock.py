"""Stock, its ledger and holds in the admin."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.tests.factories import UserFactory
from catalog.models import MovementKind, Stock, StockHold, StockMovement, Variant
from catalog.services.holds import HoldRequest, hold_units
from catalog.tests.factories import VariantFactory
from shop.common.unit import run_in_transaction

pytestmark = pytest.mark.django_db

STOCK, HOLDS, MOVES = (f"/admin/catalog/{name}/" for name in ("stock", "stockhold", "stockmovement"))


@pytest.fixture
def variant(db: None) -> Variant:
    return VariantFactory(sku="PB-S", stock=10)


def hold(variant: Variant, owner: str, quantity: int) -> None:
    request = HoldRequest(owner=owner, reference=f"{owner}-1", variant_id=variant.pk, quantity=quantity)
    assert run_in_transaction(lambda: hold_units([request])) == []


def adjust(desk: Client, variant: Variant, **data: str) -> Any:
    return desk.post(f"{STOCK}{variant.pk}/adjust/", data, follow=True)


def said(response: Any) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def on_hand(variant: Variant) -> int:
    return Stock.objects.get(pk=variant.pk).on_hand


@pytest.mark.parametrize(
    ("data", "after", "change"), [({"counted": "7"}, 7, -3), ({"by": "5"}, 15, 5), ({"by": "-10"}, 0, -10)]
)
def test_stock_is_adjusted_with_a_reason(
    desk: Client, variant: Variant, staff: User, data: dict[str, str], after: int, change: int
) -> None:
    response = adjust(desk, variant, reason="counted again", **data)
    assert said(response) == [f"{variant}: {after} on hand now."]
    assert on_hand(variant) == after
    movement = StockMovement.objects.first()
    assert movement is not None
    assert (movement.kind, movement.on_hand_change) == (MovementKind.ADJUST, change)
    assert (movement.reason, movement.actor) == ("counted again", staff)


@pytest.mark.parametrize(
    ("data", "field", "text"),
    [
        ({"by": "1"}, "reason", "This field is required."),
        ({"reason": "r"}, "counted", "Fill in one of the two: what was counted, or what to add."),
        ({"reason": "r", "by": "1", "counted": "2"}, "counted", "Fill in one of the two"),
        ({"reason": "r", "counted": "-1"}, "counted", "greater than or equal to 0"),
        ({"reason": "r", "counted": "1.5"}, "counted", "Enter a whole number."),
        ({"reason": "r", "counted": "abc"}, "counted", "Enter a whole number."),
        ({"reason": "r", "by": "1000000000"}, "by", "less than or equal to"),
        ({"reason": "r", "by": "-11"}, "by", "Only 10 are on hand."),
        ({"reason": "r" * 201, "by": "1"}, "reason", "at most 200 characters"),
        ({"reason": "r", "by": "-8"}, "__all__", "4 are in carts or ordered, so at least that many must be on hand."),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_kept(
    desk: Client, variant: Variant, data: dict[str, str], field: str, text: str
) -> None:
    Stock.objects.filter(pk=variant.pk).update(held=1, committed=3)
    response = adjust(desk, variant, **data)
    assert text in response.context["form"].errors[field][0]
    assert on_hand(variant) == 10
    for name, value in data.items():
        assert response.context["form"][name].value() == value


def test_the_page_shows_what_is_there(desk: Client, variant: Variant) -> None:
    Stock.objects.filter(pk=variant.pk).update(held=1, committed=3)
    response = desk.get(f"{STOCK}{variant.pk}/adjust/")
    facts = {str(label): value for label, value in response.context["page"].facts}
    assert facts == {"SKU": "PB-S", "On hand": 10, "Held in carts": 1, "Ordered, not shipped": 3, "Available": 6}
    assert desk.get(f"{STOCK}999/adjust/").status_code == 404


def test_only_who_may_change_stock_adjusts_it(client_of: Callable[[User], Client], variant: Variant) -> None:
    clerk = UserFactory(is_staff=True)
    clerk.user_permissions.add(Permission.objects.get(codename="view_stock"))
    client = client_of(clerk)
    assert client.get(STOCK).status_code == 200
    assert adjust(client, variant, by="1", reason="r").status_code == 403
    clerk.user_permissions.add(Permission.objects.get(codename="change_stock"))
    assert adjust(client, variant, by="1", reason="r").status_code == 200
    assert on_hand(variant) == 11


@pytest.mark.parametrize("url", [STOCK, MOVES, HOLDS])
def test_nothing_is_added_changed_or_deleted_by_hand(desk: Client, variant: Variant, url: str) -> None:
    hold(variant, "cart-1", 2)
    rows = {STOCK: Stock, MOVES: StockMovement, HOLDS: StockHold}[url]
    row = rows.objects.first()
    assert row is not None
    assert desk.get(f"{url}add/").status_code == 403
    assert desk.post(f"{url}{row.pk}/change/", {"on_hand": "99"}).status_code == 403
    assert desk.post(f"{url}{row.pk}/delete/", {"post": "yes"}).status_code == 403
    assert on_hand(variant) == 10


@pytest.mark.parametrize(
    ("value", "skus"), [("out", ["OUT"]), ("low", ["LOW"]), ("beyond", []), ("other", None), ("", None)]
)
def test_stock_is_filtered_by_what_is_left(desk: Client, value: str, skus: list[str] | None) -> None:
    for sku, units in (("OUT", 0), ("LOW", 2), ("MUCH", 50)):
        VariantFactory(sku=sku, stock=units)
    VariantFactory(sku="FREE", stock=0, tracked=False)
    found = desk.get(STOCK, {"availability": value} if value else {}).context["cl"].result_list
    expected = ["FREE", "LOW", "MUCH", "OUT"] if skus is None else skus
    assert sorted(stock.variant.sku for stock in found) == expected


def test_units_promised_beyond_the_shelf_are_found(desk: Client) -> None:
    variant = VariantFactory(sku="MORE", stock=1, allow_backorder=True)
    Stock.objects.filter(pk=variant.pk).update(committed=3)
    found = desk.get(STOCK, {"availability": "beyond"}).context["cl"].result_list
    assert [stock.variant.sku for stock in found] == ["MORE"]


def test_the_ledger_is_found_by_sku_and_order(desk: Client, variant: Variant, staff: User) -> None:
    hold(variant, "cart-1", 2)
    adjust(desk, variant, by="1", reason="found one more")
    other = VariantFactory()
    html = desk.get(MOVES, {"q": "PB-S"}).content.decode()
    assert "found one more" in html
    assert staff.email in html
    assert other.product.name not in html
    found = desk.get(MOVES, {"q": "cart-1-1"}).context["cl"].result_list
    assert [movement.held_change for movement in found] == [2]


def test_holds_show_the_largest_holders_first(desk: Client) -> None:
    first, second, third = (VariantFactory(stock=30) for _ in range(3))
    hold(first, "small", 9)
    hold(second, "big", 5)
    hold(third, "big", 6)
    hold(third, "over", 1)
    StockHold.objects.filter(owner="over").update(expires_at=timezone.now() - timedelta(minutes=1))
    found = desk.get(HOLDS).context["cl"].result_list
    assert [(h.owner, h.quantity, h.units) for h in found] == [("big", 6, 11), ("big", 5, 11), ("small", 9, 9)]


def test_holds_are_released(desk: Client, variant: Variant) -> None:
    hold(variant, "cart-1", 4)
    row = StockHold.objects.get()
    response = desk.post(HOLDS, {"action": "release_selected", "_selected_action": [row.pk]}, follow=True)
    assert said(response) == ["1 hold released."]
    assert Stock.objects.get(pk=variant.pk).held == 0
    assert StockHold.objects.get().quantity == 0


def test_only_who_may_change_holds_releases_them(client_of: Callable[[User], Client], variant: Variant) -> None:
    hold(variant, "cart-1", 4)
    clerk = UserFactory(is_staff=True)
    clerk.user_permissions.add(Permission.objects.get(codename="view_stockhold"))
    row = StockHold.objects.get()
    response = client_of(clerk).post(HOLDS, {"action": "release_selected", "_selected_action": [row.pk]}, follow=True)
    assert "release_selected" not in response.content.decode()
    assert Stock.objects.get(pk=variant.pk).held == 4


@pytest.mark.parametrize("url", [MOVES, HOLDS])
def test_lists_cost_the_same_for_few_and_many(desk: Client, url: str, django_assert_max_num_queries: Any) -> None:
    def queries() -> int:
        desk.get(url)  # content types are looked up once a process
        with django_assert_max_num_queries(30) as captured:
            assert desk.get(url).status_code == 200
        return len(captured)

    for number in range(2):
        hold(VariantFactory(), f"cart-{number}", 1)
    few = queries()
    for number in range(12):
        hold(VariantFactory(), f"cart-{number}", 1)
    assert queries() == few


@pytest.mark.parametrize("page", ["change", "delete", "history"])
def test_a_number_that_no_row_has(desk, page):
    assert desk.get(f"{STOCK}99999999999999999999/{page}/").status_code in {302, 403}
