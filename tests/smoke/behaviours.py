"""What must come of each behaviour of the fake engine: one table, for the command line and for every host."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

SCRIPT = "One is here. Two is there. Three is gone. Four is late."


@dataclass(frozen=True)
class Row:
    """What must come of a behaviour."""

    notes: tuple[str, ...] = ()  # a pattern for each note, in their order
    error: str = ""  # a pattern for the sentence of one that fails
    kept: int = 4  # finished sentences

    @property
    def state(self) -> str:
        """The job's last state."""
        return "failed" if self.error else "succeeded"


_RESTARTED = r"a crash \(native_crash\).*Trying again with restart"
_STALLED = r"no progress \(hang\).*Trying again with restart"
_IN_WORK = "in the middle of its work"

ROWS: dict[str, Row] = {
    "ok": Row(),
    "slow": Row(),
    "abort_in_cleanup": Row(("cleaned up.*SIGABRT.*result is whole",)),
    "exit_after_result": Row(("cleaned up.*exit code 1.*result is whole",)),
    "segfault": Row((_RESTARTED,), f"{_IN_WORK}.*SIGSEGV", 2),
    "abort": Row((_RESTARTED,), f"{_IN_WORK}.*SIGABRT", 2),
    "killed": Row((_RESTARTED,), f"{_IN_WORK}.*SIGKILL", 2),
    "exit_without_result": Row((_RESTARTED,), f"{_IN_WORK}.*exit code 1", 2),
    "no_hello": Row((_STALLED,), "no sign of life for 3 s while it started", 0),
    "garbage": Row((), "broke the protocol while it started.*bytes", 0),
    "wrong_version": Row((), "broke the protocol.*version 100, the studio 1", 0),
    "huge_frame": Row((), "broke the protocol.*1073741824 bytes, the limit is", 0),
    "hang": Row((_STALLED,), f"alive but made no progress for 3 s {_IN_WORK}", 2),
    "hang_silent": Row((_STALLED,), f"no sign of life for 3 s {_IN_WORK}", 2),
    "out_of_memory": Row((r"out of memory \(out_of_memory\).*with empty_cache",)),
    "bad_numbers": Row((r"unusable numbers \(bad_numbers\).*with precision",)),
    "unsupported": Row((r"an unsupported operation \(unsupported\).*with precision",)),
    "wrong_build": Row((r"does not fit the device \(wrong_build\).*with other_build",)),
    "missing_result": Row((), "announced a result, but there is no such file"),
    "empty_result": Row((), "announced a result, but the file is empty"),
    "wrong_hash": Row((), "announced a result, but the file is another"),
    "stderr_flood": Row(),
    "stdout_noise": Row(),
    "orphan": Row(),
    "installs": Row(("an install was refused: .*pip", "an install was refused: import of pip")),
}
WAITING = frozenset({"no_hello", "hang", "hang_silent", "slow"})  # for seconds, by design
TYPICAL = frozenset(
    {
        "ok", "abort_in_cleanup", "segfault", "garbage", "out_of_memory", "missing_result", "stdout_noise", "orphan",
        "installs",
    }
)  # fmt: skip

# The contract's order of each class, written down once more: the table in the code must not change unseen.
LADDERS: dict[str, tuple[str, ...]] = {
    "out_of_memory": ("empty_cache", "slicing", "smaller_batch", "offload", "precision", "decode_cpu", "cpu"),
    "bad_numbers": ("precision", "math_attention", "other_build", "cpu"),
    "wrong_build": ("other_build", "override", "cpu"),
    "unsupported": ("precision", "math_attention", "cpu"),
}


def assert_notes(found: Sequence[str], wanted: Sequence[str]) -> None:
    """Each note says what it should, and there are no others."""
    assert len(found) == len(wanted), found
    for text, pattern in zip(found, wanted, strict=True):
        assert re.search(pattern, text), text
