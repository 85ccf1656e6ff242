"""Preset, ending and wishes made one."""

from __future__ import annotations

import pytest

from studio.audio import writing
from studio.audio.writing import Format
from studio.domain.export.options import FORMATS, Options, settle, stretch
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
    assert settle(Options(), ".wav", 96_000).rate == 96_000
    cases = (".mp3", 96_000, 48_000), (".m4b", 96_000, 48_000), (".opus", 8_000, 48_000)
    for ending, asked, given in (*cases, (".mp3", 24_000, 32_000), (".m4b", 44_101, 48_000), (".mp3", 8_000, 32_000)):
        s = settle(Options("podcast" if ending == ".mp3" else ""), ending, asked)
        assert s.rate == given
        assert s.notes == (f"The {ending} has {given} Hz, the nearest that it can hold; the project has {asked} Hz.",)


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("rate", [8_000, 11_025, 22_050, 24_000, 32_000, 44_100, 44_101, 48_000, 96_000, 384_000])
def test_what_is_settled_can_be_written(kind, rate):
    """The sound process knows what each format holds; no wish that passes here may fail there."""
    for asked in (Options(), Options("draft"), Options("podcast"), Options("acx")):
        s = settle(asked, kind, rate)
        writing.check(Format.of(s.form()), rate=s.rate, channels=s.channels)
    for kbits in range(8, 600):
        try:
            s = settle(Options(bitrate=kbits), kind, rate)
        except StudioError:
            continue
        writing.check(Format.of(s.form()), rate=s.rate, channels=s.channels)


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
    whole = project.length
    assert stretch(Options(), project, whole=whole) == (0, 10 * SECOND)
    assert stretch(Options(start=1, end=2.5), project, whole=whole) == (SECOND, 5 * SECOND // 2)
    assert stretch(Options(start=9.5), project, whole=whole) == (19 * SECOND // 2, 10 * SECOND)
    assert stretch(Options(end=10.0004), project, whole=whole) == (0, 10 * SECOND)


def test_what_rings_on_belongs_to_the_whole_and_not_to_a_named_end():
    project = plain(clip(1, 0, 10))
    assert stretch(Options(), project, whole=14 * SECOND) == (0, 14 * SECOND)
    assert stretch(Options(start=9), project, whole=10 * SECOND + 5) == (9 * SECOND, 10 * SECOND + 5)
    assert stretch(Options(end=10), project, whole=14 * SECOND) == (0, 10 * SECOND)
    assert stretch(Options(end=20), project, whole=14 * SECOND) == (0, 20 * SECOND)


def test_a_stretch_is_told_as_it_was_asked_for():
    with pytest.raises(StudioError, match=r"from 0\.0 s to 1e-06 s has no length"):
        stretch(Options(end=0.000001), plain(clip(1, 0, 10)), whole=10 * SECOND)


@pytest.mark.parametrize(
    ("start", "end"),
    [(-1, None), (10, None), (None, 20.01), (3, 3), (4, 3), (float("inf"), None), (None, float("nan"))],
)
def test_a_stretch_outside_the_project_is_refused_in_words(start, end):
    with pytest.raises(StudioError) as caught:
        stretch(Options(start=start, end=end), plain(clip(1, 0, 10)), whole=10 * SECOND)
    assert caught.value.hint


def test_an_empty_project_is_refused_in_words():
    with pytest.raises(StudioError, match="empty"):
        stretch(Options(), plain(), whole=0)
