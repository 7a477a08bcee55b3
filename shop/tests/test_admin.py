"""The ground every admin page stands on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib import admin
from django.db import IntegrityError, OperationalError, connection
from django.test import Client, override_settings

from accounts.models import User
from catalog.admin.labels import BrandAdmin
from catalog.models import Brand
from catalog.services import labels
from catalog.tests.factories import BrandFactory
from shop.admin import ShopModelAdmin
from shop.common.errors import Conflict, InvalidInput

ADD = "/admin/catalog/brand/add/"


@pytest.fixture
def desk(client_of: Callable[[User], Client], staff: User) -> Client:
    return client_of(staff)


class Saving:
    """Stands in for `save_model`: fails as told, then saves."""

    def __init__(self, *failures: Exception) -> None:
        self.failures = list(failures)
        self.depths: list[int] = []

    def __call__(self, request: Any, obj: Brand, form: Any, change: bool) -> None:
        self.depths.append(len(connection.savepoint_ids))
        labels.save_label(obj, name=form.cleaned_data["name"])
        if self.failures:
            raise self.failures.pop(0)


@pytest.fixture
def saving(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Saving]:
    def install(*failures: Exception) -> Saving:
        stand_in = Saving(*failures)
        monkeypatch.setattr(BrandAdmin, "save_model", lambda _self, *args: stand_in(*args))
        return stand_in

    return install


@pytest.mark.django_db(transaction=True)
def test_a_save_is_one_unit_retried_whole(desk: Client, saving: Callable[..., Saving]) -> None:
    deadlock = OperationalError(1213, "Deadlock found when trying to get lock")
    stand_in = saving(deadlock, deadlock)
    response = desk.post(ADD, {"name": "Kiln", "slug": ""}, follow=True)
    assert next(str(m) for m in response.context["messages"]).startswith("The brand “")
    assert Brand.objects.count() == 1
    # Django's own atomic() inside the unit would be a savepoint.
    assert stand_in.depths == [0, 0, 0]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("refusal", "field", "text"),
    [
        (Conflict("Not today."), "__all__", "Not today."),
        (InvalidInput("Too long.", field="name"), "name", "Too long."),
        (InvalidInput("Unknown.", field="elsewhere"), "__all__", "Unknown."),
        (InvalidInput(fields={"name": ["One."], "slug": ["Two."]}), "slug", "Two."),
        (IntegrityError("UNIQUE constraint failed"), "__all__", "Somebody else changed this at the same moment."),
    ],
)
def test_what_a_service_refuses_is_said_on_the_form_and_nothing_is_written(
    desk: Client, saving: Callable[..., Saving], refusal: Exception, field: str, text: str
) -> None:
    stand_in = saving(refusal)
    response = desk.post(ADD, {"name": "Kiln", "slug": "typed"})
    assert response.status_code == 200
    assert text in response.context["adminform"].form.errors[field][0]
    assert 'value="typed"' in response.content.decode()
    assert len(stand_in.depths) == 1
    assert not Brand.objects.exists()


@pytest.mark.django_db
def test_a_deletion_that_is_refused_leads_back_with_the_reason(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    brand = BrandFactory()

    def refuse(*_args: Any) -> None:
        raise Conflict("Still in use.")

    monkeypatch.setattr(BrandAdmin, "delete_model", refuse)
    response = desk.post(f"/admin/catalog/brand/{brand.pk}/delete/", {"post": "yes"}, follow=True)
    assert response.redirect_chain == [(f"/admin/catalog/brand/{brand.pk}/change/", 302)]
    assert [str(m) for m in response.context["messages"]] == ["Still in use."]


@pytest.mark.django_db
def test_actions_count_what_went_well_and_say_why_others_did_not(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(9):
        BrandFactory(name=f"B{number}")

    def refuse_all_but_one(brand: Brand) -> None:
        if brand.name != "B0":
            raise Conflict("No.")

    def action(self: Any, request: Any, chosen: Any) -> None:
        self.apply_to_each(request, chosen.order_by("name"), refuse_all_but_one, done="%(count)d done.")

    action.short_description = "Do"  # type: ignore[attr-defined]
    monkeypatch.setattr(BrandAdmin, "actions", [action])
    chosen = list(Brand.objects.values_list("pk", flat=True))
    response = desk.post("/admin/catalog/brand/", {"action": "action", "_selected_action": chosen}, follow=True)
    assert [str(m) for m in response.context["messages"]] == [
        "1 done.",
        *(f"B{n}: No." for n in range(1, 6)),
        "… and 3 more.",
    ]


@pytest.mark.django_db
def test_the_admin_has_the_shops_name_and_colours_under_the_strict_policy(anonymous: Client) -> None:
    response = anonymous.get("/admin/login/")
    html = response.content.decode()
    assert admin.site.site_header in html
    assert "admin-tint/admin-tint.css" in html
    assert "script-src 'self';" in response["Content-Security-Policy"] + ";"
    assert "unsafe" not in response["Content-Security-Policy"]
    assert "nonce" not in response["Content-Security-Policy"]


@pytest.mark.django_db
@override_settings(DEBUG=False)
def test_no_list_of_ours_saves_behind_the_services() -> None:
    ours = [
        a for m, a in admin.site._registry.items() if m._meta.app_label in ("accounts", "catalog", "carts", "orders")
    ]
    assert [str(a) for a in ours if not isinstance(a, ShopModelAdmin)] == []
    assert [str(a) for a in ours if a.list_editable] == []
