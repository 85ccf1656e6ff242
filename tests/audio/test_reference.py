"""Recordings of voices: where speech is found, how noisy it is said to be, which part is taken, and what is told."""

from __future__ import annotations

import resource
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile as sf
import soxr

from studio.audio import loudness
from studio.audio.reference_choice import listen_for_two
from studio.audio.reference_frames import Frames, Gatherer
from studio.audio.reference_speech import Speech
from studio.audio.tasks import prepare_reference
from studio.protocol import messages
from studio.protocol.float_wav import read_float_wav, read_samples
from studio.worker.failures import CancelledRun, UserMistake
from tests import spoken
from tests.audio import sounds
from tests.audio.tasks.contexts import Asked

RATE = 24_000


class _Made:
    """What the task made of a sound."""

    def __init__(self, folder: Path, sound: np.ndarray | Path, rate: int = RATE, **further: object) -> None:
        path = sound if isinstance(sound, Path) else folder / "voice.wav"
        if not isinstance(sound, Path):
            sf.write(path, sound, rate, subtype="FLOAT")
        self.asked = Asked(folder / "s", "prepare_reference", file=str(path), name="Ann.wav", **further)
        self.output = prepare_reference.run(self.asked.context)
        self.facts: dict[str, Any] = self.output.facts
        self.advice = {(a["level"], a["code"]) for a in self.facts["advice"]}
        self.codes = {code for _, code in self.advice}

    @property
    def sound(self) -> np.ndarray:
        return np.array(read_samples(self.output.path), np.float32)


def _chords(seconds: float, *, each: float, gap: float = 0.0) -> np.ndarray:
    """Return chords of an organ, one after the other."""
    rows = [(262, 330, 392), (220, 262, 330), (175, 220, 262), (196, 247, 294)]
    t = np.arange(int(each * RATE)) / RATE
    swell = np.minimum(1, np.minimum(t, each - t) / 0.03)
    made = [sum(np.sin(2 * np.pi * f * h * t) / h for f in row for h in range(1, 6)) * swell for row in rows]
    silence = np.zeros(int(gap * RATE))
    whole = np.concatenate([part for chord in made for part in (chord, silence)])
    return (0.1 * np.tile(whole, int(seconds / 4 / (each + gap)) + 1)).astype(np.float32)


def _seconds(count: float) -> np.ndarray:
    return np.arange(int(count * RATE)) / RATE


_RANDOM = np.random.default_rng(3)
_NO_SPEECH = {
    "white noise": 0.1 * _RANDOM.standard_normal(6 * RATE),
    "noise that swells": 0.1 * _RANDOM.standard_normal(6 * RATE) * (1 + np.sin(2 * np.pi * 4 * _seconds(6))),
    "a tone": 0.3 * np.sin(2 * np.pi * 440 * _seconds(6)),
    "a tone that swells": 0.3 * np.sin(2 * np.pi * 200 * _seconds(6)) * (1 + np.sin(2 * np.pi * 4 * _seconds(6))),
    "hum": np.asarray(sum(0.1 * np.sin(2 * np.pi * 50 * h * _seconds(6)) / h for h in range(1, 20))),
    "chords": _chords(6, each=1.0),
    "quick chords": _chords(6, each=0.25),
    "notes with gaps": _chords(6, each=0.2, gap=0.1),
    "clicks": (_RANDOM.random(6 * RATE) < 0.0002) * 1.0,
    "a rumble": np.sin(2 * np.pi * 30 * _seconds(6)),
}


@pytest.mark.parametrize("what", list(_NO_SPEECH))
def test_what_is_no_speech_is_refused_in_words(what, tmp_path):
    made = _Made(tmp_path, _NO_SPEECH[what].astype(np.float32))
    assert made.advice == {("error", "no_speech")} or made.codes == {"silence"}
    assert made.output.media == "text"
    told = made.facts["advice"][0]
    assert "Ann.wav" in told["text"]
    assert told["hint"]


@pytest.mark.parametrize("seconds", [1 / RATE, 0.2, 0.9])
@pytest.mark.parametrize("kind", ["noise", "silence"])
def test_a_moment_is_too_short_or_silent(kind, seconds, tmp_path):
    frames = max(1, int(seconds * RATE))
    sound = 0.1 * np.random.default_rng(1).standard_normal(frames) * (kind == "noise")
    made = _Made(tmp_path, sound.astype(np.float32))
    assert made.advice <= {("error", "too_short"), ("error", "silence")}
    assert len(made.advice) == 1


def test_silence_is_called_so(tmp_path):
    assert _Made(tmp_path, np.zeros(3 * RATE, np.float32)).advice == {("error", "silence")}


@pytest.mark.parametrize("case", [c for c in sounds.HOSTILE if not c.works], ids=lambda c: c.name[:30])
def test_what_is_no_sound_is_the_users_mistake(case, tmp_path):
    path = tmp_path / case.name
    case.make(path)
    with pytest.raises(UserMistake) as caught:
        prepare_reference.run(Asked(tmp_path / "s", "prepare_reference", file=str(path), name="Ann.wav").context)
    assert caught.value.hint
    assert str(tmp_path) not in str(caught.value)


@pytest.mark.slow
@pytest.mark.parametrize("case", [c for c in sounds.HOSTILE if c.works], ids=lambda c: c.name[:30])
def test_any_sound_is_looked_at(case, tmp_path):
    path = tmp_path / case.name
    case.make(path)
    assert _Made(tmp_path, path).facts["advice"]


def test_blocks_of_any_size_give_the_same(tmp_path):
    sound = sounds.programme(40_000, 1, rate=44_100)
    found = []
    for size in (40_000, 7_001, 441):
        gatherer = Gatherer(44_100)
        for at in range(0, len(sound), size):
            gatherer.add(sound[at : at + size], sound[at : at + size])
        found.append(gatherer.finish())
    for other in found[1:]:
        np.testing.assert_allclose(other.bands, found[0].bands, rtol=1e-3, atol=1e-9)
        np.testing.assert_array_equal(other.clipped, found[0].clipped)
    assert found[0].count == 40_000 * 50 // 44_100


def test_pitch_is_what_was_played():
    for hertz in (70.0, 110.0, 200.0, 333.0):
        wave = sum(np.sin(2 * np.pi * hertz * h * _seconds(1)) / h for h in range(1, 8))
        gatherer = Gatherer(RATE)
        block = (0.1 * np.asarray(wave)).astype(np.float32)[:, None]
        gatherer.add(block, block)
        frames = gatherer.finish()
        assert np.median(frames.pitch[5:-5]) == pytest.approx(hertz, rel=0.005)
        assert frames.alike[5:-5].min() > 0.85


@pytest.mark.parametrize(("turn", "two"), [(6, True), (1, False)])
def test_two_voices_take_turns_and_one_that_swings_is_one(turn, two):
    count = 40 * 50
    high = np.arange(count) // (50 * turn) % 2 == 1
    pitch = np.where(high, 200.0, 100.0).astype(np.float32)
    everywhere, bands = np.ones(count, bool), np.ones((count, 11), np.float32)
    frames = Frames(bands, np.ones(count, np.float32), pitch, np.zeros(count, np.float32), 40.0, RATE)
    speech = Speech(np.ones(count), everywhere, everywhere, np.array([[0, count]]), everywhere)
    found = listen_for_two(frames, speech)
    assert found.two == two
    if two:
        np.testing.assert_array_equal(found.who == 1, high)


def test_a_cancel_is_heard(tmp_path):
    sf.write(tmp_path / "a.wav", np.zeros(10 * RATE, np.float32), RATE)
    asked = Asked(tmp_path / "s", "prepare_reference", file=str(tmp_path / "a.wav"))
    asked.cancel.set()
    with pytest.raises(CancelledRun):
        prepare_reference.run(asked.context)


# --------------------------------------------------------------------------------------------------- with real speech


@pytest.fixture(scope="module")
def speech() -> np.ndarray:
    return spoken.lines()


@pytest.mark.slow
def test_clear_speech_is_prepared_without_a_word_of_blame(speech, tmp_path):
    made = _Made(tmp_path, speech)
    assert not {level for level, _ in made.advice} & {"error", "warning"}
    wav = read_float_wav(made.output.path)
    assert (wav.rate, wav.channels) == (RATE, 1)
    assert 5.0 <= made.facts["seconds"] <= 15.0
    assert made.facts["seconds"] == pytest.approx(wav.frames / RATE)
    assert made.facts["snr_db"] > 30
    assert 170 < made.facts["median_pitch"] < 215
    assert np.abs(made.sound).max() <= 10 ** (-3 / 20) + 1e-6
    level = loudness.integrated(loudness.segment_energies(made.sound[:, None], RATE))
    assert level == pytest.approx(-23.0, abs=0.2) or np.abs(made.sound).max() == pytest.approx(
        10 ** (-3 / 20), rel=1e-3
    )
    fractions = [m.fraction for m in made.asked.messages if isinstance(m, messages.Progress) and m.fraction is not None]
    assert fractions == sorted(fractions)
    again = _Made(tmp_path / "again", tmp_path / "voice.wav")
    assert again.output.path.read_bytes() == made.output.path.read_bytes()


@pytest.mark.slow
def test_what_was_taken_lies_where_it_is_said(speech, tmp_path):
    whole = np.concatenate([np.zeros(9 * RATE, np.float32), speech, np.zeros(7 * RATE, np.float32)])
    made = _Made(tmp_path, whole)
    start = round(made.facts["start"] * RATE)
    taken, source = made.sound, whole[start : start + len(made.sound)]
    alike = float(taken @ source / np.linalg.norm(taken) / np.linalg.norm(source))
    assert alike > 0.97
    assert made.facts["start"] >= 9.0
    assert ("info", "part_picked") in made.advice


@pytest.mark.slow
@pytest.mark.parametrize("wanted", [20.0, 15.0, 10.0, 5.0])
@pytest.mark.parametrize("pink", [0.0, 0.5])
def test_noise_is_measured(speech, tmp_path, wanted, pink):
    made = _Made(tmp_path, spoken.at_snr(speech, wanted, pink=pink))
    print(f"{wanted} dB asked, {made.facts['snr_db']} dB measured")
    assert made.facts["snr_db"] == pytest.approx(wanted, abs=3.0)
    assert (("warning", "noisy") in made.advice) == (made.facts["snr_db"] < 15.0)


@pytest.mark.slow
def test_of_clear_and_noisy_the_clear_part_is_taken(speech, tmp_path):
    gap = np.zeros(RATE // 2, np.float32)
    noisy = spoken.at_snr(speech, 8.0)
    made = _Made(tmp_path, np.concatenate([noisy, gap, noisy, gap, speech, gap, noisy]))
    clear = 2 * (len(speech) + len(gap)) / RATE
    assert clear - 0.1 <= made.facts["start"]
    assert made.facts["end"] <= clear + len(speech) / RATE + 0.1
    assert "noisy" not in made.codes


@pytest.mark.slow
@pytest.mark.parametrize("db", [6.0, 12.0])
def test_overdriven_speech_is_told(speech, tmp_path, db):
    limit = np.abs(speech).max() * 10 ** (-db / 20)
    made = _Made(tmp_path, np.clip(speech, -limit, limit))
    assert ("warning", "clipped") in made.advice
    share = float((np.abs(speech) >= limit).mean())
    assert 0.4 * share < made.facts["clipped"] < 2.5 * share


@pytest.mark.slow
def test_two_speakers_in_turn_are_told_and_one_of_them_is_taken(speech, tmp_path):
    him = spoken.lines(spoken.HIM)
    made = _Made(tmp_path, np.concatenate([speech, him, speech, him]))
    assert ("warning", "two_speakers") in made.advice
    middle = (made.facts["start"] + made.facts["end"]) / 2 % ((len(speech) + len(him)) / RATE)
    pitch = made.facts["median_pitch"]
    assert (pitch > 150) == (middle < len(speech) / RATE)
    for voice in (speech, him):
        assert "two_speakers" not in _Made(tmp_path, np.concatenate([voice, voice])).codes


@pytest.mark.slow
def test_other_flaws_are_told(speech, tmp_path):
    assert ("warning", "quiet") in _Made(tmp_path, speech * np.float32(0.005)).advice
    telephone = soxr.resample(speech, RATE, 8000)
    assert ("warning", "narrow_band") in _Made(tmp_path, telephone, 8000).advice
    assert ("error", "too_short") in _Made(tmp_path, speech[: int(2.5 * RATE)]).advice
    assert ("warning", "short") in _Made(tmp_path, speech[: int(5.0 * RATE)]).advice
    assert ("error", "noisy") in _Made(tmp_path, spoken.at_snr(speech, 0.0)).advice


@pytest.mark.slow
def test_channels_that_cancel_each_other_do_not_silence_a_voice(speech, tmp_path):
    alone = _Made(tmp_path, speech)
    opposed = _Made(tmp_path, np.stack([speech, -speech], axis=1))
    one_side = _Made(tmp_path, np.stack([np.zeros_like(speech), speech], axis=1))
    for made in (opposed, one_side):
        assert made.facts["start"] == alone.facts["start"]
        np.testing.assert_allclose(made.sound, alone.sound, atol=1e-3)


@pytest.mark.slow
def test_rumble_is_gone(speech, tmp_path):
    rumble = 0.5 * np.sin(2 * np.pi * 25 * np.arange(len(speech)) / RATE)
    made = _Made(tmp_path, (speech + rumble).astype(np.float32))
    assert "noisy" not in made.codes
    spectrum = np.abs(np.fft.rfft(made.sound)) ** 2
    hertz = np.fft.rfftfreq(len(made.sound), 1 / RATE)
    assert spectrum[hertz < 35].sum() < 0.01 * spectrum.sum()


@pytest.mark.soak
def test_of_two_hours_the_best_part_is_found_and_memory_stays_small(speech, tmp_path):
    gap = np.zeros(RATE // 2, np.float32)
    noise = 0.02 * np.random.default_rng(1).standard_normal(len(speech) + len(gap)).astype(np.float32)
    piece = np.concatenate([speech, gap])
    count = 7200 * RATE // len(piece)
    clear = count * 2 // 3
    with sf.SoundFile(tmp_path / "long.flac", "w", RATE, 1, subtype="PCM_16") as out:
        for n in range(count):
            out.write(piece + noise * (0.05 if n == clear else 1.0))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    made = _Made(tmp_path, tmp_path / "long.flac")
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(f"{made.facts['source_seconds']:.0f} s, {grown:.0f} MB more")
    assert clear * len(piece) / RATE - 1 <= made.facts["start"]
    assert made.facts["end"] <= (clear + 1) * len(piece) / RATE + 1
    assert grown < 200


@pytest.mark.slow
def test_only_what_lies_between_two_moments_is_looked_at(tmp_path: Path) -> None:
    said = spoken.lines()
    sound = np.concatenate([said, np.zeros(2 * RATE, np.float32), spoken.lines(spoken.HIM)])
    begin, end = len(said) / RATE + 2.0, len(sound) / RATE
    made = _Made(tmp_path, sound, within=[begin, end])
    assert begin <= made.facts["start"] < made.facts["end"] <= end + 0.1
    assert made.facts["median_pitch"] < 150  # his voice, not hers
    assert made.facts["source_seconds"] == pytest.approx(end - begin, abs=0.1)
    (tmp_path / "other").mkdir()
    alone = _Made(tmp_path / "other", spoken.lines(spoken.HIM))
    assert alone.facts["seconds"] == pytest.approx(made.facts["seconds"], abs=0.1)
