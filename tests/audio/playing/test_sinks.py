"""What stands in for a device: it takes its time, and a file holds what would be heard."""

from __future__ import annotations

import struct
import threading
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from studio.audio.playing.sinks import ClockSink
from studio.audio.playing.source import Passage
from studio.audio.playing.transport import Transport
from studio.audio.playing.wav_stream import WavStream
from tests.audio.playing.stand_ins import RATE, mix_of, noise


def play_into(sink: ClockSink, sound: np.ndarray) -> Transport:
    """Play to the end, as the feeder does."""
    transport = Transport(RATE)
    transport.load(mix_of(sound))
    transport.play(Passage())
    sink.start(transport.outlet)
    tick = threading.Event()
    while not transport.settle():
        if not transport.feed():
            tick.wait(0.005)
    sink.close()
    return transport


def test_a_file_holds_what_would_be_heard(tmp_path: Path) -> None:
    sound = noise(RATE // 4)
    target = tmp_path / "heard.wav"
    transport = play_into(ClockSink(RATE, target), sound)
    heard, rate = sf.read(target, dtype="float32")
    assert rate == RATE
    assert np.array_equal(heard[: len(sound)], sound)
    assert not heard[len(sound) :].any()
    assert transport.outlet.dropped == 0
    assert [file.name for file in tmp_path.iterdir()] == ["heard.wav"]


def test_playing_to_nowhere_ends_as_well() -> None:
    assert play_into(ClockSink(RATE), noise(RATE // 10)).position == RATE // 10


def test_a_file_waits_for_what_is_late(tmp_path: Path) -> None:
    sound = noise(RATE // 4)
    transport = Transport(RATE)
    transport.load(mix_of(sound))
    transport.ahead = 2048
    transport.play(Passage())
    sink = ClockSink(RATE, tmp_path / "late.wav")
    sink.start(transport.outlet)
    tick = threading.Event()
    while not transport.settle():
        tick.wait(0.06)  # longer than what is in the ring lasts
        transport.feed()
    sink.close()
    heard, _ = sf.read(tmp_path / "late.wav", dtype="float32")
    assert np.array_equal(heard[: len(sound)], sound)
    assert transport.outlet.dropped == 0


@pytest.mark.parametrize("channels", [1, 2])
def test_a_stream_reads_back_as_it_was_written(tmp_path: Path, channels: int) -> None:
    sound = noise(3 * RATE)[:, :channels]
    with WavStream(tmp_path / "a.wav", RATE, channels) as out:
        for start in range(0, len(sound), 10_000):
            out.write(sound[start : start + 10_000])
    heard, rate = sf.read(tmp_path / "a.wav", dtype="float32", always_2d=True)
    assert rate == RATE
    assert np.array_equal(heard, sound)


def test_what_is_beside_it_meanwhile_is_at_most_a_second_behind(tmp_path: Path) -> None:
    sound = noise(3 * RATE)
    with WavStream(tmp_path / "a.wav", RATE, 2) as out:
        for start in range(0, 2 * RATE + 30_000, 10_000):
            out.write(sound[start : start + 10_000])
        (unfinished,) = tmp_path.iterdir()
        assert unfinished.name != "a.wav"
        heard, _ = sf.read(unfinished, dtype="float32")
        assert len(heard) >= out.frames - RATE
        assert np.array_equal(heard, sound[: len(heard)])


def test_a_block_that_fails_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(KeyError), WavStream(tmp_path / "a.wav", RATE, 2) as out:
        out.write(noise(100))
        raise KeyError
    assert list(tmp_path.iterdir()) == []


def test_an_existing_file_is_not_replaced_unless_asked(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(b"mine")
    with pytest.raises(FileExistsError), WavStream(tmp_path / "a.wav", RATE, 2, replace=False) as out:
        out.write(noise(100))
    assert (tmp_path / "a.wav").read_bytes() == b"mine"


def test_a_full_disk_is_an_error_and_leaves_nothing(tmp_path: Path) -> None:
    # A disk of no room: every write that reaches it fails.
    with pytest.raises(OSError, match="No space left"), WavStream(tmp_path / "a.wav", RATE, 2) as out:
        assert out._file
        out._file.close()
        out._file = Path("/dev/full").open("wb")  # noqa: SIM115 — the stream closes it
        out._stack.callback(out._file.close)
        for _ in range(30):
            out.write(noise(RATE))
    assert list(tmp_path.iterdir()) == []


def test_the_format_holds_four_gigabytes_and_no_more(tmp_path: Path) -> None:
    with WavStream(tmp_path / "a.wav", RATE, 2) as out:
        out.frames = (2**32 - 100) // 8
        room = out.room
        assert 0 < room < 100
        out.write(noise(200))
        assert out.room == 0
        out.frames = room  # what is really there
    header = (tmp_path / "a.wav").read_bytes()[:58]
    assert struct.unpack_from("<I", header, 54) == (room * 8,)
