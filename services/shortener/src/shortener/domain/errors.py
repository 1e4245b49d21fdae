"""Every error the shortener's use cases raise. `code` is what a client sees, the message is for people.

ShortenerError
├── InvalidFieldError        a field whose value cannot be accepted
├── LinkNotFoundError        no such code
├── LinkGoneError            expired or disabled
├── CodeTakenError           somebody has this code
├── NotOwnerError            it belongs to somebody else
├── ChangedMeanwhileError    another writer was faster
├── KeyReusedError           an Idempotency-Key that came with another body before
├── ForgedTokenError         a nextToken that we did not sign for this caller
├── SignInError              code, ID token or refresh token refused
└── UnavailableError         something we depend on does not answer now
"""

from __future__ import annotations


class ShortenerError(Exception):
    """What a client is told."""

    code = "internal_error"


class InvalidFieldError(ShortenerError):
    """`field` is the name in the request."""

    code = "invalid_field"

    def __init__(self, field: str, message: str) -> None:
        self.field = field
        super().__init__(message)


class LinkNotFoundError(ShortenerError):
    """No link has this code."""

    code = "link_not_found"


class LinkGoneError(ShortenerError):
    """The link expired or its owner disabled it."""

    code = "link_gone"


class CodeTakenError(ShortenerError):
    """The wanted code is in use."""

    code = "code_taken"


class NotOwnerError(ShortenerError):
    """Only its owner or an admin may see or change a link."""

    code = "not_owner"


class ChangedMeanwhileError(ShortenerError):
    """The link changed between reading and writing it."""

    code = "changed_meanwhile"


class KeyReusedError(ShortenerError):
    """The same Idempotency-Key with another body."""

    code = "idempotency_key_reused"


class ForgedTokenError(ShortenerError):
    """Not a nextToken of ours, or another caller's."""

    code = "invalid_next_token"


class CountersFullError(ShortenerError):
    """Too many different names were counted for one link in one month."""

    code = "counters_full"


class TooManyWritesError(ShortenerError):
    """The table takes fewer writes at once than were asked for; nothing was written."""

    code = "too_many_writes"


class SignInError(ShortenerError):
    """The identity provider, or we, refuse the sign-in."""

    code = "sign_in_refused"


class UnavailableError(ShortenerError):
    """A dependency does not answer; worth trying again."""

    code = "unavailable"
