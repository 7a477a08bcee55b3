"""The cart's page and its forms, as a browser without script sends them."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from carts.models import Cart, CartLine, CartStatus, SavedLine
from carts.services import look_at_cart
from carts.services.saved import save_for_later
from carts.tests.factories import add, counters, customer, full_cart, goods, guest, let_holds_end
from carts.web import cart_page
from carts.web.shopper import CART
from catalog.models import Product, ProductStatus, Stock, StockHold, Variant
from catalog.services.holds import note_refusal
from catalog.tests.factories import ProductFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("prices", "books_agree")]


@pytest.fixture
def who():
    return guest()


@pytest.fixture
def client(who) -> Client:
    """The browser of that guest."""
    browser = Client()
    session = browser.session
    session[CART] = who.cart_id
    session.save()
    return browser


def url(name: str, *args) -> str:
    return reverse(f"carts:{name}", args=args)


def text(response) -> str:
    """What is read on the page: without tags, with single spaces."""
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def page(client: Client) -> str:
    response = client.get(url("cart"))
    assert response.status_code == 200
    return text(response)


class TestLooking:
    def test_an_empty_bag_offers_goods(self):
        ProductFactory(name="Contours 7")
        ProductFactory(name="Sold out", stock=0)
        said = page(Client())
        assert "There is nothing in your bag." in said
        assert "Contours 7" in said
        assert "Sold out" not in said

    def test_lines_and_totals(self, client, who):
        add(who, goods(price="20.00", name="Contours 7"), 2)
        add(who, goods(price="9.50", name="Weave 2"))
        said = page(client)
        for part in (
            "Contours 7",
            "€20.00 each",
            "€40.00",
            "Weave 2",
            "3 items €49.50",
            "Delivery to Germany €4.90",
            "To pay €54.40",
            "Includes €8.69 tax.",
            "Ordered now, it arrives between",
        ):
            assert part in said
        assert reverse("orders:summary") in client.get(url("cart")).content.decode()

    def test_tax_that_comes_on_top_is_a_row(self, client, who, settings):
        settings.SHOP_PRICES_INCLUDE_TAX = False
        add(who, goods(price="100.00"))
        said = page(client)
        assert "Tax €19.00" in said
        assert "To pay €119.00" in said
        assert "Includes" not in said

    def test_a_reduced_price_shows_the_one_before(self, client, who):
        line = add(who, goods(price="49.00"), 2)
        Variant.objects.filter(pk=line.variant_id).update(compare_at_price=Decimal("62.00"))
        assert "Now €98.00 Before €124.00" in page(client)

    def test_it_is_kept_by_nobody_and_not_indexed(self, client, who):
        add(who, goods())
        response = client.get(url("cart"))
        assert "no-store" in response["Cache-Control"]
        assert '<meta name="robots" content="noindex">' in response.content.decode()

    def test_the_header_counts_units(self, client, who):
        add(who, goods(), 3)
        assert "3 items" in text(client.get(reverse("catalog:list")))

    def test_a_customer_sees_their_own(self, client_of, shopper, other_shopper):
        add(customer(shopper), goods(name="Contours 7"))
        assert "Contours 7" in page(client_of(shopper))
        for other in (client_of(other_shopper), Client()):
            assert "There is nothing in your bag." in page(other)

    def test_where_the_shop_does_not_send_is_said(self, client, who):
        add(who, goods())
        Cart.objects.update(country="XX")
        from carts.models import ZoneArea

        ZoneArea.objects.filter(country="*").delete()
        assert "We do not send there yet." in page(client)


class TestQueries:
    """The same for ten lines and a hundred, the most a bag holds."""

    @pytest.mark.parametrize("lines", [10, 100])
    def test_a_guests_page(self, client, who, lines, django_assert_num_queries):
        full_cart(lines=lines, shopper=who)
        page(client)
        with django_assert_num_queries(17):
            page(client)

    @pytest.mark.parametrize("lines", [10, 100])
    def test_a_customers_page(self, client_of, shopper, lines, django_assert_num_queries):
        full_cart(lines=lines, shopper=customer(shopper))
        browser = client_of(shopper)
        page(browser)
        with django_assert_num_queries(18):
            page(browser)

    def test_nobodys_page(self, django_assert_num_queries):
        with django_assert_num_queries(4):  # countries, the tax, goods below, the frame
            page(Client())

    def test_the_count_in_the_header_costs_one_and_guests_without_a_cart_none(
        self, client, who, django_assert_num_queries
    ):
        add(who, goods())
        address = reverse("catalog:page", args=["nothing"])
        client.get(address)
        Client().get(address)
        with django_assert_num_queries(4):  # the page, the frame, the session, the count
            client.get(address)
        with django_assert_num_queries(2):
            Client().get(address)


class TestHolds:
    def test_the_time_left_is_told(self, client, who):
        add(who, goods())
        said = page(client)
        assert "Everything here is held for you for 15 minutes" in said
        assert "Hold it longer" in said

    def test_extending(self, client, who):
        add(who, goods())
        soon = timezone.now() + timedelta(minutes=3)
        StockHold.objects.update(expires_at=soon)
        assert client.post(url("extend")).url == url("cart")
        assert StockHold.objects.get().expires_at > soon + timedelta(minutes=10)

    def test_what_could_not_be_extended_is_said(self, client, who):
        line = add(who, goods(stock=2), 2)
        let_holds_end(who)
        add(guest(), line.variant, 1)
        assert "1 thing could not be held longer." in text(client.post(url("extend"), follow=True))

    def test_what_ended_is_held_again_when_the_shopper_is_back(self, client, who):
        variant = goods()
        add(who, variant, 2)
        let_holds_end(who)
        assert "Everything here is held for you" in page(client)
        assert counters(variant) == (10, 2, 0)
        assert StockHold.objects.get(quantity=2).expires_at > timezone.now()

    def test_kept_too_long_while_others_want_it(self, client, who):
        line = add(who, goods(), 2)
        hour_ago = timezone.now() - timedelta(minutes=70)
        StockHold.objects.update(started_at=hour_ago, expires_at=timezone.now() - timedelta(minutes=5))
        note_refusal([line.variant_id])
        said = page(client)
        assert "You have kept this for an hour and others want it too" in said
        assert "Check out" in said
        assert "disabled" not in client.get(url("cart")).content.decode()

    def test_a_network_that_keeps_a_lot(self, client, who, settings):
        add(who, goods(), 6)
        let_holds_end(who)
        settings.SHOP_GUEST_HOLDS_PER_IP = 5
        assert "Not held: a lot is set aside from your network already." in page(client)

    @pytest.mark.parametrize("policy", ["checkout", "none"])
    def test_a_shop_that_does_not_hold_says_nothing_of_it(self, client, who, settings, policy):
        settings.SHOP_HOLD_POLICY = policy
        add(who, goods())
        assert "held for you for" not in page(client)
        assert not StockHold.objects.exists()


class TestWhatChanged:
    def test_a_lower_price_is_told_once(self, client, who):
        line = add(who, goods(price="20.00"))
        Variant.objects.filter(pk=line.variant_id).update(price=Decimal("16.00"))
        said = page(client)
        assert "The price went down by €4.00 since you added it." in said
        assert "To pay €20.90" in said
        assert "went down" not in page(client)

    def test_a_higher_price_is_told_once(self, client, who):
        line = add(who, goods(price="20.00"))
        Variant.objects.filter(pk=line.variant_id).update(price=Decimal("22.50"))
        assert "The price went up by €2.50 since you added it at €20.00." in page(client)
        assert "went up" not in page(client)

    def lose(self, who, *, on_hand: int) -> CartLine:
        """The hold ended, and so many are left."""
        line = add(who, goods(stock=5, price="20.00", name="Contours 7"), 4)
        add(who, goods(price="9.50"))
        let_holds_end(who)
        other = guest()
        if on_hand < 5:
            add(other, line.variant, 5 - on_hand)
        return line

    def test_only_some_are_left(self, client, who):
        line = self.lose(who, on_hand=2)
        response = client.get(url("cart"))
        said = text(response)
        assert "Only 2 are left." in said
        assert "One thing needs another look" in said
        assert "Please look at what is marked in your bag first." in said
        assert client.post(url("update", line.public_id), {"quantity": "4", "take": "2"}).status_code == 302
        assert "Only 2 are left." not in page(client)
        assert counters(line.variant) == (5, 5, 0)

    def test_all_are_in_other_bags(self, client, who):
        self.lose(who, on_hand=0)
        said = page(client)
        assert "The last ones are in other bags just now." in said
        assert "To pay €14.40" in said  # what cannot be had is not in the sum

    def test_the_last_was_sold(self, client, who):
        line = self.lose(who, on_hand=5)
        Stock.objects.filter(pk=line.variant_id).update(on_hand=0, held=0)
        StockHold.objects.filter(variant=line.variant).update(quantity=0)
        line.variant.movements.create(kind="adjust", on_hand_change=-5, held_change=-4)
        said = page(client)
        assert "The last was sold. Save it for later, or remove it." in said
        assert "To pay €14.40" in said

    def test_it_is_no_longer_for_sale(self, client, who):
        line = add(who, goods(name="Contours 7"))
        Product.objects.update(status=ProductStatus.ARCHIVED)
        assert "This is no longer for sale. Please remove it." in page(client)
        response = client.post(url("update", line.public_id), {"quantity": "2"})
        assert "This is no longer for sale." in text(response)
        client.post(url("remove", line.public_id))
        assert not CartLine.objects.exists()


class TestQuantity:
    def post(self, client, line, **data):
        return client.post(url("update", line.public_id), data)

    def test_typed_and_stepped(self, client, who):
        line = add(who, goods(), 2)
        assert self.post(client, line, quantity="5").url == f"{url('cart')}#line-{line.public_id}"
        self.post(client, line, quantity="5", step="1")
        self.post(client, line, quantity=" 6 ", step="-1")
        self.post(client, line, quantity="5", step="100")
        line.refresh_from_db()
        assert line.quantity == 5
        assert counters(line.variant) == (10, 5, 0)

    @pytest.mark.parametrize("typed", ["-1", "1.5", "1,5", "abc", "", "1e3", "٣", "0x10", "null"])
    def test_what_is_no_whole_number_is_said_and_kept(self, client, who, typed):
        line = add(who, goods(), 2)
        response = self.post(client, line, quantity=typed)
        assert response.status_code == 200
        assert "Please enter a whole number from 1 up." in text(response)
        assert f'value="{typed or 2}"' in response.content.decode()
        line.refresh_from_db()
        assert line.quantity == 2

    @pytest.mark.parametrize("typed", ["21", "1000000000", "9" * 5000])
    def test_far_too_many(self, client, who, typed):
        line = add(who, goods(), 2)
        response = self.post(client, line, quantity=typed)
        assert "At most 20 of one thing fit into a bag." in text(response)
        assert f'value="{typed[:20]}"' in response.content.decode()

    def test_more_than_there_is(self, client, who):
        line = add(who, goods(stock=3, name="Contours 7"), 2)
        response = self.post(client, line, quantity="7")
        assert "Only 3 of Contours 7 left, and 2 of them are in your bag already." in text(response)
        assert 'value="7"' in response.content.decode()

    def test_a_price_sent_along_moves_nothing(self, client, who):
        line = add(who, goods(price="20.00"))
        self.post(client, line, quantity="2", price="0.01", total="0.02")
        assert "To pay €44.90" in page(client)

    @pytest.mark.parametrize("data", [{"quantity": "0"}, {"quantity": "1", "step": "-1"}])
    def test_nought_takes_it_out_and_can_be_undone(self, client, who, data):
        line = add(who, goods(name="Contours 7"), 2)
        self.post(client, line, **data)
        assert not CartLine.objects.exists()
        assert "Contours 7 was removed. Put it back" in page(client)
        assert "was removed" not in page(client)

    def test_enter_presses_no_minus(self, client, who):
        add(who, goods())
        form = re.search(r'<form class="line.*?</form>', client.get(url("cart")).content.decode(), re.DOTALL)[0]
        first = re.search(r"<button[^>]*>", form)[0]
        assert "name=" not in first
        assert "formaction" not in first


class TestTakingOut:
    def test_removing_can_be_undone(self, client, who):
        line = add(who, goods(name="Contours 7"), 3)
        response = client.post(url("remove", line.public_id), follow=True)
        form = re.search(r'<form class="notice cart__removed".*?</form>', response.content.decode(), re.DOTALL)[0]
        fields = dict(re.findall(r'name="(\w+)" value="([^"]+)"', form))
        fields.pop("csrfmiddlewaretoken", None)
        assert client.post(url("add"), fields).url == url("cart")
        assert CartLine.objects.get().quantity == 3
        assert counters(line.variant) == (10, 3, 0)

    def test_emptying(self, client, who):
        full_cart(lines=3, shopper=who)
        assert "Your bag is empty." in text(client.post(url("empty"), follow=True))
        assert not CartLine.objects.exists()

    def test_saving_for_later_and_back(self, client, who):
        line = add(who, goods(name="Contours 7"), 2)
        said = text(client.post(url("save", line.public_id), follow=True))
        assert "Contours 7 is saved for later." in said
        assert "Saved for later Contours 7" in said
        client.post(url("restore", SavedLine.objects.get().public_id))
        assert CartLine.objects.get().quantity == 2

    def test_what_cannot_be_moved_back_says_why(self, client, who):
        line = add(who, goods(stock=1, name="Contours 7"))
        saved = save_for_later(shopper=who, line_id=line.public_id)
        add(guest(), line.variant)
        response = client.post(url("restore", saved.public_id))
        assert "Others have the last of Contours 7 in their bags just now." in text(response)
        Product.objects.update(status=ProductStatus.ARCHIVED)
        assert "This is no longer for sale." in text(client.post(url("restore", saved.public_id)))
        client.post(url("forget", saved.public_id))
        assert not SavedLine.objects.exists()


class TestDestination:
    def test_the_estimate_changes(self, client, who):
        add(who, goods(price="20.00"))
        data = {"country": "AT", "postcode": "6020", "shipping_method": "express"}
        assert client.post(url("destination"), data).url == url("cart")
        said = page(client)
        assert "Delivery to Austria €9.90" in said
        assert "To pay €29.90" in said

    def test_another_country_forgets_the_region(self, client, who):
        add(who, goods())
        Cart.objects.update(country="CA", region="QC")
        client.post(url("destination"), {"country": "CA", "postcode": "H1A"})
        assert Cart.objects.get().region == "QC"
        client.post(url("destination"), {"country": "US", "postcode": ""})
        assert Cart.objects.get().region == ""

    @pytest.mark.parametrize(
        ("data", "said"),
        [
            ({"country": "ZZ", "postcode": "20359"}, "We do not send there yet."),
            ({"country": "", "postcode": "20359"}, "Country: please fill this in."),
            ({"country": "DE", "postcode": "2" * 10_000}, "Please use at most 20 characters."),
        ],
    )
    def test_what_cannot_be_is_said_and_kept(self, client, who, data, said):
        add(who, goods())
        response = client.post(url("destination"), data)
        assert response.status_code == 200
        assert said in text(response)
        assert f'value="{data["postcode"]}"' in response.content.decode()
        assert Cart.objects.get().country == ""


FORMS = ["update", "remove", "save", "restore", "forget"]


class TestOthers:
    @pytest.mark.parametrize("name", FORMS)
    def test_lines_of_others_are_not_found_and_stay(self, client, name):
        other = guest()
        line, spare = add(other, goods(name="Contours 7"), 2), add(other, goods())
        saved = save_for_later(shopper=other, line_id=spare.public_id)
        for public_id in (line.public_id, saved.public_id, "no-such-line"):
            response = client.post(url(name, public_id), {"quantity": "1"})
            assert response.status_code == 404
            assert "There is nothing in your bag." in text(response)
        assert CartLine.objects.get().quantity == 2
        assert SavedLine.objects.exists()

    def test_what_was_taken_out_in_another_window_is_said_beside_the_bag(self, client, who):
        line = add(who, goods())
        add(who, goods(name="Weave 2"))
        client.post(url("remove", line.public_id))
        response = client.post(url("remove", line.public_id))
        assert response.status_code == 404
        assert "This is no longer in your bag." in text(response)
        assert "Weave 2" in text(response)

    @pytest.mark.parametrize("name", ["extend", "empty", "destination"])
    def test_forms_of_a_bag_that_is_not_there(self, name):
        assert Client().post(url(name), {"country": "DE"}).status_code == 404

    @pytest.mark.parametrize("name", ["add", "extend", "empty", "destination"])
    def test_looking_at_a_forms_address_leads_to_the_bag(self, client, name):
        assert client.get(url(name)).url == url("cart")

    @pytest.mark.parametrize("name", ["add", "extend", "empty", "destination"])
    def test_forms_need_their_token(self, who, name):
        strict = Client(enforce_csrf_checks=True)
        assert strict.post(url(name), {"variant_id": "1"}).status_code == 403


class TestAnotherWindow:
    """The bag becomes an order while its page is being made."""

    @pytest.fixture(params=["restore_holds", "accept_prices"])
    def ordered_before(self, request, who, monkeypatch):
        module = look_at_cart if request.param == "restore_holds" else cart_page
        verb = getattr(module, request.param)

        def late(**asked):
            Cart.objects.filter(public_id=who.cart_id).update(status=CartStatus.ORDERED)
            return verb(**asked)

        monkeypatch.setattr(module, request.param, late)
        return request.param

    def test_the_page_is_shown_all_the_same(self, client, who, ordered_before):
        variant = goods(stock=5)
        add(who, variant)
        CartLine.objects.update(price_seen=Decimal("1.00"))
        if ordered_before == "restore_holds":
            let_holds_end(who)
        assert client.get(url("cart")).status_code == 200


class TestScript:
    def test_what_is_gone_asks_for_the_page_anew(self, client):
        response = client.post(url("remove", "gone"), headers={"HX-Request": "true"})
        assert response["HX-Refresh"] == "true"
        assert "This is no longer in your bag." in page(client) or "We could not find that." in page(client)

    def test_messages_come_with_the_part_that_is_replaced(self, client, who):
        line = add(who, goods(name="Contours 7"))
        client.post(url("save", line.public_id))
        response = client.get(url("cart"), headers={"HX-Request": "true"}).content.decode()
        part = response[response.index('id="cart-page"') :]
        assert "Contours 7 is saved for later." in part
