"""Melodies: motifs, what becomes of them, and how they meet the chords. Pure functions; any thread."""

from __future__ import annotations

import random
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

import instruments
import theory
from form import Form, Stretch
from harmony import Span
from rhythm import STEP, Stroke, Tone, fit, steps_of, strokes
from stylebook import Style
from theory import Key

# Rhythms of a bar: x a note, - held, . silent.
CELLS: dict[str, tuple[str, ...]] = {
    "song": ("x---x-x-x---x---", "x-x-x---x-x---..", "..x-x-x-x---x---", "x-----x-x-x-x---", "x---x---x-x-x---"),
    "lazy": ("..x---x-----x-..", "x-----..x-x-----", "....x---x-..x---", "x---..x---..x-x-", "..x-x-----......"),
    "riff": ("x---x---x-x-x---", "x-x-x-..x-x-x---", "x-----x-x---x-x-", "..x-x---x-------"),
    "sparse": ("x-----------....", "....x-------....", "x-------x-------", "........x-------"),
    "broad": ("x-------x---x---", "x-----------x---", "x-----x-x-------", "x-------x-------"),
    "swing": ("x-x-x---..x-x-..", "..x-x-x-x---x-x-", "x---x-x-..x---..", "..x---x-x-x-x---", "x-x-x-x-x---...."),
    "bossa": ("..x---x-..x-x---", "x-----x---x---..", "..x-x-x---x-----", "x---x-----x-x---"),
    "hook": ("x..x..x...x..x..", "x-..x-..x-x-....", "..x-..x-..x-x-..", "x..x..x.x......."),
    "long": ("x---------------", "x-------x-------", "x-----------x---"),
    "waltz": ("x-------x---", "x---x---x---", "x-----x-x---", "x---x-x-x---", "x-----------"),
    "compound": ("x---x-x---x-", "x-x-x-x---x-", "x-----x---x-", "x---x-x-----"),
    "folk": ("x-x-x-x-x---x-x-", "x---x-x-x-x-x---", "x-x-x---x-x-x---", "x---x-x-x---x---"),
    "blues": ("..x-x-x---......", "x-x-x---..x-x---", "....x-x-x-----..", "x---x-x-........"),
    "funk": ("x.xx..x...x.x...", "..x.x-..xx..x-..", "x..x..x-....x.x.", "....x.xx..x-...."),
    "bouncy": ("x.x.x-x.x.x.x---", "x-x.xxx.x-x.x-..", "x.xxx.x.x-..x-x.", "x-..x-..x.x.x.x."),
    "shred": ("x-x-xxxxx-x-xxxx", "xxxxx---xxxxx---", "x---x---xxxxxxxx", "x-x-x-x-x---x---"),
    "classical": ("x---x-x-x---x---", "x-x-x-x-x---....", "x-----x-x-x-x-x-", "x---..x-x-x-x---", "xxx-x---x-x-x---"),
    "march": ("x--xx---x--xx---", "x---x--xx---x---", "x--xx--xx---x---", "x---x---x-x-x---"),
    "country": ("x-x-x-x-x---x-x-", "x---x-x-x-..x-x-", "x-xxx-x-x---....", "..x-x-x-x-x-x---"),
}  # fmt: skip
_REGISTER = {"intro": -2, "verse": -2, "pre-chorus": 0, "chorus": 3, "bridge": 1, "solo": 4, "outro": -1}
_BREATH = 0.22  # of a sung line: the rest after it


@dataclass(frozen=True)
class Motif:
    """A rhythm and a contour."""

    strokes: tuple[Stroke, ...]
    contour: tuple[int, ...]  # steps of the scale, from the first note
    steps: int  # its length


@dataclass(frozen=True)
class _Singer:
    """All that a phrase needs to become notes."""

    form: Form
    spans: tuple[Span, ...]
    starts: tuple[float, ...]
    style: Style
    key: Key
    low: int
    high: int

    def span_at(self, beat: float) -> Span:
        """The chord that sounds at a beat."""
        return self.spans[max(0, bisect_right(self.starts, beat + 1e-6) - 1)]


def play(form: Form, spans: Sequence[Span], style: Style, key: Key, rng: random.Random) -> list[Tone]:
    """Invent a melody for each kind of section, develop it, and close on the tonic."""
    if style.lead_energy > 1.0:
        return []
    tool = instruments.BY_PROGRAM[style.lead]
    low, high = max(tool.low, style.lead_centre - 11), min(tool.high, style.lead_centre + 14)
    if high - low < 14:
        low, high = tool.low, tool.high
    singer = _Singer(form, tuple(spans), tuple(s.beat for s in spans), style, key, low, high)
    if not form.bars:
        return _sting(singer)
    motifs: dict[str, tuple[Motif, Motif]] = {}
    tones: list[Tone] = []
    for stretch in form.stretches:
        pair = motifs.setdefault(stretch.kind, _pair(stretch, motifs, style, steps_of(form.metre), rng))
        if stretch.lines:
            tones += _sung(singer, stretch, pair, rng)
        elif stretch.energy >= style.lead_energy or style.lead_energy == 0.0:
            tones += _played(singer, stretch, pair, rng)
    return [*tones, *_close(singer, tones)]


def _pair(
    stretch: Stretch, known: dict[str, tuple[Motif, Motif]], style: Style, steps: int, rng: random.Random
) -> tuple[Motif, Motif]:
    """A motif and its answer. The chorus may take up the verse's motif turned upside down."""
    length = 2 if stretch.bars >= 8 else 1
    first = _motif(style, steps, length, rng)
    if "verse" in known and rng.random() < 0.35:
        first = inverted(known["verse"][0])
    return first, _motif(style, steps, length, rng)


def _motif(style: Style, steps: int, bars: int, rng: random.Random) -> Motif:
    cells = [fit(rng.choice(CELLS[style.cells]), steps) for _ in range(bars)]
    if bars == 2 and cells[0] == cells[1]:
        cells[1] = fit(rng.choice(CELLS[style.cells]), steps)
    found = tuple(strokes("".join(cells)))
    return Motif(found, contour(len(found), rng), steps * bars)


def contour(count: int, rng: random.Random) -> tuple[int, ...]:
    """Walk by steps, leap now and then, go back after a leap, and stay within an octave."""
    line, at, last = [0], 0, 0
    arch = rng.choice((1, -1))
    for n in range(1, count):
        if abs(last) >= 3:
            move = -1 if last > 0 else 1
        else:
            bias = arch if n < count / 2 else -arch
            move = rng.choice((1, 1, 1, 2, -1, -1, 3, 0)) * bias
        if abs(at + move) > 5:
            move = -move
        at += move
        last = move
        line.append(at)
    return tuple(line)


def inverted(motif: Motif) -> Motif:
    """Turn a motif upside down."""
    return replace(motif, contour=tuple(-c for c in motif.contour))


def moved(motif: Motif, steps: int) -> Motif:
    """The motif from another degree: a sequence."""
    return replace(motif, contour=tuple(c + steps for c in motif.contour))


def _turned(motif: Motif, rng: random.Random) -> Motif:
    """The motif with another ending."""
    count = len(motif.contour)
    keep = max(1, count * 2 // 3)
    tail = [motif.contour[keep - 1] + rng.choice((-2, -1, 1, 2)) * n for n in range(1, count - keep + 1)]
    return replace(motif, contour=(*motif.contour[:keep], *tail))


def _played(singer: _Singer, stretch: Stretch, pair: tuple[Motif, Motif], rng: random.Random) -> list[Tone]:
    """Set the motifs: statement, answer, contrast, cadence; again with changes."""
    steps = steps_of(singer.form.metre)
    unit = max(1, min(pair[0].steps // steps, stretch.bars))
    tones: list[Tone] = []
    count = -(-stretch.bars // unit)
    start = _start(singer, stretch)
    for n in range(count):
        motif = _developed(pair, n % 4, n // 4 + stretch.nth, rng)
        bars = min(unit, stretch.bars - n * unit)
        ending = "full" if n == count - 1 else "half" if n % 4 == 3 or (n % 2 == 1 and unit == 2) else ""
        beat = (stretch.bar + n * unit) * singer.form.bar_beats
        tones += _set(singer, motif, beat, bars * steps, start, stretch, ending)
        if stretch.kind == "intro" and n % 2 == 1:
            tones = [t for t in tones if t.beat < beat]  # the introduction leaves room
    return tones


def _developed(pair: tuple[Motif, Motif], place: int, turn: int, rng: random.Random) -> Motif:
    first, second = pair
    if place == 0:
        return first if turn == 0 or rng.random() < 0.6 else _turned(first, rng)
    if place == 1:
        return rng.choice((first, moved(first, rng.choice((-1, 1, 2))), _turned(first, rng)))
    if place == 2:
        return rng.choice((second, moved(second, 1), moved(first, rng.choice((2, 3))), inverted(first)))
    return _turned(first, rng)


def _start(singer: _Singer, stretch: Stretch) -> float:
    return singer.style.lead_centre + _REGISTER[stretch.kind] + (2 if stretch.nth >= 2 else 0)


def _sung(singer: _Singer, stretch: Stretch, pair: tuple[Motif, Motif], rng: random.Random) -> list[Tone]:
    """A phrase for each line, with a note for each syllable as far as they fit."""
    steps = steps_of(singer.form.metre)
    tones: list[Tone] = []
    count = len(stretch.lines)
    start = _start(singer, stretch)
    cuts = [n * stretch.bars // count for n in range(count)] + [stretch.bars]
    shape = pair[0].contour
    for n, syllables in enumerate(stretch.lines):
        bars = min(4, max(1, cuts[n + 1] - cuts[n]))
        if cuts[n + 1] <= cuts[n]:
            continue
        found = syllabic(syllables, min(bars, 2) * steps)
        line = tuple(shape[i % len(shape)] + (n % 2) for i in range(len(found)))
        motif = Motif(found, line if n % 4 != 2 else contour(len(found), rng), bars * steps)
        ending = "full" if n == count - 1 else "half" if n % 2 else ""
        beat = (stretch.bar + cuts[n]) * singer.form.bar_beats
        tones += _set(singer, motif, beat, bars * steps, start, stretch, ending)
    return tones


def syllabic(count: int, steps: int) -> tuple[Stroke, ...]:
    """Spread syllables over a phrase, with a breath at its end; more than there are places are left out."""
    room = max(1, int(steps * (1 - _BREATH)))
    count = min(count, room)
    each = min(4.0, room / count)
    grid = 2 if each >= 2 else 1
    starts = sorted({round(n * each / grid) * grid for n in range(count)})
    ends = [*starts[1:], min(steps, max(starts[-1] + 1, starts[-1] + round(each * 2)))]
    return tuple(Stroke(s, max(1, e - s), "x") for s, e in zip(starts, ends, strict=True))


def _set(
    singer: _Singer, motif: Motif, beat: float, steps: int, start: float, stretch: Stretch, ending: str
) -> list[Tone]:
    """Make a motif sound over the chords that are there."""
    key, form = singer.key, singer.form
    ladder = [p for p in range(singer.low, singer.high + 1) if p % 12 in key.scale]
    home = ladder.index(theory.nearest(start, key.scale, low=singer.low, high=singer.high))
    tones: list[Tone] = []
    played = [s for s in zip(motif.strokes, motif.contour, strict=True) if s[0].step < steps]
    for n, (stroke, offset) in enumerate(played):
        at = beat + stroke.step * STEP
        beats = min(stroke.steps, steps - stroke.step) * STEP
        last = n == len(played) - 1
        intended = ladder[_folded(home + offset, len(ladder))]
        strong = last or beats >= 1.0 or _strong(at, form)
        pitch = _pitch(singer, intended, at, strong=strong, ending=ending if last else "")
        if not last and [t.pitch for t in tones[-2:]] == [pitch, pitch]:
            pitch = _other(singer, pitch, at, up=pitch < singer.style.lead_centre)
        if last and ending == "full":
            beats = max(beats, min(2.0, (steps - stroke.step) * STEP))
        beats = _kept(singer, pitch, at, beats)
        force = 0.5 + 0.32 * stretch.energy + (0.05 if strong else 0.0) - (0.08 if beats <= STEP else 0.0)
        tones.append(Tone(at, beats * 0.96, pitch, force))
    return tones


def _folded(place: int, size: int) -> int:
    """Reflect at the ends of the range, so that a contour stays one."""
    if place < 0:
        place = -place
    if place >= size:
        place = 2 * (size - 1) - place
    return max(0, min(size - 1, place))


def _strong(beat: float, form: Form) -> bool:
    place = beat % form.bar_beats
    if form.metre[1] == 8:
        return place % 1.5 < 1e-6
    return place < 1e-6 or (form.metre == (4, 4) and abs(place - 2) < 1e-6)


def _pitch(singer: _Singer, intended: int, beat: float, *, strong: bool, ending: str) -> int:
    key, style = singer.key, singer.style
    chord = singer.span_at(beat).chord
    if ending == "full" and key.tonic in chord.classes:
        return theory.nearest(intended, [key.tonic], low=singer.low, high=singer.high)
    if strong:
        classes: Sequence[int] = chord.classes
    else:
        classes = _passing(chord, key, style.tones)
    return theory.nearest(intended, classes, low=singer.low, high=singer.high)


def _other(singer: _Singer, pitch: int, beat: float, *, up: bool) -> int:
    """A neighbour of a tone that has come twice already."""
    chord = singer.span_at(beat).chord
    classes = chord.classes if _strong(beat, singer.form) else _passing(chord, singer.key, singer.style.tones)
    return theory.nearest(pitch + (2.1 if up else -2.1), set(classes) - {pitch % 12}, low=singer.low, high=singer.high)


@cache
def _passing(chord: theory.Chord, key: Key, tones: str) -> Sequence[int]:
    fitting = theory.chord_scale(key, chord)
    if tones == "blues":
        blue = {(key.tonic + step) % 12 for step in (0, 3, 5, 6, 7, 10)}
        return sorted(blue | set(chord.classes))
    if tones == "pentatonic":
        five = [c for c in key.pentatonic if c in fitting and c not in theory.avoided(chord)]
        return sorted({*five, *chord.classes[:3]})
    return fitting


def _kept(singer: _Singer, pitch: int, beat: float, beats: float) -> float:
    """Let go of a note where the next chord would grind against it."""
    here = singer.span_at(beat)
    if beat + beats <= here.end + 1e-6 or here.stretch < 0:
        return beats
    after = singer.span_at(here.end + 1e-3).chord
    return beats if pitch % 12 in after.classes else max(STEP, here.end - beat)


def _close(singer: _Singer, tones: Sequence[Tone]) -> list[Tone]:
    if singer.form.ring <= 0 or not tones:
        return []
    chord = singer.spans[-1].chord
    near = theory.nearest(tones[-1].pitch, [chord.root], low=singer.low, high=singer.high)
    return [Tone(singer.form.close, singer.form.ring, near, 0.66)]


def _sting(singer: _Singer) -> list[Tone]:
    """A piece too short for a bar: the chord is climbed, and its root stays."""
    close = singer.spans[-1]
    ring = close.beats
    each = 0.5 if ring >= 3 else 0.25
    count = max(0, min(4, int(ring / each / 2)))
    base = theory.nearest(singer.style.lead_centre - 6, [close.chord.root], low=singer.low, high=singer.high)
    climb = [theory.nearest(base + 3.5 * n, close.chord.classes, low=base, high=singer.high) for n in range(count)]
    top = theory.nearest(base + 12, [close.chord.root], low=singer.low, high=singer.high)
    tones = [Tone(close.beat + n * each, each, pitch, 0.6 + 0.04 * n) for n, pitch in enumerate(climb)]
    return [*tones, Tone(close.beat + count * each, ring - count * each, top, 0.78)]
