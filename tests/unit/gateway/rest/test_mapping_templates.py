"""Mapping templates: Velocity as API Gateway has it, and its variables."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.gateway.rest.mapping_templates import VelocityTemplates
from emulator.gateway.rest.ports import NO_OVERRIDES, Mapped, MappingFailedError
from emulator.model import ApiKey
from emulator.payloads.rest_call import RestAuthorized, RestCall
from tests.fakes.rest_calls import asked, rest_api, rest_call

BODY = {"name": 'Ada "L"', "tags": ["a", "b"], "address": {"city": "Paris"}, "n": 3, "price": 1.5, "ok": True}


def mapped(template: str, body: Any = BODY, call: RestCall | None = None, status: int | None = None) -> Mapped:
    text = body if isinstance(body, str) else json.dumps(body)
    templates, here = VelocityTemplates(), call or rest_call()
    if status is None:
        return templates.of_request(template, here, text)
    return templates.of_response(template, here, text, status, NO_OVERRIDES)


def text(template: str, body: Any = BODY, call: RestCall | None = None) -> str:
    return mapped(template, body, call).text


@pytest.mark.parametrize(
    ("template", "written"),
    [
        ("plain #hash $5.00 $ #1 100%", "plain #hash $5.00 $ #1 100%"),
        ("a## to the end\nb", "ab"),
        ("a#* in\nbetween *#b", "ab"),
        ("#[[ $not #touched ]]#", " $not #touched "),
        (r"\$literal \#set", "$literal #set"),
        ("#set($a = 1)$a ${a}b $!a $!{a}", "1 1b 1 1"),
        ("$unknown|${unknown.part}|$!unknown.call()", "||"),
        ("#set($a = 'x $b')$a", "x $b"),
        ('#set($b = 2)#set($a = "x $b ${b}c")$a', "x 2 2c"),
        ("#set($a = 'it''s')$a", "it's"),
        ("#set($a = true)#set($b = false)$a $b", "true false"),
        ("#set($a = null)[$!a]", "[]"),
        ("#set($a = [1, 'b', true])$a", "[1, b, true]"),
        ('#set($a = {"k": 1, "l": [2]})$a', "{k=1, l=[2]}"),
        ("#set($a = [1..3])$a #set($a = [2..0])$a", "[1, 2, 3] [2, 1, 0]"),
        ("#set($a = 1 + 2 * 3 - 4 / 2)$a", "5"),
        ("#set($a = 7 % 4)$a #set($a = -7 / 2)$a #set($a = (1 + 2) * 3)$a", "3 -3 9"),
        ("#set($a = 1 / 0)[$!a]", "[]"),
        ("#set($a = 'n' + 1)$a", "n1"),
        ("#if(1 < 2 && !false)yes#{else}no#end", "yes"),
        ("#if($x)a#elseif(2 >= 3 || 1 == 2)b#elseif('x' eq 'x')c#{else}d#end", "c"),
        ("#if(not (1 gt 2) and 2 le 2)yes#end", "yes"),
        ("#if('')empty texts are true#end", "empty texts are true"),
        ("#if(1 == 1.0)same#end #if('1' == 1)written alike#end", "same written alike"),
        ("#if($x == '')null is not empty#{else}it is not#end", "it is not"),
        ("#foreach($e in ['a', 'b'])$foreach.count:$e#if($foreach.hasNext), #end#end", "1:a, 2:b"),
        ("#foreach($e in [1..9])$e#if($e == 3)#break#end#end|", "123|"),
        ("#set($e = 0)#foreach($e in [1])$foreach.index$foreach.first$foreach.last#end $e", "0truetrue 0"),
        ("#foreach($a in [1,2])#foreach($b in [1,2])$foreach.parent.index$foreach.index #end#end", "00 01 10 11 "),
        ("#foreach($e in $nothing)never#end|", "|"),
        ("#define($hello)hi $who#end#set($who = 'Ada')$hello", "hi Ada"),
        ("#macro(pair $a $b)<$a,$b>#end#pair(1 2)#pair('x', 'y')", "<1,2><x,y>"),
        ("#unknown(1)", "#unknown(1)"),
        ("#set($m = {'k': 1})[$m[[1]]]", "[]"),
        ("before#stop after", "before"),
        ("before#break after", "before"),
        ("before #define($d)in#stop#end$d after", "before "),
        ("#macro(m)x#break#end#foreach($i in [1..60])#foreach($j in [1])#m()#end#end", "x" * 60),
        ("#if(true)\nline\n#end\nrest", "line\nrest"),
        ('{"a": #foreach($e in [1])$e#end}', '{"a": 1}'),
        ('{#set($a = 1)"a": $a}', '{"a": 1}'),
    ],
)
def test_velocity_is_written_as_velocity_writes_it(template: str, written: str) -> None:
    assert text(template) == written


@pytest.mark.parametrize(
    ("value", "call", "written"),
    [
        ("'Abc'", "length()", "3"),
        ("'Abc'", "toUpperCase()", "ABC"),
        ("'Abc'", "substring(1)", "bc"),
        ("'Abc'", "substring(0, 1)", "A"),
        ("'Abc'", "charAt(1)", "b"),
        ("'a.b'", "replace('.', '-')", "a-b"),
        ("'a1b2'", "replaceAll('([0-9])', '<$1>')", "a<1>b<2>"),
        ("'a,b,,'", "split(',').size()", "2"),
        ("'Abc'", "contains('b')", "true"),
        ("'Abc'", "startsWith('A')", "true"),
        ("'Abc'", "matches('[A-Z].*')", "true"),
        ("'Abc'", "equalsIgnoreCase('aBC')", "true"),
        ("'1'", "equals(1)", "false"),
        ("'Abc'", "indexOf('c')", "2"),
        ("' a '", "trim()", "a"),
        ("''", "isEmpty()", "true"),
        ("[1, 2]", "size()", "2"),
        ("[1, 2]", "contains(2)", "true"),
        ("[1, 2]", "get(1)", "2"),
        ("[1, 2, 3]", "subList(1, 3)", "[2, 3]"),
        ("{'a': 1}", "containsKey('a')", "true"),
        ("{'a': 1}", "keySet()", "[a]"),
        ("{'a': 1}", "values()", "[1]"),
        ("{'a': 1}", "getOrDefault('b', 2)", "2"),
        ("5", "toString().length()", "1"),
    ],
)
def test_values_have_the_methods_of_java(value: str, call: str, written: str) -> None:
    assert text(f"#set($v = {value})$v.{call}") == written


def test_lists_and_maps_can_be_changed() -> None:
    template = "#set($l = [])#set($x = $l.add('a'))#set($l[0] = 'b')#set($m = {})#set($m.k = $l)$!m.put('n', 1)$m"
    assert text(template) == "{k=[b], n=1}"


@pytest.mark.parametrize(
    ("template", "written"),
    [
        ("$input.body", json.dumps(BODY)),
        ("$input.json('$.address')", '{"city":"Paris"}'),
        ("$input.json('$.name')", '"Ada \\"L\\""'),
        ("$input.json('$.missing')", '""'),
        ("$input.path('$.name')", 'Ada "L"'),
        ("$input.path('$.missing')", ""),
        ("$input.path('$.address').city", "Paris"),
        ("$input.path('$').address.city $input.path('$.tags')[1]", "Paris b"),
        ("$input.path('$.tags') $input.path('$.address')", '["a","b"] {city=Paris}'),
        ("$input.path('$.n') $input.path('$.price') $input.path('$.ok')", "3 1.5 true"),
        ("$input.path('$.tags').size() $input.path('$.tags.length()')", "2 2"),
        ("$input.path('$..city') $input.json('$.tags[*]')", '["Paris"] ["a","b"]'),
        ("#set($root = $input.path('$'))#foreach($key in $root.keySet())$key #end", "name tags address n price ok "),
        ("#foreach($e in $input.path('$').address.entrySet())$e.key=$e.value#end", "city=Paris"),
    ],
)
def test_input_reads_the_body(template: str, written: str) -> None:
    assert text(template) == written


def test_empty_body_is_an_empty_object_and_has_no_parts() -> None:
    assert text("$input.body|$input.path('$.a')|$input.json('$.a')", "") == '{}||""'


def test_body_that_is_no_json_is_a_text() -> None:
    assert text("$input.body|$input.json('$')", "hi") == 'hi|"hi"'


def test_params_are_looked_for_in_path_query_and_headers() -> None:
    call = rest_call(asked(query="q=1&q=2&code=query", X_Own="h"))
    assert text("$input.params('code') $input.params('q') $input.params('x-own')", call=call) == "abc 2 h"
    assert text("[$input.params('missing')]", call=call) == "[]"
    assert text("$input.params().querystring.get('q') $input.params().header.get('X-Own')", call=call) == "2 h"


def test_context_and_stage_variables_are_there() -> None:
    authorized = RestAuthorized("ada", {"tier": "gold", "n": 1})
    api = rest_api(stage_variables={"color": "blue"})
    call = rest_call(api=api, authorized=authorized, api_key=ApiKey("k1", "ada", "value"))
    template = (
        "$context.httpMethod $context.stage $context.resourcePath $context.authorizer.principalId "
        "$context.authorizer.n $context.identity.sourceIp $context.identity.apiKey $stageVariables.color "
        "$stageVariables.get('color')"
    )
    assert text(template, call=call) == "GET Prod /links/{code} ada 1 127.0.0.1 value blue blue"


@pytest.mark.parametrize(
    ("template", "written"),
    [
        ("$util.escapeJavaScript('it''s \"1/2\"')", 'it\\\'s \\"1\\/2\\"'),
        ("$util.escapeJavaScript($input.path('$.line'))", "a\\nb \\u00E9 \\uD83D\\uDE00"),
        ("$util.parseJson('{\"a\": [1, 2]}').a[1]", "2"),
        ("$util.urlEncode('x=a+b ~*')", "x%3Da%2Bb+%7E*"),
        ("$util.urlDecode('x%3Da+b')", "x=a b"),
        ("$util.base64Encode('é')", "w6k="),
        ("$util.base64Decode('w6k=')", "é"),
        ("[$!util.escapeJavaScript($nothing)]", "[]"),
        ('$util.escapeJavaScript("it\'s").replaceAll("\\\\\'","\'")', "it's"),
    ],
)
def test_util_escapes_encodes_and_parses(template: str, written: str) -> None:
    assert text(template, {"line": "a\nb é 😀"}) == written


def test_request_template_may_override_what_is_sent() -> None:
    template = """
#set($context.requestOverride.header.X-One = "1")
#set($context.requestOverride.header.two = ["a", "b"])
#set($context.requestOverride.querystring.q = $input.path('$.n'))
#set($context.requestOverride.path.id = $input.params('code'))
{}"""
    found = replace(mapped(template), overrides=NO_OVERRIDES)
    assert found == Mapped("{}", {"X-One": "1", "two": "a,b"}, {"q": "3"}, {"id": "abc"})


@pytest.mark.parametrize(("status", "kept"), [("404", 404), ("'409'", 409), ("'x'", None), ("4040", None)])
def test_response_template_may_override_status_and_headers(status: str, kept: int | None) -> None:
    template = f"#set($context.responseOverride.status = {status})#set($context.responseOverride.header.A = 'b')done"
    answer = mapped(template, status=200)
    assert (answer.text, answer.status, dict(answer.headers)) == ("done", kept, {"A": "b"})


def test_one_run_leaves_nothing_behind_for_the_next() -> None:
    templates = VelocityTemplates()
    template = "$!seen#set($seen = 'before')#set($context.responseOverride.header.A = 'b')"
    assert [templates.of_request(template, rest_call(), "{}").text for _ in range(2)] == ["", ""]
    assert templates.of_request("x", rest_call(), "{}").headers == {}


@pytest.mark.parametrize(
    "template",
    [
        "#if(true) no end",
        "#foreach($a in",
        "#set($a 1)",
        "#end",
        "#else",
        "#set($a = )",
        "#set(a = 1)",
        "$input.path('$[')",
        "$input.nothing()",
        "$util.parseJson('{')",
        "$util.base64Decode('!')",
        "$util.nothing('a')",
        "#set($a = 'x')$a.nothing()",
        "#set($a = 'x')$a.substring(5)",
        "#set($a = 'x')$a.replaceAll('(', '')",
        "#set($a = [1])$a.get(3)",
        "#set($a = [1..1000000])",
        "#set($a = {[1]: 2})",
        "#macro(again)#again()#end#again()",
        "#define($again)$again#end$again",
        "#set($a = " + "(" * 5_000 + "1" + ")" * 5_000 + ")",
    ],
)
def test_template_that_cannot_be_evaluated_fails_as_a_whole(template: str) -> None:
    with pytest.raises(MappingFailedError):
        mapped(template)


@pytest.mark.parametrize(
    "template", ["$util.__class__", "$input.__class__.__mro__", "$input.path('$').__class__", "$context.keys"]
)
def test_template_reaches_nothing_of_python(template: str) -> None:
    assert text(template) == ""


FRAGMENTS = (
    "#set($a = ",
    "#if(",
    "#{else}",
    "#elseif(",
    "#end",
    "#foreach($a in ",
    "#define($d)",
    "#macro(m $p)",
    "#m($a)",
    "#stop",
    "#break",
    "#*",
    "$a",
    "$!{a}",
    "${",
    "$input.path('$.tags')",
    ".json('$..[?(@.a)]')",
    "$util.base64Decode(",
    "$context.responseOverride",
    ".header.x = ",
    ".size()",
    ".substring(0, 9)",
    "[0..3]",
    "['k']",
    "{'k': 1}",
    '"$a"',
    "true",
    "null",
    "-1.5",
    " && ",
    " == ",
    "!",
    "%",
    "(",
    ")",
    "[",
    "]",
    "\\",
    "é",
)


@settings(max_examples=400, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from(FRAGMENTS), max_size=12).map("".join))
def test_whatever_is_written_evaluates_or_fails_as_a_whole(template: str) -> None:
    with suppress(MappingFailedError):
        mapped(template, status=200)
