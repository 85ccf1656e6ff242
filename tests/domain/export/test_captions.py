"""Captions of the spoken lines."""

from __future__ import annotations

import itertools
import re

from hypothesis import given
from hypothesis import strategies as st

from studio.domain.export.captions import Line, cues, spoken, srt, vtt, written
from tests.domain.export import projects
from tests.domain.export.projects import RATE, SECOND, clip, plain

_TALK = projects.spoken(
    (1, 2, "Ada", "Hello there."), (2.5, 2, "Ben", "Oh,  hi\n<you> & all --> them"), (6, 1, "", "Bye.")
)
_ALL = (0, 7 * SECOND)


def test_subrip_shows_one_caption_at_a_time():
    assert written(spoken(_TALK, *_ALL), "srt", start=0, rate=RATE) == (
        "1\n00:00:01,000 --> 00:00:02,500\nAda: Hello there.\n\n"
        "2\n00:00:02,500 --> 00:00:03,000\nAda: Hello there.\nBen: Oh, hi <you> & all → them\n\n"
        "3\n00:00:03,000 --> 00:00:04,500\nBen: Oh, hi <you> & all → them\n\n"
        "4\n00:00:06,000 --> 00:00:07,000\nBye.\n"
    )


def test_webvtt_lets_speakers_overlap():
    assert written(spoken(_TALK, *_ALL), "vtt", start=0, rate=RATE) == (
        "WEBVTT\n\n"
        "00:00:01.000 --> 00:00:03.000\n<v Ada>Hello there.</v>\n\n"
        "00:00:02.500 --> 00:00:04.500\n<v Ben>Oh, hi &lt;you&gt; &amp; all --&gt; them</v>\n\n"
        "00:00:06.000 --> 00:00:07.000\nBye.\n"
    )


def test_times_count_from_the_start_of_the_export_and_are_cut_to_it():
    lines = spoken(_TALK, 2 * SECOND, 4 * SECOND)
    assert [(c.start, c.end, c.speaker) for c in cues(lines, 2 * SECOND, RATE)] == [
        (0, 1000, "Ada"),
        (500, 2000, "Ben"),
    ]


def test_one_speaker_alone_is_not_named_in_subrip():
    text = srt(cues([Line(0, SECOND, "Ada", "Hello.")], 0, RATE))
    assert text == "1\n00:00:00,000 --> 00:00:01,000\nHello.\n"


def test_a_long_text_becomes_several_captions_that_share_its_time():
    words = " ".join(f"word{n:03}" for n in range(40))
    found = cues([Line(0, 20 * SECOND, "Ada", words)], 0, RATE)
    assert len(found) > 2
    assert all(len(row) <= 42 for cue in found for row in cue.rows)
    assert all(len(cue.rows) <= 2 for cue in found)
    assert " ".join(row for cue in found for row in cue.rows) == words
    assert (found[0].start, found[-1].end) == (0, 20_000)
    assert all(a.end == b.start for a, b in itertools.pairwise(found))


def test_a_caption_ends_at_a_pause_where_there_is_one():
    text = (
        "When the rain had stopped at last, we went down to the harbour, and there the boat lay as if nothing had been."
    )
    found = cues([Line(0, 8 * SECOND, "Ada", text)], 0, RATE)
    assert [" ".join(cue.rows) for cue in found] == [
        "When the rain had stopped at last, we went down to the harbour,",
        "and there the boat lay as if nothing had been.",
    ]


def test_a_word_longer_than_a_row_is_cut():
    found = cues([Line(0, SECOND, "", "a" * 100)], 0, RATE)
    assert [cue.rows for cue in found] == [("a" * 42, "a" * 42), ("a" * 16,)]


def test_the_pieces_of_a_split_take_are_one_line_and_a_repeat_is_another():
    talk = projects.spoken((0, 2, "Ada", "Hello."))
    track = talk.tracks[0]
    clips = (clip(1, 0, 1, take="t1"), clip(2, 1, 1, take="t1", offset=RATE), clip(3, 5, 2, take="t1"))
    import dataclasses

    split = dataclasses.replace(talk, tracks=(dataclasses.replace(track, clips=clips),))
    assert [(line.start, line.end) for line in spoken(split, 0, 9 * SECOND)] == [
        (0, 2 * SECOND),
        (5 * SECOND, 7 * SECOND),
    ]


def test_nothing_is_said_where_nothing_has_words():
    assert written(spoken(plain(clip(1, 0, 2)), *_ALL), "vtt", start=0, rate=RATE) == "WEBVTT\n"
    assert written(spoken(plain(clip(1, 0, 2)), *_ALL), "srt", start=0, rate=RATE) == ""


_LINES = st.lists(
    st.builds(
        lambda start, length, speaker, text: Line(start, start + length, speaker, text),
        st.integers(0, 10 * RATE),
        st.integers(1, 10 * RATE),
        st.sampled_from(["", "Ada", "Ben"]),
        st.text("ab .,\u6f22-", min_size=1, max_size=200).map(str.strip).filter(bool),
    ),
    max_size=6,
).map(lambda lines: sorted(lines, key=lambda line: line.start))


@given(_LINES)
def test_captions_are_in_order_and_never_empty(lines):
    found = cues(lines, 0, RATE)
    assert all(cue.end > cue.start for cue in found)
    assert list(found) == sorted(found, key=lambda cue: (cue.start, cue.end))
    stamps = re.findall(r"(\d\d):(\d\d):(\d\d),(\d{3}) --> (\d\d):(\d\d):(\d\d),(\d{3})", srt(found))
    times = [
        tuple(int(s[i]) * 3600000 + int(s[i + 1]) * 60000 + int(s[i + 2]) * 1000 + int(s[i + 3]) for i in (0, 4))
        for s in stamps
    ]
    assert all(a < b for a, b in times)
    assert all(one[1] <= two[0] for one, two in itertools.pairwise(times))
    assert vtt(found).count("-->") == len(found)
