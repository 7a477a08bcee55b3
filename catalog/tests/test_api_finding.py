"""Facets and suggestions over the API."""

from __future__ import annotations

import pytest

from catalog.models import PopularSearch, ProductStatus
from catalog.tests.factories import BrandFactory, CategoryFactory, ImageFactory, ProductFactory, VariantFactory

pytestmark = pytest.mark.django_db


def counted(rows, key="slug"):
    return {row[key]: (row["count"], row["selected"]) for row in rows}


@pytest.fixture
def goods():
    prints = CategoryFactory(name="Art prints", slug="prints")
    maker, other = BrandFactory(slug="maker", name="Maker"), BrandFactory(slug="other", name="Other")
    for number, brand in enumerate((maker, maker, other)):
        product = ProductFactory(
            name=f"Garden {number}", slug=f"garden-{number}", category=prints, brand=brand, variants=0
        )
        VariantFactory(product=product, options={"Size": "M", "Colour": "Blue" if number else "Red"})
        VariantFactory(product=product, options={"Size": "L", "Colour": "Red"}, stock=0)
    ImageFactory(product=product)
    return prints


class TestFacets:
    def test_only_where_asked_for(self, client, goods):
        assert "facets" not in client.get("/api/products/").json()
        assert "facets" not in client.get("/api/products/?facets=false").json()

    def test_each_without_its_own_selection(self, client, goods, found_by):
        found = client.get("/api/products/?facets=true&brand=maker&option.Size=M").json()
        assert [product["name"] for product in found["results"]] == ["Garden 1", "Garden 0"]
        facets = found["facets"]
        assert counted(facets["brands"]) == {"maker": (2, True), "other": (1, False)}
        sizes = next(option["values"] for option in facets["options"] if option["name"] == "Size")
        assert counted(sizes, "value") == {"M": (2, True), "L": (2, False)}
        if found_by == "index":
            assert facets["categories"] == [{"id": goods.pk, "count": 2}]
            assert (facets["in_stock"], facets["on_sale"]) == (2, 0)
            colours = next(option["values"] for option in facets["options"] if option["name"] == "Colour")
            assert counted(colours, "value") == {"Blue": (1, False), "Red": (1, False)}

    def test_with_a_cursor(self, client, goods, found_by):
        found = client.get("/api/products/?facets=true&cursor=&page_size=2").json()
        assert counted(found["facets"]["brands"]) == {"maker": (2, False), "other": (1, False)}


class TestSuggestions:
    def test_products_categories_and_searches(self, client, goods, found_by):
        PopularSearch.objects.create(query="garden gate", count=3)
        PopularSearch.objects.create(query="garden of one", count=2)
        found = client.get("/api/products/suggest?q=gard").json()
        assert [product["name"] for product in found["products"]] == ["Garden 2", "Garden 1", "Garden 0"]
        product = found["products"][0]
        assert (product["price"], product["currency"], product["in_stock"]) == ("20.00", "EUR", True)
        assert product["url"] == "http://testserver/products/garden-2/"
        assert product["image"]["thumbnail"].startswith("http://testserver/")
        assert found["queries"] == ["garden gate"]
        found = client.get("/api/products/suggest/?q=PRI").json()
        assert found["categories"] == [{"id": goods.pk, "name": "Art prints", "slug": "prints", "path": "prints"}]

    @pytest.mark.parametrize("text", ["", "g", "!!", "zzzz", "　"])
    def test_nothing_to_offer(self, client, goods, text):
        found = client.get("/api/products/suggest", {"q": text}).json()
        assert found == {"products": [], "categories": [], "queries": []}

    @pytest.mark.parametrize("text", ["a\x00b", "x" * 101])
    def test_what_cannot_be_read(self, client, text):
        response = client.get("/api/products/suggest", {"q": text})
        assert response.status_code == 400
        assert response.json()["errors"][0]["field"] == "q"

    def test_what_is_not_shown_is_not_offered(self, client):
        hidden = CategoryFactory(name="Garden", slug="garden", is_active=False)
        CategoryFactory(name="Garden gates", slug="gates", parent=hidden)
        ProductFactory(name="Garden", status=ProductStatus.DRAFT)
        assert client.get("/api/products/suggest?q=garden").json() == {"products": [], "categories": [], "queries": []}

    def test_only_reading(self, client):
        assert client.post("/api/products/suggest").status_code == 405

    @pytest.mark.parametrize("number", [3, 30])
    def test_queries(self, client, number, django_assert_max_num_queries):
        for _ in range(number):
            ProductFactory(name="Garden", category=CategoryFactory(name="Garden"))
        with django_assert_max_num_queries(5):
            found = client.get("/api/products/suggest?q=garden").json()
        assert (len(found["products"]), len(found["categories"])) == (min(number, 6), 3)
