"""What tests of the demo shop start from."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from PIL import Image

from catalog.demo.goods import HERO, ROOM, products
from catalog.services.seed_pictures import picture_name
from orders.demo.past_orders import PastOrder, past_orders
from orders.services import seed_orders

GOODS = products()
OURS = ("accounts", "catalog", "carts", "orders")
Seed = Callable[..., str]


def seed(*arguments: str, command: str = "seed_shop") -> str:
    """Run the command and return what it said."""
    said = io.StringIO()
    call_command(command, *arguments, stdout=said)
    return said.getvalue()


def use_folder(patch: pytest.MonkeyPatch, folder: Path) -> None:
    """Accounts are kept, and pictures are there already, in that folder."""
    patch.setattr(settings, "SHOP_DEMO_ACCOUNTS_FILE", str(folder / "demo-accounts"))
    patch.setattr(settings, "MEDIA_ROOT", folder / "media")
    buffer = io.BytesIO()
    Image.new("RGB", (4, 5), "#2342be").save(buffer, "JPEG")
    for picture in [HERO, ROOM, *(picture for product in GOODS for picture in product.pictures)]:
        name = picture_name(picture)
        if not default_storage.exists(name):
            default_storage.save(name, ContentFile(buffer.getvalue()))


def only_few_orders(patch: pytest.MonkeyPatch) -> None:
    """The orders of the first customer, which are of every fate, and a tenth of the others."""

    def some(*arguments: Any) -> list[PastOrder]:
        return [order for i, order in enumerate(past_orders(*arguments)) if order.person == 0 or i % 10 == 0]

    patch.setattr(seed_orders, "past_orders", some)


def rows() -> dict[str, int]:
    """How many there are, by model."""
    return {
        model._meta.label: model._base_manager.count()
        for app in OURS
        for model in apps.get_app_config(app).get_models()
    }
