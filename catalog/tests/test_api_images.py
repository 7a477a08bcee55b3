"""Pictures of products over the API."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from accounts.services.tokens import issue_tokens
from catalog.models import Product, ProductImage
from catalog.tests.api import call, errors_of, helper_with, refused
from catalog.tests.factories import ProductFactory, picture_file

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def product():
    return ProductFactory()


def send(product, *, user=None, **data):
    headers = {"Authorization": f"Bearer {issue_tokens(user).access_token}"} if user else {}
    return Client(headers=headers).post(f"/api/products/{product.pk}/images/", data)


def test_added_changed_and_deleted(product, staff):
    first = send(product, user=staff, file=picture_file(), alt="A blue square")
    assert first.status_code == 201, first.content
    shown = first.json()
    assert (shown["alt"], shown["width"], shown["height"], shown["position"]) == ("A blue square", 160, 200, 0)
    assert shown["url"].endswith(".jpg")
    second = send(product, user=staff, file=picture_file(), position="7").json()
    assert second["position"] == 7
    assert call("get", f"products/{product.pk}").json()["images"] == [shown, second]
    assert Product.objects.get().main_image_id == shown["id"]
    path = f"products/{product.pk}/images/{shown['id']}"
    moved = call("patch", path, {"alt": "Blue", "position": 9}, user=staff).json()
    assert (moved["alt"], moved["position"]) == ("Blue", 9)
    assert Product.objects.get().main_image_id == second["id"]
    client = Client(headers={"Authorization": f"Bearer {issue_tokens(staff).access_token}"})
    form = encode_multipart(BOUNDARY, {"alt": "Bluer", "position": "8"})
    sent = client.patch(f"/api/{path}", form, content_type=MULTIPART_CONTENT)
    assert (sent.status_code, sent.json()["alt"], sent.json()["position"]) == (200, "Bluer", 8)
    assert call("delete", path, user=staff).status_code == 204
    assert list(ProductImage.objects.values_list("pk", flat=True)) == [second["id"]]


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({}, "file"),
        ({"file": SimpleUploadedFile("x.svg", b"<svg onload='alert(1)'/>")}, "file"),
        ({"file": SimpleUploadedFile("x.jpg", b"")}, "file"),
        ({"file": "text"}, "file"),
    ],
)
def test_what_is_no_picture(product, staff, data, field):
    assert list(errors_of(send(product, user=staff, **data))) == [field]
    assert not ProductImage.objects.exists()


def test_only_as_multipart(product, staff):
    refused(call("post", f"products/{product.pk}/images", {}, user=staff), 415, "unsupported_media_type")


def test_only_the_products_own(product, staff):
    image = send(product, user=staff, file=picture_file()).json()
    other = ProductFactory()
    for method, body in (("patch", {"alt": "x"}), ("delete", None)):
        refused(call(method, f"products/{other.pk}/images/{image['id']}", body, user=staff), 404, "not_found")
    refused(call("delete", f"products/{product.pk}/images/{'9' * 30}", user=staff), 404, "not_found")


def test_who_may(product, shopper):
    refused(send(product, file=picture_file()), 401, "not_authenticated")
    refused(send(product, user=shopper, file=picture_file()), 403, "forbidden")
    refused(send(product, user=helper_with("add_product"), file=picture_file()), 403, "forbidden")
    helper = helper_with("change_product")
    image = send(product, user=helper, file=picture_file()).json()
    path = f"products/{product.pk}/images/{image['id']}"
    refused(call("delete", path), 401, "not_authenticated")
    refused(call("delete", path, user=shopper), 403, "forbidden")
    refused(call("get", path, user=helper), 405, "method_not_allowed")
    assert call("delete", path, user=helper).status_code == 204
