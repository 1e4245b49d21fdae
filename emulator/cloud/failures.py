"""Turns the SDK's exceptions into ours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError, ConnectionError, HTTPClientError

from emulator.errors import BackendRefusedError, BackendUnavailableError, ProvisionError
from emulator.model import Resource

_GATEWAY_FAILURES = (502, 503, 504)


def code_of(problem: ClientError) -> str:
    """AWS's error code, "ResourceNotFoundException"."""
    return str(problem.response.get("Error", {}).get("Code", ""))


@contextmanager
def provisioning(resource: Resource, url: str) -> Iterator[None]:
    """Raises BackendUnavailableError when nobody answers, ProvisionError for whatever else went wrong."""
    try:
        yield
    except (HTTPClientError, ConnectionError) as problem:
        raise _unavailable(url, problem) from problem
    except ClientError as problem:
        raise ProvisionError(
            f"{resource.type} {resource.logical_id} could not be created",
            where=str(resource.place),
            found=f"{code_of(problem)}: {problem.response.get('Error', {}).get('Message', problem)}",
            fix="Correct the property that the backend names.",
        ) from problem
    except (BotoCoreError, ValueError, TypeError, KeyError) as problem:
        raise ProvisionError(
            f"{resource.type} {resource.logical_id} could not be created",
            where=str(resource.place),
            found=_one_line(problem),
            fix="Correct the property in the template.",
        ) from problem


@contextmanager
def calling(url: str) -> Iterator[None]:
    """Raises BackendUnavailableError when nobody answers, BackendRefusedError when the backend says no."""
    try:
        yield
    except (HTTPClientError, ConnectionError) as problem:
        raise _unavailable(url, problem) from problem
    except ClientError as problem:
        status = problem.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        if status in _GATEWAY_FAILURES:
            raise _unavailable(url, problem) from problem
        raise BackendRefusedError(
            f"The backend refused {problem.operation_name}",
            where=url,
            found=f"{code_of(problem)}: {problem.response.get('Error', {}).get('Message', '')}",
        ) from problem


def _unavailable(url: str, problem: Exception) -> BackendUnavailableError:
    return BackendUnavailableError(
        "The backend does not answer",
        where=url,
        found=_one_line(problem),
        fix="Start it with `terrarium up`; `terrarium status` says what runs.",
    )


def _one_line(problem: Exception) -> str:
    text = f"missing {problem}" if isinstance(problem, KeyError) else str(problem)
    return " ".join(text.split())
