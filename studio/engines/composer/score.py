"""What a piece is made of: notes in parts, with what player, mixer and MIDI file need. Values; any thread."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Note:
    """One note. Times are in seconds from the piece's beginning; the sound may ring on after `length`."""

    start: float
    length: float
    pitch: int  # MIDI: 60 is the middle C; for drums the number in the General MIDI drum map
    velocity: int  # 1-127

    @property
    def end(self) -> float:
        """When the key is released."""
        return self.start + self.length


@dataclass(frozen=True)
class Part:
    """What one instrument plays, in order of time. Pan and gain are the mixer's: the player renders without them."""

    name: str  # shown to people, unique in a piece; also the stem's name
    role: str  # "drums", "bass", "chords", "pad", "lead", "counter" or "arpeggio"
    program: int  # General MIDI, 0-127; for drums the kit's program
    drum: bool
    pan: float  # -1 left to 1 right
    gain: float  # in dB
    notes: tuple[Note, ...]


@dataclass(frozen=True)
class Section:
    """A named stretch of a piece."""

    name: str  # "intro", "verse" …
    start: float  # seconds
    end: float


@dataclass(frozen=True)
class Score:
    """A whole piece. The tempo does not change: bar n begins at `n * beats of a bar * 60 / bpm` from the start."""

    parts: tuple[Part, ...]
    bpm: float  # quarter notes a minute, also in 6/8
    metre: tuple[int, int]  # (4, 4), (6, 8) …
    key: str  # "A minor", "D dorian", "F# major" …
    seconds: float
    sections: tuple[Section, ...] = ()
