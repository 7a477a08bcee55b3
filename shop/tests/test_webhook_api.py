"""/api/admin/webhooks, and the same in the admin."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from accounts.tests.api import refused
from orders.tests.permissions import clerk
from shop.testing.work import run_tasks
from shop.tests.webhook_factories import delivery, endpoint, secret_of
from shop.tests.webhook_receiver import receiving
from shop.webhooks.models import DeliveryState, WebhookDelivery, WebhookEndpoint

pytestmark = pytest.mark.django_db

BODY = {"url": "https://warehouse.example/hooks", "events": ["order.*", "stock.low"]}


@pytest.fixture
def api(client_of, staff):
    return caller(client_of(staff))


def caller(client):
    def call(method: str, path: str = "webhooks", body: Any = None) -> Any:
        extra = {} if body is None else {"data": body, "content_type": "application/json"}
        return getattr(client, method)(f"/api/admin/{path}", **extra)

    return call


def test_made_and_its_secret_shown_once(api):
    answer = api("post", body={**BODY, "description": "Warehouse"})
    assert answer.status_code == 201
    made = answer.json()
    assert made["secret"].startswith("whsec_")
    assert (made["url"], made["events"], made["is_active"]) == (BODY["url"], ["order.*", "stock.low"], True)
    to = WebhookEndpoint.objects.get()
    assert (made["id"], made["secret"]) == (to.public_id, secret_of(to))
    for shown in (api("get").json()["results"][0], api("get", f"webhooks/{to.public_id}").json()):
        assert "secret" not in shown
        assert shown["description"] == "Warehouse"


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"url": "http://warehouse.example/"}, "url", "invalid"),
        ({"url": "https://a:b@warehouse.example/"}, "url", "invalid"),
        ({"url": 5}, "url", "invalid"),
        ({"url": "https://x/\u0000"}, "url", "invalid"),
        ({"events": []}, "events", "invalid"),
        ({"events": ["order.lost"]}, "events.0", "invalid"),
        ({"events": ["order.*", "order.*"]}, "events", "invalid"),
        ({"events": "order.*"}, "events", "invalid"),
        ({"description": "x" * 201}, "description", "invalid"),
        ({"secret": "whsec_mine"}, "secret", "unknown_field"),
    ],
)
def test_what_cannot_be_used(api, change, field, code):
    problem = refused(api("post", body={**BODY, **change}), 400, code)
    assert problem["errors"][0]["field"].startswith(field)
    assert WebhookEndpoint.objects.count() == 0


def test_changed_and_removed(api):
    to = endpoint()
    path = f"webhooks/{to.public_id}"
    shown = api("get", path).json()
    assert api("put", path, {**shown, "description": "New"}).json()["description"] == "New"
    refused(api("put", path, {**shown, "id": "x"}), 400, "read_only")
    assert api("patch", path, {"events": ["order.paid"]}).json()["events"] == ["order.paid"]
    assert api("patch", path, {"is_active": False}).json()["is_active"] is False
    assert api("delete", path).status_code == 204
    refused(api("get", path), 404, "not_found")
    refused(api("delete", path), 404, "not_found")


def test_switched_off_and_on_again(api):
    to = endpoint()
    sent = delivery(to)
    WebhookEndpoint.objects.update(is_active=False, disabled_reason="It answered 410 Gone.")
    path = f"webhooks/{to.public_id}"
    assert api("get", path).json()["disabled_reason"] == "It answered 410 Gone."
    refused(api("post", f"{path}/ping"), 409, "webhook_inactive")
    refused(api("post", f"deliveries/{sent.public_id}/redeliver"), 409, "webhook_inactive")
    back = api("patch", path, {"is_active": True}).json()
    assert (back["is_active"], back["disabled_reason"]) == (True, "")


def test_a_new_secret(api):
    to = endpoint()
    old = secret_of(to)
    answer = api("post", f"webhooks/{to.public_id}/rotate-secret").json()
    assert answer["secret"] not in ("", old)
    assert answer["previous_secret_until"]
    refused(api("post", "webhooks/none/rotate-secret"), 404, "not_found")


def test_tried_out_and_looked_into(api, settings, django_assert_num_queries):
    settings.SHOP_WEBHOOKS_ALLOW_PRIVATE = True
    with receiving(500, 200, body=b"no room") as receiver:
        to = endpoint(receiver.url, events=("stock.low",))
        answer = api("post", f"webhooks/{to.public_id}/ping")
        assert answer.status_code == 202
        assert (answer.json()["event"], answer.json()["status"]) == ("ping", "pending")
        run_tasks()
        (row,) = api("get", f"webhooks/{to.public_id}/deliveries").json()["results"]
        assert (row["status"], row["tries"], row["payload"]) == ("pending", 1, {"webhook_id": to.public_id})
        assert (row["attempts"][0]["status_code"], row["attempts"][0]["response"]) == (500, "no room")
        again = api("post", f"deliveries/{row['id']}/redeliver")
        assert again.status_code == 202
        assert again.json()["webhook_id"] == row["webhook_id"]
        run_tasks()
    assert api("get", f"webhooks/{to.public_id}/deliveries?status=delivered").json()["count"] == 1
    assert api("get", f"webhooks/{to.public_id}/deliveries?status=failed").json()["count"] == 0
    refused(api("get", f"webhooks/{to.public_id}/deliveries?status=lost"), 400, "invalid")
    with django_assert_num_queries(6):
        api("get", f"webhooks/{to.public_id}/deliveries")
    for _ in range(4):
        delivery(to)
    with django_assert_num_queries(6):
        api("get", f"webhooks/{to.public_id}/deliveries")


CALLS = [
    ("get", "webhooks", None, "view_webhookendpoint"),
    ("post", "webhooks", BODY, "add_webhookendpoint"),
    ("get", "webhooks/{id}", None, "view_webhookendpoint"),
    ("put", "webhooks/{id}", BODY, "change_webhookendpoint"),
    ("patch", "webhooks/{id}", {"description": "x"}, "change_webhookendpoint"),
    ("post", "webhooks/{id}/ping", None, "change_webhookendpoint"),
    ("post", "webhooks/{id}/rotate-secret", None, "change_webhookendpoint"),
    ("get", "webhooks/{id}/deliveries", None, "view_webhookendpoint"),
    ("post", "deliveries/{delivery}/redeliver", None, "change_webhookendpoint"),
    ("delete", "webhooks/{id}", None, "delete_webhookendpoint"),
]


@pytest.mark.parametrize(("method", "path", "body", "permission"), CALLS)
def test_who_may(method, path, body, permission, client_of, anonymous, shopper):
    to = endpoint()
    path = path.format(id=to.public_id, delivery=delivery(to).public_id)
    others = {f"{verb}_webhookendpoint" for verb in ("view", "add", "change", "delete")} - {permission}
    refused(caller(anonymous)(method, path, body), 401, "not_authenticated")
    refused(caller(client_of(shopper))(method, path, body), 403, "forbidden")
    refused(caller(client_of(clerk(*others)))(method, path, body), 403, "forbidden")
    assert caller(client_of(clerk(permission)))(method, path, body).status_code < 300


def test_the_admin_makes_one_and_shows_its_secret_once(client_of, staff):
    browser = client_of(staff)
    typed = {"url": BODY["url"], "description": "", "events": ["order.*"], "is_active": "on"}
    page = browser.post(reverse("admin:webhooks_webhookendpoint_add"), typed)
    to = WebhookEndpoint.objects.get()
    assert secret_of(to) in page.content.decode()
    for address in (
        reverse("admin:webhooks_webhookendpoint_changelist"),
        reverse("admin:webhooks_webhookendpoint_change", args=[to.pk]),
    ):
        assert secret_of(to) not in browser.get(address).content.decode()
    refusal = browser.post(reverse("admin:webhooks_webhookendpoint_add"), {**typed, "url": "http://x.example"})
    assert "Enter an https address" in refusal.content.decode()


def act(browser, name, row, model):
    data = {"action": name, "_selected_action": [row.pk]}
    return browser.post(reverse(f"admin:webhooks_{model}_changelist"), data, follow=True).content.decode()


def test_the_admins_actions(client_of, staff):
    browser = client_of(staff)
    to = endpoint()
    old = secret_of(to)
    assert "1 test event is on its way." in act(browser, "send_ping", to, "webhookendpoint")
    page = act(browser, "new_secret", to, "webhookendpoint")
    to.refresh_from_db()
    assert secret_of(to) != old
    assert secret_of(to) in page
    sent = WebhookDelivery.objects.get()
    WebhookDelivery.objects.update(state=DeliveryState.FAILED)
    page = browser.get(reverse("admin:webhooks_webhookdelivery_change", args=[sent.pk])).content.decode()
    assert sent.event.public_id in page
    assert "1 event is sent again." in act(browser, "send_again", sent, "webhookdelivery")
    sent.refresh_from_db()
    assert sent.state == DeliveryState.PENDING
