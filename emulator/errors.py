"""Every error Terrarium itself raises. A handler's failure is not one of them: it is an `Outcome`.

    TerrariumError
    ├── TemplateError              a template that cannot run, with file and line
    │   ├── UnsupportedError       a property whose omission would weaken authorisation, retries or acknowledgement
    │   ├── InvalidPatternError    an event pattern or filter that AWS would refuse
    │   ├── InvalidScheduleError   a schedule expression that AWS would refuse
    │   └── LookupFailedError      a parameter, secret or export the template names does not exist
    ├── BackendError
    │   ├── BackendMissingError    Docker, a package or an image is not on this machine
    │   ├── BackendUnavailableError  the backend does not answer (now)
    │   ├── BackendRefusedError    the backend answered and refused (no such queue, stream, topic; access denied)
    │   ├── StreamPositionLostError  a stream no longer holds the sequence number asked for
    │   └── StreamIteratorExpiredError  a shard iterator is too old; ask for a new one
    ├── ProvisionError             a resource could not be created or updated
    ├── RuntimeSetupError          dependencies or interpreter of a function are missing
    ├── PortInUseError             somebody else listens there
    ├── DiskFullError              the state folder cannot be written
    ├── DeployError                sam build or sam deploy failed
    └── UsageError                 the command line or a setting is wrong

Each has four parts: what failed, where, what was found, what to do.
"""

from __future__ import annotations


class TerrariumError(Exception):
    """What failed, where, what we found and what to do; `str()` is the sentence a user reads."""

    def __init__(self, what: str, *, where: str = "", found: str = "", fix: str = "") -> None:
        self.what, self.where, self.found, self.fix = what, where, found, fix
        super().__init__(self.sentence())

    def sentence(self) -> str:
        # The place belongs to the subject: "Function Redirect (template.yaml:41): no `handler` …".
        subject, colon, rest = self.what.partition(": ")
        head = f"{subject} ({self.where}){colon}{rest}" if self.where else self.what
        parts = [head, f"found {self.found}" if self.found else ""]
        text = "; ".join(part for part in parts if part)
        return f"{text}. {self.fix}" if self.fix else text


class TemplateError(TerrariumError):
    """A template that cannot run."""


class UnsupportedError(TemplateError):
    """A property that we cannot honour and must not ignore."""


class InvalidPatternError(TemplateError):
    """An event pattern or filter that AWS would refuse."""


class InvalidScheduleError(TemplateError):
    """A schedule expression that AWS would refuse."""


class LookupFailedError(TemplateError):
    """A parameter, secret or export that does not exist."""


class BackendError(TerrariumError):
    """The backend."""


class BackendMissingError(BackendError):
    """Something the backend needs is not installed."""


class BackendUnavailableError(BackendError):
    """The backend does not answer."""


class BackendRefusedError(BackendError):
    """The backend answered, and refused."""


class StreamPositionLostError(BackendError):
    """Trimmed or never heard of: TrimmedDataAccessException, or a sequence number or shard unknown to the stream."""


class StreamIteratorExpiredError(BackendError):
    """ExpiredIteratorException."""


class ProvisionError(TerrariumError):
    """A resource could not be created, updated or deleted."""


class RuntimeSetupError(TerrariumError):
    """A function's interpreter or dependencies are missing."""


class PortInUseError(TerrariumError):
    """Somebody else listens on the port."""


class DiskFullError(TerrariumError):
    """The state folder cannot be written."""


class DeployError(TerrariumError):
    """Build or deployment failed."""


class UsageError(TerrariumError):
    """The command line or a setting is wrong."""
