"""The API's errors in their one form."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.test import Client
from django.urls import include, path
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.views import APIView

from shop.common.errors import Conflict, InsufficientStock, InvalidInput, NotFound, Shortage, TooManyRequests

SHORTAGE = Shortage(variant_id=7, sku="MUG-1", name="Mug", requested=3, available=1)
ERRORS = {
    "missing": NotFound(),
    "conflict": Conflict("Someone was quicker.", code="stale"),
    "fields": InvalidInput(fields={"email": ["Too long."], "name": ["Missing."]}, code="email_taken"),
    "often": TooManyRequests(retry_after=17),
    "stock": InsufficientStock([SHORTAGE]),
    "http404": Http404("internals"),
    "denied": PermissionDenied("internals"),
    "model": ValidationError({"sku": ValidationError("Taken.", code="unique")}),
    "defect": ZeroDivisionError("internals"),
}


class Line(serializers.Serializer):
    quantity = serializers.IntegerField(min_value=1)


class Body(serializers.Serializer):
    email = serializers.EmailField()
    lines = Line(many=True)


class Raises(APIView):
    permission_classes = (AllowAny,)

    def get(self, request, name):
        raise ERRORS[name]

    def post(self, request, name):
        Body(data=request.data).is_valid(raise_exception=True)
        return Response({"ok": True})


class ForUsers(APIView):
    def get(self, request):
        return Response({"user": request.user.email})


urlpatterns = [
    path("api/raises/<name>", Raises.as_view()),
    path("api/for-users", ForUsers.as_view()),
    path("", include("shop.urls")),  # what stands around the page for browsers
]
handler400 = "shop.pages.bad_request"
handler500 = "shop.pages.server_error"

pytestmark = [pytest.mark.django_db, pytest.mark.urls("shop.tests.test_problems")]


def problem(response, status: int) -> dict:
    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    body = response.json()
    assert body["request_id"] == response["X-Request-ID"]
    assert body["status"] == status
    return body


def test_everything_a_problem_says(client):
    body = problem(client.get("/api/raises/conflict", headers={"X-Request-ID": "edge-0001"}), 409)
    assert body == {
        "type": "about:blank",
        "title": "Conflict",
        "status": 409,
        "detail": "Someone was quicker.",
        "code": "stale",
        "errors": [],
        "request_id": "edge-0001",
    }


def test_fields_are_named(client):
    body = problem(client.get("/api/raises/fields"), 400)
    assert body["code"] == "email_taken"
    assert body["errors"] == [
        {"field": "email", "code": "email_taken", "detail": "Too long."},
        {"field": "name", "code": "email_taken", "detail": "Missing."},
    ]


def test_a_models_own_validation_too(client):
    body = problem(client.get("/api/raises/model"), 400)
    assert body["errors"] == [{"field": "sku", "code": "unique", "detail": "Taken."}]


def test_shortages_name_their_lines(client):
    body = problem(client.get("/api/raises/stock"), 409)
    assert (body["code"], body["detail"]) == ("insufficient_stock", "Only 1 of Mug left.")
    assert body["lines"] == [{"variant_id": 7, "sku": "MUG-1", "name": "Mug", "requested": 3, "available": 1}]


def test_limits_say_when_to_come_back(client):
    response = client.get("/api/raises/often")
    assert problem(response, 429)["code"] == "rate_limited"
    assert response["Retry-After"] == "17"


@pytest.mark.parametrize(("name", "status", "code"), [("http404", 404, "not_found"), ("denied", 403, "forbidden")])
def test_djangos_own_refusals_tell_nothing_of_the_inside(client, name, status, code):
    response = client.get(f"/api/raises/{name}")
    assert problem(response, status)["code"] == code
    assert "internals" not in response.text


def test_a_defect_tells_nothing_of_the_inside(client):
    client.raise_request_exception = False
    response = client.get("/api/raises/defect")
    assert problem(response, 500)["code"] == "server_error"
    assert "internals" not in response.text


def test_nested_fields_are_paths(client):
    wrong = {"email": "x", "lines": [{"quantity": 1}, {"quantity": 0}]}
    response = client.post("/api/raises/missing", wrong, content_type="application/json")
    assert [(error["field"], error["code"]) for error in problem(response, 400)["errors"]] == [
        ("email", "invalid"),
        ("lines.1.quantity", "min_value"),
    ]


@pytest.mark.parametrize("body", ['{"a":' * 2000, "[" * 100_000, '{"lines":' + "[" * 30 + "]" * 30 + "}"])
def test_what_is_nested_without_end_is_a_problem(client, body):
    response = client.post("/api/raises/missing", body, content_type="application/json")
    assert problem(response, 400)["code"] == "parse_error"


def test_what_is_too_large_is_a_problem(client, settings):
    body = {"email": "x" * settings.DATA_UPLOAD_MAX_MEMORY_SIZE}
    response = client.post("/api/raises/missing", body, content_type="application/json")
    assert problem(response, 413)["code"] == "too_large"


@pytest.mark.parametrize("body", ["{", "", "[1", "\x00"])
def test_what_is_no_json_is_a_problem(client, body):
    response = client.post("/api/raises/missing", body, content_type="application/json")
    assert problem(response, 400)["code"] in {"parse_error", "invalid"}


@pytest.mark.parametrize("method", ["get", "post", "put", "delete", "options"])
@pytest.mark.parametrize("address", ["/api/", "/api/nothing", "/api/nothing/at/all/"])
def test_unknown_paths_are_problems_whatever_the_method(client, method, address):
    assert problem(getattr(client, method)(address), 404)["code"] == "not_found"


def test_a_wrong_method_and_a_wrong_type(client):
    assert problem(client.put("/api/raises/missing"), 405)["code"] == "method_not_allowed"
    response = client.post("/api/raises/missing", "a=b", content_type="text/csv")
    assert problem(response, 415)["code"] == "unsupported_media_type"


def test_a_foreign_host_is_a_problem_too(client):
    assert problem(client.get("/api/nothing", headers={"Host": "evil.example"}), 400)["code"] == "invalid"


def test_missing_credentials_are_401(client, client_of, shopper):
    response = client.get("/api/for-users")
    assert problem(response, 401)["code"] == "not_authenticated"
    assert response["WWW-Authenticate"] == "Bearer"
    assert client_of(shopper).get("/api/for-users").json() == {"user": shopper.email}


def test_a_guests_session_needs_the_csrf_token_for_changes():
    strict = Client(enforce_csrf_checks=True)
    wrong = {"email": "x"}
    assert strict.post("/api/raises/missing", wrong, content_type="application/json").status_code == 400
    strict.session.save()
    session = strict.session
    session["cart"] = 1
    session.save()
    strict.cookies["sessionid"] = session.session_key
    response = strict.post("/api/raises/missing", wrong, content_type="application/json")
    assert problem(response, 403)["code"] == "forbidden"


def test_browsers_see_a_page(client):
    response = client.get("/api/raises/missing", headers={"Accept": "text/html"})
    assert response.status_code == 404
    assert response["Content-Type"].startswith("text/html")
