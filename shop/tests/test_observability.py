"""Request ids, log lines, the client's address."""

from __future__ import annotations

import json
import logging

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import path

from shop.observability.client import client_address
from shop.observability.logs import logging_config
from shop.observability.views import livez
from shop.testing.log_lines import formatter

pytestmark = pytest.mark.django_db


def fails(request):
    raise ValueError("a defect")


def logs_in(request):
    logging.getLogger("shop.anything").info("looked", extra={"password": "hunter2", "size": 3})
    assert request.user is not None
    return HttpResponse(str(request.user))


urlpatterns = [path("fails", fails), path("logs", logs_in), path("livez", livez)]
handler500 = "shop.pages.server_error"


class TestRequestId:
    def test_a_well_formed_one_is_taken(self, client):
        response = client.get("/livez", headers={"X-Request-ID": "edge-2026.11_21"})
        assert response["X-Request-ID"] == "edge-2026.11_21"

    @pytest.mark.parametrize("given", ["short", "x" * 65, "has space in it", "new\tline", "<script>alert", "", "ü" * 9])
    def test_others_are_replaced(self, client, given):
        made = client.get("/livez", headers={"X-Request-ID": given})["X-Request-ID"]
        assert made != given
        assert len(made) == 32

    def test_each_request_gets_its_own(self, client):
        assert client.get("/livez")["X-Request-ID"] != client.get("/livez")["X-Request-ID"]

    @pytest.mark.parametrize("address", ["/api/nothing-here", "/static/nothing.css", "/admin/", "/api/health"])
    def test_it_is_on_every_answer(self, client, address):
        assert client.get(address, headers={"X-Request-ID": "edge-0001"})["X-Request-ID"] == "edge-0001"

    @pytest.mark.urls("shop.tests.test_observability")
    def test_it_is_on_failures_too(self, client):
        client.raise_request_exception = False
        response = client.get("/fails", headers={"X-Request-ID": "edge-0001"})
        assert response.status_code == 500
        assert response["X-Request-ID"] == "edge-0001"


@pytest.mark.urls("shop.tests.test_observability")
class TestLines:
    def test_a_request_is_one_line_without_its_query(self, client, lines):
        client.get("/logs?code=123456&q=secret", headers={"X-Request-ID": "edge-0001"}, REMOTE_ADDR="192.0.2.7")
        [line] = lines("request")
        assert line.pop("duration_ms") >= 0
        assert line.pop("timestamp").endswith("Z")
        assert line == {
            "event": "request",
            "level": "info",
            "logger": "shop.requests",
            "request_id": "edge-0001",
            "method": "GET",
            "path": "/logs",
            "status": 200,
            "user_id": None,
            "client_address": "192.0.2.7",
        }

    def test_who_is_named_when_the_page_asked(self, client, shopper, lines):
        client.force_login(shopper)
        client.get("/logs")
        assert lines("request")[0]["user_id"] == shopper.pk

    def test_every_line_of_the_request_carries_its_id(self, client, lines):
        client.get("/logs", headers={"X-Request-ID": "edge-0001"})
        assert {line["request_id"] for line in lines()} == {"edge-0001"}
        assert {line["event"] for line in lines()} == {"looked", "request"}

    def test_secrets_are_kept_out(self, client, lines):
        client.get("/logs")
        [line] = lines("looked")
        assert (line["password"], line["size"]) == ("[redacted]", 3)

    def test_deep_ones_too_but_not_error_codes(self, lines):
        logging.getLogger("shop.x").warning(
            "sent", extra={"headers": {"X-Cart-Token": "abc", "Accept": "text"}, "error_code": 1213, "code": "123456"}
        )
        [line] = lines("sent")
        assert line["headers"] == {"X-Cart-Token": "[redacted]", "Accept": "text"}
        assert (line["error_code"], line["code"], line["level"]) == (1213, "[redacted]", "warning")

    def test_a_defect_is_an_error_with_its_trace(self, client, lines):
        client.raise_request_exception = False
        client.get("/fails?token=abc", headers={"X-Request-ID": "edge-0001"})
        assert lines("request")[0]["level"] == "error"
        [trace] = [line for line in lines() if "exception" in line]
        assert "ValueError: a defect" in trace["exception"]
        assert trace["request_id"] == "edge-0001"
        assert "token" not in json.dumps(lines())

    def test_probes_are_for_debugging_only(self, client, lines):
        client.get("/livez")
        assert lines() == []


def test_refusals_are_no_errors(client, lines):
    client.get("/api/nothing")
    [line] = lines()
    assert (line["event"], line["status"], line["level"]) == ("request", 404, "info")


class TestLevels:
    def test_the_level_is_the_roots(self):
        assert logging_config(level="WARNING", log_format="json")["root"]["level"] == "WARNING"

    @pytest.mark.parametrize(("level", "form"), [("LOUD", "json"), ("INFO", "xml")])
    def test_wrong_ones_are_refused(self, level, form):
        with pytest.raises(ImproperlyConfigured, match=r"LOUD|xml"):
            logging_config(level=level, log_format=form)

    def test_the_console_form_is_readable(self):
        record = logging.LogRecord("shop.x", logging.INFO, "", 0, "order_placed", None, None)
        record.number = "7KQ2"
        text = formatter("console").format(record)
        assert "order_placed" in text
        assert "number=7KQ2" in text


class TestClientAddress:
    @pytest.mark.parametrize(
        ("proxies", "peer", "forwarded", "expected"),
        [
            ([], "198.51.100.9", "203.0.113.1", "198.51.100.9"),
            (["10.0.0.0/8"], "10.0.0.1", "203.0.113.1", "203.0.113.1"),
            (["10.0.0.0/8"], "10.0.0.1", "1.2.3.4, 203.0.113.1", "203.0.113.1"),
            (["10.0.0.0/8"], "10.0.0.1", "1.2.3.4, 203.0.113.1, 10.0.0.2", "203.0.113.1"),
            (["10.0.0.0/8"], "198.51.100.9", "203.0.113.1", "198.51.100.9"),
            (["10.0.0.0/8"], "10.0.0.1", "", "10.0.0.1"),
            (["10.0.0.0/8"], "10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"),
            (["10.0.0.0/8"], "10.0.0.1", "203.0.113.1, rubbish", "10.0.0.1"),
            (["10.0.0.0/8"], "10.0.0.1", "203.0.113.1:4711", "203.0.113.1"),
            (["::1"], "::1", "[2001:db8::5]:443", "2001:db8::5"),
            (["10.0.0.0/8"], "::ffff:10.0.0.1", "::ffff:203.0.113.1", "203.0.113.1"),
            ([], "", "203.0.113.1", ""),
        ],
    )
    def test_the_rightmost_hop_that_is_not_ours(self, settings, proxies, peer, forwarded, expected):
        settings.SHOP_TRUSTED_PROXIES = proxies
        request = RequestFactory().get("/", REMOTE_ADDR=peer, headers={"X-Forwarded-For": forwarded})
        assert client_address(request) == expected
