"""Categories, brands, tags, options, reviews and pages in the admin."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from catalog.models import Brand, Category, ContentPage, OptionValue, Product, ProductOption, Review, ReviewStatus, Tag
from catalog.services.create_category import create_category
from catalog.services.create_product import create_product
from catalog.tests.factories import PageFactory, ProductFactory, ReviewFactory, picture_file

pytestmark = pytest.mark.django_db

CATEGORIES = "/admin/catalog/category/"


def said(response: Any) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def errors(response: Any) -> dict[str, list[str]]:
    return {name: [str(e) for e in found] for name, found in response.context["adminform"].form.errors.items()}


def upload() -> SimpleUploadedFile:
    return SimpleUploadedFile("sea.png", picture_file().read())


def addresses() -> list[str]:
    return list(Category.objects.order_by("path").values_list("url_path", flat=True))


@pytest.fixture
def tree(db: None) -> dict[str, Category]:
    prints = create_category(fields={"name": "Prints"})
    sea = create_category(fields={"name": "Sea"}, parent_id=prints.pk)
    return {"prints": prints, "sea": sea, "home": create_category(fields={"name": "Home"})}


def test_a_category_is_made_in_its_place(desk: Client, tree: dict[str, Category]) -> None:
    data = {"name": "Calm sea", "parent": tree["sea"].pk, "is_active": "on", "image": upload()}
    desk.post(f"{CATEGORIES}add/", data)
    made = Category.objects.get(name="Calm sea")
    assert (made.url_path, made.is_active, made.image.name[-4:]) == ("prints/sea/calm-sea", True, ".jpg")
    assert desk.post(f"{CATEGORIES}add/", {"name": "Top", "is_active": "on"}).status_code == 302
    assert addresses() == ["prints", "prints/sea", "prints/sea/calm-sea", "home", "top"]


def test_a_category_is_renamed_moved_and_hidden(desk: Client, tree: dict[str, Category]) -> None:
    url = f"{CATEGORIES}{tree['sea'].pk}/change/"
    assert desk.get(url).context["adminform"].form.initial["parent"] == tree["prints"]
    desk.post(url, {"name": "Ocean", "slug": "ocean", "parent": tree["home"].pk, "image": upload()})
    ocean = Category.objects.get(pk=tree["sea"].pk)
    assert (ocean.url_path, ocean.is_active) == ("home/ocean", False)
    desk.post(url, {"name": "Ocean", "slug": "", "parent": "", "remove_image": "on", "is_active": "on"})
    ocean.refresh_from_db()
    assert (ocean.url_path, ocean.is_active, ocean.image.name) == ("ocean", True, "")


@pytest.mark.parametrize(
    ("data", "field", "text"),
    [
        ({"name": "Sea", "slug": "home"}, "slug", "Another category beside it has this slug."),
        ({"name": "", "slug": ""}, "name", "This field is required."),
        ({"name": "Sea", "slug": "2026"}, "slug", "Use at least one letter."),
        ({"name": "Sea", "parent": "below"}, "parent", "A category cannot be moved below itself."),
        ({"name": "Sea", "image": "svg"}, "image", "This is not a picture we can read."),
    ],
)
def test_what_cannot_be_is_said_and_nothing_changes(
    desk: Client, tree: dict[str, Category], data: dict[str, Any], field: str, text: str
) -> None:
    if data.get("parent"):
        data = {**data, "parent": tree["sea"].pk}
    if data.get("image"):
        data = {**data, "image": SimpleUploadedFile("x.svg", b"<svg/>")}
    response = desk.post(f"{CATEGORIES}{tree['prints'].pk}/change/", data)
    assert text in errors(response)[field][0]
    assert addresses() == ["prints", "prints/sea", "home"]


def test_rows_are_dragged_to_their_place(desk: Client, tree: dict[str, Category]) -> None:
    def drag(node: str, target: str, relation: str) -> Any:
        data = {"node": tree[node].pk, "target": tree[target].pk, "relation": relation}
        return desk.post(f"{CATEGORIES}move/", data)

    assert drag("home", "prints", "sibling").content == b"OK"
    assert addresses() == ["home", "prints", "prints/sea"]
    drag("home", "sea", "child")
    assert addresses() == ["prints", "prints/sea", "prints/sea/home"]
    assert drag("prints", "home", "child").status_code == 400
    assert desk.post(f"{CATEGORIES}move/", {"node": "x"}).status_code == 400
    response = desk.get(CATEGORIES)
    assert "A category cannot be moved below itself." in said(response)
    assert [c.name for c in response.context["cl"].result_list] == ["Prints"]


def test_below_a_row_its_children_are_fetched(desk: Client, tree: dict[str, Category]) -> None:
    answer = desk.get(f"{CATEGORIES}children/{tree['prints'].pk}/").json()
    assert "prints/sea" in answer["result_html"]


def test_only_an_empty_category_is_deleted(desk: Client, tree: dict[str, Category]) -> None:
    response = desk.post(f"{CATEGORIES}{tree['prints'].pk}/delete/", {"post": "yes"}, follow=True)
    assert said(response) == ["Move or delete the categories below “Prints” first."]
    desk.post(f"{CATEGORIES}{tree['sea'].pk}/delete/", {"post": "yes"})
    assert addresses() == ["prints", "home"]
    Category.objects.get(pk=tree["prints"].pk).products.add(ProductFactory())
    response = desk.post(f"{CATEGORIES}{tree['prints'].pk}/delete/", {"post": "yes"}, follow=True)
    assert "home" in addresses()
    assert "prints" in addresses()


def test_who_may_only_look_moves_nothing(client_of: Callable[[User], Client], shopper: User, tree: Any) -> None:
    client = client_of(shopper)
    data = {"node": tree["home"].pk, "target": tree["prints"].pk, "relation": "child"}
    assert client.post(f"{CATEGORIES}move/", data).status_code == 302
    assert addresses() == ["prints", "prints/sea", "home"]


@pytest.mark.parametrize(("model", "path"), [(Brand, "brand"), (Tag, "tag")])
def test_brands_and_tags(desk: Client, model: Any, path: str) -> None:
    desk.post(f"/admin/catalog/{path}/add/", {"name": "Kiln Nine", "slug": ""})
    label = model.objects.get()
    assert label.slug == "kiln-nine"
    url = f"/admin/catalog/{path}/{label.pk}"
    desk.post(f"{url}/change/", {"name": "Kiln 9", "slug": "kiln-9"})
    label.refresh_from_db()
    assert (label.name, label.slug) == ("Kiln 9", "kiln-9")
    assert "Use small letters" in errors(desk.post(f"{url}/change/", {"name": "K", "slug": "A B"}))["slug"][0]
    ProductFactory(brand=label) if path == "brand" else ProductFactory(tags=[label])
    assert desk.get(f"/admin/catalog/{path}/").context["cl"].result_list[0].products_counted == 1
    desk.post(f"{url}/delete/", {"post": "yes"})
    assert not model.objects.exists()
    assert Product.objects.count() == 1


def test_values_get_colours_and_an_order(desk: Client) -> None:
    product = create_product(
        fields={"name": "Mug"},
        variants=[{"price": Decimal(1), "options": {"Colour": colour}} for colour in ("Red", "Blue")],
    )
    option = ProductOption.objects.get()
    url = f"/admin/catalog/productoption/{option.pk}/change/"
    red, blue = OptionValue.objects.order_by("position")
    data = {"values-TOTAL_FORMS": 2, "values-INITIAL_FORMS": 2}
    data |= {"values-0-id": red.pk, "values-0-swatch": "#C0392B", "values-0-position": 2}
    data |= {"values-1-id": blue.pk, "values-1-swatch": "", "values-1-position": 1}
    desk.post(url, data)
    assert list(OptionValue.objects.order_by("position").values_list("value", "swatch")) == [
        ("Blue", ""),
        ("Red", "#c0392b"),
    ]
    assert Product.objects.get().edit_version == product.edit_version + 1
    response = desk.post(url, {**data, "values-0-swatch": "red"})
    assert "Write a colour like #2342be." in response.content.decode()
    assert desk.get("/admin/catalog/productoption/add/").status_code == 403


def test_reviews_are_approved_and_rejected(desk: Client) -> None:
    product = ProductFactory()
    reviews = [ReviewFactory(product=product, rating=r, status=ReviewStatus.PENDING) for r in (5, 3)]
    url, chosen = "/admin/catalog/review/", {"_selected_action": [r.pk for r in reviews]}
    response = desk.post(url, {"action": "approve_selected", **chosen}, follow=True)
    assert said(response) == ["2 reviews are shown."]
    product = Product.objects.get(pk=product.pk)
    assert (product.rating, product.review_count) == (Decimal("4.00"), 2)
    desk.post(url, {"action": "reject_selected", "_selected_action": [reviews[0].pk]})
    desk.post(f"{url}{reviews[1].pk}/change/", {"status": "rejected", "rating": "1", "comment": "changed"})
    product.refresh_from_db()
    assert (product.rating, product.review_count) == (None, 0)
    assert Review.objects.get(pk=reviews[1].pk).rating == 3
    assert desk.get(f"{url}add/").status_code == 403
    assert desk.post(f"{url}{reviews[1].pk}/delete/", {"post": "yes"}).status_code == 403


def test_pages_are_written_cleaned_and_deleted(desk: Client) -> None:
    url = "/admin/catalog/contentpage/"
    data = {"title": "About us", "body": "<p onclick='x()'>Hello</p>", "position": "0", "is_active": "on"}
    desk.post(f"{url}add/", {**data, "image": upload(), "image_alt": "Our shop"})
    page = ContentPage.objects.get()
    assert (page.slug, page.body, page.image_alt, page.image.name[-4:]) == (
        "about-us",
        "<p>Hello</p>",
        "Our shop",
        ".jpg",
    )
    desk.post(f"{url}{page.pk}/change/", {**data, "title": "Us", "slug": "about", "remove_image": "on"})
    page.refresh_from_db()
    assert (page.title, page.slug, page.image.name) == ("Us", "about", "")
    PageFactory(slug="taken")
    response = desk.post(f"{url}{page.pk}/change/", {**data, "slug": "taken"})
    assert "already exists" in errors(response)["slug"][0]
    desk.post(f"{url}{page.pk}/delete/", {"post": "yes"})
    assert list(ContentPage.objects.values_list("slug", flat=True)) == ["taken"]


@pytest.mark.parametrize("path", ["category", "review", "brand", "tag", "productoption", "contentpage"])
def test_lists_cost_the_same_for_few_and_many(desk: Client, path: str, django_assert_max_num_queries: Any) -> None:
    def grow(count: int) -> None:
        for number in range(count):
            product = create_product(
                fields={"name": "Mug", "brand_id": Brand.objects.create(name="B", slug=f"b{Brand.objects.count()}").pk},
                variants=[{"price": Decimal(1), "options": {"Size": "S"}}],
            )
            product.tags.add(Tag.objects.create(name="T", slug=f"t{Tag.objects.count()}"))
            ReviewFactory(product=product)
            PageFactory()
            create_category(fields={"name": f"C {number}"})

    def queries() -> int:
        desk.get(f"/admin/catalog/{path}/")  # content types are looked up once a process
        with django_assert_max_num_queries(30) as captured:
            assert desk.get(f"/admin/catalog/{path}/").status_code == 200
        return len(captured)

    grow(2)
    few = queries()
    grow(8)
    assert queries() == few
