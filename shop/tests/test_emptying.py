"""What is left after a test with transactions of its own is exactly what Django's `flush` leaves."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection
from django.test import TransactionTestCase

from carts.tests.factories import default_prices
from orders.models import Order
from orders.tests.factories import OrderFactory
from shop.testing import emptying

pytestmark = pytest.mark.django_db(transaction=True)


def everything() -> dict[str, list[tuple[object, ...]]]:
    tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
    return {table: emptying._rows(table) for table in tables}


def named() -> set[tuple[str, ...]]:
    """Types and permissions without their keys, which `flush` gives anew each time."""
    types = {tuple(row) for row in ContentType.objects.values_list("app_label", "model")}
    return types | set(Permission.objects.values_list("content_type__app_label", "content_type__model", "codename"))


@pytest.fixture
def empty() -> None:
    """As between two tests."""
    emptying.empty_quickly(TransactionTestCase())


@pytest.mark.usefixtures("empty")
def test_the_rows_of_a_test_are_gone_and_nothing_else() -> None:
    before = everything()
    default_prices()
    OrderFactory()
    assert Order.objects.exists()
    emptying.empty_quickly(TransactionTestCase())
    assert everything() == before
    assert sum(map(len, before.values())) > 200


@pytest.mark.usefixtures("empty")
def test_what_flush_leaves_is_put_back_when_a_test_changed_it() -> None:
    before = everything()
    Permission.objects.filter(codename="add_order").delete()
    ContentType.objects.filter(model="cart").update(model="trolley")
    ContentType.objects.get_by_natural_key("carts", "trolley")
    emptying.empty_quickly(TransactionTestCase())
    assert everything() == before
    assert ContentType.objects.get_by_natural_key("carts", "cart")
    with pytest.raises(ContentType.DoesNotExist):
        ContentType.objects.get_by_natural_key("carts", "trolley")


@pytest.mark.usefixtures("empty")
def test_flush_leaves_the_same() -> None:
    before, names = everything(), named()
    OrderFactory()
    call_command("flush", verbosity=0, interactive=False, reset_sequences=False)
    assert {table for table, rows in everything().items() if rows} == {table for table, rows in before.items() if rows}
    assert named() == names


@pytest.mark.usefixtures("empty")
def test_keys_go_on_as_after_a_flush() -> None:
    """A key that was given once is not given again: nothing mixes up rows of two tests."""
    last = OrderFactory().pk
    emptying.empty_quickly(TransactionTestCase())
    assert OrderFactory().pk > last
