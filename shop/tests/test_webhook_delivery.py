"""Delivering to a real server: signed, again until heard, never somewhere inside."""

from __future__ import annotations

import json
import os
import signal
import socket
import time
from datetime import timedelta

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from standardwebhooks import Webhook, WebhookVerificationError

from orders.tests.factories import OrderFactory
from shop.common.fetch import FetchError
from shop.common.posting import Post, checked_address, checked_url, post
from shop.testing.processes import start_command
from shop.testing.work import run_tasks
from shop.tests.webhook_factories import delivery, endpoint, secret_of
from shop.tests.webhook_receiver import receiving
from shop.webhooks.models import DeliveryState, WebhookDelivery, WebhookEndpoint, WebhookEvent
from shop.webhooks.services import deliver
from shop.webhooks.services.endpoints import redeliver, rotate_secret
from shop.webhooks.services.forget import forget_old_events

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _development(settings):
    settings.SHOP_WEBHOOKS_ALLOW_PRIVATE = True


def test_a_message_arrives_as_standard_webhooks_say():
    with receiving() as receiver:
        to = endpoint(receiver.url)
        sent = delivery(to, data={"number": "7KQ2-M9XD-04TB", "name": "Größe 😀"})
        run_tasks()
    (heard,) = receiver.heard
    message = Webhook(secret_of(to)).verify(heard.body, heard.headers)
    assert message["type"] == "order.paid"
    assert message["data"] == {"number": "7KQ2-M9XD-04TB", "name": "Größe 😀"}
    assert message["timestamp"].endswith("Z")
    assert heard.headers["webhook-id"] == sent.event.public_id
    assert heard.headers["content-type"] == "application/json"
    sent.refresh_from_db()
    assert (sent.state, sent.tries, sent.next_at) == (DeliveryState.DELIVERED, 1, None)
    with pytest.raises(WebhookVerificationError):
        Webhook(secret_of(to)).verify(heard.body + b" ", heard.headers)


def test_failures_are_tried_again_until_it_is_heard():
    with receiving(500, 404, "close", 200) as receiver:
        sent = delivery(endpoint(receiver.url))
        run_tasks()
        sent.refresh_from_db()
        assert (sent.state, sent.tries) == (DeliveryState.PENDING, 1)
        for _ in range(3):
            WebhookDelivery.objects.update(next_at=timezone.now())
            run_tasks(also_later=True)
    sent.refresh_from_db()
    assert (sent.state, sent.tries) == (DeliveryState.DELIVERED, 4)
    assert [one.status_code for one in sent.attempts.all()] == [500, 404, None, 200]
    assert len({heard.headers["webhook-id"] for heard in receiver.heard}) == 1
    assert len({heard.body for heard in receiver.heard}) == 1
    assert sent.attempts.all()[2].error
    run_tasks(also_later=True)
    assert len(receiver.heard) == 4


def test_pauses_grow_and_end_after_three_days(monkeypatch):
    tries = [deliver.pause_after(number).total_seconds() for number in range(1, 15)]
    assert tries[:5] == [10, 30, 90, 270, 810]
    assert max(tries) == 12 * 3600
    with receiving(500) as receiver:
        sent = delivery(endpoint(receiver.url))
        before = timezone.now()
        run_tasks()
        ten_seconds_on = (before + timedelta(seconds=10), timezone.now() + timedelta(seconds=10))
        sent.refresh_from_db()
        assert ten_seconds_on[0] <= sent.next_at <= ten_seconds_on[1]
        assert abs(sent.give_up_at - sent.created_at - timedelta(days=3)) < timedelta(seconds=1)
        later = DBTaskResult.objects.get(status="READY")
        assert ten_seconds_on[0] <= later.run_after <= ten_seconds_on[1]
        WebhookDelivery.objects.update(next_at=timezone.now(), give_up_at=timezone.now())
        run_tasks(also_later=True)
    sent.refresh_from_db()
    assert (sent.state, sent.tries, sent.next_at) == (DeliveryState.FAILED, 2, None)
    assert DBTaskResult.objects.filter(status="READY").count() == 0


def test_the_last_pause_ends_with_the_three_days():
    with receiving(500) as receiver:
        sent = delivery(endpoint(receiver.url))
        end = timezone.now() + timedelta(seconds=5)
        WebhookDelivery.objects.update(give_up_at=end)
        run_tasks()
    sent.refresh_from_db()
    assert sent.next_at == end


def test_gone_switches_off():
    with receiving(410) as receiver:
        to = endpoint(receiver.url)
        sent, other = delivery(to), delivery(to)
        run_tasks()
    to.refresh_from_db()
    assert (to.is_active, to.disabled_reason) == (False, "It answered 410 Gone.")
    assert len(receiver.heard) == 1
    for each in (sent, other):
        each.refresh_from_db()
        assert each.state == DeliveryState.FAILED
    assert other.attempts.get().error == "The webhook is switched off."


def test_redirects_are_not_followed():
    with receiving("redirect") as receiver:
        sent = delivery(endpoint(receiver.url))
        run_tasks()
    assert [heard.path for heard in receiver.heard] == ["/hook"]
    sent.refresh_from_db()
    assert (sent.state, sent.attempts.get().status_code) == (DeliveryState.PENDING, 302)


@pytest.mark.parametrize("how", ["slow", "drip"])
def test_who_answers_too_slowly_has_not_heard(how, monkeypatch):
    monkeypatch.setattr(deliver, "ANSWER_SECONDS", 0.6)
    with receiving(how) as receiver:
        sent = delivery(endpoint(receiver.url))
        started = time.monotonic()
        run_tasks()
        assert time.monotonic() - started < 15, "the whole answer takes twenty"
    attempt = sent.attempts.get()
    assert (attempt.status_code, attempt.error) == (None, "no answer within 0.6 seconds")
    assert len(receiver.heard) == 1


def test_ten_seconds_and_a_kilobyte():
    assert (deliver.ANSWER_SECONDS, deliver.KEPT_BYTES) == (10.0, 1024)
    with receiving(500, body=b"\x00\xff" + b"x" * 5000) as receiver:
        sent = delivery(endpoint(receiver.url))
        run_tasks()
    kept = sent.attempts.get().response
    assert len(kept) == 1024
    assert kept.startswith("��x")


def test_two_secrets_sign_while_one_takes_over():
    with receiving() as receiver:
        to = endpoint(receiver.url)
        old = secret_of(to)
        new = secret_of(rotate_secret(public_id=to.public_id))
        assert new != old
        delivery(to)
        run_tasks()
        WebhookEndpoint.objects.update(previous_until=timezone.now() - timedelta(seconds=1))
        delivery(to)
        run_tasks()
    first, second = receiver.heard
    for secret in (old, new):
        assert Webhook(secret).verify(first.body, first.headers)
    assert Webhook(new).verify(second.body, second.headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(old).verify(second.body, second.headers)


def test_a_secret_that_cannot_be_read_is_said(settings):
    sent = delivery(endpoint("https://hooks.example/"))
    assert "whsec_" not in str(vars(sent.endpoint))
    settings.SECRET_KEY = "another-secret-key-of-more-than-32-characters"
    run_tasks()
    assert "SECRET_KEY has changed" in sent.attempts.get().error


def test_by_hand_it_is_sent_again_with_the_same_id():
    with receiving() as receiver:
        sent = delivery(endpoint(receiver.url))
        run_tasks()
        redeliver(public_id=sent.public_id)
        run_tasks()
    assert len(receiver.heard) == 2
    assert receiver.heard[0].headers["webhook-id"] == receiver.heard[1].headers["webhook-id"]
    sent.refresh_from_db()
    assert (sent.state, sent.attempts.count()) == (DeliveryState.DELIVERED, 2)


def test_one_task_too_many_sends_nothing():
    with receiving(500, 200) as receiver:
        sent = delivery(endpoint(receiver.url))
        deliver.deliver_webhook.call(delivery_id=sent.pk)
        deliver.deliver_webhook.call(delivery_id=sent.pk)
        deliver.deliver_webhook.call(delivery_id=sent.pk + 100)
    assert len(receiver.heard) == 1


INSIDE = [
    "127.0.0.1",
    "10.0.0.1",
    "192.168.1.1",
    "172.16.0.1",
    "169.254.169.254",
    "100.100.100.200",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:169.254.169.254]",
    "[fe80::1]",
    "[fd00:ec2::254]",
    "[64:ff9b::a9fe:a9fe]",
    "0.0.0.0",
]


@pytest.mark.parametrize("host", INSIDE)
def test_addresses_inside_are_not_sent_to(host, settings):
    settings.SHOP_WEBHOOKS_ALLOW_PRIVATE = False
    sent = delivery(endpoint(f"https://{host}/hook"))
    run_tasks()
    assert sent.attempts.get().error.endswith("is not a public address")


@pytest.mark.parametrize("host", ["169.254.169.254", "::ffff:169.254.169.254", "fe80::1", "fd00:ec2::254", "0.0.0.0"])
def test_metadata_is_nobodys_even_in_development(host):
    with pytest.raises(FetchError, match="not a public address"):
        checked_address(host, 80, allow_private=True)


def test_what_is_checked_is_what_is_connected_to(monkeypatch):
    """A name that is public when asked and inside a moment later: it is asked once."""
    asked: list[str] = []
    connected: list[tuple[str, int]] = []

    def resolve(host, port, **_kwargs):
        asked.append(host)
        address = "93.184.215.14" if len(asked) == 1 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    def connect(address, timeout):
        connected.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(FetchError):
        post(Post(url="https://hooks.example/shop", body=b""))
    assert (asked, connected) == (["hooks.example"], [("93.184.215.14", 443)])


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example/",
        "ftp://hooks.example/",
        "https://a:b@hooks.example/",
        "https://",
        "https://x:0/",
        "x",
        "https://hooks.example/a b",
        "https://[::1",
        "https://hooks.example/" + "x" * 500,
    ],
)
def test_addresses_that_are_none(url):
    with pytest.raises(FetchError):
        checked_url(url, allow_private=False)


def test_proxies_of_the_environment_are_not_asked(monkeypatch):
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    with receiving() as receiver:
        assert post(Post(url=receiver.url, body=b"{}", allow_private=True)).status == 204


def test_old_events_are_forgotten_unless_somebody_waits():
    to = endpoint("https://hooks.example/")
    done, waiting = delivery(to), delivery(to)
    WebhookDelivery.objects.filter(pk=done.pk).update(state=DeliveryState.DELIVERED)
    WebhookEvent.objects.update(created_at=timezone.now() - timedelta(days=31))
    assert forget_old_events() == 1
    assert WebhookDelivery.objects.get() == waiting


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_was_killed_is_no_end():
    """An order is paid; the worker dies while it tells so; another one takes the task over and delivers."""
    with receiving("slow", 200) as receiver:
        endpoint(receiver.url, events=("order.paid",))
        order = OrderFactory()
        sent = WebhookDelivery.objects.get()
        environment = {"SHOP_WEBHOOKS_ALLOW_PRIVATE": "true"}
        first = start_command("run_worker", **environment)
        _wait(lambda: receiver.heard)
        os.kill(first.pid, signal.SIGKILL)
        first.wait(timeout=60)
        sent.refresh_from_db()
        assert (sent.state, sent.attempts.count()) == (DeliveryState.PENDING, 0)
        _forget_workers()
        second = start_command("run_worker", **environment)
        try:
            # The dead worker's task is given back, and tried after its pause.
            _wait(lambda: DBTaskResult.objects.filter(status="READY", task_path__endswith=".deliver_webhook").exists())
            DBTaskResult.objects.filter(status="READY").update(run_after=timezone.now())
            _wait(lambda: len(receiver.heard) == 2)
            _wait(lambda: WebhookDelivery.objects.get().state == DeliveryState.DELIVERED)
        finally:
            second.terminate()
            second.wait(timeout=60)
    messages = [json.loads(heard.body) for heard in receiver.heard]
    assert messages[0] == messages[1]
    assert (messages[0]["type"], messages[0]["data"]["number"]) == ("order.paid", order.number)
    assert receiver.heard[0].headers["webhook-id"] == receiver.heard[1].headers["webhook-id"]


def _forget_workers() -> None:
    """As if a minute had passed since the dead one was heard of."""
    from shop.tasks.models import Worker

    Worker.objects.all().delete()


def _wait(until, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not until():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.1)
