"""What goes together: worked out from orders and likeness, stored, shown."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog.models import Recommendation
from catalog.selectors.recommendations import recommended
from catalog.services.archive_product import archive_product
from catalog.tests.api import call
from catalog.tests.factories import BrandFactory, CategoryFactory, ProductFactory, TagFactory
from orders import tasks
from orders.models import Order
from orders.services.cancel_order import cancel_order
from orders.services.recommendations import rebuild_recommendations
from orders.tests.factories import OrderFactory
from shop.tasks.schedule import JOBS

pytestmark = pytest.mark.django_db


def buy(*products, **kwargs):
    return OrderFactory(items=[(product.variants.get(), 1) for product in products], **kwargs)


def names(products):
    return [product.name for product in products]


@pytest.fixture
def goods():
    """A print, a frame and a mug, each of a category of its own."""
    return [ProductFactory(name=name, category=CategoryFactory()) for name in ("Print", "Frame", "Mug")]


class TestBoughtTogether:
    def test_the_most_often_first(self, goods):
        print_, frame, mug = goods
        for _ in range(3):
            buy(print_, frame)
        buy(print_, mug)
        rebuild_recommendations()
        assert names(recommended(print_).bought) == ["Frame", "Mug"]
        assert names(recommended(frame).bought) == ["Print"]
        assert names(recommended(mug).bought) == ["Print"]

    def test_what_everybody_buys_goes_with_nothing_in_particular(self, goods):
        print_, frame, mug = goods
        for _ in range(6):
            buy(mug)
        for _ in range(2):
            buy(print_, mug)
            buy(print_, frame)
        rebuild_recommendations()
        assert names(recommended(print_).bought) == ["Frame", "Mug"]

    def test_cancelled_and_old_orders_say_nothing(self, goods):
        print_, frame, mug = goods
        cancel_order(order_id=buy(print_, frame, status="pending").pk)
        old = buy(print_, mug)
        Order.objects.filter(pk=old.pk).update(placed_at=timezone.now() - timedelta(days=366))
        rebuild_recommendations()
        assert not Recommendation.objects.filter(kind="bought").exists()

    def test_what_is_gone_or_sold_out_is_not_shown(self, goods):
        print_, frame, mug = goods
        buy(print_, frame, mug)
        rebuild_recommendations()
        archive_product(product_id=frame.pk)
        assert names(recommended(print_).bought) == ["Mug"]
        rebuild_recommendations()
        assert not Recommendation.objects.filter(other=frame).exists()


class TestSimilar:
    def test_the_same_category_tags_brand_and_price(self):
        category, brand, blue = CategoryFactory(), BrandFactory(), TagFactory()
        shared = {"category": category, "price": "20.00"}
        one = ProductFactory(name="One", brand=brand, tags=[blue], **shared)
        ProductFactory(name="Dear", category=category, price="900.00")
        ProductFactory(name="Plain", **shared)
        ProductFactory(name="Branded", brand=brand, **shared)
        ProductFactory(name="Blue", brand=brand, tags=[blue], **shared)
        ProductFactory(name="Sold out", brand=brand, tags=[blue], stock=0, **shared)
        rebuild_recommendations()
        assert names(recommended(one).similar) == ["Blue", "Branded", "Plain", "Dear"]

    def test_small_categories_look_around(self):
        above = CategoryFactory()
        one = ProductFactory(name="One", category=CategoryFactory(parent=above))
        ProductFactory(name="Beside", category=CategoryFactory(parent=above))
        ProductFactory(name="Nowhere")
        rebuild_recommendations()
        assert names(recommended(one).similar) == ["Beside", "Nowhere"]

    def test_not_said_twice(self, goods):
        print_, frame, _mug = goods
        buy(print_, frame)
        rebuild_recommendations()
        assert (names(recommended(print_).bought), names(recommended(print_).similar)) == (["Frame"], ["Mug"])


class TestRebuilding:
    def test_a_second_time_writes_nothing(self, goods):
        buy(*goods)
        first = rebuild_recommendations()
        assert (first.bought, first.similar) == (3, 3)
        before = list(Recommendation.objects.order_by("pk").values_list("pk", flat=True))
        second = rebuild_recommendations()
        assert (second.bought, second.similar) == (0, 0)
        assert list(Recommendation.objects.order_by("pk").values_list("pk", flat=True)) == before

    def test_the_command_and_the_schedule(self):
        ProductFactory.create_batch(3, category=CategoryFactory())
        out = StringIO()
        call_command("rebuild_recommendations", stdout=out)
        assert out.getvalue() == "Changed: bought together 0, similar 3.\n"
        job = JOBS[f"{tasks.__name__}.{tasks.see_what_goes_together.__name__}"]
        assert job.interval == timedelta(hours=6)


class TestShown:
    def test_over_the_api(self, goods):
        print_, frame, _mug = goods
        buy(print_, frame)
        rebuild_recommendations()
        shown = call("get", f"products/{print_.slug}/recommendations/").json()
        assert [each["name"] for each in shown["bought_together"]] == ["Frame"]
        assert [each["name"] for each in shown["similar"]] == ["Mug"]
        assert shown["bought_together"][0] == call("get", f"products/{frame.pk}").json()
        assert call("get", "products/999999/recommendations").status_code == 404

    def test_on_the_products_page(self, goods, client):
        print_, frame, _mug = goods
        buy(print_, frame)
        rebuild_recommendations()
        page = client.get(print_.get_absolute_url()).text
        together, also = page.split("Often bought together")[1].split("You may also like")
        assert "Frame" in together
        assert "Mug" not in together
        assert "Mug" in also

    def test_read_in_one_query(self, goods):
        for number in (3, 20):
            for _ in range(number):
                ProductFactory()
            rebuild_recommendations()
            with CaptureQueriesContext(connection) as queries:
                found = recommended(goods[0])
                assert [product.main_image for product in found.similar] == [None] * len(found.similar)
            assert len(queries) == 1
