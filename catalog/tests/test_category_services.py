"""create_category, update_category, move_category, archive_category, remove_category."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.models import Category, ProductChange
from catalog.services.create_category import create_category
from catalog.services.move_category import move_category
from catalog.services.remove_category import CategoryInUse, remove_category
from catalog.services.set_picture import set_picture
from catalog.services.update_category import archive_category, update_category
from catalog.tests.factories import ProductFactory, picture_file
from shop.common.errors import InvalidInput, NotFound

pytestmark = pytest.mark.django_db


def make(name: str, parent: Category | None = None, **fields: Any) -> Category:
    return create_category(fields={"name": name, **fields}, parent_id=parent.pk if parent else None)


def addresses() -> list[str]:
    return list(Category.objects.order_by("path").values_list("url_path", flat=True))


@pytest.fixture
def prints() -> Category:
    return make("Prints")


@pytest.fixture
def tree(prints: Category) -> dict[str, Category]:
    sea = make("Sea", prints)
    return {"prints": prints, "sea": sea, "calm": make("Calm", sea), "home": make("Home")}


def test_addresses_are_the_slugs_from_the_root(tree: dict[str, Category]) -> None:
    assert addresses() == ["prints", "prints/sea", "prints/sea/calm", "home"]
    assert not any(Category.objects.find_problems())


def test_slugs_are_unique_among_siblings_only(tree: dict[str, Category]) -> None:
    assert make("Sea", tree["prints"]).url_path == "prints/sea-2"
    assert make("Sea", tree["home"]).url_path == "home/sea"
    with pytest.raises(InvalidInput, match="Another category beside it has this slug"):
        make("Ocean", tree["prints"], slug="sea")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"name": "Sea", "slug": "Sea"}, "slug"),
        ({"name": "Sea", "slug": "2026"}, "slug"),
        ({"name": "Sea", "slug": "categories"}, "slug"),
        ({"name": "Sea", "slug": "s" * 121}, "slug"),
    ],
)
def test_what_cannot_be_used_is_named(fields: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        make(**fields)
    assert list(refused.value.fields) == [field]


def test_renaming_keeps_the_address_until_the_slug_changes(tree: dict[str, Category]) -> None:
    update_category(category_id=tree["sea"].pk, fields={"name": "The Sea"})
    assert addresses()[1] == "prints/sea"
    update_category(category_id=tree["sea"].pk, fields={"slug": "the-sea"})
    assert addresses() == ["prints", "prints/the-sea", "prints/the-sea/calm", "home"]


def test_a_new_slug_may_be_one_a_child_has(tree: dict[str, Category]) -> None:
    update_category(category_id=tree["sea"].pk, fields={"slug": "calm"})
    assert addresses() == ["prints", "prints/calm", "prints/calm/calm", "home"]


def test_products_below_are_told_of_a_change(tree: dict[str, Category]) -> None:
    product = ProductFactory(category=tree["calm"])
    ProductChange.objects.all().delete()
    update_category(category_id=tree["prints"].pk, fields={"name": "Posters"})
    assert list(ProductChange.objects.values_list("product_id", flat=True)) == [product.pk]


@pytest.mark.parametrize(
    ("moved", "target", "place", "expected"),
    [
        ("sea", "home", "last-child", ["prints", "home", "home/sea", "home/sea/calm"]),
        ("sea", None, "last-child", ["prints", "home", "sea", "sea/calm"]),
        ("sea", None, "first-child", ["sea", "sea/calm", "prints", "home"]),
        ("home", "prints", "left", ["home", "prints", "prints/sea", "prints/sea/calm"]),
        ("home", None, "first-child", ["home", "prints", "prints/sea", "prints/sea/calm"]),
        ("prints", None, "last-child", ["home", "prints", "prints/sea", "prints/sea/calm"]),
        ("calm", "prints", "first-child", ["prints", "prints/calm", "prints/sea", "home"]),
        ("calm", "sea", "right", ["prints", "prints/sea", "prints/calm", "home"]),
    ],
)
def test_moving_takes_everything_below_along(
    tree: dict[str, Category], moved: str, target: str | None, place: str, expected: list[str]
) -> None:
    target_id = tree[target].pk if target else None
    move_category(category_id=tree[moved].pk, target_id=target_id, place=place)
    assert addresses() == expected
    assert not any(Category.objects.find_problems())


def test_a_category_does_not_go_below_itself_nor_beside_its_like(tree: dict[str, Category]) -> None:
    make("Sea", tree["home"])
    for target, message in (("calm", "below itself"), ("sea", "below itself"), ("home", "There is a category “sea”")):
        with pytest.raises(InvalidInput, match=message):
            move_category(category_id=tree["sea"].pk, target_id=tree[target].pk)
    assert addresses() == ["prints", "prints/sea", "prints/sea/calm", "home", "home/sea"]


def test_the_tree_ends_somewhere() -> None:
    parent = None
    for depth in range(8):
        parent = make(f"Level {depth}", parent)
    with pytest.raises(InvalidInput, match="too deep"):
        make("One more", parent)
    alone = make("Alone")
    with pytest.raises(InvalidInput, match="“Level 7” would be too deep"):
        move_category(category_id=Category.objects.get(name="Level 0").pk, target_id=alone.pk)


def test_archiving_hides_and_keeps(tree: dict[str, Category]) -> None:
    ProductFactory(category=tree["sea"])
    assert not archive_category(category_id=tree["sea"].pk).is_active
    assert tree["sea"].products.count() == 1


def test_only_an_empty_category_is_removed(tree: dict[str, Category]) -> None:
    ProductFactory(category=tree["calm"])
    with pytest.raises(CategoryInUse, match="categories below “Sea” first"):
        remove_category(category_id=tree["sea"].pk)
    with pytest.raises(CategoryInUse, match="products in “Calm”"):
        remove_category(category_id=tree["calm"].pk)
    tree["calm"].products.update(category=None)
    remove_category(category_id=tree["calm"].pk)
    assert addresses() == ["prints", "prints/sea", "home"]
    assert not any(Category.objects.find_problems())


def test_a_picture_comes_and_goes_with_its_file(prints: Category, django_capture_on_commit_callbacks: Any) -> None:
    set_picture(prints, picture_file("a.png"))
    first = prints.image.name
    assert prints.image.storage.exists(first)
    with django_capture_on_commit_callbacks(execute=True):
        set_picture(prints, picture_file("b.png"))
    assert not prints.image.storage.exists(first)
    second = prints.image.name
    with django_capture_on_commit_callbacks(execute=True):
        set_picture(prints, None)
    assert not prints.image.storage.exists(second)
    assert Category.objects.get(pk=prints.pk).image.name == ""


def test_what_is_not_there_is_not_found(prints: Category) -> None:
    for verb in (
        lambda: update_category(category_id=99, fields={}),
        lambda: move_category(category_id=99, target_id=None),
        lambda: move_category(category_id=prints.pk, target_id=99),
        lambda: remove_category(category_id=99),
        lambda: create_category(fields={"name": "x"}, parent_id=99),
    ):
        with pytest.raises(NotFound):
            verb()
