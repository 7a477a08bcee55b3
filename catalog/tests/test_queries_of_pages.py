"""At most six queries for a guest, on every page, in every state, for few rows and for many."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog.models import Category, Product, Recommendation, Stock, StockHold
from catalog.services.changes import record_change
from catalog.services.moderate_review import refresh_rating
from catalog.services.update_category import update_category
from catalog.services.update_product import update_product
from catalog.tests.factories import (
    AttributeFactory,
    BrandFactory,
    CategoryFactory,
    ImageFactory,
    PageFactory,
    ProductFactory,
    ReviewFactory,
    TagFactory,
    VariantFactory,
)
from catalog.web import shared, strangers
from shop.testing.concurrency import fork

pytestmark = pytest.mark.django_db(transaction=True)

MOST = 6
FEW, MANY = 10, 100


@pytest.fixture(autouse=True)
def _shared_pages(settings):
    settings.SHOP_PAGE_CACHE_SECONDS = 600
    yield
    _forget()


def _forget() -> None:
    """As a process that just started."""
    cache.clear()
    strangers.answers = strangers.AnswerCache()
    shared._frames.clear()


@pytest.fixture(params=[FEW, MANY])
def goods(request) -> Product:
    """One product with so many of everything, and as many others."""
    number, tag, brand = request.param, TagFactory(slug="featured"), BrandFactory(slug="maker")
    root = CategoryFactory(slug="prints")
    children = [CategoryFactory(slug=f"kind-{place}", parent=root) for place in range(number // 5)]
    for slug in ("home", "home-how", "strip", "about", "shipping"):
        PageFactory(slug=slug)
    product = ProductFactory(name="Garden door", slug="door", category=children[0], brand=brand, variants=0)
    for place in range(number):
        other = ProductFactory(
            name=f"Garden gate {place}", category=children[place % len(children)], brand=brand, tags=[tag]
        )
        ImageFactory(product=other)
        picture = ImageFactory(product=product)
        options = {"Size": f"{place} cm", "Frame": f"no {place % 5}"}
        VariantFactory(product=product, options=options, image=picture, position=place)
        AttributeFactory(product=product)
        ReviewFactory(product=product, rating=1 + place % 5)
    refresh_rating(product)
    record_change()
    return product


def as_it_is(_product: Product) -> None:
    pass


def recommended(product: Product) -> None:
    others = list(Product.objects.exclude(pk=product.pk).order_by("pk"))
    for kind, rows in (("bought", others[::2]), ("similar", others[1::2])):
        for rank, other in enumerate(rows):
            Recommendation.objects.create(product=product, other=other, kind=kind, rank=rank)


def reduced(product: Product) -> None:
    product.variants.update(compare_at_price=Decimal(30), price=Decimal(9), lowest_before=Decimal(20))


def sold_out(product: Product) -> None:
    Stock.objects.filter(variant__product=product).update(on_hand=0)


def held(product: Product) -> None:
    for variant in product.variants.all():
        ends = timezone.now() + timedelta(minutes=5)
        for place in range(3):
            StockHold.objects.create(
                reference=f"{variant.pk}-{place}", owner=f"{place}", variant=variant, quantity=1, expires_at=ends
            )


def alone(product: Product) -> None:
    """Nothing to show beside it but what is around its category."""
    Recommendation.objects.all().delete()
    category = CategoryFactory(parent=Category.objects.get(slug="prints"))
    Product.objects.filter(pk=product.pk).update(category=category)


def bare(product: Product) -> None:
    for belonging in (product.reviews, product.images, product.attributes):
        belonging.all().delete()
    refresh_rating(product)


def change_product() -> None:
    other = Product.objects.get(name="Garden gate 0")
    update_product(product_id=other.pk, fields={"subtitle": f"Kind {other.edit_version}"})


def change_frame() -> None:
    category = Category.objects.get(slug="prints")
    update_category(category_id=category.pk, fields={"name": f"{category.name}!"})


def views(address: str, update: Callable[[], None] | None = None) -> dict[str, int]:
    """What a guest's views of a page ask, by when they come. `update` brings the index up to date."""
    _forget()
    counts = {"first of a process": asked(address), "again": asked(address)}
    for name, change in (("a product", change_product), ("what stands around", change_frame)):
        change()
        counts[f"after {name} changed"] = asked(address)
        if update:
            update()
            counts[f"after the index followed {name}"] = asked(address)
    return counts


def asked(address: str) -> int:
    """What is counted of searches for staff is written, not asked."""
    with CaptureQueriesContext(connection) as queries:
        response = Client().get(address)
    assert response.status_code == 200, address
    return sum(query["sql"].lstrip().startswith(("SELECT", "(SELECT")) for query in queries)


PRODUCT_STATES = (as_it_is, recommended, reduced, held, sold_out, alone, bare)


def test_queries_of_a_product(goods):
    for change in PRODUCT_STATES:
        change(goods)
        record_change([goods.pk])
        chosen = f"variant={goods.variants.last().pk}"
        for parameters in ("", "stars=5", "reviews=2", chosen):
            assert views(f"/products/door/?{parameters}") == {
                "first of a process": 5,
                "again": 1,
                "after a product changed": MOST,
                "after what stands around changed": MOST,
            }, change.__name__


def test_queries_after_another_process_changed_something(goods):
    asked("/products/door/")
    for change in (change_product, change_frame):
        child = fork(change)
        child.join()
        assert child.exitcode == 0
        assert asked("/products/door/") == MOST


# Most of all views, with the index and without.
LISTS = {
    "/": (5, 6),
    "/products/": (4, 5),
    "/products/?ordering=name": (4, 5),
    "/products/?category=prints&tag=featured&brand=maker&in_stock=true&ordering=price": (5, 6),
    "/categories/prints/": (5, 6),
    "/categories/prints/kind-0/?option.Size=1+cm": (5, 6),
    "/search/": (2, 2),
    "/search/?search=garden": (5, 5),
    "/search/?search=gadren+gate": (5, 5),
    "/search/?search=not+one+of+all+these+words": (4, 5),
    "/search/?search=12345": (5, 5),
    "/search/suggest/?search=gard": (5, 5),
}


@pytest.mark.parametrize("has_index", [True, False], ids=["index", "database"])
def test_queries_of_lists(goods, index, has_index):
    if has_index:
        index()
    found = {address: max(views(address, index if has_index else None).values()) for address in LISTS}
    assert found == {address: most[0 if has_index else 1] for address, most in LISTS.items()}
    assert max(found.values()) <= MOST
    # A category by its slug alone, which no link of the shop's has.
    assert max(views("/products/?category=kind-1").values()) == (6 if has_index else 7)
