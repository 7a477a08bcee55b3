"""Searching as people do: what they type, what is counted of it, what staff make of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from catalog.models import CatalogueVersion, PopularSearch, SearchMiss, Synonym
from catalog.search.words import slips
from catalog.selectors.listing import listing
from catalog.selectors.listing_query import ListingQuery
from catalog.services import record_search
from catalog.services.record_search import forget_searches, record_hit, record_miss, write_hits
from catalog.services.synonyms import drop_synonym, save_synonym
from catalog.tests.factories import BrandFactory, CategoryFactory, ProductFactory, TagFactory, VariantFactory
from shop.common.errors import InvalidInput

pytestmark = pytest.mark.django_db(transaction=True)


def found(text: str) -> list[str]:
    return [product.name for product in listing(ListingQuery(search=text)).products]


class TestMatching:
    def test_typos_plurals_accents_and_beginnings(self, index):
        ProductFactory(name="Crème Brûlée dishes")
        ProductFactory(name="Artist’s easel")
        index()
        for text in ("creme brulee", "CRÈME", "brulee dish", "brule", "cr", "creme bruele", "dihses", "dishs"):
            assert found(text) == ["Crème Brûlée dishes"], text
        for text in ("artists easel", "artist's", "artist easels", "aesel"):
            assert found(text) == ["Artist’s easel"], text

    def test_names_before_brand_before_description(self, index):
        ProductFactory(name="Paper", description="<p>Drawn with marram in mind</p>", popularity=90)
        ProductFactory(name="Ink", brand=BrandFactory(name="Marram"), popularity=50)
        ProductFactory(name="Marramgrass print", popularity=20)
        ProductFactory(name="Marram print", popularity=10)
        ProductFactory(name="Marram")
        index()
        assert found("marram") == ["Marram", "Marram print", "Marramgrass print", "Ink", "Paper"]

    def test_what_is_sold_out_comes_after_what_is_there(self, index):
        ProductFactory(name="Blue hills", stock=0, popularity=99)
        ProductFactory(name="Blue sea", popularity=1)
        ProductFactory(name="Sea", tags=[TagFactory(name="blue")], popularity=500)
        index()
        assert found("blue") == ["Blue sea", "Blue hills", "Sea"]

    def test_the_article_number_comes_first(self, index):
        ProductFactory(name="GG 77 in the name", popularity=9)
        product = ProductFactory(name="Gate", variants=0)
        VariantFactory(product=product, sku="GG-77")
        index()
        assert found("gg-77")[0] == "Gate"

    def test_two_letters_and_measures(self, index):
        ProductFactory(name="Om sign")
        ProductFactory(name="Frame 50 × 70 cm")
        index()
        assert found("om") == ["Om sign"]
        for text in ("50x70", "50 x 70", "50×70 cm", "frame 70"):
            assert found(text) == ["Frame 50 × 70 cm"], text

    def test_every_word_counts_and_little_ones_do_not(self, index):
        ProductFactory(name="Mug", category=CategoryFactory(name="Kitchen"))
        index()
        assert found("a mug for the kitchen") == ["Mug"]
        assert found("mug garden") == []
        assert found("!!!") == []
        assert found("the") == []

    def test_a_typo_in_a_plural(self, index):
        ProductFactory(name="Pebbles mug")
        ProductFactory(name="Hills mug")
        index()
        for text in ("pebels mugs", "pebels", "peblbe mug"):
            assert found(text) == ["Pebbles mug"], text
        assert found("hebbel") == []  # two slips, one of them at the beginning
        assert found("pebblework") == []

    @pytest.mark.parametrize(
        ("typed", "word", "number"),
        [("mug", "mug", 0), ("", "mug", 3), ("mgu", "mug", 1), ("pebels", "pebbles", 2), ("sandal", "sand", 2)],
    )
    def test_slips(self, typed, word, number):
        assert slips(typed, word) == slips(word, typed) == number

    def test_another_language_has_no_english_plurals(self, index, settings):
        settings.LANGUAGE_CODE = "de"
        ProductFactory(name="Glas")
        index()
        assert found("glas") == ["Glas"]


class TestSome:
    """Where nothing has all of the words."""

    @pytest.fixture
    def goods(self, index):
        kitchen = CategoryFactory(name="Kitchen", slug="kitchen")
        ProductFactory(name="Garden gate", popularity=9)
        ProductFactory(name="Tall mug", category=kitchen, popularity=5)
        ProductFactory(name="Mug", description="For the garden of a house")
        index()
        return kitchen

    @pytest.mark.parametrize(
        ("text", "names"),
        [
            ("coffee mug", ["Tall mug", "Mug"]),
            ("coffee muug", ["Tall mug", "Mug"]),
            ("tall garden coffee", ["Garden gate", "Tall mug", "Mug"]),
            ("tall coffee mug", ["Tall mug"]),
            ("gate kitchen", ["Garden gate", "Tall mug"]),
        ],
    )
    def test_those_with_most_of_them_are_shown_and_it_is_said(self, client, goods, text, names):
        response = client.get("/search/", {"search": text})
        assert [product.name for product in response.context["page"].products] == names
        assert "Nothing has all of your words. These have some of them." in response.text
        assert SearchMiss.objects.get(query=text).count == 1
        assert client.get("/search/", {"search": text, "page": 2}).status_code == 404

    def test_filters_stay(self, client, goods):
        response = client.get("/search/", {"search": "garden coffee", "category": "kitchen"})
        assert response.context["page"].count == 0
        assert 'href="/search/?search=garden"' in response.text
        response = client.get("/search/", {"search": "mug coffee", "category": "kitchen"})
        assert [product.name for product in response.context["page"].products] == ["Tall mug"]
        assert response.context["facets"].by_category == {goods.pk: 1}

    def test_not_where_something_has_all_or_there_is_one_word(self, client, goods):
        for text, count in (("garden mug", 1), ("coffee", 0), ("coffee teapot", 0)):
            response = client.get("/search/", {"search": text})
            assert response.context["page"].count == count, text
            assert "Nothing has all" not in response.text

    def test_the_api_finds_what_has_all(self, client, goods):
        assert client.get("/api/products/", {"search": "coffee mug"}).json()["count"] == 0

    def test_without_an_index_only_what_has_all(self, client):
        ProductFactory(name="Mug")
        assert client.get("/search/", {"search": "coffee mug"}).context["page"].count == 0


class TestSynonyms:
    def test_they_find_each_other_also_as_phrases(self, index):
        ProductFactory(name="Wide settee")
        ProductFactory(name="Tea towel")
        save_synonym(Synonym(), words="Sofa, couch , settees")
        save_synonym(Synonym(), words="dish cloth, tea towel")
        index()
        assert found("sofas") == ["Wide settee"]
        assert found("wide couch") == ["Wide settee"]
        assert found("dish cloths") == ["Tea towel"]
        drop_synonym(Synonym.objects.first())
        index()
        assert found("sofas") == []

    def test_what_can_be_saved(self):
        before = CatalogueVersion.objects.count()
        assert save_synonym(Synonym(), words=" sofa,couch,,sofa ").words == "sofa, couch"
        for words in ("sofa", "sofa, ", "", "sofa, Sofa", "!, ?", "a b c d e, f", "x" * 399 + ", y"):
            with pytest.raises(InvalidInput) as refusal:
                save_synonym(Synonym(), words=words)
            assert "words" in refusal.value.fields or refusal.value.field == "words"
        assert Synonym.objects.count() == 1
        assert CatalogueVersion.objects.count() >= before

    def test_staff_manage_them(self, staff, client_of):
        desk = client_of(staff)
        response = desk.post("/admin/catalog/synonym/add/", {"words": "sofa"})
        assert "Write at least two words" in response.text
        desk.post("/admin/catalog/synonym/add/", {"words": "sofa, couch"})
        assert Synonym.objects.get().words == "sofa, couch"
        record_miss("settee")
        text = desk.get("/admin/catalog/searchmiss/").text
        assert "settee" in text
        assert "/admin/catalog/synonym/add/?words=settee%2C+" in text
        assert desk.get("/admin/catalog/popularsearch/").status_code == 200
        assert desk.post("/admin/catalog/searchmiss/add/").status_code == 403


class TestCounting:
    def test_misses_are_counted_without_who(self, client):
        for text in ("Zebra  crossing", "zebra crossing"):
            client.get("/search/", {"search": text})
        client.get("/search/", {"search": "zebra", "in_stock": "true"})
        assert list(SearchMiss.objects.values_list("query", "count")) == [("zebra crossing", 2)]

    @pytest.mark.parametrize("text", ["ines@example.org", "0171 2345678", "4111 1111 1111 1111", "12.34.56.78-9"])
    def test_what_may_be_personal_is_not_kept(self, text):
        record_miss(text)
        write_hits({text: 3})
        assert not SearchMiss.objects.exists()
        assert not PopularSearch.objects.exists()

    def test_hits_are_written_together(self, monkeypatch):
        monkeypatch.setattr(record_search, "HITS_TOGETHER", 2)
        record_hit("blue")
        record_hit("blue")
        assert not PopularSearch.objects.exists()
        record_hit("mug")
        assert dict(PopularSearch.objects.values_list("query", "count")) == {"blue": 2, "mug": 1}

    def test_old_searches_are_forgotten(self, monkeypatch):
        record_miss("old")
        SearchMiss.objects.update(last_at=timezone.now() - timedelta(days=181))
        for word in ("a1", "a2", "a3"):
            record_miss(word)
        monkeypatch.setattr(record_search, "ROWS_KEPT", 2)
        forget_searches()
        assert set(SearchMiss.objects.values_list("query", flat=True)) == {"a2", "a3"}


class TestPage:
    def test_a_code_goes_to_its_product(self, client):
        product = ProductFactory(variants=0, slug="gate")
        first = VariantFactory(product=product, sku="GG-77", barcode="4006381333931")
        VariantFactory(product=product, sku="GG-78", barcode="4006381333931", options_key="-2")
        ProductFactory(name="GG-77 by name")
        assert client.get("/search/?search=gg-77").url == f"/products/gate/?variant={first.pk}"
        assert client.get("/search/?search=4006381333931").url == "/products/gate/"
        assert client.get("/search/?search=GG-77&in_stock=true").status_code == 200
        assert client.get("/search/?search=GG-7").status_code == 200

    def test_nothing_found_offers_what_does(self, client):
        ProductFactory(name="Blue hills")
        text = client.get("/search/?search=blue+zebra").text
        assert "Nothing found for" in text
        assert 'href="/search/?search=blue"' in text
        assert 'href="/search/?search=zebra"' not in text

    def test_options_are_filters_with_chips(self, client, index):
        product = ProductFactory(name="Shirt", variants=0)
        VariantFactory(product=product, options={"Size": "M"})
        VariantFactory(product=product, options={"Size": "L"})
        other = ProductFactory(name="Cap", variants=0)
        VariantFactory(product=other, options={"Size": "S"}, stock=0)
        index()
        response = client.get("/products/?option.Size=M&in_stock=true")
        assert [p.name for p in response.context["page"].products] == ["Shirt"]
        assert {chip.label: chip.url for chip in response.context["chips"]} == {
            "In stock": "/products/?option.Size=M",
            "Size: M": "/products/?in_stock=true",
        }
        assert '<input type="checkbox" name="option.Size" value="M" checked>' in response.text
        assert '<input type="checkbox" name="option.Size" value="S" disabled>' in response.text
        assert '<input type="checkbox" name="option.Size" value="L" >' in response.text
