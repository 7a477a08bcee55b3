"""Which variant somebody means."""

from __future__ import annotations

import pytest

from catalog.models import OptionValue
from catalog.selectors.belongings import belongings
from catalog.selectors.choice import choose, find_variant_id, tile_groups
from catalog.selectors.offers import offers_of
from catalog.tests.factories import ProductFactory, VariantFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def framed():
    """Sizes and frames; the large one is not made in oak, the small black one is sold out."""
    product = ProductFactory(variants=0)
    made = [("Small", "Oak", 20, 5), ("Small", "Black", 20, 0), ("Large", "Black", 40, 5)]
    for i, (size, frame, price, stock) in enumerate(made):
        VariantFactory(
            product=product,
            sku=f"{size}-{frame}",
            options={"Size": size, "Frame": frame},
            price=price,
            stock=stock,
            position=i,
        )
    return product


def fields(product, **chosen):
    """What the product's form posts."""
    values = {
        f"option_{value.option_id}": str(value.pk)
        for value in OptionValue.objects.filter(option__product=product, value__in=chosen.values())
    }
    return {"product_id": str(product.pk), **values}


def shown(product, data):
    offers, _options = offers_of(product, belongings(product).values)
    return choose(offers, data).variant.sku


def test_a_variant_is_named_by_its_id():
    assert find_variant_id({"variant_id": "7", "product_id": "1"}) == 7


def test_a_variant_is_found_by_its_options(framed):
    found = find_variant_id(fields(framed, size="Large", frame="Black"))
    assert framed.variants.get(pk=found).sku == "Large-Black"


@pytest.mark.parametrize("data", [{}, {"variant_id": "abc"}, {"variant_id": "-1"}, {"product_id": "1"}])
def test_nothing_named_is_nothing(data):
    assert find_variant_id(data) is None


def test_a_combination_that_is_not_made_is_nothing(framed):
    assert find_variant_id(fields(framed, size="Large", frame="Oak")) is None


def test_half_a_choice_is_nothing(framed):
    assert find_variant_id(fields(framed, size="Large")) is None


def test_values_of_another_product_are_nothing(framed):
    other = ProductFactory(variants=0)
    VariantFactory(product=other, options={"Size": "Large", "Frame": "Black"})
    foreign = fields(other, size="Large", frame="Black") | {"product_id": str(framed.pk)}
    assert find_variant_id(foreign) is None


def test_first_shown_is_what_can_be_bought():
    product = ProductFactory(variants=0)
    VariantFactory(product=product, sku="gone", stock=0, position=0, options={"Size": "S"})
    VariantFactory(product=product, sku="here", stock=1, position=1, options={"Size": "M"})
    assert shown(product, {}) == "here"


def test_the_address_chooses(framed):
    offers, _options = offers_of(framed, belongings(framed).values)
    assert shown(framed, {"variant": str(offers[1].id)}) == "Small-Black"
    assert shown(framed, {"variant": "999999"}) == "Small-Oak"
    assert shown(framed, {"variant": "x"}) == "Small-Oak"


def test_the_nearest_is_shown_and_what_was_just_picked_stays(framed):
    wanted = fields(framed, size="Large", frame="Oak")
    large = OptionValue.objects.get(value="Large")
    oak = OptionValue.objects.get(value="Oak")
    assert shown(framed, wanted | {"changed": str(large.pk)}) == "Large-Black"
    assert shown(framed, wanted | {"changed": str(oak.pk)}) == "Small-Oak"


def test_nothing_for_sale_is_nothing_to_show():
    assert choose([], {"variant": "1"}) is None
    assert choose([], {"option_1": "1"}) is None


def test_tiles_say_what_each_choice_leads_to(framed):
    offers, options = offers_of(framed, belongings(framed).values)
    small_black = next(offer for offer in offers if offer.variant.sku == "Small-Black")
    size, frame = tile_groups(offers, options, small_black)
    assert [(t.value.value, t.is_chosen, t.is_out, t.shows_price) for t in size.tiles] == [
        ("Small", True, True, True),
        ("Large", False, False, True),
    ]
    assert [(t.value.value, t.is_chosen, t.is_out, t.shows_price) for t in frame.tiles] == [
        ("Oak", False, False, False),
        ("Black", True, True, False),
    ]


def test_what_is_not_made_has_no_offer(framed):
    offers, options = offers_of(framed, belongings(framed).values)
    large = next(offer for offer in offers if offer.variant.sku == "Large-Black")
    _size, frame = tile_groups(offers, options, large)
    assert [(t.value.value, t.offer is None) for t in frame.tiles] == [("Oak", True), ("Black", False)]
