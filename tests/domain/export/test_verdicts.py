"""Verdicts on finished files."""

from __future__ import annotations

from dataclasses import replace

import pytest

from studio.domain.export.options import Options, settle
from studio.domain.export.verdicts import Measured, acx, judge, met

_GOOD = Measured(
    seconds=600, rate=44_100, channels=1, kind="mp3", bitrate=192, loudness=-18.7, true_peak=-2.9, sample_peak=-3.1,
    rms=-20.0, noise=-72.0, head=0.7, tail=2.0,
)  # fmt: skip


def test_a_good_chapter_passes_every_rule():
    rules = acx(_GOOD)
    assert [r.id for r in rules] == ["rms", "peak", "noise", "rate", "format", "length", "head", "tail"]
    assert all(r.passed and r.figure and not r.mend for r in rules)
    assert met(rules) is True


@pytest.mark.parametrize(
    ("rule", "changes", "figure"),
    [
        ("rms", {"rms": -23.01}, "-23.0 dB"), ("rms", {"rms": -17.9}, "-17.9 dB"), ("rms", {"rms": None}, "silence"),
        ("peak", {"sample_peak": -2.9}, "-2.9 dB"),
        ("noise", {"noise": -59.9}, "-59.9 dB"),
        ("rate", {"rate": 48_000}, "48000 Hz"),
        ("format", {"bitrate": 128}, "mp3 128 kbit/s constant"),
        ("format", {"bitrate": 0}, "mp3, no constant bit rate"),
        ("format", {"kind": "wav", "bitrate": 0}, "wav, no constant bit rate"),
        ("length", {"seconds": 7201}, "120.0 min"),
        ("head", {"head": 0.4}, "0.40 s"), ("head", {"head": 1.1}, "1.10 s"),
        ("tail", {"tail": 0.9}, "0.90 s"), ("tail", {"tail": 5.2}, "5.20 s"),
    ],
)  # fmt: skip
def test_each_rule_fails_alone_and_says_how_to_mend_it(rule, changes, figure):
    rules = acx(replace(_GOOD, **changes))
    failed = [r for r in rules if not r.passed]
    assert [(r.id, r.figure) for r in failed] == [(rule, figure)]
    assert failed[0].mend
    assert met(rules) is False


@pytest.mark.parametrize(
    "changes",
    [{"rms": -23.0}, {"rms": -18.0}, {"sample_peak": -3.0}, {"noise": -60.0}, {"noise": None}, {"seconds": 7200},
     {"head": 0.5}, {"head": 1.0}, {"tail": 1.0}, {"tail": 5.0}, {"bitrate": 320}, {"channels": 2}],
)  # fmt: skip
def test_limits_themselves_pass(changes):
    assert met(acx(replace(_GOOD, **changes))) is True


def test_what_was_not_measured_is_not_judged():
    rules = acx(replace(_GOOD, head=None))
    assert met(rules) is None
    assert next(r for r in rules if r.id == "head").figure == "not measured"


def test_other_presets_are_judged_by_loudness_and_ceiling():
    podcast = settle(Options("podcast"), ".mp3", 48_000)
    good = replace(_GOOD, loudness=-16.2, true_peak=-0.95)
    assert [(r.id, r.passed) for r in judge(podcast, good)] == [("loudness", True), ("true_peak", True)]
    assert [r.passed for r in judge(podcast, replace(good, loudness=-17))] == [False, True]
    hot = judge(podcast, replace(good, true_peak=-0.5))[1]
    assert (hot.passed, hot.mend) == (False, "Use --peak -2.")
    assert judge(settle(Options("draft"), ".wav", 48_000), good) == ()
    assert [r.id for r in judge(settle(Options(peak=-1), ".wav", 48_000), good)] == ["true_peak"]
    assert next(r.id for r in judge(settle(Options("acx"), ".mp3", 48_000), _GOOD)) == "rms"


def test_silence_is_mended_by_other_means_than_what_is_too_soft():
    podcast = settle(Options("podcast"), ".mp3", 48_000)
    loudness, _ = judge(podcast, replace(_GOOD, loudness=None, true_peak=None))
    assert (loudness.passed, loudness.figure) == (False, "silence")
    assert "unmute" in loudness.mend
    assert "unmute" in acx(replace(_GOOD, rms=None))[0].mend
