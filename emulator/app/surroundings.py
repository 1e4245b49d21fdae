"""What the functions of a system see around them: region, credentials and the endpoints of the backend."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial

from emulator.model import Door, Lookups, Stack, WebSocketApi
from emulator.settings import Settings
from emulator.system_spec import SystemSpec
from emulator.template import Context

# The token is there, as it always is in Lambda, but empty: SDKs then leave it out. A presigned URL that names a token
# which STS never issued is refused, by S3 and by the embedded backend.
LOCAL_CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_SESSION_TOKEN": ""}

EDGE_PORT_AFTER, EDGE_PORT_STEP = 200, 100
"""The first distribution is on the system's port + 200, the next on + 300, …"""


def variables(spec: SystemSpec, settings: Settings, own: Mapping[str, str], stack: Stack) -> dict[str, str]:
    """Environment variables shared by every function of the stack, named as AWS and its SDKs name them.

    own: the person's credentials, which functions get only when they talk to AWS itself.
    """
    credentials = own if spec.backend == "aws" else LOCAL_CREDENTIALS
    return {
        "AWS_REGION": settings.region,
        "AWS_DEFAULT_REGION": settings.region,
        **credentials,
        **spec.endpoints.as_environment(),
        # A function that calls another one of its stack reaches it here, whatever the backend.
        "AWS_ENDPOINT_URL_LAMBDA": base_url(spec),
        # As distributions are.
        **({"AWS_ENDPOINT_URL_CLOUDFRONT": base_url(spec)} if stack.distributions else {}),
        **_connections(spec, stack.websocket_apis.values()),
    }


def known_credentials(spec: SystemSpec, own: Mapping[str, str]) -> dict[str, str]:
    """Access key -> secret of those whom the functions of the stack are."""
    credentials = own if spec.backend == "aws" else LOCAL_CREDENTIALS
    key = credentials.get("AWS_ACCESS_KEY_ID")
    return {key: credentials.get("AWS_SECRET_ACCESS_KEY", "")} if key else {}


def base_url(spec: SystemSpec) -> str:
    """Where the system's port is, whether an HTTP API is served there or only the Invoke API."""
    return f"http://127.0.0.1:{spec.port}"


def api_url(spec: SystemSpec, logical_id: str, index: int) -> str:
    """Where a door of the stack is: the first at the root of the port, a further one under /_api/."""
    base = base_url(spec)
    return base if index == 0 else f"{base}/_api/{logical_id}"


def served_at(spec: SystemSpec, index: int, door: Door) -> str:
    """The URL that people call: a stage other than $default is part of the path, as on AWS."""
    base = api_url(spec, door.logical_id, index)
    return base if door.stage == "$default" else f"{base}/{door.stage}"


def websocket_url(spec: SystemSpec, logical_id: str, index: int) -> str:
    """Where a WebSocket API and its @connections are: the first at the root of a port of its own, 100 above."""
    base = f"http://127.0.0.1:{spec.websocket_port}"
    return base if index == 0 else f"{base}/_api/{logical_id}"


def sockets_served_at(spec: SystemSpec, index: int, api: WebSocketApi) -> str:
    """The URL that clients connect to; the stage is always part of it."""
    return f"{websocket_url(spec, api.logical_id, index)}/{api.stage}".replace("http", "ws", 1)


def _connections(spec: SystemSpec, apis: Iterable[WebSocketApi]) -> dict[str, str]:
    """Where `apigatewaymanagementapi` is; its calls find a connection by its id, whichever API it belongs to."""
    first = next(iter(apis), None)
    if first is None:
        return {}
    return {"AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI": f"{websocket_url(spec, first.logical_id, 0)}/{first.stage}"}


def first_edge_port(spec: SystemSpec) -> int:
    """Of the first distribution."""
    return spec.port + EDGE_PORT_AFTER


def edge_url(spec: SystemSpec, index: int) -> str:
    """Where a distribution of the stack is."""
    return f"http://127.0.0.1:{first_edge_port(spec) + EDGE_PORT_STEP * index}"


def distribution_urls(spec: SystemSpec, distributions: Iterable[str]) -> dict[str, str]:
    """Logical id -> URL that people open."""
    return {logical_id: f"{edge_url(spec, index)}/" for index, logical_id in enumerate(distributions)}


def context(spec: SystemSpec, settings: Settings, lookups: Lookups) -> Context:
    """What the system's template is loaded against."""
    return Context(
        settings.region,
        settings.account_id,
        lookups,
        partial(api_url, spec),
        distribution_url=partial(edge_url, spec),
        # Two templates of one folder are two stacks, as they are two systems.
        default_name=spec.name,
        parameters=spec.parameters,
        config_env=spec.config_env,
        state=spec.state,
        translate_apart=True,
        websocket_url=partial(websocket_url, spec),
    )
