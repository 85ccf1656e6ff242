"""From paper to players: swing, small lapses of time and touch, and dynamics within phrases. Pure; any thread."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence

from form import Form
from rhythm import Tone, swung
from score import Note
from stylebook import Style

_LAST = 0.02  # seconds before the end: nothing begins later
_ROLES = {"drums": 0.5, "bass": 0.7, "chords": 1.0, "pad": 1.5, "lead": 1.2, "counter": 1.2, "arpeggio": 0.7}


def perform(tones: Sequence[Tone], role: str, form: Form, style: Style, rng: random.Random) -> tuple[Note, ...]:
    """Play a part from paper: in order of time, one note of a pitch at a time."""
    made: list[Note] = []
    loose = style.loose * _ROLES[role]
    laid_back = 0.006 if role == "lead" and style.loose > 0.005 else 0.0
    for tone in sorted(tones, key=lambda t: (t.beat, t.pitch, t.delay)):
        lapse = max(-2.0, min(2.0, rng.gauss(0.0, 1.0))) * loose
        start = max(0.0, form.at(swung(tone.beat, style.swing, style.swing_unit)) + lapse + laid_back + tone.delay)
        end = form.at(swung(tone.beat + tone.beats, style.swing, style.swing_unit)) + lapse
        touch = max(-2.0, min(2.0, rng.gauss(0.0, 1.0))) * style.touch
        velocity = 127 * tone.force * _phrase(tone.beat, form, role) + touch
        if start < form.seconds - _LAST:
            length = max(0.03, min(end, form.seconds) - start)
            made.append(Note(start, length, tone.pitch, max(1, min(127, round(velocity)))))
    return untangled(made)


def _phrase(beat: float, form: Form, role: str) -> float:
    """A phrase of four bars swells and falls a little."""
    if role in {"drums", "bass"}:
        return 1.0
    return 0.95 + 0.08 * math.sin(math.pi * (beat / form.bar_beats % 4) / 4)


def untangled(notes: Sequence[Note]) -> tuple[Note, ...]:
    """A key that is struck again was let go before; what is struck twice at once is struck once."""
    last: dict[int, int] = {}
    kept: list[Note] = []
    for note in sorted(notes, key=lambda n: (n.start, n.pitch, n.velocity)):
        before = last.get(note.pitch)
        if before is not None:
            old = kept[before]
            if note.start - old.start < 0.02:
                continue
            if old.end > note.start:
                kept[before] = Note(old.start, note.start - old.start, old.pitch, old.velocity)
        last[note.pitch] = len(kept)
        kept.append(note)
    return tuple(kept)
