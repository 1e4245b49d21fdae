"""Intrinsic functions, one by one, and as properties over generated values."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.errors import LookupFailedError, TemplateError, UnsupportedError
from emulator.model import Created
from emulator.template.intrinsics import Resolver
from emulator.template.places import Places
from emulator.template.scope import NO_VALUE, Scope
from emulator.template.stand_ins import StandInLookups

SCOPE = Scope(
    Places("template.yaml", {(): 1}),
    StandInLookups(),
    parameters={"Stage": "dev", "Zones": ["a", "b"]},
    pseudo={"AWS::Region": "eu-west-1", "AWS::NoValue": NO_VALUE, "AWS::NotificationARNs": []},
    mappings={"Sizes": {"dev": {"memory": 128, "zones": ["x", "y"]}}},
    conditions={"Yes": True, "No": False},
    declared=("Table", "Later"),
    dropped=("Gone",),
    known={"Table": Created("shop-Table", {"Arn": "arn:table", "Stream.Label": "label"})},
)


def resolve(value):
    return Resolver(SCOPE).resolve(value, ("Resources", "X", "Properties"))


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ({"Ref": "Stage"}, "dev"),
        ({"Ref": "Zones"}, ["a", "b"]),
        ({"Ref": "AWS::Region"}, "eu-west-1"),
        ({"Ref": "Table"}, "shop-Table"),
        ({"Fn::GetAtt": ["Table", "Arn"]}, "arn:table"),
        ({"Fn::GetAtt": "Table.Stream.Label"}, "label"),
        ({"Fn::Sub": "${Stage}-${Table}-${Table.Arn}-${AWS::Region}"}, "dev-shop-Table-arn:table-eu-west-1"),
        ({"Fn::Sub": "${!Stage} $Stage ${ Stage }"}, "${Stage} $Stage dev"),
        ({"Fn::Sub": ["${a}/${Stage}", {"a": {"Ref": "Table"}, "Stage": 1.5}]}, "shop-Table/1.5"),
        ({"Fn::Join": ["-", ["a", 1, True, {"Ref": "Stage"}]]}, "a-1-true-dev"),
        ({"Fn::Join": [",", {"Ref": "Zones"}]}, "a,b"),
        ({"Fn::Select": ["1", {"Ref": "Zones"}]}, "b"),
        ({"Fn::Split": ["/", "a/b/"]}, ["a", "b", ""]),
        ({"Fn::Select": [0, {"Fn::Split": [":", {"Fn::GetAtt": ["Table", "Arn"]}]}]}, "arn"),
        ({"Fn::If": ["Yes", {"Ref": "Stage"}, {"Ref": "Nope"}]}, "dev"),
        ({"Fn::If": ["No", 1, 2]}, 2),
        ({"Fn::And": [{"Condition": "Yes"}, {"Fn::Not": [{"Condition": "No"}]}]}, True),
        ({"Fn::Or": [{"Condition": "No"}, {"Fn::Equals": [{"Ref": "Stage"}, "prod"]}]}, False),
        ({"Fn::Equals": [10, "10"]}, True),
        ({"Fn::FindInMap": ["Sizes", {"Ref": "Stage"}, "memory"]}, 128),
        ({"Fn::FindInMap": ["Sizes", "prod", "memory", {"DefaultValue": 256}]}, 256),
        ({"Fn::ImportValue": {"Fn::Sub": "${Stage}-url"}}, "dev-url"),
        ({"Fn::Length": {"Ref": "Zones"}}, 2),
        ({"Fn::ToJsonString": {"a": [{"Ref": "Stage"}], "b": {"Ref": "AWS::NoValue"}}}, '{"a":["dev"]}'),
        ({"Fn::Base64": "hé"}, "aMOp"),
        ({"Fn::GetAZs": ""}, ["eu-west-1a", "eu-west-1b", "eu-west-1c"]),
        ({"Fn::Cidr": ["10.0.0.0/16", 2, 8]}, ["10.0.0.0/24", "10.0.1.0/24"]),
        ({"Ref": "AWS::NotificationARNs"}, []),
    ],
)
def test_functions_give_what_cloudformation_gives(expression, value):
    assert resolve(expression) == value


def test_no_value_removes_the_property_or_list_entry():
    value = {"a": {"Ref": "AWS::NoValue"}, "b": [{"Fn::If": ["No", 1, {"Ref": "AWS::NoValue"}]}, 2]}
    assert resolve(value) == {"b": [2]}


@pytest.mark.parametrize(
    ("expression", "says"),
    [
        ({"Ref": "Stag"}, "Did you mean Stage"),
        ({"Ref": "Gone"}, "condition is false"),
        ({"Ref": "Later"}, "does not exist yet"),
        ({"Ref": 1}, "Ref needs a name"),
        ({"Fn::GetAtt": ["Table", "Nope"]}, "no attribute 'Nope'.*Arn, Stream.Label"),
        ({"Fn::GetAtt": "Table"}, "needs a resource and an attribute"),
        ({"Fn::Sub": "${Nope}"}, "Unresolved reference"),
        ({"Fn::Sub": "${Zones}"}, "must be text"),
        ({"Fn::Join": ["", [["a"]]]}, "must be text"),
        ({"Fn::Select": [2, ["a", "b"]]}, "index 2 of 2"),
        ({"Fn::Select": ["-1", ["a"]]}, "index -1"),
        ({"Fn::Split": ["", "a"]}, "needs a delimiter"),
        ({"Fn::If": ["Nope", 1, 2]}, "Conditions here: No, Yes"),
        ({"Fn::FindInMap": ["Sizes", "prod", "memory"]}, "finds nothing"),
        ({"Fn::Cidr": ["10.0.0.0/30", 9, 1]}, "cannot divide"),
        ({"Fn::Cidr": ["10.0.0.0/8", 100_000, 1]}, "cannot divide"),
        ({"Fn::Sub": "a", "Other": 1}, "must stand alone"),
    ],
)
def test_a_faulty_call_says_what_where_and_why(expression, says):
    with pytest.raises(TemplateError, match=says) as error:
        resolve(expression)
    assert error.value.where == "template.yaml:1"


@pytest.mark.parametrize("name", ["Fn::Transform", "Fn::Nope"])
def test_functions_that_only_aws_can_run_are_refused(name):
    with pytest.raises(UnsupportedError, match=f"{name} cannot run here"):
        resolve({"a": {name: {"Name": "AWS::Include"}}})


def test_a_missing_export_is_a_lookup_failure(lookups):
    with pytest.raises(LookupFailedError, match="no such export"):
        Resolver(Scope(SCOPE.places, lookups)).resolve({"Fn::ImportValue": "x"}, ())


plain_text = st.text(st.characters(exclude_characters="${}", exclude_categories=["Cs"]))
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | plain_text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.from_regex(r"\A[a-z]{1,5}\Z"), inner, max_size=4),
    max_leaves=20,
)


@given(json_values)
def test_values_without_functions_stay_as_they_are(value):
    assert resolve(value) == value


@given(st.lists(st.text(), min_size=1), st.text(min_size=1))
def test_split_undoes_join(parts, delimiter):
    joined = resolve({"Fn::Join": [delimiter, parts]})
    assert resolve({"Fn::Split": [delimiter, joined]}) == joined.split(delimiter)
    if not any(delimiter in part for part in parts) and len(delimiter) == 1:
        assert resolve({"Fn::Split": [delimiter, joined]}) == parts


@given(plain_text, plain_text)
def test_sub_touches_nothing_but_its_variables(before, after):
    assert resolve({"Fn::Sub": f"{before}${{Stage}}{after}"}) == f"{before}dev{after}"
    assert resolve({"Fn::Sub": f"{before}${{!Stage}}{after}"}) == f"{before}${{Stage}}{after}"


@given(st.lists(json_values, min_size=1), st.data())
def test_select_takes_the_entry_that_length_counts(items, data):
    index = data.draw(st.integers(0, len(items) - 1))
    assert resolve({"Fn::Length": items}) == len(items)
    assert resolve({"Fn::Select": [str(index), items]}) == items[index]


@given(st.dictionaries(st.from_regex(r"\A[a-z]{1,5}\Z"), json_values))
def test_to_json_string_can_be_parsed_back(value):
    assert json.loads(resolve({"Fn::ToJsonString": value})) == value


@given(st.lists(st.booleans(), min_size=1, max_size=6))
def test_conditions_follow_boolean_algebra(truths):
    terms = [{"Condition": "Yes" if truth else "No"} for truth in truths]
    assert resolve({"Fn::And": terms}) is all(truths)
    assert resolve({"Fn::Or": terms}) is any(truths)
    negated = {"Fn::Not": [{"Fn::Or": [{"Fn::Not": [term]} for term in terms]}]}
    assert resolve(negated) is all(truths)


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["Ref", "Condition", "Fn::Sub", "Fn::Join", "Fn::If", "Fn::Select", "Fn::Cidr", "Fn::GetAtt"]
            )
            | st.text(max_size=5),
            inner,
            max_size=2,
        )
    ),
    max_leaves=15,
)


@given(junk)
def test_no_expression_brings_anything_but_a_value_or_a_template_error(value):
    error = refusal(value)
    assert error is None or all([error.what, error.where, error.found, error.fix])


def refusal(value):
    try:
        resolve(value)
    except TemplateError as error:
        return error
    return None
