"""CORS as the API answers it, whatever the function says."""

from __future__ import annotations

from emulator.model import Authorizer, Cors, Route
from tests.fakes.http_apis import system

CORS = Cors(
    allow_origins=("https://web.example.com",),
    allow_methods=("GET", "POST"),
    allow_headers=("authorization",),
    expose_headers=("x-total",),
    max_age_s=300,
    allow_credentials=True,
)
PREFLIGHT = {"Origin": "https://web.example.com", "Access-Control-Request-Method": "POST"}


def test_preflight_is_answered_without_function_and_authorizer() -> None:
    guarded = Route("ANY", "/{proxy+}", "Worker", authorizer="Guard")
    guard = Authorizer("Guard", "lambda", ("$request.header.Authorization",), function="Guard")
    here = system(guarded, cors=CORS, authorizers={"Guard": guard})
    response = here.client().options("/links", headers=PREFLIGHT)
    assert response.status_code == 204
    assert response.headers["access-control-allow-origin"] == "https://web.example.com"
    assert response.headers["access-control-allow-methods"] == "GET,POST"
    assert response.headers["access-control-allow-headers"] == "authorization"
    assert response.headers["access-control-max-age"] == "300"
    assert response.headers["access-control-allow-credentials"] == "true"
    assert here.invoker.events == []


def test_preflight_of_a_foreign_origin_gets_no_permission() -> None:
    here = system(Route("ANY", "/{proxy+}", "Worker"), cors=CORS)
    response = here.client().options("/links", headers={**PREFLIGHT, "Origin": "https://evil.example"})
    assert response.status_code == 204
    assert not [name for name, _ in response.headers if name.lower().startswith("access-control-")]


def test_options_without_origin_is_an_ordinary_request() -> None:
    here = system(Route("OPTIONS", "/links", "Worker"), cors=CORS, answer={"statusCode": 207})
    assert here.client().options("/links").status_code == 207


def test_cors_headers_of_the_function_are_replaced() -> None:
    answer = {"statusCode": 200, "headers": {"Access-Control-Allow-Origin": "*", "Access-Control-Max-Age": "9"}}
    here = system(Route("GET", "/", "Worker"), cors=CORS, answer=answer)
    response = here.client().get("/", headers={"Origin": "https://web.example.com"})
    assert response.headers.getlist("access-control-allow-origin") == ["https://web.example.com"]
    assert response.headers["access-control-expose-headers"] == "x-total"
    assert "access-control-max-age" not in response.headers
    assert "access-control-allow-origin" not in here.client().get("/").headers


def test_errors_of_the_gateway_carry_cors_headers_too() -> None:
    here = system(cors=CORS)
    response = here.client().get("/nowhere", headers={"Origin": "https://web.example.com"})
    assert response.status_code == 404
    assert response.headers["access-control-allow-origin"] == "https://web.example.com"


def test_without_cors_configuration_the_functions_own_headers_pass() -> None:
    answer = {"statusCode": 200, "headers": {"Access-Control-Allow-Origin": "*"}}
    here = system(Route("GET", "/", "Worker"), answer=answer)
    assert here.client().get("/").headers["access-control-allow-origin"] == "*"


def test_scheme_wildcard_allows_every_origin_of_the_scheme() -> None:
    here = system(Route("GET", "/", "Worker"), cors=Cors(allow_origins=("https://*",)))
    allowed = here.client().get("/", headers={"Origin": "https://any.example"}).headers
    assert allowed["access-control-allow-origin"] == "https://any.example"
    refused = here.client().get("/", headers={"Origin": "http://any.example"}).headers
    assert "access-control-allow-origin" not in refused
