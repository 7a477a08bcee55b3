"""Calling the API in tests, as somebody.

api = Api(user=shopper)                 with an access token
api = Api(cart_token="…")               a guest without cookies
api = Api(client=client_of(shopper))    a browser
api.post("cart/items", {"product_id": 1})
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.services.tokens import issue_tokens
from catalog.models import Variant

EMPTY = {  # what a cart looks like that is none
    "id": None,
    "items": [],
    "item_count": 0,
    "subtotal": "0.00",
    "discount": "0.00",
    "shipping": "0.00",
    "tax": "0.00",
    "total": "0.00",
    "currency": "EUR",
    "prices_include_tax": True,
    "steps": [{"kind": "goods", "label": "", "amount": "0.00"}],
    "coupon": None,
    "country": "DE",
    "region": "",
    "postcode": "",
    "shipping_method": None,
    "holds_expire_at": None,
    "can_extend": False,
    "notices": [],
}


class Api:
    def __init__(self, *, user: User | None = None, client: Client | None = None, **headers: str) -> None:
        self.client = client or Client()
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}
        if user is not None:
            self.headers["Authorization"] = f"Bearer {issue_tokens(user).access_token}"

    def get(self, path: str, **query: str) -> Any:
        return self.client.get(f"/api/{path}", query, headers=self.headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.call("post", path, {} if body is None else body, **headers)

    def put(self, path: str, body: Any, **headers: str) -> Any:
        return self.call("put", path, body, **headers)

    def patch(self, path: str, body: Any, **headers: str) -> Any:
        return self.call("patch", path, body, **headers)

    def delete(self, path: str) -> Any:
        return self.client.delete(f"/api/{path}", headers=self.headers)

    def call(self, method: str, path: str, body: Any, **headers: str) -> Any:
        more = {name.replace("_", "-"): value for name, value in headers.items()}
        send = getattr(self.client, method)
        return send(f"/api/{path}", body, content_type="application/json", headers={**self.headers, **more})


def ok(response: Any, status: int = 200) -> Any:
    """The body of an answer that went well."""
    assert response.status_code == status, response.content
    return response.json() if response.content else None


def refused(response: Any, status: int, code: str) -> dict[str, Any]:
    """The problem in an answer that is this refusal."""
    problem: dict[str, Any] = response.json()
    assert (response.status_code, problem["code"]) == (status, code), problem
    assert response["Content-Type"] == "application/problem+json"
    return problem


def fields(problem: dict[str, Any]) -> dict[str, str]:
    """What is wrong, by field."""
    return {error["field"]: error["code"] for error in problem["errors"]}


def queries_of(call: Callable[[], Any]) -> int:
    """How many queries a call makes."""
    with CaptureQueriesContext(connection) as queries:
        call()
    return len(queries)


def cookieless(variant: Variant, quantity: int = 1) -> Api:
    """A guest who keeps the token of their cart, and no cookies."""
    response = Api().post("cart/items", {"variant_id": variant.pk, "quantity": quantity})
    ok(response, 201)
    return Api(X_Cart_Token=response["X-Cart-Token"])
