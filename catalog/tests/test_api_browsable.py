"""The API in a browser: staff can click through it, and its forms are there."""

from __future__ import annotations

import html
import json

import pytest

from catalog.tests.factories import CategoryFactory, ProductFactory, ReviewFactory

pytestmark = pytest.mark.django_db

HTML = {"Accept": "text/html"}


@pytest.fixture
def product():
    return ReviewFactory(product=ProductFactory(category=CategoryFactory())).product


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("products", ["POST"]),
        ("products?search=x&cursor=", ["POST"]),
        ("products/{id}", ["PUT", "PATCH", "DELETE"]),
        ("products/{id}/reviews", ["POST"]),
        ("products/{id}/recommendations", []),
        ("products/categories", ["POST"]),
        ("products/categories/{category}", ["PUT", "PATCH", "DELETE"]),
        ("admin/inventory", []),
        ("admin/inventory/{variant}", ["PUT", "PATCH"]),
        ("admin/inventory/{variant}/movements", []),
    ],
)
def test_pages_with_their_forms(desk, product, path, methods):
    named = path.format(id=product.pk, category=product.category_id, variant=product.variants.get().pk)
    page = desk.get(f"/api/{named}", headers=HTML)
    assert page.status_code == 200
    for method in methods:
        assert f'data-method="{method}"' in page.text or f'method="{method.lower()}"' in page.text


@pytest.mark.parametrize(
    ("path", "name", "sent"),
    [
        ("products", "Products", '"name": "Clay mug"'),
        ("orders", "My orders", '"delivery_address": "123 Main St"'),
        ("cart/items", "Put something into the cart", '"product_id": 1'),
        ("auth/me", "Who I am", '"email": "'),
        ("products/categories/{category}", "A category", '"is_active": true'),
    ],
)
def test_forms_can_be_sent_as_they_stand(desk, product, path, name, sent):
    page = desk.get(f"/api/{path.format(category=product.category_id)}", headers=HTML)
    text = html.unescape(page.text)
    assert f"<h1>{name}</h1>" in text
    content = text.partition('name="_content"')[2].partition(">")[2].partition("</textarea>")[0]
    assert sent in content
    assert json.loads(content)


def test_nothing_is_inline_and_names_are_set_as_code(desk):
    page = desk.get("/api/products", headers=HTML)
    assert "unsafe-inline" not in page["Content-Security-Policy"]
    assert "style=" not in page.text
    assert "<p>By page, or to read everything by <code>cursor</code>.</p>" in page.text


def test_pictures_have_a_form_for_files(desk, product):
    page = desk.get(f"/api/products/{product.pk}/images", headers=HTML)
    assert 'type="file"' in page.text


def test_answers_are_kept_for_who_asked(client, product):
    response = client.get(f"/api/products/{product.pk}")
    assert response["Cache-Control"] == "private, no-cache"
    assert {"Authorization", "Cookie", "Accept"} <= set(response["Vary"].split(", "))
