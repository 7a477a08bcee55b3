"""Lists of products, variants and stock in the admin; and single variants."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from catalog.models import Product, Stock, Variant
from catalog.services.archive_variant import archive_variant
from catalog.services.create_product import create_product
from catalog.tests.admin_pages import LIST, filled, page_of, problems, said, send
from catalog.tests.factories import BrandFactory, CategoryFactory, ImageFactory, ProductFactory, picture_file

pytestmark = pytest.mark.django_db


def test_many_are_archived_and_brought_back_from_the_list(desk: Client) -> None:
    products = [ProductFactory(), ProductFactory()]
    chosen = {"_selected_action": [p.pk for p in products]}
    response = desk.post(LIST, {"action": "archive_selected", **chosen}, follow=True)
    assert said(response) == ["2 products archived."]
    assert Product.objects.filter(status="archived").count() == 2
    response = desk.post(LIST, {"action": "restore_selected", **chosen}, follow=True)
    assert said(response) == ["2 products are back."]
    assert "delete_selected" not in response.content.decode()


@pytest.mark.parametrize("words", ["Paper", "pb-l", "4006381333931"])
def test_products_are_found_by_name_sku_and_barcode(desk: Client, boat: Product, words: str) -> None:
    Variant.objects.filter(sku="PB-L").update(barcode="4006381333931")
    ProductFactory(name="Other")
    assert [p.name for p in desk.get(LIST, {"q": words}).context["cl"].result_list] == ["Paper Boat"]


def test_lists_are_filtered_by_branch(desk: Client) -> None:
    root = CategoryFactory(name="Prints")
    child = CategoryFactory(name="Sea", parent=root)
    inside = ProductFactory(category=child)
    ProductFactory()
    found = desk.get(LIST, {"branch": root.path}).context["cl"].result_list
    assert list(found) == [inside]


@pytest.mark.parametrize("url", [LIST, "/admin/catalog/variant/", "/admin/catalog/stock/"])
def test_lists_cost_the_same_for_few_and_many(desk: Client, url: str, django_assert_max_num_queries: Any) -> None:
    def queries() -> int:
        desk.get(url)  # content types are looked up once a process
        with django_assert_max_num_queries(30) as captured:
            assert desk.get(url).status_code == 200
        return len(captured)

    category = CategoryFactory()
    for _number in range(2):
        ImageFactory(product=ProductFactory(category=category, brand=BrandFactory()))
    few = queries()
    for _number in range(12):
        ImageFactory(product=ProductFactory(category=category, brand=BrandFactory()))
    assert queries() == few


def test_a_products_page_costs_the_same_for_few_and_many_variants(
    desk: Client, django_assert_max_num_queries: Any
) -> None:
    def queries(count: int) -> int:
        product = create_product(
            fields={"name": "Many"},
            variants=[{"price": Decimal(1), "options": {"Size": str(n)}} for n in range(count)],
        )
        desk.get(page_of(product))  # content types are looked up once a process
        with django_assert_max_num_queries(40) as captured:
            assert desk.get(page_of(product)).status_code == 200
        return len(captured)

    assert queries(2) == queries(12)


def test_who_is_no_staff_sees_nothing(client_of: Callable[[User], Client], shopper: User, boat: Product) -> None:
    for url in (LIST, page_of(boat), f"{LIST}{boat.pk}/delete/"):
        assert client_of(shopper).get(url).status_code == 302


def test_a_variants_page_has_everything_about_it(desk: Client, boat: Product) -> None:
    url = f"/admin/catalog/variant/{Variant.objects.get(sku='PB-S').pk}/change/"
    image = ImageFactory(product=boat, file=picture_file())
    response = send(
        desk, url, option_0="Tiny", price="1.25", cost="0.40", low_at="2", allow_backorder="on", image=image.pk
    )
    assert "was changed successfully" in said(response)[0]
    tiny = Variant.objects.select_related("stock").get(sku="PB-S")
    assert (tiny.title, tiny.price, tiny.cost, tiny.image) == ("Tiny", Decimal("1.25"), Decimal("0.40"), image)
    assert (tiny.stock.low_at, tiny.stock.allow_backorder, tiny.stock.tracked) == (2, True, True)
    assert tiny.stock.on_hand == 4
    assert "Large" in problems(send(desk, url, option_0="Large"))["__all__"][0]


def test_stock_promised_beyond_the_shelf_is_said_at_the_rule(desk: Client, boat: Product) -> None:
    variant = Variant.objects.get(sku="PB-S")
    url = f"/admin/catalog/variant/{variant.pk}/change/"
    Stock.objects.filter(pk=variant.pk).update(allow_backorder=True, committed=9)
    data = filled(desk, url)
    del data["allow_backorder"]
    response = desk.post(url, data)
    assert "9 are in carts or ordered" in problems(response)["tracked"][0]


def test_archived_variants_are_found_and_brought_back(desk: Client, boat: Product) -> None:
    variant = Variant.objects.get(sku="PB-L")
    url = "/admin/catalog/variant/"
    response = desk.post(url, {"action": "archive_selected", "_selected_action": [variant.pk]}, follow=True)
    assert said(response) == ["1 variant archived."]
    last = Variant.objects.get(sku="PB-S")
    response = desk.post(url, {"action": "archive_selected", "_selected_action": [last.pk]}, follow=True)
    assert said(response) == ["Paper Boat, Small: A product needs at least one variant. Archive the product instead."]
    response = desk.post(f"{url}{last.pk}/delete/", {"post": "yes"}, follow=True)
    assert said(response) == ["A product needs at least one variant. Archive the product instead."]
    found = desk.get(url, {"archived_at__isempty": "0"}).context["cl"].result_list
    assert list(found) == [variant]
    response = desk.post(url, {"action": "restore_selected", "_selected_action": [variant.pk]}, follow=True)
    assert said(response) == ["1 variant is back."]
    desk.post(f"{url}{variant.pk}/delete/", {"post": "yes"})
    assert Variant.objects.get(pk=variant.pk).archived_at is not None


def test_an_archived_variant_keeps_its_combination_while_it_is_edited(desk: Client, boat: Product) -> None:
    variant = archive_variant(variant_id=Variant.objects.get(sku="PB-L").pk)
    send(desk, f"/admin/catalog/variant/{variant.pk}/change/", price="5")
    variant.refresh_from_db()
    assert (variant.price, variant.title, variant.archived_at is None) == (Decimal("5.00"), "Large", False)
