"""What every endpoint stands on: addresses, bodies, lists, tags, limits, documents."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.urls import include, path
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from accounts.tests.factories import UserFactory
from shop.api import pagination
from shop.api.conditional import etag, not_modified, tagged, wanted_edits
from shop.api.fields import MoneyField, SecretField, TextField, TimeField, WholeField
from shop.api.permissions import AnyoneReadsStaffWrites, StaffByPermission
from shop.api.routing import either_slash
from shop.api.serializers import StrictSerializer

MOMENT = datetime(2026, 11, 21, 8, 30, 0, 123456, tzinfo=UTC)


class Thing(StrictSerializer):
    id = serializers.IntegerField(read_only=True)
    name = TextField(max_length=20)
    price = MoneyField()
    amount = WholeField(min_value=0, required=False)
    made_at = TimeField(read_only=True)


class Pin(StrictSerializer):
    pin = SecretField()


class Row:
    id, name, price, amount, made_at = 7, "Mug", Decimal("4.9"), 3, MOMENT


class ThingView(APIView):
    permission_classes = (AllowAny,)

    def get(self, request):
        return Response(Thing(Row()).data)

    def put(self, request):
        thing = Thing(Row(), data=request.data)
        thing.is_valid(raise_exception=True)
        return Response({name: str(value) for name, value in thing.validated_data.items()})

    def post(self, request):
        thing = Thing(data=request.data)
        thing.is_valid(raise_exception=True)
        return Response(status=201)


class UserRow(serializers.Serializer):
    id = serializers.IntegerField()


class People(ListAPIView):
    permission_classes = (AllowAny,)
    serializer_class = UserRow
    queryset = User.objects.order_by("first_name", "id")
    cursor_ordering = ("created_at", "pk")


class Tagged(APIView):
    permission_classes = (AllowAny,)

    def get(self, request):
        tag = etag(edited_at=MOMENT, rest=request.query_params.get("held"))
        return not_modified(request, tag) or tagged(Response({"ok": True}), tag)

    def put(self, request):
        edits = wanted_edits(request)
        return Response({"goes": edits is None or MOMENT in edits})


class ForStaff(APIView):
    permission_classes = (StaffByPermission,)
    staff_permissions = {"GET": "accounts.view_user", "PUT": "accounts.change_user"}

    def get(self, request):
        return Response({})

    put = delete = get


class ForAllToRead(ForStaff):
    permission_classes = (AnyoneReadsStaffWrites,)


endpoints = [
    path("thing", ThingView.as_view()),
    path("people", People.as_view()),
    path("tagged", Tagged.as_view()),
    path("for-staff", ForStaff.as_view()),
    path("for-all", ForAllToRead.as_view()),
]
urlpatterns = [path("api/", include(either_slash(endpoints))), path("api/", include(("shop.api.router", "api")))]

pytestmark = [pytest.mark.django_db, pytest.mark.urls("shop.tests.test_api_mechanics")]


def put(client, body):
    return client.put("/api/thing", body, content_type="application/json")


def refusals(response):
    assert response.status_code == 400
    return {error["field"]: error["code"] for error in response.json()["errors"]}


@pytest.mark.parametrize("address", ["/api/thing", "/api/thing/"])
def test_a_post_arrives_with_and_without_the_slash(client, address):
    body = {"name": "Mug", "price": "4.90"}
    assert client.post(address, body, content_type="application/json").status_code == 201


def test_one_slash_only(client):
    assert client.get("/api/thing//").status_code == 404


def test_what_is_shown(client):
    assert client.get("/api/thing").json() == {
        "id": 7,
        "name": "Mug",
        "price": "4.90",
        "amount": 3,
        "made_at": "2026-11-21T08:30:00.123456Z",
    }


def test_a_put_of_what_a_get_gave_works(client):
    assert put(client, client.get("/api/thing").json()).json() == {"name": "Mug", "price": "4.90", "amount": "3"}


def test_what_may_not_change_is_refused_by_name(client):
    response = put(client, client.get("/api/thing").json() | {"id": 8})
    assert refusals(response) == {"id": "read_only"}
    assert response.json()["code"] == "read_only"


def test_what_is_unknown_is_refused_beside_everything_else(client):
    response = put(client, {"nmae": "Mug", "price": "-1"})
    assert refusals(response) == {"nmae": "unknown_field", "name": "required", "price": "min_value"}
    assert response.json()["code"] == "unknown_field"


def test_something_new_has_no_present_value(client):
    response = client.post("/api/thing", {"id": 7, "name": "Mug", "price": "1"}, content_type="application/json")
    assert refusals(response) == {"id": "read_only"}


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"price": 4.9}, "invalid"),
        ({"price": "NaN"}, "invalid"),
        ({"price": "1e3"}, "invalid"),
        ({"price": "1_0"}, "invalid"),
        ({"price": "4.999"}, "max_decimal_places"),
        ({"price": "999999999999"}, "max_value"),
        ({"price": "-0.01"}, "min_value"),
        ({"amount": "3"}, "invalid"),
        ({"amount": True}, "invalid"),
        ({"amount": 1.5}, "invalid"),
        ({"name": 5}, "invalid"),
        ({"name": "a\x00b"}, "unusable_text"),
        ({"name": "x" * 21}, "max_length"),
    ],
)
def test_json_has_types_of_its_own(client, wrong, code):
    assert refusals(put(client, {"name": "Mug", "price": "1.00"} | wrong)) == {next(iter(wrong)): code}


def test_secrets_stay_as_typed():
    pin = Pin(data={"pin": " a "})
    assert pin.is_valid()
    assert pin.validated_data == {"pin": " a "}
    assert Pin(pin.validated_data).data == {}
    assert not Pin(data={"pin": 5}).is_valid()


class TestLists:
    @pytest.fixture(autouse=True)
    def _people(self):
        same = datetime(2026, 1, 1, tzinfo=UTC)
        UserFactory.create_batch(7, created_at=same)

    def ids(self, body):
        return [row["id"] for row in body["results"]]

    def test_a_page_says_where_the_others_are(self, client):
        body = client.get("/api/people?page=2&page_size=3").json()
        assert (body["count"], body["count_exact"], len(body["results"])) == (7, True, 3)
        assert body["next"].endswith("page=3&page_size=3")
        assert body["previous"].endswith("page=1&page_size=3")
        last = client.get(body["next"]).json()
        assert (len(last["results"]), last["next"]) == (1, None)

    def test_a_page_beyond_the_end_is_empty(self, client):
        body = client.get("/api/people?page=5").json()
        assert (body["results"], body["next"]) == ([], None)

    def test_too_deep(self, client):
        assert client.get("/api/people?page=100&page_size=100").status_code == 200
        response = client.get("/api/people?page=101&page_size=100")
        assert (response.status_code, response.json()["code"]) == (400, "page_too_deep")

    @pytest.mark.parametrize("query", ["page=0", "page=x", "page_size=101", "page_size=0", "page=9" + "9" * 30])
    def test_pages_are_numbers_in_their_bounds(self, client, query):
        assert client.get(f"/api/people?{query}").status_code == 400

    def test_counting_ends(self, client, monkeypatch):
        monkeypatch.setattr(pagination, "DEEPEST", 6)
        body = client.get("/api/people?page_size=3&page=2").json()
        assert (body["count"], body["count_exact"], body["next"]) == (6, False, None)

    def test_cursors_lead_through_everything_and_back(self, client):
        everybody = list(User.objects.order_by("created_at", "pk").values_list("pk", flat=True))
        body = client.get("/api/people?cursor=&page_size=3").json()
        assert body["previous"] is None
        seen = self.ids(body)
        while body["next"]:
            body = client.get(body["next"]).json()
            seen += self.ids(body)
        assert seen == everybody
        back = []
        while body["previous"]:
            body = client.get(body["previous"]).json()
            back = self.ids(body) + back
        assert back == everybody[:6]
        assert self.ids(client.get(body["next"]).json()) == everybody[3:6]

    def test_rows_that_come_meanwhile_move_nothing(self, client):
        body = client.get("/api/people?cursor=&page_size=3").json()
        UserFactory(created_at=datetime(2025, 1, 1, tzinfo=UTC))
        expected = list(User.objects.order_by("created_at", "pk").values_list("pk", flat=True))[4:7]
        assert self.ids(client.get(body["next"]).json()) == expected

    @pytest.mark.parametrize("cursor", ["x", "bnVsbA", "WyJuIl0", "WyJuIiwgInoiLCAieiJd", "Wzph", "%00", "é"])
    def test_cursors_are_ours(self, client, cursor):
        response = client.get("/api/people", {"cursor": cursor})
        assert (response.status_code, response.json()["code"]) == (400, "invalid_cursor")

    def test_the_same_queries_for_few_and_many(self, client, django_assert_num_queries):
        with django_assert_num_queries(2):
            client.get("/api/people?page_size=3")
        UserFactory.create_batch(10)
        with django_assert_num_queries(2):
            client.get("/api/people?page_size=17")


class TestTags:
    def test_nothing_is_sent_twice(self, client):
        first = client.get("/api/tagged")
        for header in (first["ETag"], f"W/{first['ETag']}", f'"x", {first["ETag"]}', "*"):
            again = client.get("/api/tagged", headers={"If-None-Match": header})
            assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
        assert client.get("/api/tagged?held=1", headers={"If-None-Match": first["ETag"]}).status_code == 200

    def test_only_edits_make_a_page_stale(self, client):
        held = client.get("/api/tagged?held=1")["ETag"]
        for header, goes in ((held, True), (f"W/{held}", True), ("*", True), ('"0.1"', False), ("rubbish", False)):
            response = client.put("/api/tagged", headers={"If-Match": header})
            assert response.json() == {"goes": goes}
        assert client.put("/api/tagged").json() == {"goes": True}
        assert client.put("/api/tagged", headers={"If-Match": f'"{"f" * 99}.1"'}).json() == {"goes": False}


class TestPermissions:
    def test_staff_by_permission(self, client, client_of, shopper, staff):
        assert client.get("/api/for-staff").status_code == 401
        assert client_of(shopper).get("/api/for-staff").status_code == 403
        assert client_of(staff).get("/api/for-staff").status_code == 200
        assert client_of(staff).delete("/api/for-staff").status_code == 403
        helper = UserFactory(is_staff=True)
        assert client_of(helper).get("/api/for-staff").status_code == 403

    def test_a_permission_without_being_staff_is_none(self, client_of, shopper):
        shopper.is_superuser = True
        shopper.save()
        assert client_of(shopper).get("/api/for-staff").status_code == 403

    def test_reading_for_all(self, client, staff, client_of):
        assert client.get("/api/for-all").status_code == 200
        assert client.put("/api/for-all").status_code == 401
        assert client_of(staff).put("/api/for-all").status_code == 200


def test_reads_are_limited(client, client_of, shopper, settings):
    settings.SHOP_LIMITS = {**settings.SHOP_LIMITS, "reads": "3/86400"}
    somewhere = {"REMOTE_ADDR": "203.0.113.99"}
    assert [client.get("/api/thing", **somewhere).status_code for _ in range(4)] == [200, 200, 200, 429]
    refused = client.get("/api/thing", **somewhere)
    assert refused.json()["code"] == "rate_limited"
    assert 1 <= int(refused["Retry-After"]) <= 86400
    assert put(client, {"name": "Mug", "price": "1"}).status_code == 200
    assert client_of(shopper).get("/api/thing", **somewhere).status_code == 200
    settings.SHOP_RATE_LIMITS_ENABLED = False
    assert client.get("/api/thing", **somewhere).status_code == 200


class TestDocuments:
    def test_the_schema_is_openapi(self, client):
        response = client.get("/api/schema", headers={"Accept": "application/json"})
        assert response.json()["openapi"] == "3.1.0"

    @pytest.mark.parametrize("page", ["/api/docs", "/api/docs/redoc/"])
    def test_the_pages_bring_everything_themselves(self, client, page):
        response = client.get(page, headers={"Accept": "text/html"})
        assert response.status_code == 200
        assert "://" not in response.text.replace("http://testserver", "").replace("http://www.w3.org", "")

    def test_redoc_fetches_no_logo_from_its_makers(self, client):
        page = client.get("/api/docs/redoc", headers={"Accept": "text/html"})
        assert '<script src="/api/docs/redoc.js">' in page.text
        script = client.get("/api/docs/redoc.js")
        assert script["Content-Type"].startswith("text/javascript")
        assert len(script.content) > 500_000
        assert "cdn.redoc" not in script.text

    def test_trying_out_needs_no_inline_script(self, client):
        response = client.get("/api/docs", headers={"Accept": "text/html"})
        assert "unsafe-inline" not in response["Content-Security-Policy"]
        assert "<script>" not in response.text
        script = client.get("/api/docs?script=", headers={"Accept": "*/*"})
        assert script["Content-Type"].startswith("application/javascript")
        assert "SwaggerUIBundle" in script.text

    @pytest.mark.urls("shop.urls")
    def test_elsewhere_scripts_are_files(self, client):
        response = client.get("/api/cart", headers={"Accept": "text/html"})
        policy = response["Content-Security-Policy"]
        scripts = next(part for part in policy.split("; ") if part.startswith("script-src"))
        assert scripts == "script-src 'self'"
        assert "<form" in response.text


class TestStrictBodies:
    def send(self, client, raw):
        return client.put("/api/thing", raw, content_type="application/json")

    def test_a_field_that_stands_there_twice(self, client):
        assert refusals(self.send(client, '{"name": "Mug", "name": "Cup", "price": "1.00"}')) == {"name": "duplicate"}
        assert refusals(self.send(client, '{"a": {"b": 1, "b": 2}}')) == {"b": "duplicate"}

    @pytest.mark.parametrize(
        ("raw", "detail"),
        [
            ('{"name": "Mug"', "This is no JSON: Expecting ',' delimiter (line 1, column 15)."),
            ('{"name":\n Mug}', "This is no JSON: Expecting value (line 2, column 2)."),
            (b'{"name": "\xff"}', "The body is not UTF-8."),
            ('{"name": "é"}'.encode("utf-16"), "The body is not UTF-8."),
            ('{"amount": NaN}', "NaN is no number of JSON."),
            ('{"amount": -Infinity}', "-Infinity is no number of JSON."),
            ('{"amount": ' + "9" * 5000 + "}", "There is a number with too many digits."),
            ("[" * 21 + "]" * 21, "This is nested too deeply."),
            ("[" * 100_000, "This is nested too deeply."),
        ],
    )
    def test_what_is_no_json_is_said_without_the_inside(self, client, raw, detail):
        response = self.send(client, raw)
        assert (response.status_code, response.json()["code"]) == (400, "parse_error")
        assert response.json()["detail"] == detail

    def test_a_hundred_thousand_names_take_no_time(self, client):
        body = "{" + ",".join(f'"{number}":1' for number in range(100_000)) + ',"1":2}'
        assert refusals(self.send(client, body)) == {"1": "duplicate"}


@pytest.mark.parametrize("price", [" 1", "+1", "٣", "1.", ".5", "1 000"])
def test_amounts_are_written_one_way(client, price):
    assert refusals(put(client, {"name": "Mug", "price": price})) == {"price": "invalid"}


@pytest.mark.urls("shop.urls")
def test_the_root_is_no_redirect(client):
    for address in ("/api", "/api/"):
        response = client.get(address)
        assert (response.status_code, response["Content-Type"]) == (404, "application/problem+json")
    assert "/api/docs/" in response.json()["detail"]


def test_a_bad_token_for_the_description_is_a_problem(client):
    response = client.get("/api/schema", headers={"Authorization": "Bearer bad"})
    assert (response.status_code, response["Content-Type"]) == (401, "application/problem+json")
    assert response.json()["code"] == "invalid_token"
