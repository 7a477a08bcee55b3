"""Many editors with the same If-Match at once: one of them wins. Each proof has its control."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.test import Client

from accounts.services.tokens import issue_tokens
from catalog.api.views import inventory as inventory_views
from catalog.api.views import products as product_views
from catalog.models import Product, Stock, StockMovement
from catalog.services import stock
from catalog.services.editing import StaleEdit
from catalog.services.stock import StaleStock
from catalog.tests.api import call
from catalog.tests.factories import ProductFactory
from catalog.tests.ledger import assert_books_agree
from shop.testing.concurrency import Meeting, race

pytestmark = pytest.mark.django_db(transaction=True)

EDITORS = 8


@pytest.fixture
def editor(staff):
    """A client that many threads may use: it keeps nothing."""
    return {"Authorization": f"Bearer {issue_tokens(staff).access_token}"}


def send(editor, path, body, tag):
    response = Client(headers=editor | {"If-Match": tag}).patch(f"/api/{path}", body, content_type="application/json")
    return response.status_code


class TestOneProduct:
    def edit(self, editor):
        product = ProductFactory(name="Before")
        tag = call("get", f"products/{product.pk}")["ETag"]
        outcome = race(EDITORS, lambda n: send(editor, f"products/{product.pk}", {"name": f"By {n}"}, tag))
        assert outcome.errors == []
        product.refresh_from_db()
        return outcome, product

    def test_one_of_many_editors_wins(self, editor):
        outcome, product = self.edit(editor)
        assert (outcome.count(200), outcome.count(412)) == (1, EDITORS - 1)
        assert (product.name[:3], product.edit_version) == ("By ", 2)

    def test_control_compared_before_the_unit_several_win(self, editor, monkeypatch):
        edit_product, everybody = product_views.edit_product, Meeting(EDITORS)

        def look_then_write(*, product_id, edit):
            version = Product.objects.get(pk=product_id).edit_version
            if version not in (edit.expected_versions or ()):
                raise StaleEdit
            everybody.arrive()
            return edit_product(product_id=product_id, edit=replace(edit, expected_versions=None))

        monkeypatch.setattr(product_views, "edit_product", look_then_write)
        outcome, product = self.edit(editor)
        assert outcome.count(200) > 1
        assert product.edit_version > 2


class TestOneShelf:
    def adjust(self, editor, staff):
        variant = ProductFactory(stock=100).variants.get()
        path = f"admin/inventory/{variant.pk}"
        tag = call("get", path, user=staff)["ETag"]
        outcome = race(EDITORS, lambda _n: send(editor, path, {"adjust": -1, "reason": "broken"}, tag))
        assert outcome.errors == []
        return outcome, Stock.objects.get(pk=variant.pk).on_hand

    def test_a_correction_sent_many_times_is_booked_once(self, editor, staff):
        outcome, on_hand = self.adjust(editor, staff)
        assert (outcome.count(200), outcome.count(412), on_hand) == (1, EDITORS - 1, 99)
        assert StockMovement.objects.filter(kind="adjust").count() == 1
        assert_books_agree()

    def test_the_condition_of_the_update_is_enough_by_itself(self, editor, staff, monkeypatch):
        monkeypatch.setattr(stock, "lock_stock", lambda ids: {s.pk: s for s in Stock.objects.filter(pk__in=set(ids))})
        outcome, on_hand = self.adjust(editor, staff)
        assert (outcome.count(200), outcome.count(412), on_hand) == (1, EDITORS - 1, 99)

    def test_control_compared_before_the_unit_several_are_booked(self, editor, staff, monkeypatch):
        adjust_stock, everybody = inventory_views.adjust_stock, Meeting(EDITORS)

        def look_then_write(*, variant_id, expected_versions, **kwargs):
            if Stock.objects.get(pk=variant_id).edit_version not in (expected_versions or ()):
                raise StaleStock
            everybody.arrive()
            return adjust_stock(variant_id=variant_id, **kwargs)

        monkeypatch.setattr(inventory_views, "adjust_stock", look_then_write)
        outcome, on_hand = self.adjust(editor, staff)
        assert outcome.count(200) > 1
        assert on_hand == 100 - outcome.count(200)
