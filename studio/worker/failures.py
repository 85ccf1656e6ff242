"""From an exception to a class of failure. The classes are those the ladder of fallbacks knows. Any thread."""

from __future__ import annotations

import errno
import re
import traceback

OUT_OF_MEMORY = "out_of_memory"
BAD_NUMBERS = "bad_numbers"
WRONG_BUILD = "wrong_build"
UNSUPPORTED = "unsupported"
NATIVE_CRASH = "native_crash"
CANCELLED = "cancelled"
USER = "user"
DISK_FULL = "disk_full"
ENGINE = "engine"

_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        OUT_OF_MEMORY,
        re.compile(
            r"out of memory|OutOfMemory|MemoryError|not enough (GPU video )?memory|CUBLAS_STATUS_ALLOC"
            r"|can'?t allocate memory|failed to allocate memory|bad_alloc",
            re.I,
        ),
    ),
    # The card's own words about memory that it may not touch; the process dies of it, or is of no use any more.
    (NATIVE_CRASH, re.compile(r"Memory access fault by GPU|illegal memory access|unspecified launch failure", re.I)),
    (
        WRONG_BUILD,
        re.compile(r"NoBinaryForGpu|invalid device function|no kernel image|Illegal seek|not compiled with CUDA", re.I),
    ),
    (
        UNSUPPORTED,
        re.compile(
            r"STATUS_NOT_SUPPORTED|NotImplementedError|not (currently )?implemented for|should be the same"
            r"|have the same dtype|unsupported op",
            re.I,
        ),
    ),
    (
        BAD_NUMBERS,
        re.compile(
            r"\bnans?\b.*\b(found|values?|detected|produced)|\b(contain\w*|found|detected|produced)\b.*\bnans?\b"
            r"|non-finite|not finite",
            re.I,
        ),
    ),
)


# What AMD's library says while it looks for the fastest way is no failure, whatever words it takes.
_ONLY_LOGGED = re.compile(r"^.*\bMIOpen\b.*\bWarning\b.*$|^.*hipMemGetInfo.*status 1\b.*$", re.I | re.M)
_SLOW = re.compile(r"will fall back to run on the CPU", re.I)


class CancelledRun(Exception):
    """The run was asked to end and did."""


class UserMistake(Exception):
    """The request cannot be done as asked, and the user can mend it."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class BadNumbers(ArithmeticError):
    """What came out is not finite, silent or empty."""


def classify(error: BaseException) -> str:
    """Name the class of an exception."""
    if isinstance(error, CancelledRun):
        return CANCELLED
    if isinstance(error, UserMistake):
        return USER
    if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return DISK_FULL
    if isinstance(error, BadNumbers):
        return BAD_NUMBERS
    return classify_text(f"{type(error).__name__}: {error}") or ENGINE


def classify_text(text: str) -> str | None:
    """Name the class that a line of a log or an error message belongs to, None when none is known."""
    told = _ONLY_LOGGED.sub("", text)
    return next((name for name, pattern in _PATTERNS if pattern.search(told)), None)


def is_slow_way(warning: str) -> bool:
    """Whether a library warns that the device cannot do something, so that the processor does it."""
    return _SLOW.search(warning) is not None


def details(error: BaseException) -> str:
    """Return the traceback as text."""
    return "".join(traceback.format_exception(type(error), error, error.__traceback__))
