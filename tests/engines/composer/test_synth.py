"""The player: in tune, level, without clicks, the same every time, and the same whichever stretch is asked for."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.engines.composer import score, soundfont, synth

RATE = 44100
# Their overtones are not harmonic, or they are too short or too blurred for an octave of periods: no pitch to the cent.
WITHOUT_PITCH = {9, 14, 47}
# Plucks, tones that are scooped, two layers that beat, steel, stiff strings.
NEARLY = {45: 25.0, 66: 8.0, 89: 7.0, 114: 10.0, 0: 8.0, 6: 8.0}


@pytest.fixture(scope="module")
def font() -> soundfont.SoundFont:
    return soundfont.load()


def part(*notes: score.Note, program: int = 4, drum: bool = False) -> score.Part:
    return score.Part("part", "lead", program, drum, 0.0, 0.0, notes)


def note(start: float = 0.0, length: float = 0.5, pitch: int = 69, velocity: int = 100) -> score.Note:
    return score.Note(start, length, pitch, velocity)


def play(font, *notes, seconds: float = 1.5, **what) -> np.ndarray:
    return synth.render(part(*notes, **what), frames=round(seconds * RATE), rate=RATE, font=font)


def test_nothing_to_play_is_silence(font):
    silence = play(font)
    assert silence.shape == (round(1.5 * RATE), 2)
    assert silence.dtype == np.float32
    assert not silence.any()


def test_a_note_begins_on_its_frame_and_ends_in_silence(font):
    sound = play(font, note(start=0.25, length=0.3), seconds=2.5)
    first = int(np.flatnonzero(sound.any(axis=1))[0])
    assert 0 <= first - round(0.25 * RATE) < RATE // 100
    assert np.abs(sound).max() > 0.05
    assert not sound[-RATE // 4 :].any()


def test_louder_keys_are_louder(font):
    levels = [np.abs(play(font, note(velocity=v))).max() for v in (1, 40, 80, 127)]
    assert levels == sorted(levels)
    assert levels[0] > 0
    assert levels[3] / levels[2] == pytest.approx((127 / 80) ** 2, rel=0.02)


def test_what_the_mixer_does_is_left_to_the_mixer(font):
    plain = part(note())
    moved = score.Part("part", "lead", 4, False, 0.9, -12.0, plain.notes)
    rendered = [synth.render(p, frames=RATE, rate=RATE, font=font) for p in (plain, moved)]
    assert (rendered[0] == rendered[1]).all()


def test_notes_that_cannot_be_are_left_out(font):
    odd = [note(start=-1.0), note(velocity=0), note(start=99.0)]
    assert not play(font, *odd).any()
    assert not play(font, note(pitch=3), drum=True, program=0).any()


def test_an_open_hi_hat_is_silenced_by_a_closed_one(font):
    open_hat, closed = note(pitch=46), note(start=0.3, pitch=42)
    rings = play(font, open_hat, drum=True, program=0)
    both = play(font, open_hat, closed, drum=True, program=0)
    alone = play(font, closed, drum=True, program=0)
    late = slice(round(0.36 * RATE), round(0.6 * RATE))
    assert np.abs(rings[late]).max() > 0.001
    assert np.abs(both[late] - alone[late]).max() < 1e-6


def test_overlapping_notes_add_up(font):
    one, other = note(), note(start=0.2, pitch=72)
    together = play(font, one, other)
    assert np.allclose(together, play(font, one) + play(font, other), atol=1e-5)


@settings(max_examples=8)
@given(data=st.data())
def test_any_stretch_equals_the_whole(font, data):
    """To the bit: long pieces are rendered a stretch at a time."""
    times = st.floats(0.0, 1.2)
    notes = data.draw(
        st.lists(st.builds(note, times, st.floats(0.01, 1.0), st.integers(40, 88), st.integers(1, 127)), max_size=6)
    )
    program = data.draw(st.sampled_from([4, 38, 81]))
    cut = data.draw(st.integers(1, RATE))
    player = synth.Player(part(*notes, program=program), rate=RATE, font=font)
    whole = player.play(0, 2 * RATE)
    stretches = [synth.Player(part(*notes, program=program), rate=RATE, font=font).play(0, cut)]
    stretches.append(player.play(cut, 2 * RATE - cut))
    assert (np.concatenate(stretches) == whole).all()
    assert np.isfinite(whole).all()


def test_what_is_looped_goes_on_fading(font):
    """A recording that was cut early falls as the whole one did, by its samples' own `fade` and the key's envelope."""
    for program, key in ((0, 40), (29, 50)):
        zone = font.programs[program].at(key, 0)[0]
        sample = font.sample(zone.sample)
        assert sample.fade > 0
        sound = play(font, note(length=7.0, pitch=key), program=program, seconds=7).astype(np.float64)
        levels = [np.sqrt(np.mean(sound[round(s * RATE) : round((s + 0.8) * RATE)] ** 2)) for s in (3.8, 6.0)]
        fallen = 20 * np.log10(levels[0] / levels[1])
        envelope = zone.envelope
        shaped = 100 / envelope.decay * max(0.0, 6.0 - max(3.8, envelope.hold)) if envelope.sustain else 0.0
        pace = 2 ** ((key - zone.root) / 12)
        assert fallen == pytest.approx(2.2 * sample.fade * pace + shaped, abs=2.5), program


def test_the_end_of_a_part_is_known(font):
    player = synth.Player(part(note(start=0.5)), rate=RATE, font=font)
    assert 1.0 * RATE < player.end < 3 * RATE
    assert not player.play(player.end, RATE).any()
    assert synth.Player(part(), rate=RATE, font=font).end == 0


def _cents(sound: np.ndarray, key: int) -> float | None:
    """How far what is heard lies from a key, by how soon the wave repeats; None when it does not."""
    period = RATE / (440 * 2 ** ((key - 69) / 12))
    window = int(max(0.1 * RATE, 12 * period))
    turns = max(1, round(0.012 * RATE / period))
    lags = np.arange(int(turns * period * 2 ** (-50 / 1200)) - 2, int(turns * period * 2 ** (50 / 1200)) + 3)
    onset = int(np.argmax(np.abs(sound) > 0.25 * np.abs(sound).max())) + 900
    found = []
    for at in range(onset, onset + RATE // 2, window // 2):
        here = sound[at : at + window].astype(np.float64)
        likeness = []
        for lag in lags:
            there = sound[at + lag : at + lag + window].astype(np.float64)
            likeness.append(here @ there / np.sqrt((here @ here) * (there @ there) + 1e-15))
        best = int(np.argmax(likeness))
        if 0 < best < lags.size - 1 and likeness[best] > 0.7:
            a, b, c = likeness[best - 1 : best + 2]
            found.append(1200 * np.log2(turns * period / (lags[best] + (a - c) / (2 * (a - 2 * b + c)))))
    return float(np.median(found)) if found else None


@pytest.mark.slow
def test_every_program_is_in_tune(font):
    """A4, or A2 to A3 for what does not reach it, within five cents."""
    heard = 0
    for program, instrument in font.programs.items():
        if program in WITHOUT_PITCH:
            continue
        key = next(k for k in (69, 57, 45) if instrument.lowest <= k <= instrument.highest)
        cents = _cents(play(font, note(length=1.4, pitch=key), program=program, seconds=2).mean(axis=1), key)
        if cents is not None:
            heard += 1
            assert abs(cents) <= NEARLY.get(program, 5.0), (instrument.name, key, cents)
    assert heard >= len(font.programs) - len(WITHOUT_PITCH) - 2


@pytest.mark.slow
def test_every_program_is_about_as_loud_and_ends(font):
    levels = {}
    for program, instrument in font.programs.items():
        key = (instrument.lowest + instrument.highest) // 2
        sound = play(font, note(length=1.0, pitch=key), program=program, seconds=8)
        assert np.isfinite(sound).all(), instrument.name
        assert np.abs(sound[-RATE:]).max() < 1e-4, instrument.name
        energy = np.cumsum((sound.astype(np.float64) ** 2).sum(axis=1))
        levels[instrument.name] = 10 * np.log10((energy[RATE // 5 :] - energy[: -RATE // 5]).max() / (RATE / 5))
    middle = float(np.median(list(levels.values())))
    assert all(abs(level - middle) < 12 for level in levels.values()), levels


@pytest.mark.slow
def test_loops_and_releases_make_no_click(font):
    """While a key is held and when it is let go, no bend of the wave stands out more than while it begins."""
    for program in (4, 16, 33, 40, 48, 52, 65, 73, 81, 89):
        instrument = font.programs[program]
        key = (instrument.lowest + instrument.highest) // 2
        sound = play(font, note(length=5.0, pitch=key), program=program, seconds=5.1).mean(axis=1).astype(np.float64)
        bends = np.abs(np.diff(sound, 2))
        around = np.sqrt(np.convolve(bends**2, np.ones(RATE // 50) / (RATE // 50), "same")) + 1e-5
        crests = bends / around
        assert crests[RATE:].max() <= 1.4 * crests[RATE // 10 : RATE].max(), instrument.name
