"""What can go wrong, in the business's words. `code` is what the API's error body says; web/errors.py has statuses.

OrdersError
├── MalformedRequestError    the request cannot be read
├── InvalidFieldsError       fields that are not valid, one (field, message) each
├── ForgedTokenError         a nextToken that we did not hand out for this list
├── KeyReusedError           an Idempotency-Key that came with another body before
├── ForbiddenError           the caller may not do this
├── NotFoundError            no such thing, or none the caller may know of
├── ConflictError            somebody was there first, or the thing is in no state for it
├── OutOfStockError          fewer units than an order wants
└── UnavailableError         a dependency does not answer
"""

from __future__ import annotations


class OrdersError(Exception):
    """Anything we tell the caller about."""

    code = "internal_error"
    details: tuple[tuple[str, str], ...] = ()


class MalformedRequestError(OrdersError):
    """A request that cannot be read. `code` is malformed_request, too_large or unsupported_media_type."""

    def __init__(self, message: str, code: str = "malformed_request") -> None:
        self.code = code
        super().__init__(message)


class InvalidFieldsError(OrdersError):
    """At least one field is not valid."""

    code = "invalid_field"

    def __init__(self, *details: tuple[str, str]) -> None:
        self.details = details
        super().__init__("Some fields are not valid.")


class ForgedTokenError(OrdersError):
    """A nextToken that is not ours, or of another list."""

    code = "invalid_next_token"

    def __init__(self) -> None:
        super().__init__("nextToken is not one of ours for this list.")


class KeyReusedError(OrdersError):
    """The same Idempotency-Key with another body."""

    code = "idempotency_key_reused"

    def __init__(self) -> None:
        super().__init__("This Idempotency-Key came with another body before.")


class ForbiddenError(OrdersError):
    """The caller is known, and may not."""

    code = "forbidden"


class NotFoundError(OrdersError):
    """`code` is <thing>_not_found."""

    def __init__(self, thing: str, thing_id: str) -> None:
        self.code = f"{thing}_not_found"
        super().__init__(f"There is no {thing.replace('_', ' ')} {thing_id}.")


class ConflictError(OrdersError):
    """`code` says which: illegal_move, changed_meanwhile, already_exists, …"""

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        super().__init__(message)


class UnavailableError(OrdersError):
    """A dependency does not answer; the message is for the log, callers get a plain one."""

    code = "unavailable"


class OutOfStockError(OrdersError):
    """There are fewer units than an order wants."""

    code = "out_of_stock"

    def __init__(self, product_ids: tuple[str, ...]) -> None:
        self.product_ids = product_ids
        super().__init__(f"Out of stock: {', '.join(product_ids)}.")
