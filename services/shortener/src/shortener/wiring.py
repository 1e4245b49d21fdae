"""Puts each function together once per cold start: environment -> adapters -> use cases.

Every function imports only what it needs, in its own part below: what Redirect does not import, a visitor does not
wait for.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shortener.adapters.aws_json import AwsJsonClient, endpoint
from shortener.adapters.parameters import Parameters
from shortener.domain.events import Recorder

if TYPE_CHECKING:
    from shortener.adapters.access_tokens import JwtAccessTokens
    from shortener.domain.counting import CountClicks
    from shortener.domain.managing import ManageLinks
    from shortener.domain.redirecting import FollowLink
    from shortener.domain.signing_in import SignIn
    from shortener.domain.statistics import ReadStatistics

IP_SALT, USER_AGENT_SALT, JWT_SECRET, PAGING_SECRET = "ip-salt", "user-agent-salt", "jwt-secret", "paging-secret"
GOOGLE_CLIENT_SECRET = "google-client-secret"


@dataclass(frozen=True, slots=True)
class Pause:
    """Why the system answers 503; nothing when it runs."""

    reason: str = ""
    emergency: bool = False

    def __bool__(self) -> bool:
        return bool(self.reason)


@dataclass(frozen=True, slots=True)
class Environment:
    """What the template sets. All optional ones default to what a small installation wants."""

    region: str
    table: str
    secrets_path: str
    public_base_url: str
    public_url_parameter: str
    web_page_url: str
    pause: Pause
    hot_code_s: float
    variables: Mapping[str, str]


def environment(variables: Mapping[str, str] = os.environ) -> Environment:
    """Read once, when a function is put together. Raises KeyError naming a variable the template forgot."""
    return Environment(
        region=variables["AWS_REGION"],
        table=variables["TABLE_NAME"],
        secrets_path=variables["SECRETS_PATH"],
        public_base_url=variables.get("PUBLIC_BASE_URL", "").rstrip("/"),
        public_url_parameter=variables.get("PUBLIC_URL_PARAMETER", ""),
        web_page_url=variables.get("WEB_PAGE_URL", ""),
        pause=_pause(variables),
        hot_code_s=float(variables.get("HOT_CODE_SECONDS", "10")),
        variables=variables,
    )


def _pause(variables: Mapping[str, str]) -> Pause:
    for name, emergency in (("EMERGENCY_STOP", True), ("SERVICE_PAUSED", False)):
        value = variables.get(name, "").strip()
        if value and value.lower() not in ("false", "0", "no", "off"):
            named = value.lower() not in ("true", "1", "yes", "on")
            return Pause(value if named else "The service is paused.", emergency)
    return Pause()


def dynamodb(env: Environment) -> AwsJsonClient:
    url = endpoint("dynamodb", env.region, env.variables)
    return AwsJsonClient("dynamodb", "DynamoDB_20120810", "1.0", region=env.region, url=url)


def parameters(env: Environment) -> Parameters:
    url = endpoint("ssm", env.region, env.variables)
    return Parameters(AwsJsonClient("ssm", "AmazonSSM", "1.1", region=env.region, url=url), env.secrets_path, time.time)


def public_url(env: Environment) -> Callable[[], str]:
    """Where people find short links and the page: what is configured, else what the stack says of its distribution.

    The functions cannot be told by a variable: distribution, API and functions would each need the next one first.
    "" where nobody says. Raises UnavailableError when it cannot be read.
    """
    folder, _, name = env.public_url_parameter.rpartition("/")
    if env.public_base_url or not name:
        return lambda: env.public_base_url
    url = endpoint("ssm", env.region, env.variables)
    published = Parameters(AwsJsonClient("ssm", "AmazonSSM", "1.1", region=env.region, url=url), folder, time.time)
    return lambda: (published.optional(name) or "").rstrip("/")


def recorder(secrets: Parameters) -> Recorder:
    """Both salts come with one call, at the first event."""

    def salts() -> tuple[str, str]:
        return secrets.both(IP_SALT, USER_AGENT_SALT)

    return Recorder(salts, time.time)


def follow_link(env: Environment) -> FollowLink:
    """Redirect."""
    from shortener.adapters.destination_table import TableDestinations
    from shortener.adapters.event_outbox import TableOutbox
    from shortener.domain.redirecting import FollowLink, HotCodes

    client = dynamodb(env)
    hot = HotCodes(TableDestinations(client, env.table), time.time, max_age_s=env.hot_code_s)
    return FollowLink(hot, TableOutbox(client, env.table, time.time), recorder(parameters(env)), time.time)


def manage_links(env: Environment) -> tuple[ManageLinks, ReadStatistics]:
    """Links."""
    from shortener.adapters.link_table import TableLinks
    from shortener.adapters.statistics_table import TableStatistics
    from shortener.domain.managing import ManageLinks
    from shortener.domain.paging import PageTokens
    from shortener.domain.statistics import ReadStatistics

    client, secrets = dynamodb(env), parameters(env)
    links = TableLinks(client, env.table, time.time)
    tokens = PageTokens(lambda: secrets.secret(PAGING_SECRET))
    manage = ManageLinks(links, recorder(secrets), tokens, time.time)
    return manage, ReadStatistics(manage, TableStatistics(client, env.table), time.time)


def access_tokens(env: Environment) -> JwtAccessTokens:
    """Authorizer."""
    from shortener.adapters.access_tokens import JwtAccessTokens

    secrets = parameters(env)
    return JwtAccessTokens(
        lambda: secrets.secret(JWT_SECRET), env.variables["TOKEN_ISSUER"], env.variables["TOKEN_AUDIENCE"], time.time
    )


def count_clicks(env: Environment) -> CountClicks:
    """ClickProcessor."""
    from shortener.adapters.event_bucket import BucketArchive
    from shortener.adapters.statistics_table import TableLedger
    from shortener.domain.counting import CountClicks

    return CountClicks(TableLedger(dynamodb(env), env.table, time.time), BucketArchive(env.variables["EVENTS_BUCKET"]))


def sign_in(env: Environment) -> SignIn:
    """GoogleAuth."""
    from shortener.adapters.openid import OpenIdProvider, Provider
    from shortener.adapters.people_table import TablePeople
    from shortener.domain.signing_in import SignIn

    secrets, variables = parameters(env), env.variables
    provider = Provider(
        issuer=variables["GOOGLE_ISSUER"],
        token_url=variables["GOOGLE_TOKEN_URL"],
        jwks_url=variables["GOOGLE_JWKS_URL"],
        client_id=variables["GOOGLE_CLIENT_ID"],
        client_secret=lambda: secrets.optional(GOOGLE_CLIENT_SECRET),
    )
    return SignIn(
        OpenIdProvider(provider, time.time),
        TablePeople(dynamodb(env), env.table, time.time),
        access_tokens(env),
        recorder(secrets),
        time.time,
        _redirect_uris(env),
    )


def _redirect_uris(env: Environment) -> Callable[[], list[str]]:
    """Those that are configured, and the stack's own page."""
    configured = [uri.strip() for uri in env.variables["GOOGLE_REDIRECT_URIS"].split(",") if uri.strip()]
    public = public_url(env)
    return lambda: [*configured, *(f"{public()}/{page}" for page in ("", "index.html"))]
