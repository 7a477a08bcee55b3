"""A product from its lines: pure functions, no database."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.services.importing.columns import NAMES
from catalog.services.importing.grouping import read_groups
from catalog.services.importing.parse import parse_product
from catalog.services.importing.parse_variants import Counting, is_variant_row
from catalog.services.importing.remarks import Remark
from catalog.services.importing.rows import read_header, read_rows
from catalog.tests.import_files import HEAD, RELAXED, one, parsed, written


@pytest.mark.parametrize(
    ("status", "published", "expected"),
    [
        ("active", "TRUE", "active"),
        ("Active", "", "active"),
        ("", "true", "active"),
        ("", "false", "draft"),
        ("active", "FALSE", "draft"),
        ("draft", "true", "draft"),
        ("archived", "true", "archived"),
        ("archived", "false", "archived"),
    ],
)
def test_a_product_is_shown_when_it_is_active_and_published(
    tmp_path: Path, status: str, published: str, expected: str
) -> None:
    product = one(tmp_path, "Handle,Title,Price,Status,Published", f"mug,Mug,9,{status},{published}")
    assert product.fields["status"] == expected


def test_what_shopify_calls_unlisted_is_a_draft_and_said(tmp_path: Path) -> None:
    products, remarks = parsed(written(tmp_path, "Handle,Title,Price,Status\nmug,Mug,9,unlisted"))
    assert products[0].fields["status"] == "draft"
    assert remarks == ["line 2: unlisted, which this shop does not know: now a draft"]


def test_columns_that_are_not_there_leave_no_trace(tmp_path: Path) -> None:
    product = one(tmp_path, "Handle,Title,Price", "mug,Mug,9")
    assert set(product.fields) == {"name"}
    assert (product.category, product.brand, product.tags) == (None, None, None)
    assert product.variants[0].fields == {"price": Decimal(9), "options": {}}


def test_cells_that_are_blank_say_none(tmp_path: Path) -> None:
    columns = "Handle,Title,Price,Body (HTML),Vendor,Type,Tags,SEO Title,Variant Compare At Price,Cost per item"
    product = one(tmp_path, columns, "mug,Mug,9,,,,,,,")
    assert (product.fields["description"], product.fields["seo_title"]) == ("", "")
    assert (product.category, product.brand, product.tags) == ((), "", ())
    assert (product.variants[0].fields["compare_at_price"], product.variants[0].fields["cost"]) == (None, None)


@pytest.mark.parametrize(
    ("kind", "category", "way"),
    [
        ("Mugs", "Home > Kitchen", ("Mugs",)),
        ("", "Home & Garden > Kitchen  >  Mugs", ("Home & Garden", "Kitchen", "Mugs")),
        ("", "", ()),
    ],
)
def test_the_type_is_the_category_and_shopifys_own_stands_in(
    tmp_path: Path, kind: str, category: str, way: tuple[str, ...]
) -> None:
    product = one(tmp_path, "Handle,Title,Price,Type,Product Category", f"mug,Mug,9,{kind},{category}")
    assert product.category == way


def test_tags_are_taken_once_whatever_the_case(tmp_path: Path) -> None:
    assert one(tmp_path, "Handle,Title,Price,Tags", 'mug,Mug,9," Blue , clay,blue,,CLAY "').tags == ("Blue", "clay")


@pytest.mark.parametrize(
    ("track", "tracker", "tracked"),
    [(None, "shopify", True), (None, "", False), (True, "", True), (False, "shopify", False)],
)
def test_the_tracker_says_what_is_counted_unless_told_otherwise(
    tmp_path: Path, track: bool | None, tracker: str, tracked: bool
) -> None:
    columns = "Handle,Title,Price,Variant Inventory Tracker,Variant Inventory Qty"
    fields = one(tmp_path, columns, f"mug,Mug,9,{tracker},4", track=track).variants[0].fields
    assert (fields["tracked"], fields["stock_quantity"]) == (tracked, 4)


def test_without_a_tracker_column_a_quantity_is_counted(tmp_path: Path) -> None:
    columns = "Handle,Title,Price,Inventory quantity"
    assert one(tmp_path, columns, "mug,Mug,9,4").variants[0].fields["tracked"]
    assert "tracked" not in one(tmp_path, columns, "mug,Mug,9,").variants[0].fields


@pytest.mark.parametrize(
    ("column", "cell", "beyond"),
    [
        ("Variant Inventory Policy", "continue", True),
        ("Variant Inventory Policy", "deny", False),
        ("Continue selling when out of stock", "TRUE", True),
        ("Continue selling when out of stock", "FALSE", False),
        ("Continue selling when out of stock", "DENY", False),
    ],
)
def test_selling_beyond_stock(tmp_path: Path, column: str, cell: str, beyond: bool) -> None:
    fields = one(tmp_path, f"Handle,Title,Price,{column}", f"mug,Mug,9,{cell}").variants[0].fields
    assert fields["allow_backorder"] is beyond


@pytest.mark.parametrize(
    ("column", "cell", "remark"),
    [
        ("SEO Title", "s" * 201, "left out: SEO title: Use at most 200 characters; these are 201."),
        ("Vendor", "v" * 121, "left out: vendor: Use at most 120 characters; these are 121."),
        ("Body (HTML)", "b" * 60_001, "left out: description: Use at most 60000 characters; these are 60001."),
        ("Tags", "t" * 121, "left out: tag: Use at most 120 characters; these are 121."),
        ("Type", "t" * 121, "left out: category: Use at most 120 characters; these are 121."),
        ("Status", "sold", "left out: status “sold”: use active, draft or archived"),
        ("Published", "perhaps", "left out: published “perhaps”: write TRUE or FALSE"),
        ("Image Src", "ftp://x/y", "left out: “ftp://x/y” is no address of a picture"),
        ("Variant Barcode", "b" * 65, "left out: barcode: Use at most 64 characters; these are 65."),
        ("Charge tax", "FALSE", "not taxed in the file: set the product’s tax class"),
    ],
)
def test_a_part_that_cannot_be_used_costs_that_part_only(tmp_path: Path, column: str, cell: str, remark: str) -> None:
    products, remarks = parsed(written(tmp_path, f"Handle,Title,Price,{column}\nmug,Mug,9,{cell}"))
    assert [p.slug for p in products] == ["mug"]
    assert remarks == [f"line 2: {remark}"]


def test_a_title_that_cannot_be_used_costs_the_product_and_every_line_says_so(tmp_path: Path) -> None:
    products, remarks = parsed(written(tmp_path, f"{HEAD}\nmug,{'m' * 201},A,9,Size,S\nmug,,B,9,,L"))
    assert products == []
    assert remarks == [
        f"line {line}: not imported: title: Use at most 200 characters; these are 201." for line in (2, 3)
    ]


def test_two_options_of_one_name_are_refused(tmp_path: Path) -> None:
    columns = "Handle,Title,Price,Option1 Name,Option1 Value,Option2 Name,Option2 Value"
    _products, remarks = parsed(written(tmp_path, f"{columns}\nmug,Mug,9,Size,S,Size,L"))
    assert remarks == ["line 2: not imported: two options have the same name"]


def test_an_option_without_a_name_gets_one(tmp_path: Path) -> None:
    assert one(tmp_path, HEAD, "mug,Mug,A,9,,S", "mug,,B,9,,L").variants[1].options == {"Option 1": "L"}


def test_pictures_keep_place_and_words_and_come_once(tmp_path: Path) -> None:
    columns = "Handle,Title,Price,Option1 Name,Option1 Value,Image Src,Image Position,Image Alt Text,Variant Image"
    text = "\n".join(
        [
            columns,
            "mug,Mug,9,Size,S,https://x.example/1.jpg,2,Front,https://x.example/1.jpg",
            "mug,,9,,L,https://x.example/1.jpg,,,https://x.example/2.jpg",
            "mug,,,,,https://x.example/3.jpg,last,Side,",
            "mug,,,,,https://x.example/3.jpg,,,",
        ]
    )
    (product,), remarks = parsed(written(tmp_path, text))
    assert [(i.line, i.url[-5:], i.alt, i.position) for i in product.images] == [
        (2, "1.jpg", "Front", 2),
        (3, "2.jpg", "", None),
        (4, "3.jpg", "Side", None),
    ]
    assert [v.image_url[-5:] for v in product.variants] == ["1.jpg", "2.jpg"]
    assert remarks == ["line 5: the picture of line 4 again"]


COLUMNS = [names[-1] for names in NAMES.values()]
CELLS = st.one_of(
    st.sampled_from(
        ["", "", "", "mug", "Mug", "Size", "S", "Default Title", "9.50", "-1", "TRUE", "5", "https://x.example/a.jpg"]
    ),
    st.text(max_size=12),
)
ROWS = st.lists(st.lists(CELLS, min_size=len(COLUMNS), max_size=len(COLUMNS)), max_size=8)


@RELAXED
@given(rows=ROWS)
def test_every_line_is_used_or_remarked_upon(tmp_path: Path, rows: list[list[str]]) -> None:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerows([COLUMNS, *rows])
    path = written(tmp_path, buffer.getvalue().encode("utf-8", "surrogatepass"))
    header = read_header(path)
    for group in read_groups(path):
        if isinstance(group, Remark):
            continue
        product, remarks = parse_product(group, header, Counting())
        told = {remark.line for remark in remarks}
        used = (
            {product.line, *(v.line for v in product.variants), *(i.line for i in product.images)} if product else set()
        )
        assert {row.line for row in group} <= told | used
        refused = {row.line for row in group if is_variant_row(row)} - (
            {v.line for v in product.variants} if product else set()
        )
        assert refused <= told
    lines = [found.line for found in read_rows(path)]
    assert lines == sorted(set(lines))
