"""The tree of categories over the API."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.models import Category, ProductStatus
from catalog.tests.api import call, errors_of, helper_with, refused
from catalog.tests.factories import CategoryFactory, ProductFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def prints():
    above = CategoryFactory(name="Prints", slug="prints")
    below = CategoryFactory(name="Lines", slug="lines", parent=above)
    ProductFactory(category=above)
    ProductFactory(category=below)
    ProductFactory(category=below, status=ProductStatus.DRAFT)
    return above


def test_the_tree(prints):
    CategoryFactory(name="Mugs", slug="mugs")
    body = call("get", "products/categories/").json()
    assert (body["count"], body["next"]) == (2, None)
    first, second = body["results"]
    below = Category.objects.get(slug="lines")
    assert first == {
        "id": prints.pk,
        "name": "Prints",
        "slug": "prints",
        "path": "prints",
        "parent_id": None,
        "description": "",
        "is_active": True,
        "image": None,
        "product_count": 2,
        "children": [
            {
                "id": below.pk,
                "name": "Lines",
                "slug": "lines",
                "path": "prints/lines",
                "parent_id": prints.pk,
                "description": "",
                "is_active": True,
                "image": None,
                "product_count": 1,
                "children": [],
            }
        ],
    }
    assert (second["slug"], second["product_count"]) == ("mugs", 0)
    assert call("get", "products/categories/lines").json() == first["children"][0]
    assert call("get", f"products/categories/{prints.pk}").json() == first


def test_the_tag(prints):
    for path in ("products/categories", "products/categories/prints"):
        first = call("get", path)
        assert call("get", path, If_None_Match=first["ETag"]).status_code == 304
    ProductFactory(category=prints)
    assert call("get", "products/categories/prints", If_None_Match=first["ETag"]).status_code == 200


def test_what_is_hidden_only_staff_see(prints):
    Category.objects.filter(slug="prints").update(is_active=False)
    assert call("get", "products/categories").json()["results"] == []
    refused(call("get", "products/categories/lines"), 404, "not_found")
    shown = call("get", "products/categories", user=helper_with("view_category")).json()["results"]
    assert shown[0]["children"][0]["slug"] == "lines"


def test_pages_are_of_the_first_level(prints):
    mugs = CategoryFactory(name="Mugs", slug="mugs")
    first = call("get", "products/categories?page_size=1").json()
    assert (first["count"], [row["slug"] for row in first["results"]]) == (2, ["prints"])
    assert [row["slug"] for row in first["results"][0]["children"]] == ["lines"]
    second = call("get", first["next"].partition("/api/")[2]).json()
    assert ([row["id"] for row in second["results"]], second["next"]) == ([mugs.pk], None)
    by_cursor = call("get", "products/categories?cursor=&page_size=1").json()
    assert [row["slug"] for row in by_cursor["results"]] == ["prints"]
    assert call("get", by_cursor["next"].partition("/api/")[2]).json()["results"] == second["results"]
    refused(call("get", "products/categories?page=101&page_size=100"), 400, "page_too_deep")


def test_the_same_queries_for_few_and_many():
    for number in (5, 100):
        parent = CategoryFactory()
        for _ in range(number):
            CategoryFactory(parent=parent)
        with CaptureQueriesContext(connection) as queries:
            call("get", "products/categories")
        assert len(queries) == 4  # all categories, what is in them, how many of the first level, which of them


class TestWrite:
    def test_added_renamed_moved_and_deleted(self, prints, staff):
        made = call("post", "products/categories", {"name": "Mugs", "parent_id": prints.pk}, user=staff)
        assert made.status_code == 201
        assert made["Location"] == f"http://testserver/api/products/categories/{made.json()['id']}"
        shown = made.json()
        assert (shown["slug"], shown["path"], shown["parent_id"]) == ("mugs", "prints/mugs", prints.pk)
        path = f"products/categories/{shown['id']}"
        assert call("put", path, shown, user=staff).json() == shown
        renamed = call("patch", path, {"name": "Cups", "slug": "cups"}, user=staff).json()
        assert (renamed["name"], renamed["path"]) == ("Cups", "prints/cups")
        moved = call("put", path, renamed | {"parent_id": None}, user=staff)
        assert moved.json()["path"] == "cups"
        assert call("patch", path, {"is_active": False}, user=staff).json()["is_active"] is False
        assert call("delete", path, user=staff).status_code == 204
        refused(call("get", path, user=staff), 404, "not_found")

    def test_in_use(self, prints, staff):
        refused(call("delete", "products/categories/prints", user=staff), 409, "category_in_use")
        refused(call("delete", "products/categories/lines", user=staff), 409, "category_in_use")

    @pytest.mark.parametrize(
        ("body", "field", "code"),
        [
            ({"name": "X", "parent_id": 999_999}, "parent_id", "invalid"),
            ({"name": "X", "slug": "lines"}, "", ""),
            ({"name": "X", "slug": "prints"}, "slug", "invalid"),
            ({"name": ""}, "name", "blank"),
            ({"name": "X", "is_active": 0}, "is_active", "invalid"),
            ({}, "name", "required"),
            ({"name": "X", "product_count": 3}, "product_count", "read_only"),
            ({"name": "X", "colour": "red"}, "colour", "unknown_field"),
        ],
    )
    def test_what_cannot_be_used_is_named(self, prints, staff, body, field, code):
        response = call("post", "products/categories", body, user=staff)
        if field:
            assert errors_of(response) == {field: code}
        else:
            assert response.status_code == 201

    def test_not_below_itself(self, prints, staff):
        below = Category.objects.get(slug="lines")
        body = {"parent_id": below.pk}
        assert list(errors_of(call("patch", "products/categories/prints", body, user=staff))) == ["parent_id"]
        assert call("get", "products/categories/prints").json()["parent_id"] is None

    @pytest.mark.parametrize(
        ("method", "permission"),
        [
            ("post", "add_category"),
            ("put", "change_category"),
            ("patch", "change_category"),
            ("delete", "delete_category"),
        ],
    )
    def test_who_may(self, method, permission, shopper):
        empty = CategoryFactory()
        path = "products/categories" if method == "post" else f"products/categories/{empty.pk}"
        body = None if method == "delete" else {"name": "New"}
        refused(call(method, path, body), 401, "not_authenticated")
        refused(call(method, path, body, user=shopper), 403, "forbidden")
        refused(call(method, path, body, user=helper_with("view_category")), 403, "forbidden")
        assert call(method, path, body, user=helper_with(permission)).status_code in (200, 201, 204)
