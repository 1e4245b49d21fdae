"""Finding the project from wherever a command is given."""

from __future__ import annotations

from pathlib import Path

import pytest

from emulator.errors import UsageError
from emulator.supervisor import project

PYPROJECT = '[tool.terrarium]\nstacks = ["shop", "bank"]\n[tool.terrarium.try]\nshop = "curl -i {url}/cart"\n'


def test_project_is_found_from_a_folder_inside_it(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(PYPROJECT)
    inside = tmp_path / "services" / "shop"
    inside.mkdir(parents=True)

    found = project.find(inside)

    assert found.root == tmp_path
    assert found.stacks == ("shop", "bank")


def test_pyproject_of_somebody_else_is_no_project(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.other]\n")

    assert project.find(tmp_path) == project.Project(tmp_path)


def test_first_command_to_try_has_the_systems_address(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(PYPROJECT)
    found = project.find(tmp_path)

    assert found.first_try("shop", 3001) == "curl -i http://127.0.0.1:3001/cart"
    assert found.first_try("bank", 3002) == "curl -i http://127.0.0.1:3002/"


@pytest.mark.parametrize("text", ["[tool.terrarium]\nstacks = 'shop'\n", "[tool.terrarium]\nstacks = [\n"])
def test_unreadable_project_file_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "pyproject.toml").write_text(text)

    with pytest.raises(UsageError, match=r"pyproject\.toml"):
        project.find(tmp_path)
