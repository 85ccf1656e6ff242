"""What is said of the finished parts of a job that ended too early. Pure; any thread.

Sentences of speech and pictures of several are kept as soon as they are whole; of anything else nothing is.
"""

from __future__ import annotations

from studio.domain.requests import Request
from studio.errors import Cancelled, KeptParts, StudioError
from studio.services.tasks.table import TASKS

_CANCELLED = "The job was cancelled."
_CLOSED = "The studio was closed while it worked on this job."
_ANEW = "`studio jobs retry` makes it from the start."
_ON = "`studio jobs retry` goes on with it."


def cancelled(part: str, done: int, of: int) -> Cancelled:
    """Return what is said of a cancelled job of whose parts so many are kept."""
    if not done:
        return Cancelled(_CANCELLED, _ANEW)
    if of == 1:
        return Cancelled(f"The job was cancelled; its {part} is finished and kept.", _ON, kept=KeptParts(part, 1, 1))
    verb = "is" if done == 1 else "are"
    message = f"The job was cancelled; {done} of its {of} {part}s {verb} finished and kept."
    hint = "`studio jobs retry` goes on with the rest." if done < of else _ON
    return Cancelled(message, hint, kept=KeptParts(part, done, of))


def unplanned(task: str, request: Request, *, closing: bool) -> StudioError:
    """Return what is said of a job that was ended before anybody knew which of its parts are kept."""
    hint = _perhaps(task, request)
    return StudioError(_CLOSED, hint) if closing else Cancelled(_CANCELLED, hint)


def closed(done: int) -> StudioError:
    """Return what is said of a job that the studio was closed on."""
    return StudioError(_CLOSED, _ON if done else _ANEW)


def interrupted(task: str, request: Request) -> StudioError:
    """Return what is said of a job that ended with the studio; what of it was kept is known when it is gone on with."""
    return StudioError("The studio ended while it worked on this job.", _perhaps(task, request))


def _perhaps(task: str, request: Request) -> str:
    """Return a hint that is true whether or not there are finished parts."""
    part = TASKS[task].part if task in TASKS else ""
    several = part != "picture" or request.params.get("count", 1) != 1
    return f"`studio jobs retry` goes on with it; finished {part}s are not made again." if part and several else _ANEW
