"""The dashboard's figures agree with the orders, to the cent."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from accounts.models import User
from accounts.tests.api import refused
from accounts.tests.factories import UserFactory
from carts.tests.factories import goods
from catalog.models import Stock
from orders.models import Order, OrderStatus
from orders.services.pay import mark_paid
from orders.services.refund_order import GiveBack, refund_order
from orders.tests.factories import OrderFactory, settle_refunds
from orders.tests.permissions import clerk

pytestmark = pytest.mark.django_db

BERLIN = ZoneInfo("Europe/Berlin")
FIRST, LAST = date(2026, 10, 19), date(2026, 10, 31)  # clocks change on the 25th
BEFORE = date(2026, 10, 6)
QUERY = {"from": FIRST.isoformat(), "to": LAST.isoformat()}
SOLD = {"paid", "processing", "shipped", "delivered", "refunded"}


def at(day: date, hour: int = 12, minute: int = 0, fold: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=BERLIN, fold=fold)


def place(moment: datetime, units: int = 1, *, price: str = "12.37", back: str = "", **kwargs) -> Order:
    order = OrderFactory(items=[(goods(price=price), units)], **kwargs)
    if back:
        refund_order(GiveBack(order_id=order.pk, amount=Decimal(back)))
        settle_refunds(order)
    Order.objects.filter(pk=order.pk).update(placed_at=moment)
    return order


@pytest.fixture
def history() -> None:
    """Orders of both periods, at their edges, of every status, with money back."""
    place(at(FIRST, 0), 3)
    place(at(FIRST) - timedelta(hours=12, seconds=1), 2)  # the evening before
    place(at(date(2026, 10, 25), 2, 30), 1, back="3.33")
    place(at(date(2026, 10, 25), 2, 30, fold=1), 1)
    place(at(LAST, 23, 59), 5, price="0.99", status="shipped")
    place(at(LAST + timedelta(days=1), 0), 7)  # the day after
    place(at(LAST, 10), 4, status="pending")
    place(at(LAST, 11), 4, status="cancelled")
    place(at(date(2026, 10, 22)), 2, status="refunded")
    place(at(date(2026, 10, 22)), 2, payment_method="on_delivery", status="delivered")
    place(at(BEFORE, 0), 1, back="0.07")
    place(at(BEFORE) - timedelta(hours=12, seconds=1), 9)  # before the period before


def ask(client, query=QUERY):
    answer = client.get("/api/admin/dashboard", query)
    assert answer.status_code == 200, answer.content
    return answer.json()


def own_sum(first: date, last: date) -> dict:
    """The same by hand: every order, one after the other, by the clock on the wall."""
    orders = [order for order in Order.objects.all() if first <= order.placed_at.astimezone(BERLIN).date() <= last]
    sold = [order for order in orders if order.status in SOLD]
    revenue = sum((order.total for order in sold), Decimal("0.00"))
    average = (revenue / len(sold)).quantize(Decimal("0.01"), ROUND_HALF_UP) if sold else Decimal("0.00")
    refunds = sum((order.refunded for order in sold), Decimal("0.00"))
    days = Counter()
    for order in sold:
        days[order.placed_at.astimezone(BERLIN).date().isoformat()] += order.total
    return {
        "revenue": str(revenue),
        "refunds": str(refunds),
        "net_revenue": str(revenue - refunds),
        "orders": len(sold),
        "average": str(average),
        "units": sum(line.quantity for order in sold for line in order.lines.all()),
        "days": {day: str(total) for day, total in days.items()},
        "statuses": dict(Counter(order.status for order in orders)),
    }


def test_every_figure_is_that_of_the_orders(client_of, staff, history):
    body = ask(client_of(staff))
    now, before = own_sum(FIRST, LAST), own_sum(BEFORE, FIRST - timedelta(days=1))
    assert (now["orders"], before["orders"]) == (6, 2)
    for name in ("revenue", "refunds", "net_revenue", "orders", "average", "units"):
        assert body[name] == {"value": now[name], "before": before[name]}, name
    assert len(body["by_day"]) == 13
    assert {day["date"]: day["revenue"] for day in body["by_day"] if day["orders"]} == now["days"]
    assert {day["before"]["date"]: day["before"]["revenue"] for day in body["by_day"] if day["before"]["orders"]} == (
        before["days"]
    )
    assert {row["status"]: row["orders"] for row in body["by_status"] if row["orders"]} == now["statuses"]
    assert {row["status"]: row["before"] for row in body["by_status"] if row["before"]} == before["statuses"]
    assert [row["status"] for row in body["by_status"]] == list(OrderStatus)
    assert (body["from"], body["to"], body["before"]) == (
        "2026-10-19",
        "2026-10-31",
        {"from": "2026-10-06", "to": "2026-10-18"},
    )


def test_money_paid_twice_was_never_revenue(client_of, staff):
    order = OrderFactory(status="pending")
    mark_paid(order_id=order.pk)
    Order.objects.filter(pk=order.pk).update(captured=order.total * 2, refunded=order.total)
    body = ask(client_of(staff), {"from": timezone.localdate().isoformat()})
    assert (body["revenue"]["value"], body["refunds"]["value"]) == (str(order.total), "0.00")
    Order.objects.filter(pk=order.pk).update(refunded=0)
    assert ask(client_of(staff), {"from": timezone.localdate().isoformat()})["refunds"]["value"] == "0.00"


def test_best_sellers_and_what_they_did_before(client_of, staff):
    mug, print_ = goods(price="10.00"), goods(price="5.00")
    for variant, units, day in ((mug, 2, FIRST), (print_, 3, LAST), (mug, 2, LAST), (mug, 1, BEFORE)):
        order = OrderFactory(items=[(variant, units)])
        Order.objects.filter(pk=order.pk).update(placed_at=at(day))
    body = ask(client_of(staff))
    assert body["best_sellers"] == [
        {
            "product_id": mug.product_id,
            "name": mug.product.name,
            "units": 4,
            "revenue": "40.00",
            "before": {"units": 1, "revenue": "10.00"},
        },
        {
            "product_id": print_.product_id,
            "name": print_.product.name,
            "units": 3,
            "revenue": "15.00",
            "before": {"units": 0, "revenue": "0.00"},
        },
    ]


def test_low_stock(client_of, staff):
    low, plenty, uncounted = goods(), goods(), goods()
    Stock.objects.filter(pk=low.pk).update(on_hand=3)
    Stock.objects.filter(pk=uncounted.pk).update(on_hand=0, tracked=False)
    body = ask(client_of(staff))["low_stock"]
    assert (body["count"], [row["sku"] for row in body["items"]]) == (1, [low.sku])
    assert (body["items"][0]["available"], body["items"][0]["name"]) == (3, low.product.name)
    Stock.objects.filter(pk=plenty.pk).update(low_at=10)
    assert ask(client_of(staff))["low_stock"]["count"] == 2


def test_new_customers_are_no_staff(client_of, staff):
    for moment in (at(FIRST, 0), at(LAST, 23, 59), at(BEFORE), at(LAST + timedelta(days=1), 0)):
        User.objects.filter(pk=UserFactory().pk).update(created_at=moment)
    User.objects.filter(pk=staff.pk).update(created_at=at(FIRST))
    assert ask(client_of(staff))["new_customers"] == {"value": 2, "before": 1}


def test_thirty_days_unless_said_otherwise(client_of, staff):
    body = ask(client_of(staff), {})
    today = timezone.localdate()
    assert (body["from"], body["to"]) == ((today - timedelta(days=29)).isoformat(), today.isoformat())
    assert (body["revenue"], body["average"]) == ({"value": "0.00", "before": "0.00"},) * 2


@pytest.mark.parametrize(
    "query",
    [
        {"from": "2026-10-02", "to": "2026-10-01"},
        {"from": "2024-10-02", "to": "2026-10-01"},
        {"from": "yesterday"},
        {"from": "0001-01-01", "to": "0001-01-02"},
        {"from": "9999-12-30", "to": "9999-12-31"},
        {"to": "9999-12-31"},
        {"from": "9999-12-31"},
    ],
)
def test_periods_that_are_none(client_of, staff, query):
    refused(client_of(staff).get("/api/admin/dashboard", query), 400, "invalid")


def test_queries_do_not_grow(client_of, staff, django_assert_num_queries):
    browser = client_of(staff)
    ask(browser)
    place(at(LAST))
    with django_assert_num_queries(9):  # session, user, and seven
        ask(browser)
    for day in range(5):
        place(at(FIRST + timedelta(days=day)))
    with django_assert_num_queries(9):
        ask(browser)


def test_who_may(client_of, anonymous, shopper):
    refused(anonymous.get("/api/admin/dashboard"), 401, "not_authenticated")
    refused(client_of(shopper).get("/api/admin/dashboard"), 403, "forbidden")
    refused(client_of(clerk("view_product")).get("/api/admin/dashboard"), 403, "forbidden")
    assert client_of(clerk("view_order")).get("/api/admin/dashboard").status_code == 200


def test_the_admins_start_page_shows_the_same(client_of, staff):
    today = timezone.localdate()
    place(at(today), 3, price="12.37")
    body = ask(client_of(staff), {})
    page = client_of(staff).get("/admin/")
    html = page.content.decode()
    assert f"€{body['revenue']['value']}" in html
    assert "Best sellers" in html
    assert [day for day in page.context["bars"] if day.height] == [page.context["bars"][-1]]
    assert len(client_of(staff).get("/admin/?days=7").context["bars"]) == 7
    assert len(client_of(staff).get("/admin/?days=8").context["bars"]) == 30


def test_who_may_see_no_orders_sees_no_figures(client_of):
    assert "Best sellers" not in client_of(clerk("view_product")).get("/admin/").content.decode()
