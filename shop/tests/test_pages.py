"""Errors as pages."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import path

from shop.common.errors import Conflict, Forbidden, NotFound, TooManyRequests
from shop.urls import urlpatterns as shop_urls

ERRORS = {
    "missing": NotFound(),
    "forbidden": Forbidden(),
    "often": TooManyRequests(retry_after=17),
    "conflict": Conflict(),
    "denied": PermissionDenied(),
    "defect": ZeroDivisionError("internals"),
}


def raises(request, name):
    raise ERRORS[name]


urlpatterns = [path("raises/<name>", raises), *shop_urls]
handler400 = "shop.pages.bad_request"
handler403 = "shop.pages.forbidden"
handler404 = "shop.pages.not_found"
handler500 = "shop.pages.server_error"

pytestmark = [pytest.mark.django_db, pytest.mark.urls("shop.tests.test_pages")]


@pytest.mark.parametrize(
    ("address", "status", "says"),
    [
        ("/nothing-here/", 404, "There is nothing at this address"),
        ("/raises/missing", 404, "There is nothing at this address"),
        ("/raises/forbidden", 403, "This is not yours to open"),
        ("/raises/denied", 403, "This is not yours to open"),
        ("/raises/often", 429, "Please try again in 17 seconds."),
        ("/raises/conflict", 500, "Something broke on our side"),
        ("/raises/defect", 500, "Something broke on our side"),
    ],
)
def test_each_has_its_page(client, address, status, says):
    client.raise_request_exception = False
    response = client.get(address)
    assert response.status_code == status
    assert says in response.text
    assert "internals" not in response.text


def test_often_says_when_to_come_back(client):
    assert client.get("/raises/often")["Retry-After"] == "17"


def test_a_form_without_its_token():
    response = Client(enforce_csrf_checks=True).post("/raises/missing")
    assert response.status_code == 403
    assert "The page had been open too long" in response.text


def test_a_foreign_host(client):
    response = client.get("/", headers={"Host": "evil.example"})
    assert response.status_code == 400
    assert "evil.example" not in response.text


def test_a_defect_needs_no_database(client, django_assert_num_queries):
    client.raise_request_exception = False
    with django_assert_num_queries(0):
        client.get("/raises/defect")


@pytest.mark.parametrize("charset", ["utf-7", "utf-16"])
def test_a_form_in_another_alphabet(charset):
    browser = Client(enforce_csrf_checks=True, raise_request_exception=False)
    browser.get("/login/")
    response = browser.post(
        "/cart/add/", b"variant_id=1", content_type=f"application/x-www-form-urlencoded; charset={charset}"
    )
    assert response.status_code == 400
    assert "We could not read that" in response.text
