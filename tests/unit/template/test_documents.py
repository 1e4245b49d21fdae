"""Reading YAML and JSON: values, lines, and refusal of what would be lost or explode."""

import pytest

from emulator.errors import TemplateError
from emulator.template.document import read
from emulator.template.tree import MAX_DEPTH


def test_every_node_knows_its_line(project):
    document = read(
        project.template("Resources:\n  Queue:\n    Type: AWS::SQS::Queue\n    Properties:\n      A: [1, 2]\n")
    )
    assert document.places.at(("Resources", "Queue")).line == 2
    assert document.places.at(("Resources", "Queue", "Properties", "A", 1)).line == 5
    assert document.places.at(("Resources", "Queue", "Properties", "Missing")).line == 4


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("!Ref Table", {"Ref": "Table"}),
        ("!Condition IsProd", {"Condition": "IsProd"}),
        ("!GetAtt Table.Stream.Arn", {"Fn::GetAtt": ["Table", "Stream.Arn"]}),
        ("!GetAtt [Table, Arn]", {"Fn::GetAtt": ["Table", "Arn"]}),
        ("!Sub '${A}'", {"Fn::Sub": "${A}"}),
        ("!Join ['-', [a, !Ref B]]", {"Fn::Join": ["-", ["a", {"Ref": "B"}]]}),
    ],
)
def test_short_forms_become_long_forms(project, short, long):
    assert read(project.template(f"Value: {short}")).value == {"Value": long}


def test_scalars_follow_yaml_1_1_but_dates_and_keys_stay_text(project):
    document = read(project.template("a: [2012-10-17, yes, 012, 1.5, ~, '1', !!str 7, 0x10]\n404: x\nyes: y\n"))
    assert document.value == {"a": ["2012-10-17", True, 10, 1.5, None, "1", "7", 16], "404": "x", "yes": "y"}


def test_merge_keys_and_aliases_are_expanded_and_do_not_share_values(project):
    document = read(project.template("a: &a {x: [1]}\nb:\n  <<: *a\n  y: 2\nc: *a\n"))
    assert document.value == {"a": {"x": [1]}, "b": {"x": [1], "y": 2}, "c": {"x": [1]}}
    document.value["c"]["x"].append(2)
    assert document.value["a"] == {"x": [1]}


def test_json_with_escapes_tabs_and_surrogates_is_read_with_lines(project):
    document = read(project.template('{\n\t"a": {"b": "\\ud83d\\ude00\\/"},\n\t"c": [1,\n\t2]}', "template.json"))
    assert document.value == {"a": {"b": "😀/"}, "c": [1, 2]}
    assert document.places.at(("c", 1)).line == 4


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("a: 1\nb: 2\na: 3\n", 3, "Duplicate key 'a'"),
        ("a: !Nope x\n", 1, "Unknown tag"),
        ("a: !!python/object/apply:os.system [true]\n", 1, "Unsupported YAML tag"),
        ("a: 1\nb: [1\n", 3, "not valid YAML"),
        ("a: 1\n---\nb: 1\n", 2, "one YAML document"),
        ("a: *b\n", 1, "Unknown alias"),
        ("a: &a [*a]\n", 1, "Unknown alias"),
        ("a:\n  ? [x]\n  : 1\n", 2, "A key must be plain text"),
        ("a:\n  <<: 1\n", 2, "merge key"),
        ("- a\n", 1, "not a mapping"),
        ("", 1, "not a mapping"),
        ("a: " + "[" * 2000, 1, "nested too deeply"),
        ("a: " + "9" * 5000, 1, "cannot be read"),
        ("a: !!int x\n", 1, "cannot be read"),
    ],
)
def test_faulty_yaml_is_refused_with_its_line(project, text, line, says):
    path = project.folder / "template.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(TemplateError, match=says) as error:
        read(path)
    assert error.value.where.endswith(f"template.yaml:{line}")


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ('{"a": 1,\n "a": 2}', 2, "Duplicate key 'a'"),
        ('{"a": 1,\n', 2, "not valid JSON"),
        ('{"a": NaN}', 1, "not valid JSON"),
        ('{"a":' * 3000, 1, "nested too deeply|not valid JSON"),
        ('{"a":' + "[" * 200 + "]" * 200 + "}", 1, "nested too deeply"),
        ("[1]", 1, "not a mapping"),
    ],
)
def test_faulty_json_is_refused_with_its_line(project, text, line, says):
    with pytest.raises(TemplateError, match=says) as error:
        read(project.template(text, "template.json"))
    assert error.value.where.endswith(f"template.json:{line}")


def test_multiplied_aliases_are_refused_before_they_fill_memory(project):
    levels = "\n".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 12))
    with pytest.raises(TemplateError, match="too large"):
        read(project.template(f"a0: &a0 [x]\n{levels}\n"))


def test_nesting_is_bounded_through_aliases_too(project):
    levels = "\n".join(f"a{i}: &a{i} [*a{i - 1}]" for i in range(1, MAX_DEPTH + 5))
    with pytest.raises(TemplateError, match="too large"):
        read(project.template(f"a0: &a0 [x]\n{levels}\n"))


def test_files_that_are_missing_too_large_or_not_text_are_refused(project):
    with pytest.raises(TemplateError, match="cannot be read"):
        read(project.folder / "absent.yaml")
    large = project.folder / "large.yaml"
    large.write_bytes(b"a: 1 #" + b"x" * 1_000_000)
    with pytest.raises(TemplateError, match="too large"):
        read(large)
    binary = project.folder / "binary.yaml"
    binary.write_bytes(b"a: 1\nb: \xff\n")
    with pytest.raises(TemplateError, match="not UTF-8") as error:
        read(binary)
    assert error.value.where.endswith(":2")
