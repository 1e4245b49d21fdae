"""What a person can type or set is in README.md, and what is in README.md exists."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import click
import pytest

from emulator.cli import COMMANDS, terrarium
from emulator.settings import Settings

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
MAKEFILE = (ROOT / "Makefile").read_text()
TARGETS = re.findall(r"^([a-z-]+):.*##", MAKEFILE, re.MULTILINE)


def test_every_make_target_is_documented() -> None:
    assert [target for target in TARGETS if f"make {target}" not in README] == []


def test_only_make_targets_that_exist_are_documented() -> None:
    assert set(re.findall(r"`make ([a-z-]+)", README)) - set(TARGETS) == set()


def test_every_command_is_documented() -> None:
    assert [name for name in COMMANDS if f"terrarium {name}" not in README] == []


def test_only_commands_that_exist_are_documented() -> None:
    assert set(re.findall(r"`terrarium ([a-z]+)", README)) - set(COMMANDS) == set()


def test_every_option_is_documented() -> None:
    missing = [f"terrarium {name} {longest(option)}" for name, option in options() if longest(option) not in README]
    assert missing == []


def test_every_setting_is_documented() -> None:
    variables = [f"TERRARIUM_{field.name.upper()}" for field in fields(Settings)]
    assert [variable for variable in variables if variable not in README] == []


def test_every_option_explains_itself() -> None:
    assert [f"terrarium {name} {longest(option)}" for name, option in options() if not option.help] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_command_explains_itself_with_an_example(name: str) -> None:
    text = command(name).get_help(click.Context(command(name)))
    assert "Example" in text
    assert f"terrarium {name}" in text


def options() -> list[tuple[str, click.Option]]:
    return [(name, one) for name in COMMANDS for one in command(name).params if isinstance(one, click.Option)]


def longest(option: click.Option) -> str:
    return max(option.opts, key=len)


def command(name: str) -> click.Command:
    found = terrarium.get_command(click.Context(terrarium), name)
    assert found is not None
    return found
