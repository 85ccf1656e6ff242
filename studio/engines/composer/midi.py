"""Writes a piece as a Standard MIDI File, format 1: the score as other programs play and edit it. Any thread."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from pathlib import Path

from score import Note, Part

TICKS = 480  # for each quarter note
_DRUMS = 9  # the channel that plays drums, counted from 0
_MOST_PITCH = 127
_MOST_TICKS = 0x0FFFFFFF  # the largest number a file can hold
_MARKER, _NAME, _TEMPO, _METRE, _END = 0x06, 0x03, 0x51, 0x58, 0x2F

Event = tuple[int, int, bytes]  # tick, order among those of one tick, what is sent


def write(
    path: Path,
    parts: Sequence[Part],
    *,
    bpm: float,
    metre: tuple[int, int] = (4, 4),
    title: str = "",
    markers: Sequence[tuple[float, str]] = (),
) -> None:
    """Write parts, a track each, at one tempo (quarter notes a minute). `markers` name places in seconds."""
    path.write_bytes(as_bytes(parts, bpm=bpm, metre=metre, title=title, markers=markers))


def as_bytes(
    parts: Sequence[Part],
    *,
    bpm: float,
    metre: tuple[int, int] = (4, 4),
    title: str = "",
    markers: Sequence[tuple[float, str]] = (),
) -> bytes:
    """The whole file."""
    tempo = min(0xFFFFFF, max(1, round(60_000_000 / bpm)))  # microseconds a quarter note: what the file holds
    tracks = [_conductor(tempo, metre, title, markers)]
    for part, channel in zip(parts, _channels(parts), strict=True):
        tracks.append(_track(_played(part, channel, tempo)))
    return b"MThd" + struct.pack(">IHHH", 6, 1, len(tracks), TICKS) + b"".join(tracks)


def ticks(seconds: float, tempo: int) -> int:
    """The tick nearest to a time, at so many microseconds a quarter note."""
    return min(_MOST_TICKS, max(0, round(seconds * 1_000_000 * TICKS / tempo)))


def _conductor(tempo: int, metre: tuple[int, int], title: str, markers: Sequence[tuple[float, str]]) -> bytes:
    beats, unit = metre
    power = unit.bit_length() - 1
    clocks = 36 if unit == 8 and beats % 3 == 0 else 24 * 4 // unit  # MIDI clocks between two clicks
    events: list[Event] = [
        (0, 0, _meta(_NAME, _text(title))),
        (0, 1, _meta(_METRE, bytes([beats, power, clocks, 8]))),
        (0, 2, _meta(_TEMPO, tempo.to_bytes(3, "big"))),
    ]
    events += [(ticks(at, tempo), 3, _meta(_MARKER, _text(name))) for at, name in markers]
    return _track(events)


def _channels(parts: Sequence[Part]) -> list[int]:
    """A channel for each part; of many parts, those with one program share one, and then any do."""
    free = [n for n in range(16) if n != _DRUMS]
    of_program: dict[int, int] = {}
    melodic = sum(not p.drum for p in parts)
    channels: list[int] = []
    given = 0
    for part in parts:
        if part.drum:
            channels.append(_DRUMS)
        elif melodic > len(free) and part.program in of_program:
            channels.append(of_program[part.program])
        else:
            channel = free[given % len(free)]
            given += 1
            of_program.setdefault(part.program, channel)
            channels.append(channel)
    return channels


def _played(part: Part, channel: int, tempo: int) -> list[Event]:
    events: list[Event] = [(0, 0, _meta(_NAME, _text(part.name))), (0, 1, bytes([0xC0 | channel, part.program & 127]))]
    pan = round(64 + 63 * min(1.0, max(-1.0, part.pan)))
    loudness = round(100 * min(1.27, 10 ** (part.gain / 40)))  # players read it as 40 log10
    events += [(0, 2, bytes([0xB0 | channel, 10, pan])), (0, 3, bytes([0xB0 | channel, 7, loudness]))]
    for start, end, note in _without_overlap(part.notes, tempo):
        velocity = min(127, max(1, note.velocity))
        events.append((start, 5, bytes([0x90 | channel, note.pitch, velocity])))
        events.append((end, 4, bytes([0x80 | channel, note.pitch, 64])))  # before what begins on the same tick
    return events


def _without_overlap(notes: Sequence[Note], tempo: int) -> list[tuple[int, int, Note]]:
    """Start and end of each note; a key that is struck again is let go first, since a file has only one of each."""
    sounding: dict[int, int] = {}
    found: list[tuple[int, int, Note]] = []
    for note in sorted(notes, key=lambda n: (n.start, n.pitch, n.length)):
        if not 0 <= note.pitch <= _MOST_PITCH:
            continue
        start = ticks(note.start, tempo)
        end = max(start + 1, ticks(note.end, tempo))
        before = sounding.get(note.pitch)
        if before is not None and found[before][1] > start:
            if found[before][0] == start:
                continue
            found[before] = (found[before][0], start, found[before][2])
        sounding[note.pitch] = len(found)
        found.append((start, end, note))
    return found


def _track(events: Sequence[Event]) -> bytes:
    data = bytearray()
    now = 0
    for tick, _, sent in sorted(events, key=lambda e: e[:2]):
        data += _number(tick - now) + sent
        now = tick
    data += _number(0) + _meta(_END, b"")
    return b"MTrk" + struct.pack(">I", len(data)) + bytes(data)


def _meta(kind: int, data: bytes) -> bytes:
    return bytes([0xFF, kind]) + _number(len(data)) + data


def _number(value: int) -> bytes:
    """A number as the file has it: seven bits a byte, the highest bit on all but the last."""
    found = [value & 0x7F]
    while value := value >> 7:
        found.append(0x80 | (value & 0x7F))
    return bytes(reversed(found))


def _text(text: str) -> bytes:
    """What every program reads: few know which alphabet a file is in."""
    return text.encode("ascii", "replace")[:200]
