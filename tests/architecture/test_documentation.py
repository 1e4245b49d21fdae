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
CONTEXT = click.Context(terrarium)


def options() -> list[tuple[str, str]]:
    return [
        (name, max(parameter.opts, key=len))
        for name in COMMANDS
        for parameter in command(name).params
        if isinstance(parameter, click.Option)
    ]


def command(name: str) -> click.Command:
    found = terrarium.get_command(CONTEXT, name)
    assert found is not None
    return found


@pytest.mark.parametrize("target", TARGETS)
def test_make_target_is_documented(target: str) -> None:
    assert f"make {target}" in README


def test_only_targets_that_exist_are_documented() -> None:
    assert set(re.findall(r"`make ([a-z-]+)", README)) - set(TARGETS) == set()


@pytest.mark.parametrize("name", COMMANDS)
def test_command_is_documented(name: str) -> None:
    assert f"terrarium {name}" in README


def test_only_commands_that_exist_are_documented() -> None:
    assert set(re.findall(r"`terrarium ([a-z]+)", README)) - set(COMMANDS) == set()


@pytest.mark.parametrize(("name", "option"), options())
def test_option_is_documented(name: str, option: str) -> None:
    assert option in README, f"terrarium {name} {option}"


@pytest.mark.parametrize("field", [field.name for field in fields(Settings)])
def test_setting_is_documented(field: str) -> None:
    assert f"TERRARIUM_{field.upper()}" in README


@pytest.mark.parametrize("name", COMMANDS)
def test_command_explains_itself_with_an_example(name: str) -> None:
    text = command(name).get_help(click.Context(command(name)))
    assert "Example" in text
    assert f"terrarium {name}" in text


@pytest.mark.parametrize(("name", "option"), options())
def test_option_explains_itself(name: str, option: str) -> None:
    found = next(one for one in command(name).params if option in one.opts)
    assert isinstance(found, click.Option)
    assert found.help
