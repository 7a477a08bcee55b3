"""What a query string may hold, asked of every operation that reads one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from django.test import Client

from accounts.services.tokens import issue_tokens
from shop.tests.api_world import make_world, operations
from shop.tests.test_api_lists import STAFFS

pytestmark = pytest.mark.django_db

REPEATABLE = ("brand", "tag", "option.<name>")


def names_read_by(operation: Mapping[str, Any]) -> list[str]:
    return [each["name"] for each in operation.get("parameters", []) if each["in"] == "query"]


READERS = {
    path: names
    for path, method, operation in operations()
    # Of one product `status` says which it is; there is nothing to filter.
    if method == "get" and (names := names_read_by(operation)) not in ([], ["status"])
}


def problems_of(response):
    return {(each["field"], each["code"]) for each in response.json()["errors"]}


def test_who_reads_parameters_refuses_unknown_and_repeated_ones(settings):
    settings.SHOP_RATE_LIMITS_ENABLED = False
    world = make_world()
    assert len(READERS) > 15
    for path, names in READERS.items():
        user = world.staff if path.startswith(STAFFS) else world.owner
        client = Client(headers={"Authorization": f"Bearer {issue_tokens(user).access_token}"})
        address = path.format(**world.named_in(path))
        unknown = client.get(address, {"nonsense": "1"})
        assert (unknown.status_code, unknown.json()["code"]) == (400, "unknown_parameter"), path
        assert problems_of(unknown) == {("nonsense", "unknown_parameter")}, path
        once = [name for name in names if name not in REPEATABLE]
        twice = client.get(address, {name: ["", ""] for name in once})
        assert problems_of(twice) == {(name, "duplicate") for name in once}, path
        assert client.get(address, dict.fromkeys(once, "")).status_code == 200, path


@pytest.mark.parametrize("query", ["search=%00", "search=%ff", "search=%ed%a0%80", "brand=%00", "option.Size=%ff"])
def test_what_is_no_text_is_said_by_its_name(client, query):
    response = client.get(f"/api/products?{query}")
    assert response.status_code == 400
    assert problems_of(response) == {(query.partition("=")[0], "unusable_text")}


@pytest.mark.parametrize(
    "query",
    [
        "modified_since=9999-12-31T23:59:59-14:00",
        "modified_since=0001-01-01T00:00:00%2B14:00",
        "modified_since=1969-12-31T23:59:59Z",
        "min_price=1e3",
        "min_price=1.234",
        "min_price=%D9%A3",
        "max_price=1_000",
        "min_rating=1e0",
        "option.=x",
        "tag=" + "&tag=".join("abcdefghijklmnopqrstu"),
        "&".join(f"option.{letter}=x" for letter in "abcdefghi"),
    ],
)
def test_values_that_would_be_read_as_something_else(client, query):
    assert client.get(f"/api/products?{query}").status_code == 400


def test_format_means_nothing(client):
    assert client.get("/api/products?format=json").json() == client.get("/api/products").json()


def test_labels_and_options_may_be_several(client):
    response = client.get("/api/products?brand=a&brand=b&tag=c&tag=d&option.Size=S&option.Size=M&option.Colour=red")
    assert response.status_code == 200
