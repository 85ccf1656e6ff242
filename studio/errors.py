"""The one exception that is meant for the user's eyes. Any thread; imported by engine processes too (Python 3.10)."""

from __future__ import annotations


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


class Cancelled(StudioError):
    """The user asked for an end; what was finished is kept."""

    exit_code = 4
