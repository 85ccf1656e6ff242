"""Loudness reads what EBU Tech 3341 and 3342 say it must, however the sound is cut."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.signal
from hypothesis import given
from hypothesis import strategies as st

from studio.audio import loudness
from studio.audio.levels import Numbers, Samples
from studio.audio.loudness import KWeighting, LiveMeter
from studio.audio.segments import Energies, inner_energies
from tests.audio import ebu_signals
from tests.audio.ebu_signals import LOUDNESS_TOLERANCE, RANGE_TOLERANCE, RATE, Case

FINE = 100  # steps a second, as the meters count
# The document's own coefficients, for 48 kHz.
TABLE = np.array([
    [1.53512485958697, -2.69169618940638, 1.19839281085285, 1.0, -1.69065929318241, 0.73248077421585],
    [1.0, -2.0, 1.0, 1.0, -1.99004745483398, 0.99007225036621],
])  # fmt: skip


def noise(seconds: float, *, rate: int = RATE, channels: int = 2, seed: int = 0) -> Samples:
    """Noise with an offset: what a filter in single precision would be worst at."""
    dice = np.random.default_rng(seed)
    return (0.2 + 0.1 * dice.standard_normal((round(seconds * rate), channels))).astype(np.float32)


SOUNDS = {rate: noise(2.0, rate=rate) for rate in (44_100, 48_000)}


def fine(sound: Samples) -> Numbers:
    """The energies in steps of 10 ms."""
    return KWeighting(RATE, sound.shape[1], step=RATE // FINE).add(sound)


def test_the_coefficients_at_48_khz_are_the_standards() -> None:
    assert np.abs(loudness.sections(RATE) - TABLE).max() < 1e-12


@pytest.mark.parametrize("rate", [8000, 11_025, 22_050, 44_100, 48_000, 96_000, 192_000, 384_000])
def test_the_filter_is_the_sections_one_after_the_other_at_every_rate(rate: int) -> None:
    sound = noise(1.5, rate=rate)
    step = (rate + 5) // 10
    exact = scipy.signal.sosfilt(loudness.sections(rate), sound.astype(np.float64), axis=0)
    steps = len(sound) // step
    expected = np.square(exact).sum(axis=1)[: steps * step].reshape(steps, step).mean(axis=1)
    assert np.abs(loudness.segment_energies(sound, rate) / expected - 1).max() < 1e-5


@pytest.mark.parametrize("rate", [16_000, 44_100, 96_000])
def test_every_rate_reads_the_same_tone_alike(rate: int) -> None:
    wave = 10 ** (-23 / 20) * np.sin(2 * np.pi * 997 / rate * np.arange(10 * rate))
    sound = np.stack([wave, wave], axis=1).astype(np.float32)
    assert loudness.integrated(loudness.segment_energies(sound, rate)) == pytest.approx(-23.0, abs=0.05)


@pytest.mark.parametrize("case", ebu_signals.integrated(), ids=lambda case: f"case{case.number}")
def test_the_programmes_loudness_is_the_documents(case: Case) -> None:
    found = loudness.integrated(loudness.segment_energies(case.sound, RATE))
    assert found == pytest.approx(case.reads, abs=LOUDNESS_TOLERANCE)


@pytest.mark.parametrize("case", ebu_signals.integrated()[:2], ids=lambda case: f"case{case.number}")
def test_a_steady_tone_reads_the_same_on_all_three_scales(case: Case) -> None:
    energies = fine(case.sound)
    for found in (loudness.momentary(energies, per_second=FINE)[60:], loudness.short_term(energies, per_second=FINE)):
        assert np.abs(found - case.reads).max() < LOUDNESS_TOLERANCE
    assert loudness.integrated(energies, per_second=FINE) == pytest.approx(case.reads, abs=LOUDNESS_TOLERANCE)


def test_case_9_short_term_loudness_stands_still() -> None:
    case = ebu_signals.steady_short_term()
    found = loudness.short_term(fine(case.sound), per_second=FINE)
    assert np.abs(found - case.reads).max() < LOUDNESS_TOLERANCE


def test_case_10_the_highest_short_term_loudness_is_found_wherever_it_lies() -> None:
    for case in ebu_signals.short_term_peaks():
        assert loudness.short_term(fine(case.sound), per_second=FINE).max() == pytest.approx(
            case.reads, abs=LOUDNESS_TOLERANCE
        )


def test_case_11_and_14_each_of_many_tones_in_a_stream_is_found() -> None:
    for cases, windows, seconds in (
        (ebu_signals.rising_short_term(), loudness.short_term, 3.0),
        (ebu_signals.rising_momentary(), loudness.momentary, 0.4),
    ):
        meter, energies, ends = KWeighting(RATE, 2, step=RATE // FINE), [], [0]
        for case in cases:
            energies.append(meter.add(case.sound))
            ends.append(ends[-1] + len(energies[-1]))
        found = windows(np.concatenate(energies), per_second=FINE)
        for number, case in enumerate(cases):
            ended = found[max(0, ends[number] - round(seconds * FINE)) : ends[number + 1] - round(seconds * FINE) + 1]
            assert ended.max() == pytest.approx(case.reads, abs=LOUDNESS_TOLERANCE)


def test_case_12_momentary_loudness_stands_still() -> None:
    case = ebu_signals.steady_momentary()
    found = loudness.momentary(fine(case.sound), per_second=FINE)[FINE:]
    assert np.abs(found - case.reads).max() < LOUDNESS_TOLERANCE


def test_case_13_the_highest_momentary_loudness_is_found_wherever_it_lies() -> None:
    for case in ebu_signals.momentary_peaks():
        assert loudness.momentary(fine(case.sound), per_second=FINE).max() == pytest.approx(
            case.reads, abs=LOUDNESS_TOLERANCE
        )


@pytest.mark.parametrize("case", ebu_signals.ranges(), ids=lambda case: f"case{case.number}")
def test_the_loudness_range_is_the_documents(case: Case) -> None:
    found = loudness.loudness_range(loudness.segment_energies(case.sound, RATE))
    assert found == pytest.approx(case.reads, abs=RANGE_TOLERANCE)


@given(cuts=st.lists(st.integers(1, 40_000), min_size=1, max_size=12), rate=st.sampled_from([44_100, 48_000]))
def test_the_size_of_blocks_never_matters(cuts: list[int], rate: int) -> None:
    sound = SOUNDS[rate]
    whole = loudness.segment_energies(sound, rate)
    meter, found, at = KWeighting(rate, 2), [np.zeros(0)], 0
    for cut in [*cuts, len(sound)]:
        found.append(meter.add(sound[at : at + cut]))
        at += cut
    assert np.abs(np.concatenate(found) / whole - 1).max() < 1e-6


@given(cuts=st.lists(st.integers(1, 40_000), min_size=1, max_size=4), rate=st.sampled_from([44_100, 48_000]))
def test_segments_measured_apart_join_to_what_one_run_measures(cuts: list[int], rate: int) -> None:
    sound = SOUNDS[rate]
    least = 2 * loudness.lead_frames(rate)
    joined, at = Energies(rate), 0
    for cut in cuts:
        if len(sound) - at < 2 * least:
            break
        joined.add(inner_energies(sound[at : at + least + cut], at, rate))
        at += least + cut
    if at < len(sound):
        joined.add(inner_energies(sound[at:], at, rate))
    whole = loudness.segment_energies(sound, rate)
    assert len(joined.all) == len(whole)
    assert np.abs(joined.all / whole - 1).max() < 1e-6
    assert abs(loudness.integrated(joined.all) - loudness.integrated(whole)) < 1e-6


def test_finer_steps_do_not_change_the_programmes_loudness() -> None:
    sound = ebu_signals.tone((-23, 3.05), (-40, 2.03), (-20, 1.01), (-32, 3.02))
    coarse = loudness.integrated(loudness.segment_energies(sound, RATE))
    assert loudness.integrated(fine(sound), per_second=FINE) == pytest.approx(coarse, abs=1e-5)


@pytest.mark.parametrize("seconds", [0.0, 0.05, 0.3, 0.4])
def test_silence_and_what_is_too_short_reads_the_absolute_gate(seconds: float) -> None:
    silence = np.zeros((round(seconds * RATE), 2), np.float32)
    assert loudness.integrated(loudness.segment_energies(silence, RATE)) == loudness.SILENT
    assert loudness.loudness_range(loudness.segment_energies(silence, RATE)) == 0.0


def test_the_live_meter_reads_what_the_whole_measurement_does() -> None:
    sound = noise(4.0)
    meter = LiveMeter(RATE, 2)
    for at in range(0, len(sound), 1000):
        meter.add(sound[at : at + 1000])
    energies = fine(sound)
    assert meter.momentary == pytest.approx(float(loudness.momentary(energies, per_second=FINE)[-1]), abs=1e-5)
    assert meter.short_term == pytest.approx(float(loudness.short_term(energies, per_second=FINE)[-1]), abs=1e-5)
    expected = 20 * np.log10(np.abs(sound).max(axis=0))
    assert meter.take_peaks() == pytest.approx(tuple(expected))
    assert meter.take_peaks() == (-120.0, -120.0)
