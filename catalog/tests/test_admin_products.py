"""Products and variants in the admin, through its pages."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from catalog.models import Product, ProductOption, StockMovement, Variant
from catalog.services.update_product import update_product
from catalog.tests.admin_pages import ADD, LIST, filled, page_of, problems, said, send
from catalog.tests.factories import (
    BrandFactory,
    CategoryFactory,
    ImageFactory,
    ProductFactory,
    TagFactory,
    VariantFactory,
    picture_file,
)

pytestmark = pytest.mark.django_db


def test_a_product_is_made_with_everything_on_its_page(desk: Client, staff: User) -> None:
    category, brand, tag = CategoryFactory(), BrandFactory(), TagFactory()
    upload = SimpleUploadedFile("boat.png", picture_file().read())
    response = send(
        desk,
        ADD,
        name="Paper Boat",
        description="<p>Folds.</p><script>x()</script>",
        category=category.pk,
        brand=brand.pk,
        tags=[tag.pk],
        option_names="Size, Colour",
        variants__TOTAL_FORMS=2,
        variants__0__option_0="Small",
        variants__0__option_1="Red",
        variants__0__price="1.50",
        variants__0__stock_quantity="4",
        variants__0__is_active="on",
        variants__1__option_0="Large",
        variants__1__option_1="Red",
        variants__1__price="9.99",
        variants__1__sku="BIG",
        variants__1__is_active="on",
        images__TOTAL_FORMS=1,
        images__0__file=upload,
        images__0__alt="A boat",
        attributes__TOTAL_FORMS=1,
        attributes__0__name="Paper",
        attributes__0__value="thick",
        attributes__0__position="0",
    )
    product = Product.objects.get()
    assert said(response) == [f'The product “<a href="{page_of(product)}">Paper Boat</a>” was added successfully.']
    assert (product.slug, product.description) == ("paper-boat", "<p>Folds.</p>")
    assert (product.category, product.brand, list(product.tags.all())) == (category, brand, [tag])
    assert list(product.attributes.values_list("name", "value")) == [("Paper", "thick")]
    small, large = product.variants.all()
    assert (small.sku, small.title, small.position) == ("PAPER-BOAT-SMALL-RED", "Small / Red", 0)
    assert (large.sku, large.title, large.position) == ("BIG", "Large / Red", 1)
    assert (small.stock.on_hand, large.stock.on_hand) == (4, 0)
    movement = StockMovement.objects.get()
    assert (movement.variant, movement.actor) == (small, staff)
    assert product.main_image is not None
    assert (product.main_image.alt, product.main_image.file.name[-4:]) == ("A boat", ".jpg")
    assert LogEntry.objects.get().get_change_message()[:6] == "Added."


def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(desk: Client) -> None:
    response = send(
        desk,
        ADD,
        name="Paper Boat",
        variants__TOTAL_FORMS=2,
        variants__0__price="-1",
        variants__0__stock_quantity="1.5",
        variants__1__price="1.005",
        variants__1__sku="x" * 65,
        images__TOTAL_FORMS=1,
        images__0__file=SimpleUploadedFile("x.svg", b"<svg/>"),
    )
    found = problems(response)
    assert found == {
        "variants-0-price": ["A price cannot be below zero."],
        "variants-0-stock_quantity": ["Enter a whole number."],
        "variants-1-price": ["Use at most 2 decimals."],
        "variants-1-sku": ["Ensure this value has at most 64 characters (it has 65)."],
        "images-0-file": ["This is not a picture we can read. Use JPEG, PNG, WebP, AVIF or GIF."],
    }
    html = response.content.decode()
    assert 'value="Paper Boat"' in html
    assert 'value="1.005"' in html
    assert not Product.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field", "text"),
    [
        ({"variants__1__option_0": "Small"}, "__all__", "Two variants have the same choice: Small."),
        ({"variants__1__option_0": ""}, "__all__", "Every variant needs a value for “Size”."),
        ({"option_names": "Size, Colour"}, "option_names", "Give every variant a value for “Colour”, or leave"),
        ({"option_names": "Size, Size"}, "option_names", "Each option needs a name of its own."),
        ({"option_names": "A, B, C, D"}, "option_names", "Use at most 3 options."),
        ({"slug": "Not A Slug"}, "slug", "Use small letters from a to z, digits and hyphens."),
        ({"slug": "taken"}, "slug", "already exists"),
        ({"name": ""}, "name", "This field is required."),
        ({"variants__0__sku": "TAKEN"}, "variants-0-sku", "already exists"),
        ({"variants__0__archive": "on", "variants__1__archive": "on"}, "__all__", "at least one variant"),
    ],
)
def test_what_the_services_refuse_is_said_on_the_page(
    desk: Client, boat: Product, changes: dict[str, str], field: str, text: str
) -> None:
    VariantFactory(sku="TAKEN", product=ProductFactory(slug="taken", variants=0))
    response = send(desk, page_of(boat), **changes)
    assert text in problems(response)[field][0]
    assert response.status_code == 200
    boat.refresh_from_db()
    assert [v.title for v in boat.variants.filter(archived_at=None)] == ["Small", "Large"]


def test_everything_can_be_changed_at_once(desk: Client, boat: Product) -> None:
    image = ImageFactory(product=boat, file=picture_file())
    boat.refresh_from_db()
    response = send(
        desk,
        page_of(boat),
        name="Paper Ship",
        option_names="Format, Colour",
        variants__TOTAL_FORMS=3,
        variants__0__option_0="Large",
        variants__0__option_1="Red",
        variants__0__price="2.00",
        variants__1__option_0="Small",
        variants__1__option_1="Red",
        variants__2__option_0="Huge",
        variants__2__option_1="Red",
        variants__2__price="20",
        variants__2__is_active="on",
        images__0__alt="A ship",
        attributes__0__value="thin",
    )
    assert said(response) == [f'The product “<a href="{page_of(boat)}">Paper Ship</a>” was changed successfully.']
    after = Product.objects.get()
    assert (after.name, after.edit_version, after.slug) == ("Paper Ship", boat.edit_version + 1, "paper-boat")
    assert [(v.sku, v.title) for v in after.variants.order_by("position", "id")] == [
        ("PB-S", "Large / Red"),
        ("PB-L", "Small / Red"),
        ("PAPER-BOAT-HUGE-RED", "Huge / Red"),
    ]
    assert [option.name for option in after.options.all()] == ["Format", "Colour"]
    image.refresh_from_db()
    assert image.alt == "A ship"
    assert after.attributes.get().value == "thin"
    assert after.price == Decimal("2.00")
    changed = LogEntry.objects.get().get_change_message()
    assert "Changed Name" in changed
    assert "Added variant" in changed


def test_saving_without_a_change_raises_no_version(desk: Client, boat: Product) -> None:
    send(desk, page_of(boat))
    after = Product.objects.get()
    assert (after.edit_version, after.updated_at) == (boat.edit_version, boat.updated_at)


def test_options_change_places_and_titles_follow(desk: Client, boat: Product) -> None:
    send(desk, page_of(boat), option_names="Size, Colour", variants__0__option_1="Red", variants__1__option_1="Blue")
    send(desk, page_of(boat), option_names="Colour, Size")
    assert [v.title for v in boat.variants.all()] == ["Red / Small", "Blue / Large"]
    send(desk, page_of(boat), option_names="Colour")
    assert [v.title for v in boat.variants.all()] == ["Red", "Blue"]
    assert list(ProductOption.objects.values_list("name", flat=True)) == ["Colour"]


def test_saving_over_somebody_elses_edit_is_refused(desk: Client, boat: Product) -> None:
    data = filled(desk, page_of(boat), name="Mine")
    update_product(product_id=boat.pk, fields={"name": "Theirs"})
    response = desk.post(page_of(boat), data)
    assert problems(response) == {
        "__all__": ["Somebody else changed this product in the meantime. Load it again, then make your change."]
    }
    assert 'value="Mine"' in response.content.decode()
    assert Product.objects.get().name == "Theirs"


def test_a_variant_is_archived_on_the_page_and_gone_from_it(desk: Client, boat: Product) -> None:
    send(desk, page_of(boat), variants__1__archive="on")
    assert Variant.objects.get(sku="PB-L").archived_at is not None
    html = desk.get(page_of(boat)).content.decode()
    assert "PB-S" in html
    assert "PB-L" not in html


def test_pictures_are_replaced_and_taken_away(
    desk: Client, boat: Product, django_capture_on_commit_callbacks: Any
) -> None:
    first, second = (ImageFactory(product=boat, file=picture_file(), position=n) for n in (0, 1))
    storage, old = first.file.storage, [first.file.name, second.file.name]
    upload = SimpleUploadedFile("other.png", picture_file(size=(300, 200)).read())
    with django_capture_on_commit_callbacks(execute=True):
        send(desk, page_of(boat), images__0__file=upload, images__1__DELETE="on")
    (image,) = boat.images.all()
    assert (image.pk, image.width) == (first.pk, 300)
    assert [storage.exists(name) for name in [*old, image.file.name]] == [False, False, True]


def test_archiving_asks_once_and_keeps_everything(desk: Client, boat: Product) -> None:
    ask = desk.get(f"{LIST}{boat.pk}/delete/").content.decode()
    assert "Archive “Paper Boat”?" in ask
    response = desk.post(f"{LIST}{boat.pk}/delete/", {"post": "yes"}, follow=True)
    assert said(response) == ["“Paper Boat” was archived."]
    assert Product.objects.get().status == "archived"
    assert Variant.objects.count() == 2
    assert "Archived." in LogEntry.objects.get().get_change_message()
