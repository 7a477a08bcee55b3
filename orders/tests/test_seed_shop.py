"""Filling a shop that has nothing of the demo yet, and never where it does not belong."""

from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.files.storage import default_storage
from django.core.management import CommandError
from PIL import Image

from catalog.models import Product, Variant
from catalog.services.seed_pictures import draw_pictures, picture_name
from orders.demo.past_orders import past_orders
from orders.models import Order
from orders.services import seed_orders
from orders.services.check_stock import check_stock
from orders.services.seed_shop import is_default_database
from orders.tests.factories import OrderFactory
from orders.tests.seeding import GOODS, only_few_orders, rows, seed, use_folder

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("prepared")]


@pytest.fixture
def prepared(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    use_folder(monkeypatch, tmp_path)
    only_few_orders(monkeypatch)


def test_stock_ledger_and_orders_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seed_orders, "past_orders", past_orders)
    seed("--products", "70")
    report = check_stock()
    assert report.problems == ()
    assert report.variants == Variant.objects.count()
    assert Order.objects.count() > 200


def test_a_shop_with_orders_of_its_own_is_left_alone() -> None:
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


def test_other_databases_need_to_be_told_that_they_are_a_demo(settings: LazySettings) -> None:
    settings.SHOP_DEMO = False
    assert not is_default_database()
    before = rows()
    for arguments in ((), ("--yes",)):
        with pytest.raises(CommandError, match="SHOP_DEMO"):
            seed(*arguments)
    assert rows() == before


def test_the_default_database_needs_not(settings: LazySettings) -> None:
    from django.db import connection

    if connection.vendor != "sqlite":
        pytest.skip("the default database is SQLite")
    settings.SHOP_DEMO = False
    settings.SHOP_DEFAULT_DATABASE = str(connection.settings_dict["NAME"])
    seed()
    assert Product.objects.exists()


def test_if_empty_leaves_a_shop_with_goods_alone() -> None:
    OrderFactory()
    before = rows()
    assert seed("--if-empty") == ""
    assert rows() == before


@pytest.mark.parametrize("number", ["0", "-5"])
def test_a_size_below_one_is_refused(number: str) -> None:
    with pytest.raises(CommandError, match="from 1"):
        seed(f"--products={number}")


def test_only_missing_pictures_are_drawn() -> None:
    lost = [picture_name(GOODS[0].pictures[0]), picture_name(GOODS[-1].pictures[0])]
    for name in lost:
        default_storage.delete(name)
    assert draw_pictures(workers=1) == 2
    for name in lost:
        with default_storage.open(name) as file, Image.open(file) as picture:
            assert (picture.format, picture.size) == ("JPEG", (1000, 1250))
    assert draw_pictures() == 0
