"""CloudFront's own API on the system's port, as far as deployments and functions use it: invalidations and reading.

https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_Operations.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import flask

from emulator.gateway.edge.invalidations import Invalidations, is_valid
from emulator.gateway.request_ids import invocation_id
from emulator.model import Distribution
from emulator.payloads import cloudfront_documents as documents
from emulator.payloads.http_message import HttpResponse

PREFIX = "/2020-05-31/distribution"
_PATHS_LIMIT = 3_000
_PAGE = 100


@dataclass(frozen=True, slots=True)
class Managed:
    """A distribution and its invalidations."""

    distribution: Distribution
    invalidations: Invalidations


class CloudFrontApi:
    """Answers for the distributions of one stack, by their ids."""

    def __init__(self, managed: Mapping[str, Managed]) -> None:
        self._managed = managed

    def blueprint(self) -> flask.Blueprint:
        """The routes, to be put behind the guard of the control endpoints."""
        routes = flask.Blueprint("cloudfront", __name__, url_prefix=PREFIX)
        one = "/<distribution_id>"
        routes.add_url_rule("", "list", self._list, methods=["GET"])
        routes.add_url_rule(one, "get", self._get, methods=["GET"])
        routes.add_url_rule(f"{one}/config", "config", self._config, methods=["GET"])
        routes.add_url_rule(f"{one}/invalidation", "invalidate", self._invalidate, methods=["POST"])
        routes.add_url_rule(f"{one}/invalidation", "invalidations", self._invalidations, methods=["GET"])
        routes.add_url_rule(f"{one}/invalidation/<invalidation_id>", "one", self._invalidation, methods=["GET"])
        return routes

    def _list(self) -> flask.Response:
        found = [managed.distribution for managed in self._managed.values()]
        return _sent(documents.answer(200, documents.distribution_list(found)))

    def _get(self, distribution_id: str) -> flask.Response:
        managed = self._managed.get(distribution_id)
        if managed is None:
            return _no_distribution()
        return _sent(documents.answer(200, documents.distribution(managed.distribution), etag=distribution_id))

    def _config(self, distribution_id: str) -> flask.Response:
        managed = self._managed.get(distribution_id)
        if managed is None:
            return _no_distribution()
        return _sent(documents.answer(200, documents.distribution_config(managed.distribution), etag=distribution_id))

    def _invalidate(self, distribution_id: str) -> flask.Response:
        managed = self._managed.get(distribution_id)
        if managed is None:
            return _no_distribution()
        batch = documents.batch_of(flask.request.get_data())
        if batch is None:
            return _failed(400, "MalformedInput", "Unexpected list element or missing field in the request.")
        if len(batch.paths) > _PATHS_LIMIT:
            return _failed(413, "BatchTooLarge", "Invalidation batch specified is too large.")
        if not all(is_valid(path) for path in batch.paths):
            return _failed(400, "InvalidArgument", "Your request contains one or more invalid invalidation paths.")
        made = managed.invalidations.make(batch)
        if made is None:
            message = "You already have an invalidation with this caller reference and other paths."
            return _failed(400, "InvalidationBatchAlreadyExists", message)
        where = f"{flask.request.base_url}/{made.id}"
        return _sent(documents.answer(201, documents.invalidation(made), location=where))

    def _invalidation(self, distribution_id: str, invalidation_id: str) -> flask.Response:
        managed = self._managed.get(distribution_id)
        if managed is None:
            return _no_distribution()
        made = managed.invalidations.find(invalidation_id)
        if made is None:
            return _failed(404, "NoSuchInvalidation", "The specified invalidation does not exist.")
        return _sent(documents.answer(200, documents.invalidation(made)))

    def _invalidations(self, distribution_id: str) -> flask.Response:
        managed = self._managed.get(distribution_id)
        if managed is None:
            return _no_distribution()
        made, marker = managed.invalidations.all(), flask.request.args.get("Marker", "")
        size = max(1, min(_PAGE, flask.request.args.get("MaxItems", _PAGE, type=int)))
        ids = [one.id for one in made]
        start = ids.index(marker) + 1 if marker in ids else 0
        page = made[start : start + size]
        more = page[-1].id if start + size < len(made) else ""
        return _sent(documents.answer(200, documents.invalidation_list(page, marker, size, more)))


def _no_distribution() -> flask.Response:
    return _failed(404, "NoSuchDistribution", "The specified distribution does not exist.")


def _failed(status: int, code: str, message: str) -> flask.Response:
    return _sent(documents.error(status, code, message, invocation_id()))


def _sent(response: HttpResponse) -> flask.Response:
    return flask.Response(response.body, response.status, list(response.headers))
