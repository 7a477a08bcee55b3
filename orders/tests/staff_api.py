"""Staff, or a program of theirs, at /api/admin/orders."""

from __future__ import annotations

from typing import Any

from django.test import Client

from orders.models import Order


class Caller:
    def __init__(self, client: Client) -> None:
        self.client = client

    def get(self, path: str = "", **query: Any) -> Any:
        return self.client.get(f"/api/admin/orders{path}", query)

    def put(self, path: str, body: Any) -> Any:
        return self.client.put(f"/api/admin/orders{path}", body, content_type="application/json")

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.client.post(
            f"/api/admin/orders{path}", body or {}, content_type="application/json", headers=headers
        )

    def refund(self, order: Order, body: Any = None, key: str = "") -> Any:
        headers = {"Idempotency-Key": key} if key else {}
        return self.post(f"/{order.number}/refund", body, **headers)


def numbers(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [row["number"] for row in answer.json()["results"]]
