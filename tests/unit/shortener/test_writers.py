from __future__ import annotations

from shortener.domain.writers import group_of, new_name

NOW = 1_772_000_000.0


def test_writers_of_an_hour_share_few_groups() -> None:
    names = {new_name(NOW) for _ in range(200)}
    assert len(names) == 200
    assert {group_of(name)[:-1] for name in names} == {"2026022506"}
    assert len({group_of(name) for name in names}) <= 4


def test_writers_of_the_next_hour_are_of_other_groups() -> None:
    assert group_of(new_name(NOW))[:-1] != group_of(new_name(NOW + 3600))[:-1]


def test_name_without_a_dash_is_a_group_of_its_own() -> None:
    assert (group_of("w1"), group_of("seed-07")) == ("w1", "seed")
