"""Words and places of the catalogue."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from orders.domain.searching import MAX_WORDS, Search, Sort, name_place, plain, price_place, words


def test_case_and_accents_make_no_difference() -> None:
    assert plain("  Café-Crème, GROSSE Tasse! ") == "cafe creme grosse tasse"
    assert plain("Straße") == plain("STRASSE")


def test_each_word_is_looked_for_once() -> None:
    assert words("Red red  RED tea") == ("red", "tea")
    assert len(words(" ".join(f"w{n}" for n in range(50)))) == MAX_WORDS


@given(st.integers(0, 10**12), st.integers(0, 10**12))
def test_places_sort_as_prices_do(one: int, other: int) -> None:
    if one != other:
        assert (price_place(one, "z") < price_place(other, "a")) == (one < other)


def test_products_of_one_price_or_name_have_different_places() -> None:
    assert price_place(5, "a") < price_place(5, "b")
    assert name_place("Tea", "a") < name_place("téa", "b")


def test_minus_turns_an_order_around() -> None:
    assert [(sort.by, sort.descending) for sort in Sort] == [
        ("price", False),
        ("price", True),
        ("name", False),
        ("name", True),
        ("newest", True),
    ]


def test_different_searches_have_different_fingerprints() -> None:
    searches = [
        Search(),
        Search(words=("a", "b")),
        Search(category="a"),
        Search(min_price=1),
        Search(max_price=1),
        Search(in_stock=True),
        Search(sort=Sort.NAME),
    ]
    assert len({search.fingerprint() for search in searches}) == len(searches)
