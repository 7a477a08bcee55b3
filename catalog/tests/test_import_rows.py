"""Reading a product file, line by line."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.services.importing.columns import NAMES, Header
from catalog.services.importing.grouping import read_groups
from catalog.services.importing.parse import parse_product
from catalog.services.importing.parse_variants import Counting
from catalog.services.importing.remarks import Remark
from catalog.services.importing.rows import Row, read_header, read_rows
from catalog.tests.import_files import HEAD, RELAXED, one, parsed, written
from shop.common.errors import InvalidInput


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("start", ["", "\ufeff", "\n\n,,,\n"])
def test_line_ends_marks_and_blank_lines_do_not_matter(tmp_path: Path, newline: str, start: str) -> None:
    text = (
        f'{start}{HEAD}\n\nmug,"Mug,\nblue",M-1,9.50,Title,Default Title\n,,,,,\ncup,Cup,C-1,5,Title,Default Title\n\n'
    )
    products, remarks = parsed(written(tmp_path, text.replace("\n", newline)))
    assert [(p.slug, p.name) for p in products] == [("mug", "Mug, blue"), ("cup", "Cup")]
    assert remarks == []


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_spreadsheets_write_other_separators(tmp_path: Path, delimiter: str) -> None:
    text = f"{HEAD}\nmug,Mug,M-1,9.50,Title,Default Title".replace(",", delimiter)
    assert [p.slug for p in parsed(written(tmp_path, text))[0]] == ["mug"]


@pytest.mark.parametrize("text", ["", "\n\n", "name,price\na,1", "Handle,Price\na,1", "\x00\x01", "Title\nOnly"])
def test_other_files_are_refused_whole(tmp_path: Path, text: str) -> None:
    with pytest.raises(InvalidInput, match="does not look like a Shopify product export"):
        read_header(written(tmp_path, text))


def test_files_that_cannot_be_read_say_why(tmp_path: Path) -> None:
    for path, encoding in ((tmp_path / "none.csv", "utf-8"), (tmp_path, "utf-8"), (written(tmp_path, HEAD), "klingon")):
        with pytest.raises(InvalidInput, match="The file cannot be read"):
            read_header(path, encoding=encoding)
    half = written(tmp_path, f"{HEAD}\nmug,Mug".encode("utf-16") + b"\x00")
    with pytest.raises(InvalidInput, match="cannot be read as utf-16"):
        list(read_rows(half, encoding="utf-16"))


def test_rows_of_a_handle_belong_together_wherever_they_stand(tmp_path: Path) -> None:
    rows = ["mug,Mug,M-S,9,Size,Small", "cup,Cup,C-1,5,Title,Default Title", "MUG,,M-L,11,,Large"]
    products, remarks = parsed(written(tmp_path, "\n".join([HEAD, *rows])))
    assert {p.slug: [v.options for v in p.variants] for p in products} == {
        "cup": [{}],
        "mug": [{"Size": "Small"}, {"Size": "Large"}],
    }
    assert remarks == []


def test_without_a_handle_the_title_stands_in(tmp_path: Path) -> None:
    assert one(tmp_path, "Title,Price", "Clay Pot,3").slug == "clay-pot"
    assert one(tmp_path, "Title,Price", "粘土,3").slug.startswith("product-p")


def test_every_column_is_known_by_all_its_names() -> None:
    for field, names in NAMES.items():
        for name in names:
            for spelt in (name, name.upper(), f" {name.title()} "):
                assert Header.read([spelt]).fields == (field,)


def test_a_column_named_twice_counts_once(tmp_path: Path) -> None:
    assert one(tmp_path, "Handle,Title,Price,Title", "mug,Mug,9,Other").name == "Mug"


def test_the_names_again_are_left_out(tmp_path: Path) -> None:
    products, remarks = parsed(written(tmp_path, f"{HEAD}\n{HEAD}\nmug,Mug,M,9,,"))
    assert (len(products), remarks) == (1, ["line 2: the names of the columns again, left out"])


def test_columns_without_a_place_are_named(tmp_path: Path) -> None:
    columns = "Handle,Title,Price,Variant Fulfillment Service,Google Shopping / MPN,Colour (product.metafields.x)"
    (row,) = read_rows(written(tmp_path, f"{columns}\nmug,Mug,9,manual,MPN-7,blue"))
    assert isinstance(row, Row)
    assert row.unused == ("Google Shopping / MPN", "Colour (product.metafields.x)")


def test_a_broken_quote_costs_its_own_line_only(tmp_path: Path) -> None:
    rows = [f'mug{n},Mug {n},M-{n},9,Title,"Default Title"' for n in range(1, 8)]
    rows[2] = '"mug3,Mug 3,M-3,9,Title,Default Title'
    rows[4] = 'mug5,"Mug "5"",M-5,9,Title,Default Title'
    rows[6] = 'mug7,"Mug 7,M-7,9,Title,Default Title'
    products, remarks = parsed(written(tmp_path, "\n".join([HEAD, *rows])))
    assert [p.slug for p in products] == ["mug1", "mug2", "mug4", "mug6"]
    assert remarks == [
        "line 4: a quotation mark within a quoted text is not doubled",
        "line 6: a quotation mark within a quoted text is not doubled",
        "line 8: a quoted text that begins here never ends",
    ]


def test_other_encodings_are_reported_by_line_and_read_when_named(tmp_path: Path) -> None:
    path = written(tmp_path, f"{HEAD}\ncafe,Café,C,9,,\nmug,Mug,M,9,,".encode("cp1252"))
    products, remarks = parsed(path)
    assert [p.slug for p in products] == ["mug"]
    assert remarks == ["line 2: not UTF-8. Save the file as UTF-8, or name its encoding: --encoding cp1252"]
    rows = list(read_rows(path, encoding="cp1252"))
    assert [row.get("title") for row in rows if isinstance(row, Row)] == ["Café", "Mug"]


@RELAXED
@given(
    text=st.text(alphabet=st.sampled_from('ab,"\n\r; \t\x00é\ud83d\udc80'), max_size=80), tail=st.binary(max_size=20)
)
def test_no_file_breaks_the_reader(tmp_path: Path, text: str, tail: bytes) -> None:
    body = f"{HEAD}\n{text}".encode("utf-8", "surrogatepass") + tail
    path = written(tmp_path, body)
    lines = [found.line for found in read_rows(path)]
    assert lines == sorted(set(lines))
    for group in read_groups(path):
        if not isinstance(group, Remark):
            parse_product(group, read_header(path), Counting())
