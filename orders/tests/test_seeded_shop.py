"""A filled shop: everything there, everything coherent; what filling it again changes, and what growing it."""

import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.files.storage import default_storage
from django.db.models import F, Q, Sum
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import Address, User
from catalog.demo.goods import HERO, categories
from catalog.models import Category, ContentPage, Product, ProductImage, Review, StockMovement, Variant
from catalog.services import seed_pictures
from catalog.services.grow_catalogue import grow_catalogue
from catalog.services.images import remove_image
from catalog.services.listing import refresh_listing
from catalog.services.seed_pictures import picture_name
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
from orders.services.popularity import recount_popularity
from orders.tests.seeding import GOODS, only_few_orders, rows, seed, use_folder

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seeded")]


@pytest.fixture(scope="module")
def seeded(rows_of_module: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """What the command said when it filled the shop, once for all tests here."""
    with pytest.MonkeyPatch.context() as patch:
        use_folder(patch, tmp_path_factory.mktemp("seeded"))
        only_few_orders(patch)
        yield seed()


@pytest.fixture
def accounts_file(seeded: str, settings: LazySettings, tmp_path: Path) -> Path:
    """This test's own copy of the file that the filling wrote."""
    path = tmp_path / "demo-accounts"
    shutil.copy(settings.SHOP_DEMO_ACCOUNTS_FILE, path)
    settings.SHOP_DEMO_ACCOUNTS_FILE = str(path)
    return path


# --- what is there ---------------------------------------------------------------------------------------------


def test_goods_categories_and_pages_are_written() -> None:
    assert Product.objects.filter(is_demo=True).count() == len(GOODS)
    assert Variant.objects.count() == sum(len(product.variants) for product in GOODS)
    assert Category.objects.count() == len(categories())
    assert set(Category.objects.values_list("url_path", flat=True)) == {shelf.path for shelf in categories()}
    assert not Category.objects.filter(image="").exists()
    assert {"about", "shipping", "imprint", "home", "strip"} <= set(ContentPage.objects.values_list("slug", flat=True))
    home = ContentPage.objects.get(slug="home")
    assert (home.image.name, home.image_alt) == (picture_name(HERO), HERO.alt)


def test_a_product_is_whole() -> None:
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


def test_the_shelf_holds_what_the_goods_say_after_all_those_orders() -> None:
    wanted = {variant.sku: variant.stock for product in GOODS for variant in product.variants}
    stock = Variant.objects.values_list("sku", F("stock__on_hand") - F("stock__committed"))
    assert dict(stock) == wanted
    assert Product.objects.filter(in_stock=False).count() >= 2
    assert Product.objects.filter(in_stock=True, low_stock=True).exists()
    assert Product.objects.filter(on_sale=True).exists()


def test_the_columns_lists_read_are_what_they_would_be_computed_to() -> None:
    seed("--products", "80")
    before = list(Product.objects.order_by("pk").values())
    refresh_listing(Product.objects.values_list("pk", flat=True))
    assert list(Product.objects.order_by("pk").values()) == before


def test_the_ledger_tells_the_past_in_its_order() -> None:
    order = Order.objects.filter(status=OrderStatus.DELIVERED).earliest("placed_at")
    movements = StockMovement.objects.filter(reference=order.number).order_by("created_at")
    assert {movement.kind for movement in movements} == {"commit", "ship"}
    assert movements.earliest("created_at").created_at == order.placed_at
    assert not StockMovement.objects.filter(created_at__gt=timezone.now()).exists()


def test_reviews_are_shown_and_those_who_bought_are_named_so() -> None:
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


def test_orders_of_every_status() -> None:
    assert set(Order.objects.values_list("status", flat=True)) == set(OrderStatus)
    assert {
        PaymentStatus.UNPAID,
        PaymentStatus.PAID,
        PaymentStatus.PARTIALLY_REFUNDED,
        PaymentStatus.REFUNDED,
    } <= set(Order.objects.values_list("payment_status", flat=True))
    assert set(Order.objects.values_list("fulfilment_status", flat=True)) == set(FulfilmentStatus)
    assert not Order.objects.filter(is_demo=False).exists()


def test_money_of_orders_adds_up() -> None:
    for order in Order.objects.annotate(goods=Sum("lines__line_total")):
        assert order.total == order.goods + order.shipping, order.number
        assert sum(float(step["amount"]) for step in order.steps) == pytest.approx(float(order.total))
    assert not Order.objects.exclude(captured=0).exclude(captured=F("total")).exists()
    for order in Order.objects.filter(captured__gt=0):
        assert order.payments.get().captured == order.total
    paid_back = Refund.objects.aggregate(sum=Sum("amount"))["sum"]
    assert paid_back == Order.objects.aggregate(sum=Sum("refunded"))["sum"] > 0
    assert Payment.objects.filter(refunded__gt=F("captured")).count() == 0


def test_orders_tell_how_they_went() -> None:
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


def test_every_order_has_its_addresses_and_guests_none_but_theirs() -> None:
    for order in Order.objects.prefetch_related("addresses"):
        assert {address.kind for address in order.addresses.all()} == {"shipping", "billing"}
    assert Order.objects.filter(user=None).exclude(email="").exists()
    assert not Order.objects.filter(user__isnull=False).exclude(email=F("user__email")).exists()


def test_what_sold_best_is_the_first_of_what_is_featured() -> None:
    assert recount_popularity() == 0, "counted already"
    assert Product.objects.order_by("-popularity").first() == Product.objects.earliest("pk")


# --- people ----------------------------------------------------------------------------------------------------


def test_one_can_sign_in_with_what_is_printed_and_kept(seeded: str, accounts_file: Path) -> None:
    assert stat.S_IMODE(accounts_file.stat().st_mode) == 0o600
    for username in ("admin", "staff", "ines"):
        user = User.objects.get(username=username, is_demo=True)
        (line,) = [line for line in accounts_file.read_text().splitlines() if line.startswith(f"{username} ")]
        password = line.split()[2]
        assert user.check_password(password)
        assert password in seeded
    assert User.objects.get(username="admin").is_superuser
    shopper = User.objects.get(username="ines")
    assert not shopper.is_staff
    assert shopper.orders.count() >= 10
    assert shopper.addresses.filter(is_default_shipping=True).count() == 1


def test_staff_may_work_in_the_admin_but_not_on_people() -> None:
    staff = User.objects.get(username="staff")
    assert staff.has_perm("orders.change_order")
    assert staff.has_perm("catalog.change_product")
    assert staff.has_perm("accounts.view_user")
    assert not staff.has_perm("accounts.change_user")
    assert not staff.is_superuser


def test_customers_of_the_past_cannot_be_signed_in_as() -> None:
    customers = User.objects.filter(is_demo=True, is_staff=False).exclude(username="ines")
    assert customers.count() > 20
    assert not any(customer.has_usable_password() for customer in customers)
    assert not User.objects.filter(Q(email__endswith="@demo.example") & Q(is_demo=False)).exists()
    assert Address.objects.filter(user__in=customers).count() == customers.count()


def test_passwords_differ_from_shop_to_shop(accounts_file: Path) -> None:
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


def test_a_second_run_changes_nothing_and_says_so(accounts_file: Path) -> None:
    before, kept = rows(), accounts_file.read_text()
    said = seed(command="seed_db")
    assert rows() == before
    assert accounts_file.read_text() == kept
    assert "nothing was changed" in said
    assert not any(line.split()[2] in said for line in kept.splitlines()[1:]), "passwords are told once"


def test_what_staff_changed_stays() -> None:
    ContentPage.objects.filter(slug="about").update(body="<p>Ours.</p>")
    Product.objects.filter(slug=GOODS[0].slug).update(name="Our own name")
    seed()
    assert ContentPage.objects.get(slug="about").body == "<p>Ours.</p>"
    assert Product.objects.get(slug=GOODS[0].slug).name == "Our own name"


def test_a_lost_accounts_file_is_spoken_of(accounts_file: Path) -> None:
    accounts_file.unlink()
    assert "changepassword" in seed()


# --- any size --------------------------------------------------------------------------------------------------


def test_the_catalogue_grows_to_the_size_asked_for_and_no_further() -> None:
    seed("--products", "90")
    assert Product.objects.filter(is_demo=True).count() == 90
    before = rows()
    seed("--products", "90")
    seed("--products", "10")
    assert rows() == before
    seed("--products", "95")
    assert Product.objects.filter(is_demo=True).count() == 95
    assert len(set(Product.objects.values_list("slug", flat=True))) == 95


def test_growing_takes_as_many_queries_for_many_as_for_few(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_max_num_queries(60):
        grow_catalogue(len(GOODS) + 20)
    with django_assert_max_num_queries(90):
        grow_catalogue(len(GOODS) + 220)


def test_grown_goods_can_be_found_and_looked_at(client: Client) -> None:
    seed("--products", "75")
    grown = Product.objects.latest("pk")
    assert client.get(grown.get_absolute_url()).status_code == 200
    assert grown.main_image is not None
    assert default_storage.exists(grown.main_image.file.name)


# --- pictures --------------------------------------------------------------------------------------------------


def test_a_picture_many_products_show_outlives_one_of_them(django_capture_on_commit_callbacks) -> None:
    seed("--products", str(len(GOODS) + 1))
    name = picture_name(GOODS[0].pictures[0])
    showing = list(ProductImage.objects.filter(file=name).order_by("-pk"))
    assert len(showing) == 2
    with django_capture_on_commit_callbacks(execute=True):
        remove_image(image_id=showing[0].pk)
    assert default_storage.exists(name)
    assert seed_pictures.FOLDER in name
