"""The end of an engine process, said in a sentence."""

from __future__ import annotations

import signal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.runtime import outcome
from studio.runtime.outcome import Outcome, describe_code


@pytest.mark.parametrize(
    ("ended", "failure", "sentence"),
    [
        (
            Outcome("The engine kokoro", outcome.WORKING, code=-signal.SIGSEGV),
            "native_crash",
            "The engine kokoro ended in the middle of its work with a memory fault (SIGSEGV).",
        ),
        (
            Outcome("The engine kokoro", outcome.LOADING, code=1),
            "native_crash",
            "The engine kokoro ended while it loaded its model with exit code 1.",
        ),
        (
            Outcome("The engine kokoro", outcome.WORKING, code=137),
            "out_of_memory",
            "The engine kokoro ended in the middle of its work with exit code 137, mostly because the computer's memory"
            " ran out.",
        ),
        (
            Outcome("The engine kokoro", outcome.WORKING, code=0xC0000017 - 2**32),
            "out_of_memory",
            "The engine kokoro ended in the middle of its work with a lack of memory (0xC0000017).",
        ),
        (
            Outcome("The engine kokoro", outcome.WORKING, code=-9),
            "native_crash",
            "The engine kokoro ended in the middle of its work with a kill (SIGKILL), which the system also sends when"
            " memory runs out.",
        ),
        (
            Outcome("The engine kokoro", outcome.WORKING, code=-9, starved=True),
            "out_of_memory",
            "The engine kokoro was ended by the system in the middle of its work, because the memory ran out.",
        ),
        (
            Outcome("The engine kokoro", outcome.WORKING, code=-11, starved=True),
            "native_crash",
            "The engine kokoro ended in the middle of its work with a memory fault (SIGSEGV).",
        ),
        (
            Outcome("The engine kokoro", outcome.STARTING, limit=30.0),
            "hang",
            "The engine kokoro gave no sign of life for 30 s while it started and was stopped.",
        ),
        (
            Outcome("The engine kokoro", outcome.CLEANING, limit=2.5, heartbeat=True),
            "hang",
            "The engine kokoro was alive but made no progress for 2.5 s while it cleaned up after its work and was"
            " stopped.",
        ),
        (
            Outcome("The engine kokoro", outcome.WORKING, breach="not JSON"),
            "protocol",
            "The engine kokoro broke the protocol in the middle of its work: not JSON.",
        ),
    ],
)
def test_each_end_has_its_class_and_its_sentence(ended: Outcome, failure: str, sentence: str) -> None:
    assert (ended.failure, ended.sentence) == (failure, sentence)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (0, "exit code 0"), (-9, "memory runs out"), (-6, "an abort (SIGABRT)"), (-1, "SIGHUP"), (-4000, "signal 4000"),
        (0xC0000005, "an access violation (0xC0000005)"), (0xC0000005 - 2**32, "an access violation (0xC0000005)"),
        (None, "no exit code"),
    ],
)  # fmt: skip
def test_codes_in_words(code: int | None, words: str) -> None:
    assert words in describe_code(code)


@given(st.integers(-(2**31), 2**32 - 1))
def test_every_code_has_words(code: int) -> None:
    assert describe_code(code)
