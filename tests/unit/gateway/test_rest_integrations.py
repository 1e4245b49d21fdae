"""Mocks and functions behind mapping templates."""

from __future__ import annotations

import base64
import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from emulator.model import IntegrationResponse, RestIntegration
from tests.fakes.rest_apis import PREFLIGHT, RestSystem, headers_of, message, method, rest_system

BROKEN = (500, {"message": "Internal server error"})
OK = IntegrationResponse(200)


def mock(text: str, *responses: IntegrationResponse, **values: Any) -> RestSystem:
    integration = RestIntegration(
        "mock", request_templates={"application/json": text}, responses=responses or (OK,), **values
    )
    return rest_system(method("POST", integration=integration))


def custom(*responses: IntegrationResponse, answer: Any = None, api: Any = None, **values: Any) -> RestSystem:
    integration = RestIntegration("aws", function="Worker", responses=responses or (OK,), **values)
    return rest_system(method("POST", "/{name}", integration), answer=answer, **(api or {}))


def test_mock_chooses_its_response_by_status_code() -> None:
    responses = (IntegrationResponse(404, "4\\d{2}", templates={"application/json": '{"lost": true}'}), OK)
    assert message(mock('{"statusCode": 404}', *responses).ask("POST")) == (404, {"lost": True})
    assert mock('{"statusCode": 201}', *responses).ask("POST").status == 200


def test_mock_takes_a_status_code_without_quotation_marks() -> None:
    assert mock("{ statusCode: 204 }").ask("POST").status == 200


def test_mock_without_a_status_code_is_a_configuration_error() -> None:
    assert message(mock("{}").ask("POST")) == BROKEN


def test_mock_without_a_matching_response_is_a_configuration_error() -> None:
    assert message(mock('{"statusCode": 200}', IntegrationResponse(404, "404")).ask("POST")) == BROKEN


def test_body_of_another_content_type_passes_through_or_is_refused() -> None:
    sent: dict[str, Any] = {"headers": {"content-type": "text/plain"}, "body": b'{"statusCode": 200}'}
    assert mock("{}").ask("POST", **sent).status == 200
    assert message(mock("{}", passthrough="NEVER").ask("POST", **sent)) == (415, {"message": "Unsupported Media Type"})
    assert mock("{}", passthrough="WHEN_NO_TEMPLATES").ask("POST", **sent).status == 415


def test_request_template_may_override_the_response() -> None:
    template = """#set($context.responseOverride.status = 403)#set($context.responseOverride.header.X-Why = "full")
#set($context.requestOverride.header.sent = "yes"){"statusCode": 200}"""
    plain = mock(template).ask("POST")
    assert (plain.status, headers_of(plain)["x-why"]) == (403, "full")
    later = '#set($context.responseOverride.status = 404)"$context.requestOverride.header.sent"'
    response = mock(template, IntegrationResponse(200, templates={"application/json": later})).ask("POST")
    assert (response.status, headers_of(response)["x-why"], response.body) == (404, "full", b'"yes"')


def test_pattern_does_not_match_beyond_a_line() -> None:
    def fails(_event: Any) -> None:
        raise LookupError("Bad\nline")

    within = (IntegrationResponse(400, "Bad.*"), OK)
    beyond = (IntegrationResponse(400, "(\\n|.)+"), OK)
    assert [custom(*one, answer=fails).ask("POST", "/Prod/a").status for one in (within, beyond)] == [200, 400]


def test_mapped_headers_of_the_gateways_own_come_under_another_name() -> None:
    named = {"method.response.header.Authorization": "'Bearer t'", "method.response.header.User-Agent": "'u'"}
    found = headers_of(mock('{"statusCode": 200}', IntegrationResponse(200, parameters=named)).ask("POST"))
    assert found["x-amzn-remapped-authorization"] == "Bearer t"
    assert found["x-amzn-remapped-user-agent"] == "u"
    assert "authorization" not in found


def test_template_makes_the_event_of_a_function() -> None:
    template = '{"who": "$input.params(\'name\')", "said": $input.json(\'$.text\'), "stage": "$context.stage"}'
    system = custom(answer={"ok": True}, request_templates={"application/json": template})
    response = system.ask("POST", "/Prod/ada", body=b'{"text": "hello"}')
    assert system.invoker.events == [{"who": "ada", "said": "hello", "stage": "Prod"}]
    assert message(response) == (200, {"ok": True})
    assert headers_of(response)["content-type"] == "application/json"


def test_body_is_the_event_where_there_is_no_template() -> None:
    system = custom(answer={})
    system.ask("POST", "/Prod/ada", body=b'{"a": 1}')
    system.ask("POST", "/Prod/ada")
    assert system.invoker.events == [{"a": 1}, {}]


def test_event_that_is_no_json_is_an_internal_error() -> None:
    system = custom(answer={})
    assert message(system.ask("POST", "/Prod/ada", body=b"hello")) == BROKEN
    assert system.invoker.events == []


def test_error_of_a_function_chooses_the_response_by_its_message() -> None:
    def fails(_event: Any) -> None:
        raise LookupError("NotFound: no ada")

    gone = IntegrationResponse(
        404,
        "NotFound:.*",
        parameters={"method.response.header.X-Why": "integration.response.body.errorMessage"},
        templates={"application/json": "$input.path('$.errorType')"},
    )
    response = custom(OK, gone, answer=fails).ask("POST", "/Prod/ada")
    assert (response.status, response.body) == (404, b"LookupError")
    assert headers_of(response)["x-why"] == "NotFound: no ada"
    unmatched = custom(OK, IntegrationResponse(400, "Bad.*"), answer=fails).ask("POST", "/Prod/ada")
    assert unmatched.status == 200
    assert json.loads(unmatched.body)["errorMessage"] == "NotFound: no ada"


def test_success_is_never_matched_with_patterns() -> None:
    system = custom(OK, IntegrationResponse(500, ".*"), answer={"a": 1})
    assert message(system.ask("POST", "/Prod/ada")) == (200, {"a": 1})


def test_headers_come_from_literals_context_and_overrides() -> None:
    template = "#set($context.responseOverride.status = 202)#set($context.responseOverride.header.X-Own = 'o')done"
    mapped = IntegrationResponse(
        200,
        parameters={
            "method.response.header.X-Literal": "'fixed'",
            "method.response.header.X-Stage": "context.stage",
            "method.response.header.X-None": "context.nothing",
            "method.response.header.Content-Type": "'text/plain'",
        },
        templates={"application/json": template},
    )
    response = custom(mapped, answer={}).ask("POST", "/Prod/ada")
    headers = headers_of(response)
    assert (response.status, response.body) == (202, b"done")
    assert (headers["x-literal"], headers["x-stage"], headers["x-own"]) == ("fixed", "Prod", "o")
    assert headers["content-type"] == "text/plain"
    assert "x-none" not in headers


def test_template_is_chosen_by_what_the_client_accepts() -> None:
    templates = {"application/xml": "<a/>", "application/json": "{}"}
    system = custom(IntegrationResponse(200, templates=templates), answer={})
    assert system.ask("POST", "/Prod/ada", headers={"accept": "application/xml, */*"}).body == b"<a/>"
    assert system.ask("POST", "/Prod/ada", headers={"accept": "text/html"}).body == b"{}"


def test_event_invocation_answers_before_the_function_ran() -> None:
    for source in ("'Event'", "method.request.header.How"):
        parameters = {"integration.request.header.X-Amz-Invocation-Type": source}
        system = custom(IntegrationResponse(202), request_parameters=parameters)
        response = system.ask("POST", "/Prod/ada", headers={"how": "Event"}, body=b'{"a": 1}')
        ((function, payload, _, _),) = system.async_invoker.submitted
        assert (response.status, function.logical_id, json.loads(payload)) == (202, "Worker", {"a": 1})
        assert system.invoker.events == []


def test_content_handling_makes_bytes_of_a_functions_base64() -> None:
    picture = base64.b64encode(b"\x89PNG").decode()
    to_binary = IntegrationResponse(200, content_handling="CONVERT_TO_BINARY")
    assert custom(to_binary, answer=picture).ask("POST", "/Prod/ada").body == b"\x89PNG"
    assert message(custom(to_binary, answer="no base64!").ask("POST", "/Prod/ada")) == BROKEN


def test_client_that_asks_for_a_binary_type_gets_bytes() -> None:
    picture = base64.b64encode(b"\x89PNG").decode()
    system = custom(OK, answer=picture, api={"binary_media_types": ("image/png",)})
    assert system.ask("POST", "/Prod/ada", headers={"accept": "image/png"}).body == b"\x89PNG"
    assert system.ask("POST", "/Prod/ada").body == f'"{picture}"'.encode()


def test_template_that_cannot_be_evaluated_is_an_internal_error() -> None:
    system = custom(answer={}, request_templates={"application/json": "#if("})
    assert message(system.ask("POST", "/Prod/ada")) == BROKEN


@given(
    st.text(max_size=30),
    st.dictionaries(st.text("abcdefgh-", min_size=1, max_size=8), st.text(max_size=20), max_size=4),
    st.binary(max_size=50),
)
def test_no_request_is_too_strange(path: str, headers: dict[str, str], body: bytes) -> None:
    system = rest_system(
        method("POST", "/{proxy+}"),
        method("OPTIONS", "/", PREFLIGHT),
        method("POST", "/mapped", RestIntegration("aws", function="Worker", responses=(OK,))),
        answer={"statusCode": 200},
        access_log_format="$context.requestId $context.path",
        minimum_compression_bytes=0,
    )
    sent = path.encode("utf-8", "replace").decode("latin-1")
    for start in ("/Prod/", "/Prod/mapped/", "/"):
        assert 200 <= system.ask("POST", start + sent, headers=headers, body=body).status < 600
