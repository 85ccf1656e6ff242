"""Sentence by sentence, each kept, joined with exact silences: with a context whose messages are recorded."""

import math
import struct
import threading
from array import array
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.engines.shared import speech
from studio.engines.shared.ahead import Ahead
from studio.protocol import float_wav as wav
from studio.protocol import messages
from studio.worker.context import RunContext, sha256_of
from studio.worker.failures import BadNumbers, CancelledRun
from tests.engines.harness import piece

RATE = 8000


class Recorder:
    """Stands where the private channel stands."""

    def __init__(self):
        self.sent = []

    def send(self, message):
        self.sent.append(message)

    def all(self, kind):
        return [m for m in self.sent if isinstance(m, kind)]


def _context(scratch: Path, pieces, *, after=0.0, parts=None, cancelled=None, ahead=False):
    inputs = {"pieces": pieces, "after": after, "ahead": ahead}
    run = messages.Run(1, "speech", {}, inputs, 7, str(scratch), parts or {})
    recorder = Recorder()
    return RunContext(run, recorder, cancelled or threading.Event()), recorder  # type: ignore[arg-type]


def _tone(a_piece: speech.Piece) -> array:
    return array("f", (0.1 * (1 + (n + a_piece.line) % 7) for n in range(50 * len(a_piece.text))))


texts = st.text("abc", min_size=1, max_size=5)
pauses = st.floats(0, 0.2).map(lambda s: round(s, 3))


@given(st.lists(st.tuples(texts, pauses), min_size=1, max_size=6), pauses)
def test_the_master_is_the_pieces_with_exact_silences(tmp_path_factory, sentences, after):
    scratch = tmp_path_factory.mktemp("run")
    pieces = [piece(text, line=n, before=before) for n, (text, before) in enumerate(sentences)]
    context, recorder = _context(scratch, pieces, after=after)
    output = speech.speak(context, _tone, rate=RATE)
    expected = array("f")
    for made, described in zip(speech.pieces_of(context), output.facts["pieces"], strict=True):
        expected.extend([0.0] * round(made.before * RATE))
        assert described == {
            "line": made.line,
            "start": len(expected) / RATE,
            "end": (len(expected) + len(_tone(made))) / RATE,
        }
        expected.extend(_tone(made))
    expected.extend([0.0] * round(after * RATE))
    assert wav.read_samples(output.path) == expected
    assert output.path.stat().st_size == wav.read_float_wav(output.path).offset + 4 * len(expected)
    assert output.facts["seconds"] == len(expected) / RATE
    assert [m.key for m in recorder.all(messages.Part)] == [p["key"] for p in pieces]


def test_finished_pieces_are_not_made_again(tmp_path):
    pieces = [piece(text, line=n) for n, text in enumerate("abcd")]
    context, recorder = _context(tmp_path / "1", pieces)
    whole = speech.speak(context, _tone, rate=RATE)
    parts = {m.key: m.file for m in recorder.all(messages.Part)}
    del parts[pieces[1]["key"]]
    Path(parts[pieces[2]["key"]]).write_bytes(b"RIFF and no more")
    made = []
    context, recorder = _context(tmp_path / "2", pieces, parts=parts)
    again = speech.speak(context, lambda p: made.append(p.text) or _tone(p), rate=RATE)
    assert made == ["b", "c"]
    assert again.path.read_bytes() == whole.path.read_bytes()


def test_a_piece_at_another_rate_is_made_again(tmp_path):
    kept = tmp_path / "kept.wav"
    wav.write_float_wav(kept, array("f", [0.5]), rate=RATE * 2)
    context, recorder = _context(tmp_path / "1", [piece("a", key="k")], parts={"k": str(kept)})
    speech.speak(context, _tone, rate=RATE)
    assert recorder.all(messages.Part)


@pytest.mark.parametrize(
    "samples", [array("f"), array("f", [0.0] * 9), array("f", [0.1, math.nan]), array("f", [math.inf, -math.inf])]
)
def test_what_is_no_sound_fails_and_is_not_kept(tmp_path, samples):
    context, recorder = _context(tmp_path, [piece("a")])
    with pytest.raises(BadNumbers, match="line 1"):
        speech.speak(context, lambda _: samples, rate=RATE)
    assert not recorder.all(messages.Part)


def test_a_peak_above_one_is_kept_as_it_is(tmp_path):
    context, _ = _context(tmp_path, [piece("a")])
    assert wav.read_samples(speech.speak(context, lambda _: array("f", [3.5, -4.0]), rate=RATE).path)[1] == -4.0


def test_what_cannot_be_spoken_is_a_short_silence_and_said_each_time(tmp_path):
    context, recorder = _context(tmp_path, [piece("a", line=1), piece("?", line=2)])
    output = speech.speak(context, lambda p: None if p.text == "?" else _tone(p), rate=RATE)
    (note,) = recorder.all(messages.Note)
    assert note.line == 2
    assert not any(wav.read_samples(output.path)[50:])
    assert len(recorder.all(messages.Part)) == 1


def test_a_cancel_ends_between_two_pieces(tmp_path):
    cancelled = threading.Event()
    context, recorder = _context(tmp_path, [piece("a"), piece("b")], cancelled=cancelled)
    with pytest.raises(CancelledRun):
        speech.speak(context, lambda p: cancelled.set() or _tone(p), rate=RATE)
    assert len(recorder.all(messages.Part)) == 1
    assert not (tmp_path / speech.MASTER).exists()


def test_progress_only_grows(tmp_path):
    context, _ = _context(tmp_path, [piece("a" * n, line=n) for n in range(1, 9)])
    places = [(p.begin, p.end) for p in speech.pieces_of(context)]
    assert all(begin < end for begin, end in places)
    assert [end for _, end in places[:-1]] == [begin for begin, _ in places[1:]]
    assert (places[0][0], places[-1][1]) == (0.0, 1.0)


def test_other_readers_understand_our_files(tmp_path):
    soundfile = pytest.importorskip("soundfile")
    file = tmp_path / "a.wav"
    wav.write_float_wav(file, array("f", [0.25, -1.5, 0.0]), rate=24000)
    data, rate = soundfile.read(file, dtype="float32")
    assert (list(data), rate, soundfile.info(file).subtype) == ([0.25, -1.5, 0.0], 24000, "FLOAT")


def test_a_reader_walks_over_chunks_it_does_not_know(tmp_path):
    file = tmp_path / "a.wav"
    wav.write_float_wav(file, array("f", [0.25]), rate=24000)
    whole = file.read_bytes()
    file.write_bytes(whole[:12] + b"LIST" + struct.pack("<I", 3) + b"abc\0" + whole[12:])
    assert list(wav.read_samples(file)) == [0.25]


def _numbered() -> array:
    return array("f", [1.0, 2.0, 3.0, 4.0])


@given(st.integers(0, 73), st.binary(max_size=4))
def test_a_damaged_file_is_refused_or_read_whole(tmp_path_factory, place, damage):
    file = tmp_path_factory.mktemp("wav") / "a.wav"
    wav.write_float_wav(file, _numbered(), rate=24000)
    whole = file.read_bytes()
    file.write_bytes(whole[:place] + damage)
    try:
        found = wav.read_float_wav(file)
    except wav.WavError:
        return
    assert found.offset + found.frames * wav.SAMPLE_BYTES <= file.stat().st_size


@pytest.mark.parametrize("samples", [array("d", [0.5]), memoryview(bytes(16)).cast("f", (2, 2))])
def test_samples_in_another_shape_are_a_bug(tmp_path, samples):
    with pytest.raises(TypeError, match="float32"):
        wav.write_float_wav(tmp_path / "a.wav", samples, rate=RATE)


def test_threads_make_the_same_in_the_same_order(tmp_path):
    pieces = [piece("abc"[n % 3] * (n % 5 + 1), line=n, before=0.01 * n, key=f"k{n}") for n in range(30)]
    context, _ = _context(tmp_path / "1", pieces)
    alone = speech.speak(context, _tone, rate=RATE)
    context, recorder = _context(tmp_path / "2", pieces, parts={"k3": str(tmp_path / "1" / "piece-00003.wav")})
    together = speech.speak(context, _tone, rate=RATE, workers=3)
    assert together.path.read_bytes() == alone.path.read_bytes()
    assert together.facts == alone.facts
    assert {m.key for m in recorder.all(messages.Part)} == {f"k{n}" for n in range(30) if n != 3}
    fractions = [m.fraction or 0.0 for m in recorder.all(messages.Progress)]
    assert fractions == sorted(fractions)


def test_two_threads_work_at_once(tmp_path):
    meeting = threading.Barrier(2, timeout=10)
    context, _ = _context(tmp_path, [piece("a", line=1), piece("b", line=2)])
    speech.speak(context, lambda p: (meeting.wait(), _tone(p))[1], rate=RATE, workers=2)


def test_a_cancel_stops_what_the_threads_do(tmp_path):
    cancelled, stopped = threading.Event(), threading.Event()

    def make(_):
        cancelled.set()
        assert stopped.wait(10)
        raise CancelledRun

    context, recorder = _context(tmp_path, [piece("a"), piece("b"), piece("c")], cancelled=cancelled)
    with pytest.raises(CancelledRun):
        speech.speak(context, make, rate=RATE, workers=2, stop=stopped.set)
    assert not recorder.all(messages.Part)


def test_a_failure_on_a_thread_is_the_jobs_failure(tmp_path):
    context, recorder = _context(tmp_path, [piece("a", line=1), piece("b", line=2)])
    with pytest.raises(BadNumbers, match="line 2"):
        speech.speak(context, lambda p: _tone(p) if p.line == 1 else array("f"), rate=RATE, workers=2)
    assert len(recorder.all(messages.Part)) == 1


# --------------------------------------------------------------------------------------------- heard while it is made


def _heard(recorder):
    """What was handed over, put together; each bit must begin where the one before ended."""
    samples = array("f")
    for told in recorder.all(messages.Ahead):
        assert told.start == len(samples)
        assert told.sha256 == sha256_of(Path(told.file))
        samples.extend(wav.read_samples(Path(told.file)))
    return samples


@pytest.mark.parametrize("workers", [0, 2])
def test_what_is_heard_meanwhile_is_the_master(tmp_path, workers):
    pieces = [piece("abc"[n % 3] * (n % 5 + 1), line=n, before=0.01 * n, key=f"k{n}") for n in range(9)]
    context, recorder = _context(tmp_path / "1", pieces, after=0.2)
    unheard = speech.speak(context, _tone, rate=RATE)
    assert not recorder.all(messages.Ahead)
    assert not list((tmp_path / "1").glob("ahead*"))
    parts = {f"k{n}": str(tmp_path / "1" / f"piece-0000{n}.wav") for n in (0, 4)}
    context, recorder = _context(tmp_path / "2", pieces, after=0.2, parts=parts, ahead=True)
    heard = speech.speak(context, _tone, rate=RATE, workers=workers)
    assert heard.path.read_bytes() == unheard.path.read_bytes()
    assert _heard(recorder) == wav.read_samples(heard.path)
    assert len(recorder.all(messages.Ahead)) == len(pieces) + 1


def test_the_begin_of_a_sentence_is_heard_before_it_is_kept(tmp_path):
    context, recorder = _context(tmp_path, [piece("ab", line=1), piece("cd", line=2, before=0.1)], ahead=True)
    ahead = Ahead(context, RATE)

    def make(a_piece):
        sound = _tone(a_piece)
        ahead.add(sound[:30])
        ahead.add(sound[30:60])
        return sound

    master = speech.speak(context, make, rate=RATE, ahead=ahead)
    said = [type(m).__name__ for m in recorder.sent if not isinstance(m, messages.Progress)]
    assert said == ["Ahead", "Ahead", "Part", "Ahead"] * 2
    assert _heard(recorder) == wav.read_samples(master.path)


def test_what_was_heard_cannot_become_something_else(tmp_path):
    context, _ = _context(tmp_path, [piece("ab")], ahead=True)
    ahead = Ahead(context, RATE)

    def make(a_piece):
        ahead.add(_tone(a_piece)[1:30])
        return _tone(a_piece)

    with pytest.raises(RuntimeError, match="what was heard"):
        speech.speak(context, make, rate=RATE, ahead=ahead)
    assert not (tmp_path / speech.MASTER).exists()


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_what_is_no_number_is_not_heard(tmp_path, bad):
    context, recorder = _context(tmp_path, [piece("ab")], ahead=True)
    ahead = Ahead(context, RATE)
    with pytest.raises(BadNumbers):
        speech.speak(context, lambda p: ahead.add(array("f", [0.1, bad])) or _tone(p), rate=RATE, ahead=ahead)
    assert not recorder.all(messages.Ahead)
