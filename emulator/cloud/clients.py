"""AWS clients, made when first needed and shared by all resources of a stack. No retries of their own."""

from __future__ import annotations

import threading
from typing import Any

import botocore.session
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.loaders import Loader

from emulator.cloud.slim_files import SlimFiles
from emulator.model import Endpoints

DEFAULT_ACCOUNT = "000000000000"
_CONNECT_TIMEOUT_S = 3
_READ_TIMEOUT_S = 60


class Clients:
    """One client a service. Local backends take an access key of twelve digits for the account; AWS gets the SDK's own
    credentials."""

    def __init__(self, endpoints: Endpoints, *, region: str, account_id: str = DEFAULT_ACCOUNT) -> None:
        self._endpoints, self._region = endpoints, region
        self._access_key = "test" if account_id == DEFAULT_ACCOUNT else account_id
        self._session = _session(region)
        self._clients: dict[str, Any] = {}
        self._lock = threading.Lock()

    def get(self, service: str) -> Any:
        """The client of a service ("dynamodb"); safe to call from any thread."""
        with self._lock:
            if service not in self._clients:
                self._clients[service] = self._make(service)
            return self._clients[service]

    def url(self, service: str) -> str:
        """Where the service is, for messages."""
        return self._endpoints.url(service) or f"AWS {self._region}"

    def is_local(self, service: str) -> bool:
        """True when a backend of ours serves it, False when AWS does."""
        return self._endpoints.url(service) is not None

    def credentials(self, service: str) -> Any:
        """What its requests are signed with, for requests that no client makes."""
        if self.is_local(service):
            return Credentials(self._access_key, "test")
        return self._session.get_credentials()

    def _make(self, service: str) -> Any:
        url = self._endpoints.url(service)
        local = {"aws_access_key_id": self._access_key, "aws_secret_access_key": "test"} if url else {}
        return self._session.create_client(
            service,
            region_name=self._region,
            endpoint_url=url,
            config=Config(
                # A hidden retry hides a restart of the backend; who calls decides.
                retries={"total_max_attempts": 1} if url else {"mode": "standard"},
                connect_timeout=_CONNECT_TIMEOUT_S,
                read_timeout=_READ_TIMEOUT_S,
                max_pool_connections=50,
                s3={"addressing_style": "path"} if url else None,
            ),
            **local,
        )


def _session(region: str) -> botocore.session.Session:
    """As botocore makes it, AWS_DATA_PATH included, but for the reading of its files."""
    session = botocore.session.Session()
    paths = session.get_component("data_loader").search_paths
    files = Loader(extra_search_paths=list(paths), file_loader=SlimFiles(region), include_default_search_paths=False)
    session.register_component("data_loader", files)
    return session
