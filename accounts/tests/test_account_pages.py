import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Address, User
from accounts.tests.factories import PASSWORD, AddressFactory

pytestmark = pytest.mark.django_db

NEW = "another quiet wall"
TYPED = {"full_name": "Ada", "line1": "Deich 1", "postcode": "20359", "city": "Hamburg", "country": "DE"}


@pytest.fixture
def mine(client_of, shopper):
    return client_of(shopper)


def errors(page):
    return {field: list(messages) for field, messages in page.context["form"].errors.items()}


def private_pages(address):
    plain = [reverse(f"accounts:{name}") for name in ("account", "password", "addresses", "address_add")]
    return [
        *plain,
        reverse("accounts:address_edit", args=[address.public_id]),
        reverse("accounts:address_delete", args=[address.public_id]),
    ]


def test_every_page_is_for_its_owner_and_kept_by_nobody(mine, shopper, anonymous):
    address = AddressFactory(user=shopper)
    for url in private_pages(address):
        page = mine.get(url)
        assert page.status_code == 200, url
        assert "no-store" in page.headers["Cache-Control"], url
        assert "private" in page.headers["Cache-Control"], url
        assert anonymous.get(url).url == f"/login/?next={url}", url
        assert anonymous.post(url).status_code == 302, url
    assert Address.objects.filter(pk=address.pk).exists()


def test_somebody_elses_address_is_not_there(mine, other_shopper):
    address = AddressFactory(user=other_shopper, line1="Secret lane 1")
    edit, delete = private_pages(address)[-2:]
    default = reverse("accounts:address_default", args=[address.public_id, "delivery"])
    assert [mine.get(edit).status_code, mine.get(delete).status_code] == [404, 404]
    assert [mine.post(url, TYPED).status_code for url in (edit, delete, default)] == [404, 404, 404]
    assert Address.objects.get().line1 == "Secret lane 1"
    assert "Secret lane" not in mine.get("/account/addresses/").content.decode()


def test_the_number_of_queries_does_not_grow_with_the_book(mine, shopper, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def queries():
        with CaptureQueriesContext(connection) as seen:
            mine.get("/account/addresses/")
        return len(seen)

    AddressFactory.create_batch(2, user=shopper)
    few = queries()
    AddressFactory.create_batch(18, user=shopper)
    assert queries() == few


class TestProfile:
    def test_it_is_shown_and_saved(self, mine, shopper):
        assert 'value="Ines"' in mine.get("/account/profile/").content.decode()
        page = mine.post("/account/profile/", {"first_name": "Ada", "last_name": "L", "username": "Ada", "phone": ""})
        assert page.url == "/account/profile/"
        user = User.objects.get(pk=shopper.pk)
        assert (user.first_name, user.username_key) == ("Ada", "ada")

    def test_an_empty_username_is_none(self, mine, shopper):
        mine.post("/account/profile/", {"first_name": "Ada"})
        assert User.objects.get(pk=shopper.pk).username is None

    def test_what_one_may_not_change_is_ignored(self, mine, shopper):
        mine.post("/account/profile/", {"is_staff": "on", "is_superuser": "on", "email": "evil@example.org"})
        user = User.objects.get(pk=shopper.pk)
        assert (user.is_staff, user.is_superuser, user.email) == (False, False, "shopper@example.org")

    @pytest.mark.parametrize(
        ("given", "field"),
        [
            ({"username": "other"}, "username"),
            ({"username": "a@b.de"}, "username"),
            ({"phone": "call me"}, "phone"),
            ({"first_name": "x" * 10_000}, "first_name"),
        ],
    )
    def test_what_will_not_do_stays_typed(self, mine, shopper, other_shopper, given, field):
        page = mine.post("/account/profile/", {"last_name": "Typed"} | given)
        assert set(errors(page)) == {field}
        text = page.content.decode()
        assert 'value="Typed"' in text
        assert f'value="{given[field]}"' in text
        assert "Ines</span>" in text


class TestPassword:
    def change(self, client, **given):
        return client.post("/account/password/", {"current_password": PASSWORD, "new_password": NEW} | given)

    def test_it_is_changed_here_and_ends_elsewhere(self, mine, client_of, shopper):
        elsewhere = client_of(shopper)
        assert self.change(mine).url == "/account/"
        assert mine.get("/account/").status_code == 200
        assert elsewhere.get("/account/").status_code == 302

    @pytest.mark.parametrize(
        ("given", "field"),
        [({"current_password": "no"}, "current_password"), ({"new_password": "short"}, "new_password")],
    )
    def test_what_is_wrong_is_said(self, mine, given, field):
        page = self.change(mine, **given)
        assert set(errors(page)) == {field}
        assert PASSWORD not in page.content.decode()

    def test_guessing_is_limited(self, mine):
        for _ in range(5):
            self.change(mine, current_password="no")
        assert self.change(mine).status_code == 429


class TestAddresses:
    def test_adding(self, mine, shopper):
        assert mine.post("/account/addresses/new/", TYPED).url == "/account/addresses/"
        address = Address.objects.get(user=shopper)
        assert (address.line1, address.is_default_shipping) == ("Deich 1", True)
        text = mine.get("/account/addresses/").content.decode()
        assert "Deich 1" in text
        assert "20359 Hamburg" in text
        assert "Germany" in text

    @pytest.mark.parametrize(
        ("given", "field"),
        [
            ({"line1": "x" * 10_000}, "line1"),
            ({"full_name": ""}, "full_name"),
            ({"city": " "}, "city"),
            ({"postcode": "2035"}, "postcode"),
            ({"postcode": ""}, "postcode"),
            ({"country": "XX"}, "country"),
            ({"country": ""}, "country"),
            ({"phone": "call me"}, "phone"),
        ],
    )
    def test_what_will_not_do_stays_typed(self, mine, given, field):
        page = mine.post("/account/addresses/new/", TYPED | {"company": "Typed & Co"} | given)
        assert page.status_code == 200
        assert set(errors(page)) == {field}
        assert "Typed &amp; Co" in page.content.decode()
        assert not Address.objects.exists()

    def test_everything_is_said_at_once(self, mine):
        page = mine.post("/account/addresses/new/", {"postcode": "12", "country": "DE"})
        assert errors(page) == {
            "full_name": ["Full name: please fill this in."],
            "line1": ["Street and number: please fill this in."],
            "city": ["Town: please fill this in."],
            "postcode": ["A postcode in Germany looks like 20359."],
        }

    def test_a_country_without_postcodes(self, mine, shopper):
        mine.post("/account/addresses/new/", TYPED | {"country": "IE", "postcode": ""})
        assert Address.objects.get().country == "IE"

    def test_editing(self, mine, shopper):
        address = AddressFactory(user=shopper)
        url = reverse("accounts:address_edit", args=[address.public_id])
        assert 'value="Hafenstraße 12"' in mine.get(url).content.decode()
        mine.post(url, TYPED | {"is_default_billing": "on"})
        address.refresh_from_db()
        assert (address.line1, address.is_default_billing, address.is_default_shipping) == ("Deich 1", True, False)

    def test_deleting_asks_first(self, mine, shopper):
        address = AddressFactory(user=shopper)
        url = reverse("accounts:address_delete", args=[address.public_id])
        assert "Hafenstraße 12" in mine.get(url).content.decode()
        assert Address.objects.exists()
        assert mine.post(url).url == "/account/addresses/"
        assert not Address.objects.exists()
        assert mine.post(url).status_code == 404

    def test_defaults(self, mine, shopper):
        first = AddressFactory(user=shopper, is_default_shipping=True, is_default_billing=True)
        second = AddressFactory(user=shopper, line1="Deich 2")
        mine.post(reverse("accounts:address_default", args=[second.public_id, "delivery"]))
        first.refresh_from_db()
        second.refresh_from_db()
        assert (first.is_default_shipping, first.is_default_billing) == (False, True)
        assert (second.is_default_shipping, second.is_default_billing) == (True, False)

    def test_a_default_for_nothing_is_no_page(self, mine, shopper):
        address = AddressFactory(user=shopper)
        assert mine.post(f"/account/addresses/{address.public_id}/default-for-fun/").status_code == 404
        url = reverse("accounts:address_default", args=[address.public_id, "invoices"])
        assert mine.get(url).status_code == 405


def test_staff_find_the_way_to_the_admin(client_of, staff, mine):
    assert 'href="/admin/"' in client_of(staff).get("/account/").content.decode()
    assert 'href="/admin/"' not in mine.get("/account/profile/").content.decode()


def test_forms_without_their_token_are_refused(shopper):
    client = Client(enforce_csrf_checks=True)
    client.force_login(shopper)
    for url in ("/account/", "/account/password/", "/account/addresses/new/", "/logout/"):
        assert client.post(url, TYPED).status_code == 403
