"""Which differences between an artifact and what runs here are found, and which are excused."""

from __future__ import annotations

from pathlib import Path

import pytest

from emulator.deploy.artifact import compare

MODULE = {"shop/app.py": "def handler(event, context): ..."}
PACKAGE = {"greet/__init__.py": "hello = 1", "greet-1.0.dist-info/METADATA": "Name: greet"}


def folder(path: Path, files: dict[str, str]) -> Path:
    for name, content in files.items():
        target = path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(content)
    return path


def compared(tmp_path: Path, artifact: dict[str, str], packages: dict[str, str] | None = None) -> str:
    here = None if packages is None else folder(tmp_path / "packages", packages)
    return str(compare(folder(tmp_path / "artifact", artifact), folder(tmp_path / "code", MODULE), here))


def test_code_over_packages_is_the_artifact(tmp_path: Path) -> None:
    assert compared(tmp_path, {**PACKAGE, **MODULE}, PACKAGE) == "the same"


def test_function_without_requirements_is_its_code(tmp_path: Path) -> None:
    assert compared(tmp_path, MODULE) == "the same"


def test_one_changed_byte_is_found(tmp_path: Path) -> None:
    changed = {**MODULE, "shop/app.py": "def handler(event, context):  ..."}
    assert compared(tmp_path, changed) == "different: shop/app.py"


def test_file_that_does_not_ship_is_found(tmp_path: Path) -> None:
    assert compared(tmp_path, MODULE, PACKAGE).startswith("only here: greet-1.0.dist-info/METADATA, greet/__init__.py")


def test_file_that_ships_besides_is_found(tmp_path: Path) -> None:
    assert compared(tmp_path, {**MODULE, "notes.txt": "draft"}) == "only in the artifact: notes.txt"


@pytest.mark.parametrize(
    "name",
    ["greet/__pycache__/__init__.cpython-311.pyc", "greet-1.0.dist-info/INSTALLER", "greet-1.0.dist-info/RECORD"],
)
def test_marks_of_installer_and_interpreter_may_differ(tmp_path: Path, name: str) -> None:
    artifact = {**PACKAGE, **MODULE, name: "there"}
    assert compared(tmp_path, artifact, {**PACKAGE, name: "here"}) == "the same"


def test_scripts_of_packages_may_ship_as_they_lie_in_the_wheel(tmp_path: Path) -> None:
    artifact = {**PACKAGE, **MODULE, "greet-1.0.data/scripts/greet.py": "#!python"}
    assert compared(tmp_path, artifact, {**PACKAGE, "bin/greet.py": "#!/here/python"}) == "the same"


def test_console_scripts_of_packages_need_not_ship(tmp_path: Path) -> None:
    assert compared(tmp_path, {**PACKAGE, **MODULE}, {**PACKAGE, "bin/greet": "#!/here/python"}) == "the same"


def test_file_of_the_code_that_is_named_like_a_mark_must_ship(tmp_path: Path) -> None:
    code = folder(tmp_path / "code", {**MODULE, "shop/RECORD": "a list of the shop's"})
    assert compare(folder(tmp_path / "artifact", MODULE), code, None).missing == ("shop/RECORD",)


def build_of(tag: str, compiled: str, source: str = "fast = 1") -> dict[str, str]:
    return {
        "fast/__init__.py": source,
        "fast/_core.so": compiled,
        "fast-2.0.dist-info/METADATA": "Name: fast",
        "fast-2.0.dist-info/WHEEL": f"Wheel-Version: 1.0\nTag: cp311-cp311-{tag}\n",
        "fast-2.0.dist-info/RECORD": "fast/__init__.py,,\nfast/_core.so,,\nfast-2.0.dist-info/WHEEL,,\n",
    }


def test_same_release_built_for_another_platform_is_told_not_refused(tmp_path: Path) -> None:
    there, here = build_of("manylinux2014_x86_64", "ELF old"), build_of("manylinux_2_34_x86_64", "ELF new")
    artifact = folder(tmp_path / "artifact", {**there, **MODULE})
    found = compare(artifact, folder(tmp_path / "code", MODULE), folder(tmp_path / "packages", here))
    assert found.same
    assert [str(build) for build in found.other_builds] == [
        "fast-2.0 is built for cp311-cp311-manylinux2014_x86_64 there, for cp311-cp311-manylinux_2_34_x86_64 here"
    ]


def test_python_source_of_another_build_must_be_the_same(tmp_path: Path) -> None:
    there, here = build_of("a", "ELF", "fast = 2"), build_of("b", "ELF")
    assert compared(tmp_path, {**there, **MODULE}, here) == "different: fast/__init__.py"


def test_compiled_code_of_the_same_build_must_be_the_same(tmp_path: Path) -> None:
    there, here = build_of("a", "ELF changed"), build_of("a", "ELF")
    assert compared(tmp_path, {**there, **MODULE}, here) == "different: fast/_core.so"
