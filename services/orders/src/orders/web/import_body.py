"""The body of an import: CSV or JSON lines, each line checked by the same model as a single product."""

from __future__ import annotations

from collections.abc import Mapping

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2
from pydantic import ValidationError

from orders.domain.catalogue import NewEntry
from orders.domain.errors import InvalidFieldsError, MalformedRequestError
from orders.domain.importing import Format, Line, LineError, RefusedLineError, UnreadableImportError, lines
from orders.web.product_models import NewProduct

MOST_LINES = 1_000
_KINDS = {
    "text/csv": Format.CSV,
    "application/x-ndjson": Format.JSON_LINES,
    "application/jsonl": Format.JSON_LINES,
    "application/json-lines": Format.JSON_LINES,
}


def read(event: APIGatewayProxyEventV2) -> tuple[list[Line[NewEntry]], list[LineError]]:
    """What can be imported, and what cannot. Raises MalformedRequestError, InvalidFieldsError."""
    kind = _KINDS.get(event.headers.get("content-type", "").partition(";")[0].strip().lower())
    if kind is None:
        raise MalformedRequestError("Send Content-Type: text/csv or application/x-ndjson.", "unsupported_media_type")
    try:
        good, bad = lines(event.decoded_body or "", kind, _checked, lambda new: new.product_id)
    except UnicodeDecodeError:
        raise MalformedRequestError("The body is not UTF-8.") from None
    except UnreadableImportError as error:
        raise MalformedRequestError(str(error)) from error
    if len(good) + len({error.line for error in bad}) > MOST_LINES:
        raise InvalidFieldsError(("body", f"has more than {MOST_LINES} products"))
    return good, bad


def _checked(found: Mapping[str, object]) -> NewEntry:
    try:
        return NewProduct.model_validate(found).entry()
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False)
        raise RefusedLineError(
            *((".".join(str(part) for part in fault["loc"]) or "line", fault["msg"]) for fault in faults)
        ) from None
