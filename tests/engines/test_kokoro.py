"""Kokoro speaks: real weights in a real process; and what it makes of odd text, without the process."""

import importlib.util
import json
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.domain.dialogue import NONVERBALS
from studio.engines.shared.kokoro import reading
from studio.engines.shared.kokoro.model import MODEL_SHA256
from studio.engines.shared.kokoro.saying import SOUNDS
from studio.protocol import messages
from studio.protocol.float_wav import read_samples
from tests.engines.harness import ENGINES, ROOT, Reply, Worker, piece, started

FOLDER = ENGINES / "kokoro"
RATE = 24000
VOICES = ROOT / "resources" / "voices" / "kokoro"
LANGUAGES = {"a": "en-us", "b": "en-gb", "e": "es", "f": "fr-fr", "h": "hi", "i": "it", "j": "ja", "p": "pt-br"}
GREETING = "Hello there, how are you?"


@pytest.fixture(scope="module")
def convert():
    from hibari.g2p import G2P

    return G2P()


@pytest.fixture(scope="module")
def known() -> frozenset[str]:
    spec = importlib.util.find_spec("hibari")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    return frozenset(json.loads((Path(spec.submodule_search_locations[0]) / "assets" / "vocab.json").read_text()))


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    with started("kokoro") as running:
        loaded = running.load(threads=2)
        assert isinstance(loaded, messages.Loaded), loaded
        yield running


@pytest.fixture(scope="module")
def other_worker() -> Iterator[Worker]:
    """For what takes long, since each process may live for a while only."""
    with started("kokoro") as running:
        loaded = running.load(threads=2)
        assert isinstance(loaded, messages.Loaded), loaded
        yield running


def _samples(reply: Reply) -> np.ndarray:
    return np.array(read_samples(reply.file))


def _say(text: str, voice: str = "af_heart", **changes):
    return piece(text, voice=voice, language="en-gb" if voice[0] == "b" else "en-us", **changes)


def _pitch(sound: np.ndarray) -> float:
    """The most common distance of equal waves, as a frequency."""
    loud = [sound[i : i + 2048] for i in range(0, len(sound) - 2048, 1024)]
    loud = sorted(loud, key=lambda s: float((s**2).sum()))[len(loud) // 2 :]
    lags = []
    for part in loud:
        alike = np.correlate(part, part, "full")[2047:]
        lags.append(int(np.argmax(alike[RATE // 320 : RATE // 60])) + RATE // 320)
    return RATE / float(np.median(lags))


def test_the_description_tells_the_truth():
    manifest = tomllib.loads((FOLDER / "engine.toml").read_text())
    packed = {name[:-2] for name in np.load(VOICES / "voices-r8-fp16.npz", allow_pickle=False).files}
    voices = {v["id"]: v for v in manifest["voices"]}
    assert set(voices) == {name for name in packed if name[0] != "z"}  # nothing here reads Chinese
    for name, voice in voices.items():
        assert voice["language"] == LANGUAGES[name[0]]
        assert voice["sex"] == ("female" if name[1] == "f" else "male")
        assert not reading.readable(voice["preview"], voice["language"])[1]
    assert len({voice["preview"] for voice in voices.values()}) == len(voices)
    assert len(manifest["default_voices"]) >= 8
    assert set(manifest["nonverbals"]) == SOUNDS <= set(NONVERBALS)
    sexes = [voices[name]["sex"] for name in manifest["default_voices"]]
    assert sexes[:2] == ["female", "male"]
    assert manifest["models"][0]["sha256"] == MODEL_SHA256
    assert (VOICES / "LICENSE.txt").read_text().strip()


@pytest.mark.slow
def test_two_voices_with_an_exact_pause_and_the_same_again(worker, tmp_path):
    pieces = [
        _say(GREETING, line=1),
        _say("Fine. And you?", "am_eric", line=2, before=0.5),
    ]
    reply = worker.run(tmp_path / "1", pieces, after=0.25)
    again = worker.run(tmp_path / "2", pieces, job=2, after=0.25)
    assert not reply.notes
    assert reply.file.read_bytes() == again.file.read_bytes()
    assert reply.result is not None
    sound = _samples(reply)
    first, second = reply.result.facts["pieces"]
    assert second["start"] - first["end"] == pytest.approx(0.5, abs=1e-6)
    assert len(sound) / RATE - second["end"] == pytest.approx(0.25, abs=1e-6)
    # What is heard as silence is hardly longer: the sounds themselves begin and end at once.
    loud = np.flatnonzero(np.abs(sound) > 0.003)
    gap = np.diff(loud).max() / RATE
    assert 0.5 <= gap <= 0.53
    hers, his = (sound[round(p["start"] * RATE) : round(p["end"] * RATE)] for p in (first, second))
    assert _pitch(hers) > 1.25 * _pitch(his)
    assert all(0.05 < np.abs(voice).max() < 1.5 for voice in (hers, his))


@pytest.mark.slow
def test_speed_changes_the_length(worker, tmp_path):
    lengths = [
        len(_samples(worker.run(tmp_path / str(speed), [_say(GREETING)], params={"speed": speed})))
        for speed in (0.5, 1.0, 2.0)
    ]
    assert lengths[0] > 1.5 * lengths[1]
    assert lengths[1] > 1.5 * lengths[2]


@pytest.mark.slow
def test_odd_text_is_spoken_as_far_as_it_goes_and_said(worker, tmp_path):
    texts = ["Hello 😀 world", "שלום", "...", "\x00\x07\u202e fine \u200b", "Call 42 at 3:30.", "x" * 40]
    reply = worker.run(tmp_path, [_say(text, line=n) for n, text in enumerate(texts)])
    assert reply.result is not None, reply.failed
    spans = [p["end"] - p["start"] for p in reply.result.facts["pieces"]]
    assert [n for n, seconds in enumerate(spans) if seconds == pytest.approx(0.1)] == [1, 2]
    assert spans[4] > 1.0  # numbers are words
    notes = {(note.line, note.text) for note in reply.notes}
    assert any(line == 0 and "😀" in text for line, text in notes)
    assert {line for line, _ in notes} == {0, 1, 2}


@pytest.mark.slow
@pytest.mark.slow
def test_a_seed_is_a_reading_and_no_variation_is_none(worker, tmp_path):
    def said(seed: int, variation: float) -> bytes:
        place = tmp_path / f"{seed} {variation}"
        return worker.run(place, [_say(GREETING, seed=seed)], params={"variation": variation}).file.read_bytes()

    assert said(1, 0.5) == said(1, 0.5)
    assert said(1, 0.5) != said(2, 0.5)
    assert said(1, 0.0) == said(2, 0.0)
    assert abs(len(said(1, 1.0)) / len(said(1, 0.0)) - 1) < 0.15


@pytest.mark.slow
@pytest.mark.slow
def test_sounds_stand_among_the_words_and_alone(worker, tmp_path):
    texts = ["Hello there.", "Hello (sighs) there.", "(applause)", "(sings)", "Well (clears throat), hello."]
    pieces = [_say(text, line=n) for n, text in enumerate(texts)]
    reply = worker.run(tmp_path / "1", pieces)
    assert reply.result is not None, reply.failed
    assert not reply.notes
    plain, sighed, applause, sung, _ = (p["end"] - p["start"] for p in reply.result.facts["pieces"])
    assert sighed > plain + 1.4
    assert applause > 2.5
    assert sung > 2.0
    assert reply.file.read_bytes() == worker.run(tmp_path / "2", pieces, job=2).file.read_bytes()


@pytest.mark.slow
@pytest.mark.slow
def test_a_cancel_ends_a_long_sentence_in_the_middle(worker, tmp_path):
    text = "The little boat went down the river and past the mill and under the old bridge and on and on " * 3
    worker.run(tmp_path / "0", [_say("Yes.")])
    worker.start(tmp_path / "1", [_say(text, line=n) for n in range(4)], job=7)
    while not isinstance(worker.receive(), messages.Progress):
        pass
    beats = 0
    while beats < 2:  # a second at least, in which the model has begun
        beats += isinstance(worker.receive(), messages.Heartbeat)
    worker.send(messages.Cancel(7))
    reply = worker.finish()
    assert reply.failed is not None
    assert reply.failed.failure == "cancelled"
    assert not reply.parts  # so no sentence was spoken to its end
    assert worker.run(tmp_path / "2", [_say("Yes.")], job=8).result


@pytest.mark.slow
def test_an_unknown_voice_is_the_users_mistake(worker, tmp_path):
    reply = worker.run(tmp_path, [_say("Hello.", "nobody")])
    assert reply.failed is not None
    assert reply.failed.failure == "user"
    assert "nobody" in reply.failed.message


@pytest.mark.slow
def test_notes_come_again_for_what_an_earlier_run_has_made(worker, tmp_path):
    first = worker.run(tmp_path / "1", [_say("Hello 😀 world")])
    again = worker.run(tmp_path / "2", [_say("Hello 😀 world")], parts=first.parts)
    assert not again.parts
    assert [n.text for n in again.notes] == [n.text for n in first.notes]


@pytest.mark.slow
@pytest.mark.slow
def test_a_long_text_in_one_piece(other_worker, tmp_path):
    text = "The little boat went down the river, past the mill and the old bridge. " * 7
    reply = other_worker.run(tmp_path, [_say(text)])
    assert reply.result is not None, reply.failed
    words_per_second = len(text.split()) / reply.result.facts["seconds"]
    assert 2.0 < words_per_second < 5.5


@pytest.mark.slow
@pytest.mark.slow
def test_all_voices_speak_and_differ(other_worker, tmp_path):
    voices = [v["id"] for v in tomllib.loads((FOLDER / "engine.toml").read_text())["voices"]]
    reply = other_worker.run(tmp_path, [_say("Yes.", voice, line=n) for n, voice in enumerate(voices)])
    sound = _samples(reply)
    assert reply.result is not None
    spans = [sound[round(p["start"] * RATE) : round(p["end"] * RATE)].tobytes() for p in reply.result.facts["pieces"]]
    assert len(set(spans)) == len(voices)


@pytest.mark.slow
def test_the_check_of_an_installation(tmp_path):
    code = "import sys; sys.path.insert(0, sys.argv[1]); import smoke; print(smoke.check(None, 'cpu')['seconds'])"
    done = subprocess.run(
        [sys.executable, "-c", code, str(FOLDER)], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert 0.2 < float(done.stdout) < 2.0


# ------------------------------------------------------------------------------------------------ reading, by itself


@given(st.text(max_size=200))
def test_any_text_becomes_readable(text):
    readable, lost = reading.readable(text)
    again, lost_again = reading.readable(readable)
    assert (again, lost_again) == (readable, "")
    assert not set(lost) & set(readable)
    assert max((len(word) for word in readable.split()), default=0) <= 31


@pytest.mark.parametrize(
    ("text", "readable", "lost"),
    [
        ("naïve cafe\u0301", "naïve café", ""),
        ("\uff57\uff49\uff44\uff45\uff0c \U0001d4d7\U0001d4f2 \u2460", "wide, Hi 1", ""),
        ("٣ apples。", "3 apples.", ""),
        ("«Bonjour»", "“Bonjour”", ""),
        ("a\tb\r\nc\u00a0d", "a b c d", ""),
        ("1234567890123456", "1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6", ""),
        ("Привет 👍🏽!", "!", "Привет👍🏽"),
        ("soft\u00adhyphen \u202emirrored", "softhyphen mirrored", ""),
    ],
)
def test_what_is_read(text, readable, lost):
    assert reading.readable(text) == (readable, lost)


@given(st.text("ab .,;!", max_size=300), st.integers(3, 40))
def test_portions_hold_all_and_fit(text, most):
    parts = list(reading.portions(text, most))
    assert all(0 < len(part) <= most for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


def test_portions_end_where_a_reader_would_breathe():
    assert list(reading.portions("One two three. Four five, six.", 20)) == ["One two three.", "Four five, six."]


@given(st.text(st.characters(codec="ascii") | st.sampled_from("0123456789,.:$%-'é½²°"), max_size=60))
def test_the_converter_never_fails_us(convert, known, text):
    readable, _ = reading.readable(text)
    sounds, _ = reading.phonemes(readable, convert, known)
    assert all(0 < len(sound) <= reading.LONGEST_SOUND and set(sound) <= known for sound in sounds)


def test_one_word_that_cannot_be_converted_costs_no_sentence(known):
    heard = {"nice": "nIs", "word": "wɜɹd"}
    assert reading.phonemes("nice evil word", heard.__getitem__, known) == (["nIs  wɜɹd"], ["evil"])
