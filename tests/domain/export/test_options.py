"""Preset, ending and wishes made one."""

from __future__ import annotations

import pytest

from studio.domain.export.options import Options, settle, stretch
from studio.errors import StudioError
from tests.domain.export.projects import SECOND, clip, plain


@pytest.mark.parametrize(
    ("preset", "ending", "expected"),
    [
        ("podcast", ".mp3", ("mp3", 192, 48_000, 2, -16.0, -1.0, None, True)),
        ("acx", ".mp3", ("mp3", 192, 44_100, 1, None, -3.0, -20.0, False)),
        ("ebu", ".wav", ("wav", 0, 48_000, 2, -23.0, -1.0, None, True)),
        ("music", ".flac", ("flac", 0, 48_000, 2, -14.0, -1.0, None, True)),
        ("draft", ".wav", ("wav", 0, 48_000, 2, None, None, None, True)),
        ("", ".wav", ("wav", 0, 48_000, 2, None, None, None, True)),
    ],
)
def test_a_preset_settles_everything(preset, ending, expected):
    s = settle(Options(preset), ending, 48_000)
    assert (s.kind, s.bitrate, s.rate, s.channels, s.loudness, s.peak, s.rms, s.chapters) == expected
    assert s.notes == ()


def test_a_wish_is_stronger_than_the_preset():
    s = settle(Options("podcast", loudness=-19, peak=-2, bitrate=320), ".mp3", 48_000)
    assert (s.loudness, s.peak, s.bitrate) == (-19, -2, 320)
    assert settle(Options("ebu", bits=16), ".wav", 48_000).bits == 16
    louder = settle(Options("acx", loudness=-18), ".mp3", 48_000)
    assert (louder.loudness, louder.rms) == (-18, None)


def test_the_ending_is_stronger_than_the_presets_format_and_a_note_says_so():
    s = settle(Options("podcast"), ".WAV", 48_000)
    assert (s.kind, s.bits, s.loudness) == ("wav", 24, -16.0)
    assert s.notes == ("The preset podcast is made for .mp3; the file is a .wav, as its name says.",)
    assert settle(Options("podcast"), ".m4b", 48_000).notes == ()
    assert settle(Options("acx"), ".ogg", 44_100).notes != ()


def test_who_asks_for_loudness_gets_a_ceiling_and_who_asks_for_neither_gets_the_mix():
    assert settle(Options(loudness=-16), ".wav", 48_000).peak == -1.0
    assert settle(Options(peak=-2), ".wav", 48_000).loudness is None


def test_a_format_gets_a_rate_it_can_hold():
    assert settle(Options(), ".opus", 44_100).rate == 48_000
    high = settle(Options(), ".mp3", 96_000)
    assert high.rate == 48_000
    assert "96000 Hz" in high.notes[0]
    assert settle(Options(), ".wav", 96_000).rate == 96_000


@pytest.mark.parametrize(
    ("options", "ending", "words"),
    [
        (Options(), ".aac", "names no format"),
        (Options(), "", "names no format"),
        (Options("radio"), ".wav", "no preset 'radio'"),
        (Options(loudness=float("nan")), ".wav", "--loudness nan"),
        (Options(loudness=3), ".wav", "--loudness 3"),
        (Options(peak=1), ".wav", "--peak 1"),
        (Options(bits=24), ".mp3", "no bits"),
        (Options(bits=32), ".flac", "cannot have 32 bits"),
        (Options(bits=12), ".wav", "cannot have 12 bits"),
        (Options(bitrate=192), ".wav", "no bit rate"),
        (Options(bitrate=193), ".mp3", "193 kbit/s"),
        (Options(bitrate=3), ".ogg", "3 kbit/s"),
    ],
)
def test_what_nothing_can_fulfil_is_refused_in_words(options, ending, words):
    with pytest.raises(StudioError, match=words) as caught:
        settle(options, ending, 48_000)
    assert caught.value.hint


def test_a_stretch_is_the_whole_or_what_was_asked_for():
    project = plain(clip(1, 1, 9))
    assert stretch(Options(), project) == (0, 10 * SECOND)
    assert stretch(Options(start=1, end=2.5), project) == (SECOND, 5 * SECOND // 2)
    assert stretch(Options(start=9.5), project) == (19 * SECOND // 2, 10 * SECOND)
    assert stretch(Options(end=10.0004), project) == (0, 10 * SECOND)


@pytest.mark.parametrize(
    ("start", "end"),
    [(-1, None), (10, None), (None, 10.01), (3, 3), (4, 3), (float("inf"), None), (None, float("nan"))],
)
def test_a_stretch_outside_the_project_is_refused_in_words(start, end):
    with pytest.raises(StudioError) as caught:
        stretch(Options(start=start, end=end), plain(clip(1, 0, 10)))
    assert caught.value.hint


def test_an_empty_project_is_refused_in_words():
    with pytest.raises(StudioError, match="empty"):
        stretch(Options(), plain())
