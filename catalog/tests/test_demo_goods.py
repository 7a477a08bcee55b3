"""The demo shop's goods, as data: enough of them, each findable, honest and whole."""

from collections import Counter
from decimal import Decimal

import pytest

from catalog.demo.art.motifs import FAMILIES
from catalog.demo.goods import DemoProduct, categories, products
from catalog.demo.goods.words import FAMILY_WORDS, PALETTE_WORDS
from catalog.demo.growth import grown_product
from catalog.demo.pages import PAGES
from catalog.demo.review_texts import TEXTS
from catalog.demo.reviews import reviews
from catalog.services.slugs import slug_problem
from shop.common.html import clean_html

GOODS = products()
VARIANTS = [variant for product in GOODS for variant in product.variants]


def named(product: DemoProduct) -> str:
    return product.slug


def test_there_is_enough_to_look_at() -> None:
    assert len(GOODS) >= 48
    assert len(VARIANTS) >= 150
    assert products() == GOODS, "the same every time"


def test_nothing_is_there_twice() -> None:
    for values in (
        [p.slug for p in GOODS],
        [p.name for p in GOODS],
        [v.sku for v in VARIANTS],
        [c.path for c in categories()],
    ):
        assert [value for value, times in Counter(values).items() if times > 1] == []
    shown: dict[str, set[object]] = {}
    for product in GOODS:
        for picture in product.pictures:
            shown.setdefault(picture.filename, set()).add(picture.spec)
    assert all(len(specs) == 1 for specs in shown.values()), "one file a picture"


def test_the_first_product_is_a_print_with_plenty_in_stock() -> None:
    first = GOODS[0]
    assert first.category.startswith("prints/")
    assert min(variant.stock for variant in first.variants) >= 20


@pytest.mark.parametrize("word", ["print", "mug", "cushion", "tote"])
def test_every_kind_is_called_by_its_name(word: str) -> None:
    found = [product for product in GOODS if word in product.name.split()]
    assert len(found) >= 5
    assert all(product.category.startswith(f"{word}s/") for product in found)


def test_categories_are_two_levels_and_all_have_goods() -> None:
    shelves = categories()
    paths = {shelf.path for shelf in shelves}
    assert {path.count("/") for path in paths} == {0, 1}
    assert all(shelf.parent in paths for shelf in shelves if shelf.parent)
    used = {product.category for product in GOODS}
    assert used == {path for path in paths if "/" in path}
    slugs = [shelf.slug for shelf in shelves]
    assert len(slugs) == len(set(slugs))
    assert [slug for slug in slugs if slug_problem(slug)] == []


def test_every_family_has_prints_and_words() -> None:
    assert set(FAMILY_WORDS) == set(FAMILIES)
    assert {p.pictures[0].spec.family for p in GOODS if p.category.startswith("prints/")} == set(FAMILIES)
    assert {p.pictures[0].spec.palette for p in GOODS} == set(PALETTE_WORDS)


def test_some_are_sold_out_some_low_some_reduced() -> None:
    left = [{variant.stock for variant in product.variants} for product in GOODS]
    assert sum(stock == {0} for stock in left) >= 2, "whole products sold out"
    assert sum(max(stock) in (1, 2, 3) for stock in left) >= 4, "low"
    assert sum(0 in stock and max(stock) > 3 for stock in left) >= 3, "some choices sold out"
    assert sum(min(stock) >= 10 for stock in left) >= 20, "plenty"
    assert sum(any(v.compare_at for v in product.variants) for product in GOODS) >= 6


@pytest.mark.parametrize("product", GOODS, ids=named)
def test_a_product_is_whole(product: DemoProduct) -> None:
    assert slug_problem(product.slug) is None
    assert 2 <= len(product.pictures) <= 7
    assert all(len(picture.alt) > 20 for picture in product.pictures)
    assert {"Care", "Made in"} <= {name for name, _value in product.attributes}
    assert clean_html(product.description) == product.description
    assert product.description.count("<p>") >= 2
    assert product.age_days > 0


@pytest.mark.parametrize("product", GOODS, ids=named)
def test_every_combination_can_be_chosen(product: DemoProduct) -> None:
    offered = {(option.name, value) for option in product.options for value, _swatch in option.values}
    for variant in product.variants:
        assert [name for name, _value in variant.options] == [option.name for option in product.options]
        assert set(variant.options) <= offered
        assert variant.picture is None or 0 <= variant.picture < len(product.pictures)
    combinations = {variant.options for variant in product.variants}
    assert len(combinations) == len(product.variants)
    used = {pair for variant in product.variants for pair in variant.options}
    assert used == offered


@pytest.mark.parametrize("product", GOODS, ids=named)
def test_money_is_whole_cents_and_makes_sense(product: DemoProduct) -> None:
    for variant in product.variants:
        for amount in (variant.price, variant.cost, variant.compare_at):
            assert amount is None or amount.as_tuple().exponent == -2
        assert Decimal(0) < variant.cost < variant.price
        assert variant.compare_at is None or variant.compare_at > variant.price
        assert variant.weight_grams > 0
        assert len(variant.sku) <= 64


def test_reviews_are_believable() -> None:
    written = reviews(GOODS, people=36)
    assert reviews(GOODS, people=36) == written
    assert len(written) > 100
    ratings = Counter(review.text[0] for review in written)
    assert set(ratings) == {2, 3, 4, 5}
    assert ratings[5] > ratings[4] > ratings[3] > 0
    assert len({(review.slug, review.author) for review in written}) == len(written)
    age = {product.slug: product.age_days for product in GOODS}
    assert all(0 < review.days_ago < age[review.slug] for review in written)


def test_review_texts_fit_the_table() -> None:
    for rating, title, comment in (text for texts in TEXTS.values() for text in texts):
        assert 1 <= rating <= 5
        assert 0 < len(title) <= 120
        assert 0 < len(comment) <= 5000


def test_pages_are_there_and_honest() -> None:
    pages = {page.slug: page for page in PAGES}
    assert {"about", "shipping", "returns", "terms", "privacy", "imprint"} <= set(pages)
    for slug in ("about", "shipping", "returns", "terms", "privacy", "imprint"):
        assert "demonstration" in pages[slug].body
    for page in PAGES:
        assert clean_html(page.body).replace("&nbsp;", " ") == page.body.strip()


def test_grown_products_are_each_their_own_and_the_same_again() -> None:
    grown = [grown_product(index, GOODS) for index in range(700)]
    assert len({product.slug for product in grown}) == 700
    assert len({product.name for product in grown}) == 700
    skus = [variant.sku for product in grown for variant in product.variants]
    assert len(set(skus)) == len(skus)
    assert not set(skus) & {variant.sku for variant in VARIANTS}
    assert grown[::97] == [grown_product(index, GOODS) for index in range(0, 700, 97)]
    assert max(len(sku) for sku in skus) <= 64
    assert len({variant.price for product in grown for variant in product.variants}) > 50
