"""How an engine process, or a helper of ours, ended, as a value that says itself in a sentence. Pure; any thread."""

from __future__ import annotations

import signal
from dataclasses import dataclass

NATIVE_CRASH = "native_crash"
OUT_OF_MEMORY = "out_of_memory"
HANG = "hang"
PROTOCOL = "protocol"

STARTING = "while it started"
LOADING = "while it loaded its model"
WORKING = "in the middle of its work"
CLEANING = "while it cleaned up after its work"

_WINDOWS_CRASHES = {
    0xC0000005: "an access violation (0xC0000005)",
    0xC0000409: "a stack buffer overrun (0xC0000409)",
    0xC000001D: "an illegal instruction (0xC000001D)",
    0xC0000017: "a lack of memory (0xC0000017)",
}
_KILLED_IN_A_SHELL = 137  # 128 and SIGKILL: how shells and containers tell that the system took the memory back
_KILLED = -9  # by SIGKILL
_NO_MEMORY = frozenset({0xC0000017, _KILLED_IN_A_SHELL})
_SIGNALS = {
    "SIGSEGV": "a memory fault (SIGSEGV)",
    "SIGABRT": "an abort (SIGABRT)",
    "SIGKILL": "a kill (SIGKILL), which the system also sends when memory runs out",
    "SIGBUS": "a memory fault (SIGBUS)",
    "SIGILL": "an illegal instruction (SIGILL)",
    "SIGFPE": "an arithmetic fault (SIGFPE)",
    "SIGTERM": "a request to end (SIGTERM)",
}


@dataclass(frozen=True)
class Outcome:
    """The end of an engine process. Exactly one of exit code, limit and breach tells the cause."""

    who: str  # "The engine kokoro"
    phase: str
    code: int | None = None
    limit: float | None = None  # seconds it was silent for
    heartbeat: bool = False  # whether it was alive meanwhile
    breach: str = ""  # how it broke the protocol
    starved: bool = False  # meanwhile the system ended a program because memory ran out

    @property
    def failure(self) -> str:
        """The class of failure that the ladder knows."""
        if self.breach:
            return PROTOCOL
        if self.limit is not None:
            return HANG
        no_memory = self.code is not None and self.code & 0xFFFFFFFF in _NO_MEMORY
        # Another SIGKILL may be anybody's: then the first thing is to try again.
        return OUT_OF_MEMORY if no_memory or self._ended_by_the_system else NATIVE_CRASH

    @property
    def sentence(self) -> str:
        """What happened, for the user."""
        if self.breach:
            return f"{self.who} broke the protocol {self.phase}: {self.breach}."
        if self.limit is not None:
            if self.heartbeat:
                return f"{self.who} was alive but made no progress for {self.limit:g} s {self.phase} and was stopped."
            return f"{self.who} gave no sign of life for {self.limit:g} s {self.phase} and was stopped."
        if self._ended_by_the_system:
            return f"{self.who} was ended by the system {self.phase}, because the memory ran out."
        return f"{self.who} ended {self.phase} with {describe_code(self.code)}."

    @property
    def _ended_by_the_system(self) -> bool:
        return self.starved and self.code == _KILLED


def describe_code(code: int | None) -> str:
    """Say in words what an exit code means."""
    if code is None:
        return "no exit code"
    if code & 0xFFFFFFFF in _WINDOWS_CRASHES:
        return _WINDOWS_CRASHES[code & 0xFFFFFFFF]
    if code < 0:
        try:
            name = signal.Signals(-code).name
        except ValueError:
            return f"signal {-code}"
        return _SIGNALS.get(name, name)
    if code == _KILLED_IN_A_SHELL:
        return "exit code 137, mostly because the computer's memory ran out"
    return f"exit code {code}"
