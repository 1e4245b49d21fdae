"""Health of the whole from its parts, and what is remembered for how long."""

from __future__ import annotations

from orders.domain.remembering import Remembered
from orders.services.health import Dependency, State, examine


def answers() -> None:
    """A dependency that does."""


def fails() -> None:
    raise OSError("no route")


def test_all_answer_and_all_is_well() -> None:
    found = examine([Dependency("orders", True, answers), Dependency("notifications", False, answers)])
    assert (found.state, found.dependencies) == (State.OK, {"orders": True, "notifications": True})


def test_without_notifications_orders_go_on() -> None:
    found = examine([Dependency("orders", True, answers), Dependency("notifications", False, fails)])
    assert found.state is State.DEGRADED
    assert found.failures == {"notifications": "OSError: no route"}


def test_without_something_essential_nothing_goes_on() -> None:
    found = examine([Dependency("orders", True, fails), Dependency("notifications", False, fails)])
    assert found.state is State.DOWN
    assert set(found.failures) == {"orders", "notifications"}


class Book:
    """Counts how often it is read."""

    def __init__(self) -> None:
        self.reads, self.now = 0, 100.0

    def __call__(self) -> int:
        self.reads += 1
        return self.reads


def test_what_is_remembered_is_read_again_when_it_is_old() -> None:
    book = Book()
    remembered = Remembered[int](lambda: book.now, max_age_s=5)
    assert [remembered("a", book), remembered("a", book)] == [1, 1]
    book.now += 5
    assert remembered("a", book) == 2


def test_an_age_of_nothing_remembers_nothing() -> None:
    book = Book()
    remembered = Remembered[int](lambda: book.now, max_age_s=0)
    assert [remembered("a", book), remembered("a", book)] == [1, 2]


def test_the_longest_unused_goes_when_there_is_too_much() -> None:
    book = Book()
    remembered = Remembered[int](lambda: book.now, max_age_s=5, most=2)
    for key in ("a", "b", "a", "c"):
        remembered(key, book)
    assert (remembered("a", book), book.reads) == (1, 3)
    assert remembered("b", book) == 4


def test_what_was_changed_here_is_forgotten_at_once() -> None:
    book = Book()
    remembered = Remembered[int](lambda: book.now, max_age_s=5)
    remembered("a", book)
    remembered.forget()
    assert remembered("a", book) == 2
