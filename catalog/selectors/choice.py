"""Which variant somebody means who names it, or its options, in a form or an address."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from catalog.models import OptionValue, Product, VariantOption
from catalog.selectors.offers import Offer, OptionChoice

PREFIX = "option_"


@dataclass(frozen=True, kw_only=True)
class Tile:
    """One value of an option beside what else is chosen; `offer` is the variant it leads to, if there is one."""

    value: OptionValue
    is_chosen: bool
    offer: Offer | None
    shows_price: bool

    @property
    def is_out(self) -> bool:
        return self.offer is None or self.offer.is_sold_out


@dataclass(frozen=True, kw_only=True)
class TileGroup:
    option: OptionChoice
    tiles: list[Tile]


def find_variant_id(data: Mapping[str, str]) -> int | None:
    """The variant that a posted form means: by `variant_id`, or by `product_id` and its `option_…` fields.

    None where nothing such exists. Whether it may be bought is the cart's to judge. At most one query.
    """
    if "variant_id" in data:
        return _number(data["variant_id"])
    product_id, wanted = _number(data.get("product_id", "")), _value_ids(data)
    if product_id is None or not wanted:
        return None
    chosen: dict[int, set[int]] = defaultdict(set)
    rows = VariantOption.objects.filter(variant__product=product_id, variant__archived_at=None)
    for variant_id, value_id in rows.values_list("variant_id", "value_id"):
        chosen[variant_id].add(value_id)
    return next((pk for pk, values in chosen.items() if values == wanted), None)


def choose(offers: Sequence[Offer], data: Mapping[str, str]) -> Offer | None:
    """The offer to show: the one asked for, else the nearest, else the first that can be bought."""
    asked = _number(data.get("variant", ""))
    for offer in offers:
        if offer.id == asked:
            return offer
    wanted = _value_ids(data)
    if wanted:
        # `changed` is the value just picked: it stays, whatever else must give way.
        changed = _number(data.get("changed", ""))
        return max(offers, key=lambda o: (changed in o.value_ids, len(o.value_ids & wanted)), default=None)
    return next((offer for offer in offers if offer.availability.is_available), offers[0] if offers else None)


def tile_groups(offers: Sequence[Offer], options: Sequence[OptionChoice], chosen: Offer) -> list[TileGroup]:
    """The options with every value, as it would be with the rest of the present choice."""
    groups = []
    for option in options:
        others = chosen.value_ids - {value.pk for value in option.values}
        found = {value.pk: _with(offers, others | {value.pk}) for value in option.values}
        prices = {offer.price for offer in found.values() if offer}
        tiles = [
            Tile(
                value=value,
                is_chosen=value.pk in chosen.value_ids,
                offer=found[value.pk],
                shows_price=len(prices) > 1,
            )
            for value in option.values
        ]
        groups.append(TileGroup(option=option, tiles=tiles))
    return groups


def product_of(data: Mapping[str, str]) -> Product | None:
    """The product whose page a form was sent from, for the way back to it."""
    pk = _number(data.get("product_id", ""))
    return Product.objects.filter(pk=pk).first() if pk is not None else None


def _with(offers: Sequence[Offer], value_ids: frozenset[int]) -> Offer | None:
    return next((offer for offer in offers if offer.value_ids == value_ids), None)


def _value_ids(data: Mapping[str, str]) -> set[int]:
    given = (_number(value) for name, value in data.items() if name.startswith(PREFIX))
    return {value for value in given if value is not None}


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
