"""Every line of an import is either good or reported."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st
from orders.domain.importing import Format, Line, LineError, RefusedLineError, UnreadableImportError, lines


def sku(found: Mapping[str, object]) -> str:
    """The check of these tests: a line needs a sku of letters."""
    value = str(found.get("sku", ""))
    if not value.isalpha():
        raise RefusedLineError(("sku", "must be letters"))
    return value


def read(text: str, written_as: Format = Format.CSV) -> tuple[list[Line[str]], list[LineError]]:
    return lines(text, written_as, sku, str)


def test_csv_rows_become_values_with_their_line_numbers() -> None:
    assert read("sku,name\nTEA,Green tea\n\nCUP,Cup\n") == ([Line(2, "TEA"), Line(4, "CUP")], [])


def test_a_row_that_spans_lines_is_where_it_begins() -> None:
    good, _ = read('sku,name\nTEA,"two\nlines"\nCUP,Cup\n')
    assert good == [Line(2, "TEA"), Line(4, "CUP")]


def test_a_row_with_too_many_cells_is_reported() -> None:
    assert read("sku,name\nTEA,Green,tea\n") == ([], [LineError(2, "line", "has 3 cells, the header 2")])


def test_a_refused_row_says_which_field_and_the_others_go_on() -> None:
    good, bad = read("sku\nTEA\n7\nCUP\n")
    assert good == [Line(2, "TEA"), Line(4, "CUP")]
    assert bad == [LineError(3, "sku", "must be letters")]


def test_a_product_named_twice_is_taken_once() -> None:
    good, bad = read("sku\nTEA\nTEA\n")
    assert good == [Line(2, "TEA")]
    assert bad == [LineError(3, "line", "is line 2 again")]


def test_a_byte_order_mark_is_no_part_of_the_first_column() -> None:
    assert read("\ufeffsku\nTEA\n") == ([Line(2, "TEA")], [])


@pytest.mark.parametrize("text", ["", "\n", "sku,sku\nA,B\n", 'sku\n"open\n'])
def test_a_text_that_is_no_table_is_refused_as_a_whole(text: str) -> None:
    with pytest.raises(UnreadableImportError):
        read(text)


def test_json_lines_are_read_one_by_one() -> None:
    text = '{"sku": "TEA"}\n\nnonsense\n["CUP"]\n{"sku": "CUP"}'
    good, bad = read(text, Format.JSON_LINES)
    assert good == [Line(1, "TEA"), Line(5, "CUP")]
    assert bad == [LineError(3, "line", "is not JSON"), LineError(4, "line", "is not a JSON object")]


@given(st.lists(st.text("ABCDEF", min_size=1, max_size=3) | st.text("12", min_size=1, max_size=2), max_size=30))
def test_no_line_is_lost(skus: list[str]) -> None:
    text = "\n".join(json.dumps({"sku": one}) for one in skus)
    good, bad = read(text, Format.JSON_LINES)
    assert sorted([line.line for line in good] + [error.line for error in bad]) == list(range(1, len(skus) + 1))
