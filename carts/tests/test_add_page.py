"""Putting something into the bag from a product's page."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from carts.models import Cart, CartLine
from carts.tests.factories import add, counters, goods, guest
from carts.tests.test_cart_page import text
from carts.web.shopper import CART
from catalog.models import Product, ProductStatus, Variant
from catalog.tests.factories import ProductFactory, VariantFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("prices", "books_agree")]

ADD = "/cart/add/"


@pytest.fixture
def product() -> Product:
    return ProductFactory(name="Contours 7", stock=5)


def form(product: Product, **changes: str) -> dict[str, str]:
    variant = product.variants.first()
    return {"product_id": str(product.pk), "variant_id": str(variant.pk), "quantity": "1", **changes}


class TestAdding:
    def test_a_guest_gets_a_bag_that_the_session_knows(self, anonymous, product):
        response = anonymous.post(ADD, form(product, quantity="2"), follow=True)
        variant = product.variants.get()
        assert response.redirect_chain == [(f"{product.get_absolute_url()}?variant={variant.pk}", 302)]
        assert "2 of Contours 7 are in your bag. See your bag" in text(response)
        assert anonymous.session[CART] == Cart.objects.get().public_id
        assert counters(variant) == (5, 2, 0)

    def test_more_goes_into_the_same_bag(self, anonymous, product):
        for _ in range(2):
            anonymous.post(ADD, form(product))
        assert CartLine.objects.get().quantity == 2

    def test_a_customers_bag_is_not_in_the_session(self, client_of, shopper, product):
        browser = client_of(shopper)
        browser.post(ADD, form(product))
        assert CART not in browser.session
        assert Cart.objects.get().open_for == shopper

    def test_one_of_it_is_said_so(self, anonymous, product):
        assert "Contours 7 is in your bag." in text(anonymous.post(ADD, form(product), follow=True))

    def test_without_a_number_it_is_one(self, anonymous, product):
        anonymous.post(ADD, {"variant_id": str(product.variants.get().pk)})
        assert CartLine.objects.get().quantity == 1

    def test_a_choice_of_options_finds_its_variant(self, anonymous):
        product = ProductFactory(variants=0)
        VariantFactory(product=product, options={"Size": "S", "Frame": "oak"})
        wanted = VariantFactory(product=product, options={"Size": "S", "Frame": "white"})
        chosen = {f"option_{c.option_id}": str(c.value_id) for c in wanted.chosen.all()}
        anonymous.post(ADD, {"product_id": str(product.pk), "quantity": "1", **chosen})
        assert CartLine.objects.get().variant == wanted

    def test_back_to_where_it_was_but_never_to_another_host(self, anonymous, product):
        assert anonymous.post(ADD, form(product, next="/products/?page=2")).url == "/products/?page=2"
        for foreign in ("https://evil.example/", "//evil.example/", "javascript:alert(1)", "http:///evil.example"):
            assert anonymous.post(ADD, form(product, next=foreign)).url.startswith(product.get_absolute_url())

    @pytest.mark.parametrize("word", ["abc", "admin:index", "carts:cart", "\ufffd", "..", "evil.example"])
    def test_a_word_is_no_address(self, anonymous, product, word):
        assert anonymous.post(ADD, form(product, next=word)).url.startswith(product.get_absolute_url())

    def test_a_bag_that_was_ordered_is_replaced(self, anonymous, product):
        anonymous.post(ADD, form(product))
        Cart.objects.update(status="ordered")
        anonymous.post(ADD, form(product))
        assert anonymous.session[CART] == Cart.objects.get(status="open").public_id


class TestRefusals:
    @pytest.mark.parametrize("typed", ["0", "-1", "1.5", "abc", "", "1000000000", "9" * 5000])
    def test_the_same_page_says_why_and_keeps_what_was_typed(self, anonymous, product, typed):
        response = anonymous.post(ADD, form(product, quantity=typed))
        assert response.status_code == 200
        said = text(response)
        assert "Please enter a whole number from 1 up." in said or "At most 20 of one thing" in said
        assert "Contours 7" in said
        assert f'value="{typed[:20] or 1}"' in response.content.decode()
        assert not CartLine.objects.exists()

    def test_more_than_there_is(self, anonymous, product):
        response = anonymous.post(ADD, form(product, quantity="6"))
        assert "Only 5 of Contours 7 left." in text(response)
        assert 'value="6"' in response.content.decode()
        assert not Cart.objects.exists()

    def test_the_choice_stays(self, anonymous):
        product = ProductFactory(variants=0)
        VariantFactory(product=product, options={"Size": "S"})
        wanted = VariantFactory(product=product, options={"Size": "L"}, stock=1)
        value = wanted.chosen.get()
        data = {"product_id": str(product.pk), "quantity": "3", f"option_{value.option_id}": str(value.value_id)}
        response = anonymous.post(ADD, data)
        assert "Only 1 of" in text(response)
        page = response.content.decode()
        tile = page[page.index(f'value="{value.value_id}"') :]
        assert "checked" in tile[: tile.index(">")]

    def test_what_is_in_other_bags(self, anonymous, product):
        add(guest(), product.variants.get(), 5)
        response = anonymous.post(ADD, form(product))
        assert "Others have the last of Contours 7 in their bags just now." in text(response)

    def test_a_combination_that_is_not_made(self, anonymous, product):
        response = anonymous.post(ADD, {"product_id": str(product.pk), "option_1": "77", "quantity": "1"})
        assert "This is not made so. Please choose another." in text(response)

    def test_a_variant_that_was_taken_off(self, anonymous):
        product = ProductFactory(variants=2)
        gone = product.variants.first()
        data = form(product)
        Variant.objects.filter(pk=gone.pk).update(is_active=False)
        assert "This is no longer for sale." in text(anonymous.post(ADD, data))

    def test_an_archived_product_is_not_found(self, anonymous, product):
        Product.objects.update(status=ProductStatus.ARCHIVED)
        assert anonymous.post(ADD, form(product)).status_code == 404

    @pytest.mark.parametrize("data", [{}, {"product_id": "987654"}, {"variant_id": "987654"}, {"variant_id": "1" * 30}])
    def test_nothing_such_is_not_found(self, anonymous, data):
        response = anonymous.post(ADD, {**data, "quantity": "1"})
        assert response.status_code == 404 or response.url == reverse("carts:cart")

    def test_without_a_product_page_it_is_said_in_the_bag(self, anonymous):
        variant = goods(stock=1, name="Contours 7")
        response = anonymous.post(ADD, {"variant_id": str(variant.pk), "quantity": "3"}, follow=True)
        assert response.redirect_chain[0][0] == reverse("carts:cart")
        assert "Only 1 of Contours 7 left." in text(response)

    def test_a_price_sent_along_moves_nothing(self, anonymous, product):
        anonymous.post(ADD, form(product, price="0.01", unit_price="0.01"))
        assert CartLine.objects.get().price_seen == product.price


def test_the_token_is_needed(product):
    assert Client(enforce_csrf_checks=True).post(ADD, form(product)).status_code == 403
