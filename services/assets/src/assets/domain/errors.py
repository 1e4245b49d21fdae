"""Every error the use cases raise. `code` is what a client sees, the message is for people.

AssetsError
├── InvalidFieldError        a field whose value cannot be accepted
├── UserNotFoundError        no such user
├── AssetNotFoundError       no such asset
├── AssetGoneError           deleted
├── EmailTakenError          another user has this e-mail address
├── NotUploadedError         there is no file to download yet
├── ChangedMeanwhileError    another writer was faster
├── KeyReusedError           an Idempotency-Key that came with another body before
├── ForgedTokenError         a nextToken that we did not sign for this list
└── UnavailableError         something we depend on does not answer now
"""

from __future__ import annotations


class AssetsError(Exception):
    """What a client is told."""

    code = "internal_error"


class InvalidFieldError(AssetsError):
    """`field` is the name in the request."""

    code = "invalid_field"

    def __init__(self, field: str, message: str) -> None:
        self.field = field
        super().__init__(message)


class UserNotFoundError(AssetsError):
    """No user has this id, or it expired."""

    code = "user_not_found"


class AssetNotFoundError(AssetsError):
    """No asset has this id, or it expired."""

    code = "asset_not_found"


class AssetGoneError(AssetsError):
    """The asset was deleted."""

    code = "asset_gone"


class EmailTakenError(AssetsError):
    """The e-mail address belongs to another user."""

    code = "email_taken"


class NotUploadedError(AssetsError):
    """The asset was announced, its file did not arrive yet."""

    code = "asset_not_uploaded"


class ChangedMeanwhileError(AssetsError):
    """The record changed between reading and writing it."""

    code = "changed_meanwhile"


class KeyReusedError(AssetsError):
    """The same Idempotency-Key with another body."""

    code = "idempotency_key_reused"


class ForgedTokenError(AssetsError):
    """Not a nextToken of ours, or another list's."""

    code = "invalid_next_token"


class UnavailableError(AssetsError):
    """A dependency does not answer; worth trying again."""

    code = "unavailable"
