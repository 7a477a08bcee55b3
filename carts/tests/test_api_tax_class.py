"""The tax class of a product, as the API takes it."""

from __future__ import annotations

import pytest

from carts.models import TaxClass
from catalog.tests.api import call, errors_of

pytestmark = pytest.mark.django_db

MUG = {"name": "Clay mug", "price": "24.00"}


def test_one_that_nobody_knows_would_be_sold_without_tax(staff):
    TaxClass.objects.get_or_create(code="reduced", defaults={"name": "Reduced"})
    response = call("post", "products", MUG | {"tax_class": "redcued"}, user=staff)
    assert list(errors_of(response)) == ["tax_class"]
    assert "reduced" in response.json()["errors"][0]["detail"]
    made = call("post", "products", MUG | {"tax_class": "reduced"}, user=staff).json()
    assert made["tax_class"] == "reduced"
    assert list(errors_of(call("patch", f"products/{made['id']}", {"tax_class": "none"}, user=staff))) == ["tax_class"]


def test_the_one_that_is_there_may_be_repeated(staff):
    made = call("post", "products", MUG, user=staff).json()
    TaxClass.objects.all().delete()
    assert call("put", f"products/{made['id']}", made, user=staff).status_code == 200
