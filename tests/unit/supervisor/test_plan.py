"""What a person asks for becomes names, templates and ports."""

from __future__ import annotations

from pathlib import Path

import pytest

from emulator.errors import UsageError
from emulator.supervisor import plan
from emulator.supervisor.plan import Asked, Plan
from emulator.supervisor.project import Project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    for name in ("shortener", "assets", "chat"):
        touch(tmp_path / "services" / name / "template.yaml")
    return Project(tmp_path, ("shortener", "assets", "chat"))


def touch(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    return path


def planned(project: Project, **asked: object) -> Plan:
    return plan.make(Asked(**asked), project, project.root / ".terrarium")  # type: ignore[arg-type]


def ports(made: Plan) -> dict[str, int]:
    return {spec.name: spec.port for spec in made.systems}


def test_without_templates_all_systems_run_in_the_order_of_the_project(project: Project) -> None:
    made = planned(project)

    assert ports(made) == {"shortener": 3001, "assets": 3002, "chat": 3003}
    assert made.own == ("shortener", "assets", "chat")


def test_chosen_systems_keep_their_ports(project: Project) -> None:
    assert ports(planned(project, stacks=("chat",))) == {"chat": 3003}


def test_name_of_a_system_stands_for_its_template(project: Project) -> None:
    assert ports(planned(project, templates=("chat", "assets"))) == {"assets": 3002, "chat": 3003}


def test_templates_get_ports_in_the_order_given(project: Project, tmp_path: Path) -> None:
    shop = touch(tmp_path / "shop" / "template.yaml")
    bank = touch(tmp_path / "cdk.out" / "Bank.template.json")

    made = planned(project, templates=(str(bank), str(shop.parent)), port_base=4000)

    assert ports(made) == {"Bank": 4000, "shop": 4001}
    assert made.own == ()


def test_templates_of_the_same_name_are_told_apart(project: Project, tmp_path: Path) -> None:
    first, second = (touch(tmp_path / folder / "app" / "template.yaml") for folder in "ab")

    assert list(ports(planned(project, templates=(str(first), str(second))))) == ["app", "app-2"]


def test_own_template_given_by_path_gets_the_demo_data_too(project: Project) -> None:
    made = planned(project, templates=(str(project.template_of("chat").resolve()),))

    assert made.own == ("chat",)


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"stacks": ("shop",)}, "There is no system shop"),
        ({"templates": ("nowhere.yaml",)}, "There is no such template"),
        ({"backend": "external"}, "TERRARIUM_ENDPOINT"),
    ],
)
def test_what_cannot_be_planned_is_named(project: Project, asked: dict[str, object], sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence):
        planned(project, **asked)


def test_templates_and_stacks_do_not_mix(project: Project, tmp_path: Path) -> None:
    shop = touch(tmp_path / "shop" / "template.yaml")

    with pytest.raises(UsageError, match="cannot be mixed"):
        planned(project, templates=(str(shop),), stacks=("chat",))


def test_folder_with_several_templates_asks_for_one(project: Project, tmp_path: Path) -> None:
    touch(tmp_path / "two" / "template.yaml")
    touch(tmp_path / "two" / "template.json")

    with pytest.raises(UsageError, match=r"found template.yaml, template.json"):
        planned(project, templates=(str(tmp_path / "two"),))


def test_plan_survives_its_journey_to_the_daemon(project: Project) -> None:
    made = planned(project, parameters={"Stage": "dev"}, debug=("Redirect",), config_env="staging", region="eu-west-1")

    assert Plan.from_json(made.to_json()) == made


def test_localstack_lacks_cognito_only_for_templates_that_use_it(project: Project) -> None:
    (project.root / "services/chat/template.yaml").write_text("Resources: {Users: {Type: AWS::Cognito::UserPool}}")

    assert planned(project, backend="localstack", stacks=("chat",)).lacking == ("cognito-idp", "cognito-identity")
    assert planned(project, backend="localstack", stacks=("assets",)).lacking == ()


@pytest.mark.parametrize("asked", [{"backend": "embedded"}, {"backend": "localstack", "every_service": True}])
def test_backend_with_every_service_needs_no_companion(project: Project, asked: dict[str, object]) -> None:
    (project.root / "services/chat/template.yaml").write_text("Resources: {Users: {Type: AWS::Cognito::UserPool}}")

    assert planned(project, **asked).lacking == ()


def test_plan_with_lacking_services_survives_the_way_to_the_daemon(project: Project) -> None:
    (project.root / "services/chat/template.yaml").write_text("Resources: {Users: {Type: AWS::Cognito::UserPool}}")
    made = planned(project, backend="localstack")

    assert Plan.from_json(made.to_json()) == made
