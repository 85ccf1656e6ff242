"""Transcripts: what is read from an engine, and what users get of it."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.domain import words
from studio.domain.words import Word


def _spoken(text: str, *, start: float = 0.0, pace: float = 0.3) -> list[Word]:
    return [Word(w, start + n * pace, start + n * pace + 0.25) for n, w in enumerate(text.split())]


def _transcript(*sentences: list[Word], language: str = "en") -> str:
    segments = [
        {
            "start": s[0].start,
            "end": s[-1].end,
            "text": " ".join(w.text for w in s),
            "words": [{"start": w.start, "end": w.end, "word": w.text, "probability": w.probability} for w in s],
        }
        for s in sentences
    ]
    return json.dumps({"language": language, "language_probability": None, "seconds": 60.0, "segments": segments})


_SAID = _transcript(
    _spoken("Good morning, everybody."),
    _spoken("How are you?", start=1.0),
    _spoken("And now <the> news.", start=5.0),
)


def test_text_has_a_line_a_paragraph():
    assert words.write(_SAID, "txt", {}) == "Good morning, everybody. How are you?\nAnd now <the> news.\n"
    assert words.write(_transcript(), "txt", {}) == ""


def test_subtitles_stand_when_it_is_said():
    assert words.write(_SAID, "srt", {}) == (
        "1\n00:00:00,000 --> 00:00:01,000\nGood morning, everybody.\n\n"
        "2\n00:00:01,000 --> 00:00:02,000\nHow are you?\n\n"
        "3\n00:00:05,000 --> 00:00:06,150\nAnd now <the> news.\n"
    )
    vtt = words.write(_SAID, "vtt", {})
    assert vtt.startswith("WEBVTT\n\n00:00:00.000 --> ")
    assert "&lt;the&gt;" in vtt


def test_json_is_left_as_it_is():
    assert words.write(_SAID, "json", {}) == _SAID


def test_a_long_sentence_is_cut_at_its_clauses_and_not_before_its_last_word():
    said = "When the rain had stopped at last and the sun came out, we took the boat to the other side of the lake."
    first, second = words.cues(_spoken(said))
    assert " ".join(first.rows).endswith("came out,")
    assert " ".join(second.rows).startswith("we took")


_WORDS = st.lists(
    st.tuples(
        st.text("abcdefgé,.?!", min_size=1, max_size=12) | st.text("x", min_size=40, max_size=130),
        st.floats(0.0, 3.0),
        st.floats(0.0, 9.0),
    ),
    max_size=60,
)


@given(_WORDS)
def test_cues_are_readable_in_order_and_leave_nothing_out(drawn):
    said: list[Word] = []
    now = 0.0
    for text, pause, length in drawn:
        said.append(Word(text, now + pause, now + pause + length))
        now += pause + length
    cues = words.cues(said)
    assert "".join("".join(c.rows) for c in cues).replace(" ", "") == "".join(w.text for w in said)
    for cue in cues:
        assert len(cue.rows) <= 2
        assert all(0 < len(row) <= 42 for row in cue.rows)
        assert 0 < cue.end - cue.start <= 7001
    # Words without any length may begin together; their cues have a thousandth of a second each.
    assert all(a.end <= max(b.start, a.start + 1) for a, b in pairwise(cues))


@given(_WORDS)
def test_a_cue_begins_and_ends_with_its_words(drawn):
    said: list[Word] = []
    now = 0.0
    for text, pause, length in drawn:
        said.append(Word(text, now + pause, now + pause + min(length, 0.6)))
        now = said[-1].end
    for cue in words.cues(said):
        assert any(abs(cue.start - 1000 * w.start) < 700 for w in said)
        assert any(cue.end - 1000 * w.end < 1001 for w in said)


@pytest.mark.parametrize(
    "text",
    [
        "", "[]", "{}", "null", '{"language": 3, "seconds": 1, "segments": []}', "[" * 100_000,
        '{"language": "en", "seconds": -1, "segments": []}', '{"language": "en", "seconds": 1e999, "segments": []}',
        '{"language": "en", "seconds": 1, "segments": [{"text": "a", "start": 0, "end": 1}]}',
        '{"language": "en", "seconds": 1, "segments": [[1]]}', '{"language": "en", "seconds": 1, "segments": 7}',
    ],
)  # fmt: skip
def test_what_is_no_transcript_is_refused(text):
    with pytest.raises(ValueError, match=r"transcript|JSON|Expecting"):
        words.parse(text)
