"""The last orders on the account's overview."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orders.tests.factories import OrderFactory

pytestmark = pytest.mark.django_db


def page(client):
    return client.get("/account/").content.decode()


def test_the_last_three_of_ones_own(client_of, shopper, other_shopper):
    mine = client_of(shopper)
    assert "Recent orders" not in page(mine)
    orders = [OrderFactory(user=shopper) for _ in range(4)]
    foreign = OrderFactory(user=other_shopper)
    shown = page(mine)
    assert "Recent orders" in shown
    assert [order.number in shown for order in orders] == [False, True, True, True]
    assert foreign.number not in shown


def test_as_many_queries_for_one_as_for_many(client_of, shopper):
    mine = client_of(shopper)

    def queries():
        with CaptureQueriesContext(connection) as seen:
            mine.get("/account/")
        return len(seen)

    OrderFactory(user=shopper)
    one = queries()
    OrderFactory.create_batch(5, user=shopper)
    assert queries() == one
