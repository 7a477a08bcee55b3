"""Filling a shop: everything there, everything coherent, once, and never where it does not belong."""

import io
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import LazySettings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db.models import F, Q, Sum
from django.test import Client
from django.utils import timezone
from PIL import Image
from pytest_django import DjangoAssertNumQueries

from accounts.models import Address, User
from catalog.demo.goods import HERO, ROOM, categories, products
from catalog.models import Category, ContentPage, Product, ProductImage, Review, StockMovement, Variant
from catalog.services import seed_pictures
from catalog.services.grow_catalogue import grow_catalogue
from catalog.services.listing import refresh_listing
from catalog.services.seed_pictures import draw_pictures, picture_name
from orders.demo.past_orders import PastOrder, past_orders
from orders.models import (
    FulfilmentStatus,
    Order,
    OrderEvent,
    OrderLine,
    OrderStatus,
    Payment,
    PaymentStatus,
    Refund,
    Shipment,
)
from orders.services import seed_orders
from orders.services.check_stock import check_stock
from orders.services.popularity import recount_popularity
from orders.services.seed_shop import is_default_database
from orders.tests.factories import OrderFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("few_orders")]
GOODS = products()
OURS = ("accounts", "catalog", "carts", "orders")
Seed = Callable[..., str]


@pytest.fixture
def accounts_file(settings: LazySettings, tmp_path: Path) -> Path:
    path = tmp_path / "demo-accounts"
    settings.SHOP_DEMO_ACCOUNTS_FILE = str(path)
    return path


@pytest.fixture
def few_orders(monkeypatch: pytest.MonkeyPatch) -> None:
    """The orders of the first customer, which are of every fate, and a tenth of the others."""

    def some(*arguments: Any) -> list[PastOrder]:
        return [order for i, order in enumerate(past_orders(*arguments)) if order.person == 0 or i % 10 == 0]

    monkeypatch.setattr(seed_orders, "past_orders", some)


@pytest.fixture
def seed(settings: LazySettings, tmp_path: Path, accounts_file: Path) -> Seed:
    """`seed("--yes")` runs the command with pictures that are there already, and returns what it said."""
    settings.MEDIA_ROOT = tmp_path / "media"
    _put_pictures()

    def run(*arguments: str, command: str = "seed_shop") -> str:
        said = io.StringIO()
        call_command(command, *arguments, stdout=said)
        return said.getvalue()

    return run


def _put_pictures() -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (4, 5), "#2342be").save(buffer, "JPEG")
    for picture in [HERO, ROOM, *(picture for product in GOODS for picture in product.pictures)]:
        name = picture_name(picture)
        if not default_storage.exists(name):
            default_storage.save(name, ContentFile(buffer.getvalue()))


def rows() -> dict[str, int]:
    return {
        model._meta.label: model._base_manager.count()
        for app in OURS
        for model in apps.get_app_config(app).get_models()
    }


# --- what is there ---------------------------------------------------------------------------------------------


def test_goods_categories_and_pages_are_written(seed: Seed) -> None:
    seed()
    assert Product.objects.filter(is_demo=True).count() == len(GOODS)
    assert Variant.objects.count() == sum(len(product.variants) for product in GOODS)
    assert Category.objects.count() == len(categories())
    assert set(Category.objects.values_list("url_path", flat=True)) == {shelf.path for shelf in categories()}
    assert not Category.objects.filter(image="").exists()
    assert {"about", "shipping", "imprint", "home", "strip"} <= set(ContentPage.objects.values_list("slug", flat=True))
    home = ContentPage.objects.get(slug="home")
    assert (home.image.name, home.image_alt) == (picture_name(HERO), HERO.alt)


def test_a_product_is_whole(seed: Seed) -> None:
    seed()
    first, drawn = Product.objects.earliest("pk"), GOODS[0]
    assert (first.name, first.slug, first.category.url_path) == (drawn.name, drawn.slug, drawn.category)
    assert [(i.file.name, i.alt, i.position) for i in first.images.all()] == [
        (picture_name(picture), picture.alt, place) for place, picture in enumerate(drawn.pictures)
    ]
    assert first.main_image.position == 0
    assert (first.main_image.width, first.main_image.height) == (1000, 1250)
    assert set(first.tags.values_list("name", flat=True)) == set(drawn.tags)
    assert list(first.attributes.values_list("name", "value")) == list(drawn.attributes)
    assert [option.name for option in first.options.all()] == ["Size", "Frame"]
    variant = Variant.objects.get(sku=drawn.variants[1].sku)
    assert variant.title == "21 × 30 cm / Oak"
    assert dict(variant.chosen.values_list("option__name", "value__value")) == {"Size": "21 × 30 cm", "Frame": "Oak"}
    assert variant.image.alt.endswith("in an oak frame")
    assert variant.prices.count() == 1


def test_the_shelf_holds_what_the_goods_say_after_all_those_orders(seed: Seed) -> None:
    seed()
    wanted = {variant.sku: variant.stock for product in GOODS for variant in product.variants}
    stock = Variant.objects.values_list("sku", F("stock__on_hand") - F("stock__committed"))
    assert dict(stock) == wanted
    assert Product.objects.filter(in_stock=False).count() >= 2
    assert Product.objects.filter(in_stock=True, low_stock=True).exists()
    assert Product.objects.filter(on_sale=True).exists()


def test_the_columns_lists_read_are_what_they_would_be_computed_to(seed: Seed) -> None:
    seed("--products", "80")
    before = list(Product.objects.order_by("pk").values())
    refresh_listing(Product.objects.values_list("pk", flat=True))
    assert list(Product.objects.order_by("pk").values()) == before


def test_stock_ledger_and_orders_agree(seed: Seed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seed_orders, "past_orders", past_orders)
    seed("--products", "70")
    report = check_stock()
    assert report.problems == ()
    assert report.variants == Variant.objects.count()
    assert Order.objects.count() > 200


def test_the_ledger_tells_the_past_in_its_order(seed: Seed) -> None:
    seed()
    order = Order.objects.filter(status=OrderStatus.DELIVERED).earliest("placed_at")
    movements = StockMovement.objects.filter(reference=order.number).order_by("created_at")
    assert {movement.kind for movement in movements} == {"commit", "ship"}
    assert movements.earliest("created_at").created_at == order.placed_at
    assert not StockMovement.objects.filter(created_at__gt=timezone.now()).exists()


def test_reviews_are_shown_and_those_who_bought_are_named_so(seed: Seed) -> None:
    seed()
    assert Review.objects.filter(status="approved").count() == Review.objects.count() > 100
    assert Review.objects.filter(verified_purchase=True).count() > 3
    assert Review.objects.filter(verified_purchase=False).exists()
    for review in Review.objects.filter(verified_purchase=True)[:10]:
        assert OrderLine.objects.filter(order__user=review.user, product=review.product).exists()
    product = Product.objects.filter(review_count__gt=2).earliest("pk")
    shown = product.reviews.filter(status="approved")
    assert product.review_count == shown.count()
    assert float(product.rating) == pytest.approx(sum(r.rating for r in shown) / shown.count(), abs=0.006)


# --- past orders -----------------------------------------------------------------------------------------------


def test_orders_of_every_status(seed: Seed) -> None:
    seed()
    assert set(Order.objects.values_list("status", flat=True)) == set(OrderStatus)
    assert {
        PaymentStatus.UNPAID,
        PaymentStatus.PAID,
        PaymentStatus.PARTIALLY_REFUNDED,
        PaymentStatus.REFUNDED,
    } <= set(Order.objects.values_list("payment_status", flat=True))
    assert set(Order.objects.values_list("fulfilment_status", flat=True)) == set(FulfilmentStatus)
    assert not Order.objects.filter(is_demo=False).exists()


def test_money_of_orders_adds_up(seed: Seed) -> None:
    seed()
    for order in Order.objects.annotate(goods=Sum("lines__line_total")):
        assert order.total == order.goods + order.shipping, order.number
        assert sum(float(step["amount"]) for step in order.steps) == pytest.approx(float(order.total))
    assert not Order.objects.exclude(captured=0).exclude(captured=F("total")).exists()
    for order in Order.objects.filter(captured__gt=0):
        assert order.payments.get().captured == order.total
    paid_back = Refund.objects.aggregate(sum=Sum("amount"))["sum"]
    assert paid_back == Order.objects.aggregate(sum=Sum("refunded"))["sum"] > 0
    assert Payment.objects.filter(refunded__gt=F("captured")).count() == 0


def test_orders_tell_how_they_went(seed: Seed) -> None:
    seed()
    assert Order.objects.filter(events=None).count() == 0
    assert not OrderEvent.objects.filter(created_at__gt=timezone.now()).exists()
    delivered = Order.objects.filter(status=OrderStatus.DELIVERED, payment_method="test").earliest("placed_at")
    assert [event.kind for event in delivered.events.all()][:5] == [
        "placed",
        "paid",
        "processing",
        "shipped",
        "delivered",
    ]
    shipment = delivered.shipments.get()
    assert {line.line_id: line.quantity for line in shipment.lines.all()} == {
        line.pk: line.quantity for line in delivered.lines.all()
    }
    in_part = Order.objects.filter(fulfilment_status=FulfilmentStatus.PARTIAL).earliest("pk")
    assert 0 < in_part.lines.filter(shipped_quantity=F("quantity")).count() < in_part.lines.count()
    assert Shipment.objects.filter(order__status=OrderStatus.PENDING).count() == 0


def test_every_order_has_its_addresses_and_guests_none_but_theirs(seed: Seed) -> None:
    seed()
    for order in Order.objects.prefetch_related("addresses"):
        assert {address.kind for address in order.addresses.all()} == {"shipping", "billing"}
    assert Order.objects.filter(user=None).exclude(email="").exists()
    assert not Order.objects.filter(user__isnull=False).exclude(email=F("user__email")).exists()


def test_what_sold_best_is_the_first_of_what_is_featured(seed: Seed) -> None:
    seed()
    assert recount_popularity() == 0, "counted already"
    assert Product.objects.order_by("-popularity").first() == Product.objects.earliest("pk")


# --- people ----------------------------------------------------------------------------------------------------


def test_one_can_sign_in_with_what_is_printed_and_kept(seed: Seed, accounts_file: Path) -> None:
    said = seed()
    assert stat.S_IMODE(accounts_file.stat().st_mode) == 0o600
    for username in ("admin", "staff", "ines"):
        user = User.objects.get(username=username, is_demo=True)
        (line,) = [line for line in accounts_file.read_text().splitlines() if line.startswith(f"{username} ")]
        password = line.split()[2]
        assert user.check_password(password)
        assert password in said
    assert User.objects.get(username="admin").is_superuser
    shopper = User.objects.get(username="ines")
    assert not shopper.is_staff
    assert shopper.orders.count() >= 10
    assert shopper.addresses.filter(is_default_shipping=True).count() == 1


def test_staff_may_work_in_the_admin_but_not_on_people(seed: Seed) -> None:
    seed()
    staff = User.objects.get(username="staff")
    assert staff.has_perm("orders.change_order")
    assert staff.has_perm("catalog.change_product")
    assert staff.has_perm("accounts.view_user")
    assert not staff.has_perm("accounts.change_user")
    assert not staff.is_superuser


def test_customers_of_the_past_cannot_be_signed_in_as(seed: Seed) -> None:
    seed()
    customers = User.objects.filter(is_demo=True, is_staff=False).exclude(username="ines")
    assert customers.count() > 20
    assert not any(customer.has_usable_password() for customer in customers)
    assert not User.objects.filter(Q(email__endswith="@demo.example") & Q(is_demo=False)).exists()
    assert Address.objects.filter(user__in=customers).count() == customers.count()


def test_passwords_differ_from_shop_to_shop(seed: Seed, accounts_file: Path) -> None:
    seed()
    first = accounts_file.read_text()
    Refund.objects.all().delete()
    Payment.objects.all().delete()
    Shipment.objects.all().delete()
    Order.objects.all().delete()
    User.objects.all().delete()
    seed()
    second = accounts_file.read_text()
    assert first != second
    assert len(second.splitlines()) == len(first.splitlines()), "old passwords are gone"


# --- once, and only where it belongs ---------------------------------------------------------------------------


def test_a_second_run_changes_nothing_and_says_so(seed: Seed, accounts_file: Path) -> None:
    seed()
    before, kept = rows(), accounts_file.read_text()
    said = seed(command="seed_db")
    assert rows() == before
    assert accounts_file.read_text() == kept
    assert "nothing was changed" in said
    assert not any(line.split()[2] in said for line in kept.splitlines()[1:]), "passwords are told once"


def test_what_staff_changed_stays(seed: Seed) -> None:
    seed()
    ContentPage.objects.filter(slug="about").update(body="<p>Ours.</p>")
    Product.objects.filter(slug=GOODS[0].slug).update(name="Our own name")
    seed()
    assert ContentPage.objects.get(slug="about").body == "<p>Ours.</p>"
    assert Product.objects.get(slug=GOODS[0].slug).name == "Our own name"


def test_a_lost_accounts_file_is_spoken_of(seed: Seed, accounts_file: Path) -> None:
    seed()
    accounts_file.unlink()
    assert "changepassword" in seed()


def test_a_shop_with_orders_of_its_own_is_left_alone(seed: Seed) -> None:
    own = OrderFactory()
    before = rows()
    with pytest.raises(CommandError, match="--yes"):
        seed()
    assert rows() == before
    seed("--yes")
    assert Product.objects.filter(is_demo=True).count() == len(GOODS)
    own.refresh_from_db()
    assert not own.is_demo
    assert check_stock().is_clean


def test_other_databases_need_to_be_told_that_they_are_a_demo(seed: Seed, settings: LazySettings) -> None:
    settings.SHOP_DEMO = False
    assert not is_default_database()
    before = rows()
    for arguments in ((), ("--yes",)):
        with pytest.raises(CommandError, match="SHOP_DEMO"):
            seed(*arguments)
    assert rows() == before


def test_the_default_database_needs_not(seed: Seed, settings: LazySettings) -> None:
    from django.db import connection

    if connection.vendor != "sqlite":
        pytest.skip("the default database is SQLite")
    settings.SHOP_DEMO = False
    settings.SHOP_DEFAULT_DATABASE = str(connection.settings_dict["NAME"])
    seed()
    assert Product.objects.exists()


def test_if_empty_leaves_a_shop_with_goods_alone(seed: Seed) -> None:
    OrderFactory()
    before = rows()
    assert seed("--if-empty") == ""
    assert rows() == before


# --- any size --------------------------------------------------------------------------------------------------


def test_the_catalogue_grows_to_the_size_asked_for_and_no_further(seed: Seed) -> None:
    seed("--products", "90")
    assert Product.objects.filter(is_demo=True).count() == 90
    before = rows()
    seed("--products", "90")
    seed("--products", "10")
    assert rows() == before
    seed("--products", "95")
    assert Product.objects.filter(is_demo=True).count() == 95
    assert len(set(Product.objects.values_list("slug", flat=True))) == 95


@pytest.mark.parametrize("number", ["0", "-5"])
def test_a_size_below_one_is_refused(seed: Seed, number: str) -> None:
    with pytest.raises(CommandError, match="from 1"):
        seed(f"--products={number}")


def test_growing_takes_as_many_queries_for_many_as_for_few(
    seed: Seed, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    seed()
    with django_assert_max_num_queries(60):
        grow_catalogue(len(GOODS) + 20)
    with django_assert_max_num_queries(90):
        grow_catalogue(len(GOODS) + 220)


def test_grown_goods_can_be_found_and_looked_at(seed: Seed, client: Client) -> None:
    seed("--products", "75")
    grown = Product.objects.latest("pk")
    assert client.get(grown.get_absolute_url()).status_code == 200
    assert grown.main_image is not None
    assert default_storage.exists(grown.main_image.file.name)


# --- pictures --------------------------------------------------------------------------------------------------


def test_only_missing_pictures_are_drawn(seed: Seed) -> None:
    lost = [picture_name(GOODS[0].pictures[0]), picture_name(GOODS[-1].pictures[0])]
    for name in lost:
        default_storage.delete(name)
    assert draw_pictures(workers=1) == 2
    for name in lost:
        with default_storage.open(name) as file, Image.open(file) as picture:
            assert (picture.format, picture.size) == ("JPEG", (1000, 1250))
    assert draw_pictures() == 0


def test_a_picture_many_products_show_outlives_one_of_them(seed: Seed, django_capture_on_commit_callbacks) -> None:
    from catalog.services.images import remove_image

    seed("--products", str(len(GOODS) + 1))
    name = picture_name(GOODS[0].pictures[0])
    showing = list(ProductImage.objects.filter(file=name).order_by("-pk"))
    assert len(showing) == 2
    with django_capture_on_commit_callbacks(execute=True):
        remove_image(image_id=showing[0].pk)
    assert default_storage.exists(name)
    assert seed_pictures.FOLDER in name
