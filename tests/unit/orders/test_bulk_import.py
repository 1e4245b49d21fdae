"""An import loses no line, whatever the table leaves unprocessed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from orders.domain.catalogue import Details, NewEntry
from orders.domain.errors import ConflictError, UnavailableError
from orders.domain.importing import Line, LineError
from orders.repositories.batch_writing import ATTEMPTS, write_all
from orders.services.bulk_import import ImportProducts, Known

from tests.fakes.orders_people import FakeBatchTable, FakeShelves

NOW = 1_800_000_000.0


def line(number: int, product_id: str) -> Line[NewEntry]:
    return Line(number, NewEntry(product_id, Details("Tea", "tea", 100), 5))


def items(count: int) -> list[dict[str, dict[str, str]]]:
    return [{"productId": {"S": f"p{number}"}} for number in range(count)]


def test_new_lines_are_added_known_ones_updated() -> None:
    shelves = FakeShelves("B")
    report = ImportProducts(shelves, lambda: NOW)([line(2, "A"), line(3, "B")], [LineError(4, "price", "is missing")])
    assert (report.added, report.updated, report.errors) == (1, 1, (LineError(4, "price", "is missing"),))
    assert (shelves.added, shelves.updated) == (["A"], ["B"])


def test_what_is_the_same_already_is_not_written() -> None:
    shelves = FakeShelves("B")
    shelves.details = line(3, "B").value.details
    assert ImportProducts(shelves, lambda: NOW)([line(3, "B")], []).updated == 1
    assert shelves.updated == []


def test_what_the_table_does_not_take_is_reported_by_line() -> None:
    report = ImportProducts(FakeShelves(refused=["B"]), lambda: NOW)([line(2, "A"), line(3, "B")], [])
    assert report.added == 1
    assert [error.line for error in report.errors] == [3]


def test_only_one_import_runs_at_a_time() -> None:
    shelves = FakeShelves()
    shelves.held = True
    with pytest.raises(ConflictError) as refused:
        ImportProducts(shelves, lambda: NOW)([line(2, "A")], [])
    assert refused.value.code == "import_running"
    assert shelves.added == []


def test_an_import_that_breaks_gives_the_right_back() -> None:
    class Broken(FakeShelves):
        def known(self, product_ids: object) -> dict[str, Known]:
            raise UnavailableError("products")

    shelves = Broken()
    with pytest.raises(UnavailableError):
        ImportProducts(shelves, lambda: NOW)([line(2, "A")], [])
    assert not shelves.held


def test_unprocessed_items_are_sent_again_later_and_later() -> None:
    table, waits = FakeBatchTable(10, 5, 1), list[float]()
    assert write_all(table, "products", items(25), waits.append, draw=lambda _least, most: most) == []
    assert table.requests == [25, 10, 5, 1]
    assert len(table.written) == len(set(table.written)) == 25
    assert waits == [0.1, 0.2, 0.4]


def test_items_that_are_never_processed_come_back() -> None:
    table = FakeBatchTable(*[2] * ATTEMPTS)
    left = write_all(table, "products", items(3), lambda _: None)
    assert [item["productId"]["S"] for item in left] == ["p1", "p2"]
    assert table.written == ["p0"]


def test_batches_are_of_twenty_five() -> None:
    table = FakeBatchTable()
    assert write_all(table, "products", items(60), lambda _: None) == []
    assert table.requests == [25, 25, 10]


@given(st.integers(0, 80), st.lists(st.integers(0, 30), max_size=40))
def test_every_item_is_written_once_or_comes_back(count: int, left: list[int]) -> None:
    table = FakeBatchTable(*left)
    unwritten = write_all(table, "products", items(count), lambda _: None)
    everything = table.written + [item["productId"]["S"] for item in unwritten]
    assert sorted(everything) == sorted(item["productId"]["S"] for item in items(count))
