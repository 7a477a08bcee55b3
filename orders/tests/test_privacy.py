"""Having all one's data, and going."""

import io
import json
import os
import zipfile
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import Address, Consent, DataExport, EmailCode, User
from accounts.selectors.consents import wants_newsletter
from accounts.tests.api import call, post, refused, token_of
from accounts.tests.factories import PASSWORD, AddressFactory, UserFactory, give_app
from carts.models import Cart, GiftCard, WishListItem
from carts.tests.factories import counters, goods
from catalog.models import Review
from catalog.services.review_product import ReviewText, review_product
from orders.models import Order, OrderAddress
from orders.services.add_note import add_note
from orders.services.anonymize_customer import anonymize_customer
from orders.services.export_customer import export_zip, request_export
from orders.services.prune import prune
from orders.services.refund_order import GiveBack, refund_order
from orders.services.request_return import WantedBack, reject_return, request_return
from orders.tests.factories import OrderFactory, check_out, fill_cart
from shop.common.errors import Conflict, InvalidInput, NotFound
from shop.testing.work import run_tasks

pytestmark = pytest.mark.django_db


def unpacked(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return json.loads(archive.read("your-data.json"))


@pytest.fixture
def known(shopper):
    """Somebody of whom there is everything."""
    order = OrderFactory(user=shopper, status="delivered", note="Knock twice")
    AddressFactory(user=shopper, line1="Secret lane 1")
    variant = order.lines.first().variant
    review_product(user=shopper, product_id=variant.product_id, text=ReviewText(rating=5, comment="Lovely weave"))
    WishListItem.objects.create(user=shopper, owner=f"user:{shopper.pk}", product=variant.product)
    fill_cart([(goods(), 2)], user=shopper)
    give_app(shopper)
    token_of(shopper)
    return shopper


class TestExport:
    def test_everything_is_in_it_and_no_secret(self, known):
        data = unpacked(export_zip(known))
        assert data["account"]["email"] == known.email
        assert data["addresses"][0]["line1"] == "Secret lane 1"
        (order,) = data["orders"]
        assert (order["note"], order["lines"][0]["quantity"], len(order["addresses"])) == ("Knock twice", 2, 2)
        assert data["reviews"][0]["comment"] == "Lovely weave"
        assert (len(data["bag"]), len(data["wish_list"]), len(data["second_factors"])) == (1, 1, 2)
        text = json.dumps(data)
        assert known.password not in text
        assert not any(secret in text for secret in ("digest", "session_key", "seed"))

    def test_it_is_packed_by_a_task_and_fetched_from_the_account(self, known, client_of, mails_to, other_shopper):
        mine = client_of(known)
        assert mine.post("/account/privacy/export/").url == "/account/privacy/"
        mine.post("/account/privacy/export/")
        export = DataExport.objects.get()
        assert mine.get(f"/account/privacy/export/{export.public_id}/").status_code == 404
        assert "/account/privacy/" in mails_to(known.email)[-1].body
        answer = mine.get(f"/account/privacy/export/{export.public_id}/")
        assert (answer["Content-Type"], "no-store" in answer["Cache-Control"]) == ("application/zip", True)
        assert unpacked(answer.content)["account"]["email"] == known.email
        assert client_of(other_shopper).get(f"/account/privacy/export/{export.public_id}/").status_code == 404

    def test_nobody_elses_is_in_it(self, known, other_shopper):
        OrderFactory(user=other_shopper)
        AddressFactory(user=other_shopper)
        data = unpacked(export_zip(other_shopper))
        assert (len(data["orders"]), len(data["addresses"]), data["reviews"], data["bag"]) == (1, 1, [], [])

    def test_orders_of_guests_count_only_with_a_proved_address(self):
        check_out(fill_cart([(goods(), 1)]), email="ada@example.org")
        user = UserFactory(email="ada@example.org", email_verified_at=None)
        assert unpacked(export_zip(user))["orders"] == []
        user.email_verified_at = timezone.now()
        assert len(unpacked(export_zip(user))["orders"]) == 1

    def test_by_command(self, known, tmp_path):
        target = tmp_path / "data.zip"
        call_command("export_customer", known.email, str(target))
        assert unpacked(target.read_bytes())["account"]["email"] == known.email
        assert os.stat(target).st_mode & 0o777 == 0o600
        with pytest.raises(CommandError, match="File exists"):
            call_command("export_customer", known.email, str(target))
        with pytest.raises(CommandError, match="no account"):
            call_command("export_customer", "nobody@example.org", str(target))


class TestClosing:
    def test_the_person_is_gone_and_the_orders_are_whole(self, known, client_of, mails_to):
        order = Order.objects.get(user=known)
        total, lines = order.total, list(order.lines.values_list("name", "line_total"))
        add_note(order_id=order.pk, text="Ines rang: Hafenstraße 12", is_public=False, actor_id=None)
        held = counters(Cart.objects.get(open_for=known).lines.first().variant)[1]
        mine, token = client_of(known), token_of(known)
        assert mine.post("/account/privacy/close/", {"current_password": PASSWORD}).url == "/"
        order.refresh_from_db()
        assert (order.total, list(order.lines.values_list("name", "line_total"))) == (total, lines)
        text = everything()
        for trace in (known.email, "Albrecht", "Ines", "Hafenstra", "Secret lane", "Knock twice", "shopper"):
            assert trace not in text, trace
        assert "20359" in text
        assert held == 2
        assert mine.get("/account/").status_code == 302
        refused(post("login", {"email": known.email, "password": PASSWORD}), 401, "invalid_credentials")
        refused(call("get", "me", token=token), 401, "invalid_token")
        assert "closed" in mails_to(known.email)[-1].subject

    def test_holds_are_given_back(self, known):
        variant = Cart.objects.get(open_for=known).lines.first().variant
        anonymize_customer(user_id=known.pk)
        assert counters(variant)[1] == 0

    def test_the_address_is_free_again(self, known):
        anonymize_customer(user_id=known.pk)
        assert post("register", {"email": known.email, "password": PASSWORD}).status_code == 201
        assert not Order.objects.filter(user__email=known.email).exists()

    def test_the_password_is_asked(self, known, client_of):
        page = client_of(known).post("/account/privacy/close/", {"current_password": "no"})
        assert set(page.context["form"].errors) == {"current_password"}
        assert User.objects.get(pk=known.pk).is_active

    def test_not_while_an_order_is_under_way(self, shopper, client_of):
        OrderFactory(user=shopper, status="paid")
        page = client_of(shopper).post("/account/privacy/close/", {"current_password": PASSWORD})
        assert "still under way" in page.content.decode()
        with pytest.raises(Conflict):
            anonymize_customer(user_id=shopper.pk)

    def test_not_while_something_is_to_be_sent_back(self, shopper):
        order = OrderFactory(user=shopper, status="delivered")
        line = order.lines.get()
        request_return(WantedBack(order_id=order.pk, quantities={line.public_id: 1}))
        with pytest.raises(Conflict) as refused:
            anonymize_customer(user_id=shopper.pk)
        assert refused.value.error_code == "return_under_way"
        reject_return(order_id=order.pk, answer="Worn")
        anonymize_customer(user_id=shopper.pk)

    def test_nobody_is_left_to_mail_a_gift_card_to(self, known):
        anonymize_customer(user_id=known.pk)
        order = Order.objects.get(user=known)
        with pytest.raises(InvalidInput) as refused:
            refund_order(GiveBack(order_id=order.pk, to_gift_card=True))
        assert set(refused.value.fields) == {"to_gift_card"}
        assert not GiftCard.objects.exists()
        refund_order(GiveBack(order_id=order.pk))

    def test_not_for_staff_and_not_twice(self, staff, shopper):
        with pytest.raises(Conflict):
            anonymize_customer(user_id=staff.pk)
        anonymize_customer(user_id=shopper.pk)
        with pytest.raises(NotFound):
            anonymize_customer(user_id=shopper.pk)

    def test_by_command(self, known):
        with pytest.raises(CommandError, match="--yes"):
            call_command("anonymize_customer", known.email)
        call_command("anonymize_customer", known.email, "--yes")
        assert User.objects.get(pk=known.pk).anonymized_at


def everything():
    """What is stored of people, as one text."""
    rows = [
        *User.objects.values_list("email", "username", "first_name", "last_name", "phone"),
        *Address.objects.values_list("line1", "full_name"),
        *Order.objects.values_list("email", "note"),
        *OrderAddress.objects.values_list("full_name", "line1", "city", "phone", "postcode", "country"),
        *(row for order in Order.objects.all() for row in order.events.values_list("message")),
        *Review.objects.values_list("author_name", "comment"),
        *Cart.objects.values_list("email", "postcode"),
        *Consent.objects.values_list("email"),
    ]
    return str(rows)


class TestNewsletter:
    def test_each_word_is_recorded_with_its_text(self, shopper, client_of):
        mine = client_of(shopper)
        mine.post("/account/privacy/newsletter/", {"newsletter": "on"})
        mine.post("/account/privacy/newsletter/", {"newsletter": "on"})
        assert wants_newsletter(shopper.email)
        mine.post("/account/privacy/newsletter/")
        assert not wants_newsletter(shopper.email)
        said = list(Consent.objects.order_by("pk").values_list("kind", "given", "email"))
        assert said == [("newsletter", True, shopper.email), ("newsletter", False, shopper.email)]
        assert "Halftide may write to me" in Consent.objects.first().text

    def test_who_never_said_anything_gets_none(self, shopper):
        assert not wants_newsletter(shopper.email)


class TestPruning:
    def test_what_is_over_goes_and_the_rest_stays(self, shopper):
        old, young = (fill_cart([(goods(), 1)]).cart_id for _ in range(2))
        own = fill_cart([(goods(), 1)], user=shopper).cart_id
        long_ago = timezone.now() - timedelta(days=61)
        Cart.objects.exclude(public_id=young).update(updated_at=long_ago)
        variant = Cart.objects.get(public_id=old).lines.first().variant
        code = {"user": shopper, "purpose": "sign_in", "email": shopper.email}
        EmailCode.objects.create(**code, expires_at=long_ago)
        EmailCode.objects.create(**code, expires_at=timezone.now())
        export = request_export(user=shopper)
        run_tasks()
        DataExport.objects.filter(pk=export.pk).update(requested_at=long_ago)
        gone = prune()
        assert (gone["carts of guests"], gone["codes"], gone["data exports"]) == (1, 1, 1)
        assert set(Cart.objects.values_list("public_id", flat=True)) == {young, own}
        assert counters(variant)[1] == 0
        assert sum(prune().values()) == 0

    def test_by_command(self, capsys):
        call_command("prune")
        assert "carts of guests" in capsys.readouterr().out
