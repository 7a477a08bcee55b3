"""The variant on a line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from catalog.services.importing.columns import OPTION_NUMBERS, Header
from catalog.services.importing.parsed import ParsedVariant
from catalog.services.importing.remarks import BadValue, Remark
from catalog.services.importing.rows import Row
from catalog.services.importing.values import (
    as_amount,
    as_bool,
    as_code,
    as_grams,
    as_price,
    as_text,
    as_units,
)
from catalog.services.inputs import VariantFields

SKU_LENGTH, BARCODE_LENGTH, OPTION_NAME_LENGTH, OPTION_VALUE_LENGTH, MEASURE_LENGTH = 64, 64, 80, 120, 10
VARIANT_CELLS = ("sku", "price", "barcode", "option1_value", "option2_value", "option3_value")
POLICIES = {"deny": False, "continue": True}


@dataclass(frozen=True, kw_only=True)
class Counting:
    """Whether stock is counted: as the file's inventory tracker says (None), always, or never."""

    track: bool | None = None

    def tracked(self, row: Row, header: Header) -> bool | None:
        """None where the file does not say: a product that is there stays as it is."""
        if self.track is not None:
            return self.track
        if header.has("tracker"):
            return bool(row.get("tracker"))
        return True if row.get("quantity") else None


def is_variant_row(row: Row) -> bool:
    """Other lines carry a picture only."""
    return any(row.get(cell) for cell in VARIANT_CELLS)


def option_names(rows: Sequence[Row]) -> dict[int, str]:
    """The product's options by their number; the names stand on one line only. Raises BadValue."""
    names: dict[int, str] = {}
    for number in OPTION_NUMBERS:
        name = next((n for row in rows if (n := row.get(f"option{number}_name"))), "")
        values = {row.get(f"option{number}_value") for row in rows} - {""}
        if not values or values == {"Default Title"}:
            continue
        names[number] = as_text(name or f"Option {number}", longest=OPTION_NAME_LENGTH, what="option name")
    if len(set(names.values())) < len(names):
        raise BadValue("two options have the same name")
    return names


def parse_variant(
    row: Row, header: Header, *, names: Mapping[int, str], counting: Counting
) -> tuple[ParsedVariant, list[Remark]]:
    """Raises BadValue when the line cannot be used; remarks tell what was taken differently."""
    if not row.get("price"):
        raise BadValue("no price")
    fields: VariantFields = {"price": as_price(row.get("price")), "options": _options(row, names)}
    if row.get("sku"):
        fields["sku"] = as_code(row.get("sku"), longest=SKU_LENGTH, what="SKU")
    _read_money(row, header, fields)
    _read_measures(row, header, fields)
    remarks = _read_barcode(row, header, fields) + _read_stock(row, header, fields, counting)
    return ParsedVariant(line=row.line, fields=fields, image_url=row.get("variant_image")), remarks


def _options(row: Row, names: Mapping[int, str]) -> dict[str, str]:
    options = {}
    for number, name in names.items():
        value = row.get(f"option{number}_value")
        if not value:
            raise BadValue(f"no value for the option “{name}”")
        options[name] = as_text(value, longest=OPTION_VALUE_LENGTH, what=f"option “{name}”")
    return options


def _read_money(row: Row, header: Header, fields: VariantFields) -> None:
    if header.has("compare_at_price"):
        text = row.get("compare_at_price")
        # Exports write 0 for "none".
        fields["compare_at_price"] = (as_price(text, what="compare-at price") or None) if text else None
    if header.has("cost"):
        fields["cost"] = as_price(row.get("cost"), what="cost per item") if row.get("cost") else None


def _read_measures(row: Row, header: Header, fields: VariantFields) -> None:
    if row.get("grams"):
        fields["weight_grams"] = as_grams(row.get("grams"))
    elif row.get("weight"):
        fields["weight_grams"] = as_grams(row.get("weight"), row.get("weight_unit") or "kg")
    if row.get("requires_shipping"):
        fields["requires_shipping"] = as_bool(row.get("requires_shipping"), what="requires shipping")
    if row.get("unit_amount"):
        fields["unit_amount"] = as_amount(row.get("unit_amount"), what="unit price measure")
        fields["unit_measure"] = as_text(
            row.get("unit_measure"), longest=MEASURE_LENGTH, what="unit price measure unit"
        )


def _read_barcode(row: Row, header: Header, fields: VariantFields) -> list[Remark]:
    if not header.has("barcode"):
        return []
    try:
        fields["barcode"] = as_code(row.get("barcode"), longest=BARCODE_LENGTH, what="barcode")
    except BadValue as bad:
        return [Remark(row.line, f"left out: {bad}")]
    return []


def _read_stock(row: Row, header: Header, fields: VariantFields, counting: Counting) -> list[Remark]:
    remarks = []
    if row.get("policy"):
        word = row.get("policy").casefold()
        fields["allow_backorder"] = POLICIES[word] if word in POLICIES else as_bool(word, what="inventory policy")
    units = as_units(row.get("quantity")) if row.get("quantity") else None
    tracked = counting.tracked(row, header)
    if tracked is not None:
        fields["tracked"] = tracked
    if units is not None:
        fields["stock_quantity"] = max(0, units)
        if units < 0:
            remarks.append(Remark(row.line, f"stock {units} taken as 0", is_problem=False))
    return remarks
