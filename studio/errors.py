"""The one exception that is meant for the user's eyes. Any thread; imported by engine processes too (Python 3.10)."""

from __future__ import annotations

from dataclasses import dataclass


class StudioError(Exception):
    """Something the user can understand and mostly mend.

    `message` says what happened, `hint` what to do about it, `details` is for a report, `log` names a file with more.
    Anything raised that is not a StudioError is a bug in the studio.
    """

    exit_code = 2

    def __init__(self, message: str, hint: str = "", details: str = "", *, log: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.details = details
        self.log = log


class EngineFailure(StudioError):
    """An engine's process failed at its work; the user did nothing wrong."""

    exit_code = 3


class Bug(StudioError):
    """The studio itself made a mistake; there is a report of it."""

    exit_code = 70


@dataclass(frozen=True)
class KeptParts:
    """How many of a job's parts are finished and kept; `part` says what they are."""

    part: str
    done: int
    of: int


class Cancelled(StudioError):
    """The user asked for an end. `kept` says what of a job was finished."""

    exit_code = 4

    def __init__(self, message: str, hint: str = "", *, kept: KeptParts | None = None) -> None:
        super().__init__(message, hint)
        self.kept = kept
