"""Stock and its ledger over the API."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.models import MovementKind, Stock, StockMovement
from catalog.services.checks import MOST_UNITS
from catalog.services.commitments import commit_units
from catalog.services.holds import HoldRequest, hold_units
from catalog.services.stock import receive_stock
from catalog.tests.api import call, errors_of, helper_with, refused
from catalog.tests.factories import ProductFactory, VariantFactory
from catalog.tests.ledger import assert_books_agree
from shop.common.unit import run_in_transaction

pytestmark = pytest.mark.django_db


@pytest.fixture
def variant():
    return VariantFactory(product=ProductFactory(name="Mug", variants=0), sku="MUG-1", barcode="4001", stock=10)


@pytest.fixture
def keeper(db):
    return helper_with("view_stock", "change_stock", "view_stockmovement")


def ask(variant, quantity):
    return [HoldRequest(owner="cart", reference="line", variant_id=variant.pk, quantity=quantity)]


def hold(variant, quantity):
    assert run_in_transaction(lambda: hold_units(ask(variant, quantity))) == []


def path(variant):
    return f"admin/inventory/{variant.pk}"


class TestRead:
    def test_one(self, variant, keeper):
        run_in_transaction(lambda: commit_units(ask(variant, 3), reference="ORDER-1"))
        hold(variant, 2)
        assert call("get", path(variant), user=keeper).json() == {
            "variant_id": variant.pk,
            "product_id": variant.product_id,
            "sku": "MUG-1",
            "barcode": "4001",
            "name": "Mug",
            "title": "",
            "on_hand": 10,
            "held": 2,
            "committed": 3,
            "available": 5,
            "low": False,
            "low_at": None,
            "tracked": True,
            "allow_backorder": False,
        }

    def test_the_list(self, variant, keeper):
        VariantFactory(product=variant.product, sku="TOTE-1", stock=1, options_key="x")

        def skus(asked):
            return [row["sku"] for row in call("get", f"admin/inventory?{asked}", user=keeper).json()["results"]]

        assert skus("") == ["MUG-1", "TOTE-1"]
        assert skus("search=mug-") == ["MUG-1"]
        assert skus("search=4001") == ["MUG-1"]
        assert skus("search=Mug") == ["MUG-1", "TOTE-1"]
        assert skus("low=true") == ["TOTE-1"]
        assert skus("low=false") == ["MUG-1"]
        assert skus("low=No") == ["MUG-1"]
        assert set(skus("low=")) == {"MUG-1", "TOTE-1"}
        assert skus(f"product_id={variant.product_id}&cursor=") == ["MUG-1", "TOTE-1"]
        assert skus("product_id=999999") == []

    def test_the_same_queries_for_few_and_many(self, keeper):
        counts = []
        for number in (5, 95):
            for _ in range(number):
                VariantFactory()
            with CaptureQueriesContext(connection) as queries:
                call("get", "admin/inventory?page_size=100", user=keeper)
            counts.append(len(queries))
        assert counts[0] == counts[1]

    def test_the_ledger(self, variant, keeper):
        call("put", path(variant), {"adjust": -2, "reason": "broken"}, user=keeper)
        hold(variant, 1)
        rows = call("get", f"{path(variant)}/movements/", user=keeper).json()["results"]
        assert [(row["kind"], row["on_hand_change"], row["held_change"], row["reason"]) for row in rows] == [
            ("hold", 0, 1, ""),
            ("adjust", -2, 0, "broken"),
            ("receive", 10, 0, "for a test"),
        ]
        assert (rows[1]["actor_id"], rows[1]["actor"]) == (keeper.pk, keeper.display_name)
        assert call("get", f"{path(variant)}/movements?cursor=&page_size=1", user=keeper).json()["next"]


class TestWrite:
    def test_counted(self, variant, keeper):
        shown = call("put", f"{path(variant)}/", {"stock_quantity": 2, "reason": "stock-take"}, user=keeper).json()
        assert (shown["on_hand"], shown["available"], shown["low"]) == (2, 2, True)
        movement = StockMovement.objects.get(kind=MovementKind.ADJUST)
        assert (movement.on_hand_change, movement.reason, movement.actor) == (-8, "stock-take", keeper)
        assert_books_agree()

    def test_corrected(self, variant, keeper):
        assert call("put", path(variant), {"adjust": 5, "reason": "found"}, user=keeper).json()["on_hand"] == 15
        assert call("patch", path(variant), {"adjust": -1, "reason": "broken"}, user=keeper).json()["on_hand"] == 14
        assert_books_agree()

    def test_a_put_of_what_a_get_gave(self, variant, keeper):
        shown = call("get", path(variant), user=keeper)
        again = call("put", path(variant), shown.json(), user=keeper)
        assert (again.status_code, again.json(), again["ETag"]) == (200, shown.json(), shown["ETag"])
        assert call("put", path(variant), shown.json() | {"stock_quantity": 3}, user=keeper).json()["on_hand"] == 3

    def test_not_below_what_is_promised(self, variant, keeper):
        hold(variant, 4)
        for body in ({"stock_quantity": 3}, {"adjust": -7, "reason": "x"}, {"adjust": -20, "reason": "x"}):
            response = call("put", path(variant), body, user=keeper)
            refused(response, 409, "stock_committed")
            (line,) = response.json()["lines"]
            assert (line["variant_id"], line["sku"], line["available"]) == (variant.pk, variant.sku, 6)
            assert line["requested"] > 6
        assert Stock.objects.get().on_hand == 10

    @pytest.mark.parametrize(
        ("body", "field", "code"),
        [
            ({}, "stock_quantity", "invalid"),
            ({"stock_quantity": -1}, "stock_quantity", "min_value"),
            ({"stock_quantity": "3"}, "stock_quantity", "invalid"),
            ({"stock_quantity": 10**30}, "stock_quantity", "max_value"),
            ({"adjust": MOST_UNITS, "reason": "x"}, "stock_quantity", "invalid"),
            ({"adjust": 2}, "reason", "required"),
            ({"adjust": 2, "reason": "  "}, "reason", "required"),
            ({"adjust": 2, "stock_quantity": 3, "reason": "x"}, "adjust", "invalid"),
            ({"on_hand": 3}, "on_hand", "read_only"),
            ({"quantity": 3}, "quantity", "unknown_field"),
        ],
    )
    def test_what_cannot_be_used_is_named(self, variant, keeper, body, field, code):
        assert errors_of(call("put", path(variant), body, user=keeper)) == {field: code}
        assert Stock.objects.get().on_hand == 10

    def test_if_match(self, variant, keeper):
        tag = call("get", path(variant), user=keeper)["ETag"]
        hold(variant, 1)
        body = {"adjust": -1, "reason": "broken"}
        assert call("put", path(variant), body, user=keeper, If_Match=tag).json()["on_hand"] == 9
        refused(call("put", path(variant), body, user=keeper, If_Match=tag), 412, "stale")
        refused(call("put", path(variant), {"stock_quantity": 9}, user=keeper, If_Match=tag), 412, "stale")
        fresh = call("get", path(variant), user=keeper)["ETag"]
        run_in_transaction(lambda: commit_units(ask(variant, 2), reference="ORDER-1"))
        assert call("put", path(variant), {"stock_quantity": 8}, user=keeper, If_Match=fresh).status_code == 200
        receive_stock(variant_id=variant.pk, quantity=1)
        receive_stock(variant_id=variant.pk, quantity=0)
        refused(call("put", path(variant), body, user=keeper, If_Match=fresh), 412, "stale")

    def test_not_modified(self, variant, keeper):
        tag = call("get", path(variant), user=keeper)["ETag"]
        assert call("get", path(variant), user=keeper, If_None_Match=tag).status_code == 304


class TestWhoMay:
    @pytest.mark.parametrize(
        ("method", "suffix", "body", "permission"),
        [
            ("get", "", None, "view_stock"),
            ("put", "", {"stock_quantity": 3}, "change_stock"),
            ("patch", "", {"stock_quantity": 3}, "change_stock"),
            ("get", "/movements", None, "view_stockmovement"),
        ],
    )
    def test_staff_with_the_permission(self, variant, shopper, method, suffix, body, permission):
        where = f"{path(variant)}{suffix}"
        refused(call(method, where, body), 401, "not_authenticated")
        refused(call(method, where, body, user=shopper), 403, "forbidden")
        refused(call(method, where, body, user=helper_with("view_product", "change_product")), 403, "forbidden")
        assert call(method, where, body, user=helper_with(permission)).status_code == 200

    def test_the_list(self, shopper):
        refused(call("get", "admin/inventory"), 401, "not_authenticated")
        refused(call("get", "admin/inventory", user=shopper), 403, "forbidden")

    def test_what_is_not_there(self, keeper):
        for where in ("999999", "999999/movements"):
            refused(call("get", f"admin/inventory/{where}", user=keeper), 404, "not_found")
        refused(call("put", "admin/inventory/999999", {"stock_quantity": 1}, user=keeper), 404, "not_found")
        refused(call("get", f"admin/inventory/{'9' * 30}", user=keeper), 404, "not_found")
        refused(call("delete", "admin/inventory/1", user=keeper), 405, "method_not_allowed")
