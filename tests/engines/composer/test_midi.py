"""MIDI files, read back by a reader of our own that knows only the specification."""

import struct
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.engines.composer import midi
from studio.engines.composer.score import Note, Part


@dataclass
class Track:
    metas: list[tuple[int, int, bytes]] = field(default_factory=list)  # tick, kind, data
    sent: list[tuple[int, bytes]] = field(default_factory=list)

    def notes(self) -> list[tuple[int, int, int, int]]:
        """Start, end, key, velocity; every key that goes down must come up before it goes down again."""
        down: dict[int, tuple[int, int]] = {}
        found = []
        for tick, (status, key, value) in ((t, s) for t, s in self.sent if s[0] >> 4 in (8, 9)):
            if status >> 4 == 9 and value:
                assert key not in down
                down[key] = (tick, value)
            else:
                start, velocity = down.pop(key)
                assert tick > start
                found.append((start, tick, key, velocity))
        assert not down
        return sorted(found)


def read(data: bytes) -> list[Track]:
    kind, size, form, count, division = struct.unpack(">4sIHHH", data[:14])
    assert (kind, size, form, division) == (b"MThd", 6, 1, midi.TICKS)
    tracks, at = [], 14
    for _ in range(count):
        assert data[at : at + 4] == b"MTrk"
        (length,) = struct.unpack(">I", data[at + 4 : at + 8])
        tracks.append(_track(data[at + 8 : at + 8 + length]))
        at += 8 + length
    assert at == len(data)
    return tracks


def _track(data: bytes) -> Track:
    track, at, tick = Track(), 0, 0
    while at < len(data):
        delta, at = _number(data, at)
        tick += delta
        status = data[at]
        if status == 0xFF:
            size, start = _number(data, at + 2)
            track.metas.append((tick, data[at + 1], data[start : start + size]))
            at = start + size
            assert (data[start - 2] == 0x2F) == (at == len(data)) or size
        else:
            size = 2 if status >> 4 in (0xC, 0xD) else 3
            assert status >= 0x80
            assert all(byte < 0x80 for byte in data[at + 1 : at + size])
            track.sent.append((tick, data[at : at + size]))
            at += size
    assert track.metas[-1][1] == 0x2F
    return track


def _number(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    while True:
        value = value << 7 | data[at] & 0x7F
        at += 1
        if not data[at - 1] & 0x80:
            return value, at


def part(*notes: Note, name: str = "part", program: int = 0, drum: bool = False) -> Part:
    return Part(name, "lead", program, drum, 0.0, 0.0, notes)


def test_tempo_metre_title_and_markers():
    tracks = read(midi.as_bytes([], bpm=120, metre=(6, 8), title="Köln", markers=[(0.0, "intro"), (4.0, "verse")]))
    assert tracks[0].metas == [
        (0, 0x03, b"K?ln"), (0, 0x58, bytes([6, 3, 36, 8])), (0, 0x51, (500_000).to_bytes(3, "big")),
        (0, 0x06, b"intro"), (8 * midi.TICKS, 0x06, b"verse"), (8 * midi.TICKS, 0x2F, b""),
    ]  # fmt: skip


def test_times_are_exact():
    beat = 60 / 93.5
    notes = [Note(n * beat, beat / 2, 60 + n, 64 + n) for n in range(32)]
    (_, track) = read(midi.as_bytes([part(*notes)], bpm=93.5))
    expected = [(n * 480, n * 480 + 240, 60 + n, 64 + n) for n in range(32)]
    assert track.notes() == expected


notes = st.builds(
    Note, st.floats(0, 200), st.floats(0, 5), st.integers(-2, 130), st.integers(-5, 200)
)  # fmt: skip


@given(st.lists(notes, max_size=30), st.floats(20, 300))
def test_whatever_is_played_makes_a_file_that_reads(played, bpm):
    (_, track) = read(midi.as_bytes([part(*played)], bpm=bpm))
    found = track.notes()
    assert len(found) <= len(played)
    assert {key for _, _, key, _ in found} == {n.pitch for n in played if 0 <= n.pitch <= 127}


def test_a_key_struck_again_is_let_go_first():
    (_, track) = read(midi.as_bytes([part(Note(0, 2, 60, 90), Note(1, 2, 60, 80))], bpm=60))
    assert track.notes() == [(0, 480, 60, 90), (480, 1440, 60, 80)]


def test_channels():
    drums = part(Note(0, 1, 36, 100), name="drums", program=16, drum=True)
    parts = [drums, *(part(Note(0, 1, 60, 100), program=n) for n in range(15))]
    channels = [track.sent[0][1][0] & 15 for track in read(midi.as_bytes(parts, bpm=100))[1:]]
    assert channels == [9, *(n for n in range(16) if n != 9)]
    many = [*parts, part(program=3), part(program=99)]
    channels = [track.sent[0][1][0] & 15 for track in read(midi.as_bytes(many, bpm=100))[1:]]
    assert channels[16] == channels[4]
    assert 9 not in channels[1:]


def test_programs_pan_and_loudness_are_sent_first():
    moved = Part("bass", "bass", 33, False, -1.0, -40.0, (Note(0, 1, 40, 100),))
    (_, track) = read(midi.as_bytes([moved], bpm=100))
    assert track.metas[0] == (0, 0x03, b"bass")
    assert [s for _, s in track.sent[:3]] == [bytes([0xC0, 33]), bytes([0xB0, 10, 1]), bytes([0xB0, 7, 10])]


@pytest.mark.parametrize("bpm", [1e-9, 1e12])
def test_a_tempo_no_file_can_hold_is_bent_to_one(bpm):
    (conductor, _) = read(midi.as_bytes([part(Note(0, 1, 60, 64))], bpm=bpm))
    assert 1 <= int.from_bytes(conductor.metas[2][2], "big") <= 0xFFFFFF


def test_a_file_is_written(tmp_path):
    midi.write(tmp_path / "a.mid", [part(Note(0, 1, 60, 64))], bpm=100)
    assert (tmp_path / "a.mid").read_bytes() == midi.as_bytes([part(Note(0, 1, 60, 64))], bpm=100)
