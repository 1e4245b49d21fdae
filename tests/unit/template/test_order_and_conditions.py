"""Creation order, conditions, and references that lead nowhere."""

import pytest

from emulator.errors import TemplateError, UnsupportedError


def order(template):
    return [resource.logical_id for resource in template.resources]


def test_resources_come_after_what_they_refer_to_and_otherwise_in_template_order(project):
    template = project.load("""
        Resources:
          Third: {Type: AWS::SQS::Queue, Properties: {QueueName: !Sub "${Second.Arn}"}}
          Fourth: {Type: AWS::SQS::Queue, DependsOn: [Third, First]}
          First: {Type: AWS::SQS::Queue}
          Second: {Type: AWS::SQS::Queue, Properties: {Tags: [{Key: a, Value: !Ref First}]}}
    """)
    assert order(template) == ["First", "Second", "Third", "Fourth"]
    assert template.resources[3].depends_on == ("Third", "First")


def test_a_circle_is_named(project):
    with pytest.raises(TemplateError, match="A → B → C → A") as error:
        project.load("""
            Resources:
              A: {Type: AWS::SQS::Queue, Properties: {Name: !Ref B}}
              B: {Type: AWS::SQS::Queue, Properties: {Name: !GetAtt C.Arn}}
              C: {Type: AWS::SQS::Queue, DependsOn: A}
        """)
    assert error.value.where.endswith("template.yaml:3")


def test_a_resource_that_needs_itself_is_a_circle(project):
    with pytest.raises(TemplateError, match="A → A"):
        project.load("Resources: {A: {Type: AWS::SQS::Queue, Properties: {Name: !Ref A}}}")


def test_a_long_chain_is_ordered_without_recursion(project):
    links = "".join(f"  Q{i}: {{Type: AWS::SQS::Queue, DependsOn: Q{i + 1}}}\n" for i in range(3000))
    template = project.load(f"Resources:\n{links}  Q3000: {{Type: AWS::SQS::Queue}}\n")
    assert order(template)[:2] == ["Q3000", "Q2999"]


CONDITIONS = """
    Parameters: {Stage: {Type: String, Default: dev}}
    Conditions:
      Both: !And [!Condition IsProd, !Not [!Equals [!Ref Stage, dev]]]
      IsProd: !Equals [!Ref Stage, prod]
    Resources:
      Always: {Type: AWS::SQS::Queue, DependsOn: OnlyProd, Properties: {Name: !If [Both, !Ref OnlyProd, none]}}
      OnlyProd: {Type: AWS::SQS::Queue, Condition: IsProd}
    Outputs:
      Prod: {Condition: Both, Value: !Ref OnlyProd}
      Any: {Value: !If [IsProd, yes, no]}
"""


def test_what_a_condition_drops_is_not_created_and_not_waited_for(project):
    assert order(project.load(CONDITIONS)) == ["Always"]
    assert project.stack(CONDITIONS).outputs == {"Any": "false"}


def test_what_a_condition_keeps_is_created_in_order(project):
    assert order(project.load(CONDITIONS, parameters={"Stage": "prod"})) == ["OnlyProd", "Always"]
    assert project.stack(CONDITIONS, parameters={"Stage": "prod"}).outputs == {"Prod": "shop-OnlyProd", "Any": "true"}


@pytest.mark.parametrize(
    ("resources", "says", "line"),
    [
        ("A: {Type: AWS::SQS::Queue,\n    Properties: {Name: !Ref Nope}}", "found 'Nope'", 6),
        ("A: {Type: AWS::SQS::Queue,\n    Properties:\n      {Name: !Sub '${B.Arn}'}}", "found 'B'", 7),
        ("A: {Type: AWS::SQS::Queue, DependsOn: Nope}", "DependsOn names no resource", 5),
        ("A: {Type: AWS::SQS::Queue, DependsOn: 1}", "DependsOn needs logical ids", 5),
        ("A: {Type: AWS::SQS::Queue, Condition: Nope}", "Unknown condition", 5),
        ("A: {Type: AWS::SQS::Queue, Condition: Loop}", "in a circle", 3),
        ("A: {Properties: {}}", "needs a Type", 5),
        ("A: 1", "needs a Type", 5),
        ("A: {Type: AWS::SQS::Queue, Properties: [1]}", "Properties is not a mapping", 5),
        ("Fn::ForEach::A: [x, [y], {}]", "needs a transform", 5),
    ],
)
def test_faults_of_resources_are_refused_with_their_line(project, resources, says, line):
    conditions = (
        "Conditions:\n  Loop: !Not [!Condition Loop]" if "Loop" in resources else "Conditions:\n  T: !Equals [1, 1]"
    )
    text = f"# a template\n{conditions}\nResources:\n  {resources}\n"
    with pytest.raises(TemplateError, match=says) as error:
        project.load(text)
    assert error.value.where.endswith(f"template.yaml:{line}")


def test_a_template_without_resources_is_refused(project):
    with pytest.raises(TemplateError, match="needs Resources"):
        project.load("Resources: {}")


@pytest.mark.parametrize("transform", ["AWS::Include", "{Name: AWS::Include}", "[My::Macro]"])
def test_macros_are_refused(project, transform):
    with pytest.raises(UnsupportedError, match="runs only in AWS"):
        project.load(f"Transform: {transform}\nResources: {{A: {{Type: AWS::SQS::Queue}}}}")


def test_for_each_writes_out_resources_outputs_and_properties(project):
    stack = project.stack("""
        Transform: AWS::LanguageExtensions
        Parameters: {Names: {Type: CommaDelimitedList, Default: "a,b-c"}}
        Resources:
          Fn::ForEach::Queues:
            - Name
            - !Ref Names
            - Queue&{Name}:
                Type: AWS::SNS::Topic
                Properties: {TopicName: !Sub "q-${Name}", DisplayName: !Ref Name}
        Outputs:
          Fn::ForEach::Out:
            - Name
            - [a, bc]
            - Of${Name}: {Value: !Ref "Queue${Name}"}
    """)
    assert stack.outputs == {"Ofa": "shop-Queuea", "Ofbc": "shop-Queuebc"}


def test_for_each_copies_keep_the_line_of_the_loop(project):
    template = project.load("""
        Transform: AWS::LanguageExtensions
        Resources:
          Fn::ForEach::Queues:
            - Name
            - [A, B]
            - Queue${Name}:
                Type: AWS::SQS::Queue
                Properties: {QueueName: !Ref Name}
    """)
    assert [(r.logical_id, r.place.line) for r in template.resources] == [("QueueA", 7), ("QueueB", 7)]
    assert template.properties("QueueB", {}) == {"QueueName": "B"}


@pytest.mark.parametrize(
    ("loop", "says"),
    [
        ("[Name, [a]]", "needs \\[name, list, mapping\\]"),
        ("[Name, x, {}]", "must be a list"),
        ("[Name, [a, b], {Same: {Type: AWS::SQS::Queue}}]", "same key twice"),
    ],
)
def test_a_faulty_loop_is_refused(project, loop, says):
    with pytest.raises(TemplateError, match=says):
        project.load(f"Transform: [AWS::LanguageExtensions]\nResources:\n  Fn::ForEach::X: {loop}\n")
