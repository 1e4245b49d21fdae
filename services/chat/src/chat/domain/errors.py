"""Every error the use cases raise. `code` is what a client sees, the message is for people.

ChatError
├── InvalidFieldError          a field whose value cannot be accepted
├── NameTakenError             somebody else has this name
├── WrongCredentialsError      no such name, or not its password: which of them is not told
├── SessionEndedError          signed out, expired, or its refresh token was used twice
├── LaterError
│   ├── TooManyAttemptsError   too many wrong guesses at one password
│   └── TooFastError           too many messages at once
├── NotAllowedError            the role in the conversation does not allow it
├── PersonNotFoundError        no such person
├── ConversationNotFoundError  no such conversation, or the caller is no member
├── NotAGroupError             only groups can do this
├── ConversationFullError      no more members fit
├── ChangedMeanwhileError      another writer was faster, several times
├── KeyReusedError             an Idempotency-Key or clientId that came with something else before
├── ForgedTokenError           a nextToken that we did not sign for this list
└── UnavailableError           something we depend on does not answer now
"""

from __future__ import annotations


class ChatError(Exception):
    """What a client is told."""

    code = "internal_error"


class InvalidFieldError(ChatError):
    """`field` is the name in the request."""

    code = "invalid_field"

    def __init__(self, field: str, message: str) -> None:
        self.field = field
        super().__init__(message)


class NameTakenError(ChatError):
    """The name belongs to somebody else."""

    code = "name_taken"


class WrongCredentialsError(ChatError):
    """Name and password do not belong together."""

    code = "wrong_credentials"


class SessionEndedError(ChatError):
    """The token's session is over; its person must sign in again."""

    code = "session_ended"


class LaterError(ChatError):
    """Too much; worth trying again after `retry_after_s` seconds."""

    def __init__(self, message: str, retry_after_s: int) -> None:
        self.retry_after_s = retry_after_s
        super().__init__(message)


class TooManyAttemptsError(LaterError):
    """Too many guesses at one password."""

    code = "too_many_attempts"


class TooFastError(LaterError):
    """Too many messages from one person."""

    code = "too_fast"


class NotAllowedError(ChatError):
    """The caller's role in the conversation does not allow it."""

    code = "not_allowed"


class PersonNotFoundError(ChatError):
    """No person has this id."""

    code = "person_not_found"


class ConversationNotFoundError(ChatError):
    """No conversation has this id, or the caller is no member: which of them is not told."""

    code = "conversation_not_found"


class NotAGroupError(ChatError):
    """A one-to-one conversation keeps its two people and has no name."""

    code = "not_a_group"


class ConversationFullError(ChatError):
    """The conversation has as many members as it can have."""

    code = "conversation_full"


class ChangedMeanwhileError(ChatError):
    """What was read changed before it could be written."""

    code = "changed_meanwhile"


class KeyReusedError(ChatError):
    """The same Idempotency-Key or clientId for something else."""

    code = "idempotency_key_reused"


class ForgedTokenError(ChatError):
    """Not a nextToken of ours, or another list's."""

    code = "invalid_next_token"


class UnavailableError(ChatError):
    """A dependency does not answer; worth trying again."""

    code = "unavailable"
