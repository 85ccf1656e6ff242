"""Which chord sounds when, and how the instruments that play harmony play it. Pure functions; any thread."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import instruments
import stylebook
import theory
from form import Form, Stretch
from rhythm import STEP, Stroke, Tone, fit, steps_of, strokes
from stylebook import Layer, Songbook, Style
from theory import Chord, Key

# Signs: x X the chord (X stronger), s short, d u strummed down and up, 1-6 one voice, b the root below,
# - held, . silent. Several strings are bars to choose from; the first is the usual one.
FIGURES: dict[str, tuple[str, ...]] = {
    "hold": ("x---------------",),
    "swell": ("x---------------",),
    "halves": ("x-------x-------", "x-------x---x---"),
    "push": ("x-----x---x---x-", "x---x---x---x---", "x-----x-----x---"),
    "lazy": ("x-------..s.x---", "x-----s...x-----", "..x-------s.x---"),
    "drive": ("X-x-x-x-X-x-x-x-", "X-x-x-X-x-x-X-x-"),
    "power": ("X-------X-------", "X-----X---------"),
    "ostinato": ("S.s.s.S.s.s.S.s.", "S.s.S.s.S.s.S.s.", "S.ssS.s.S.ssS.s."),
    "comp": ("x-....s.........", "....s.....x-....", "..x-......s.....", "x-....x-........", "......s...x-...."),
    "four": ("s...s...s...s...",),
    "bossa": ("b-.s..s.b..s..s.", "b.s...s.b-.s..s."),
    "stabs": ("...s..s...s..s..", "..s...s...s...ss", "s..s..s......s.."),
    "house": ("s..s..s...s..s..", "..s..s....s..s..", "x--x--x-..x-x---"),
    "sixteenths": ("1213121312131213", "1312131213121312", "1231231231231212"),
    "octaves": ("1.1.1.1.1.1.1.1.",),
    "eighths": ("1-2-3-2-4-2-3-2-", "1-3-2-3-4-3-2-3-", "1-2-3-4-3-2-3-2-"),
    "oom-pah": ("....s.......s...",),
    "compound": ("1-2-3-4-3-2-",),
    "pick": ("b-3-2-4-b-3-2-4-", "b-2-3-4-b-4-3-2-", "b-.32-4-b-.32-4-"),
    "strum": ("d---d-u---u-d-u-", "d-----d-..u-d-u-"),
    "shuffle": ("s...X-s.s...X-s.", "s.s.X-s...s.X-s."),
    "skank": ("..s...s...s...s.",),
    "bubble": ("...s.s.s...s.s.s", "..ss..s...ss..s."),
    "scratch": ("s..ss.s..ss.s.ss", "s.s..s.s.ss..s.s", "..ss.ss...ss.ss."),
    "hits": ("s.....s.........", "s.........s..s..", "......s.....x---"),
    "brass": ("..........s.x---", "............s.s.", "s..s............"),
    "chip": ("1231231231231231", "1321321321321321", "1234123412341234"),
    "chug": ("X-xxX-xxX-xxX-xx", "X-x-xxX-x-xxX-x-", "XxxxX-x-XxxxX-x-"),
    "alberti": ("1-3-2-3-1-3-2-3-", "1-2-3-2-4-2-3-2-", "1-3-4-3-2-3-4-3-"),
    "roll": ("1324132413241324", "3142314231423142", "1.24132413241.24"),
    "boom-chick": ("b---d-u-1---d-u-", "b---d---1---d-u-"),
    "bells": ("3-..2-..1-..2...", "4-..3-1-..2-....", "1-..3-..4-..3-2-"),
    "drops": ("1.......3.....2.", "....2.....4.....", "3...........1..."),
}
_OOM_PAH = {12: "....x-..x-..", 16: "..s...s...s...s.", 20: "....s...s...s...s...", 8: "..s...s."}
_DISTORTED = frozenset({29, 30})
_STRUM = 0.014  # seconds between the strings


@dataclass(frozen=True)
class Span:
    """How long a chord lasts."""

    beat: float
    beats: float
    chord: Chord
    stretch: int  # the section's place in the form; -1 for the close

    @property
    def end(self) -> float:
        """Where the next begins."""
        return self.beat + self.beats


def progress(form: Form, style: Style, key: Key, book: Songbook, rng: random.Random) -> tuple[Span, ...]:
    """Choose a progression for each kind of section, and end on a cadence and the tonic."""
    chosen: dict[str, list[str]] = {}
    spans: list[Span] = []
    for number, stretch in enumerate(form.stretches):
        bars = chosen.setdefault(_source(stretch.kind), _bars(book, stretch.kind, rng))
        for n in range(stretch.bars):
            tokens = bars[n % len(bars)].split()
            last = number == len(form.stretches) - 1 and n == stretch.bars - 1
            if last and form.bars > 1:
                tokens = [_cadence(style, key, bars[0])]
            spans += _spans(tokens, (stretch.bar + n) * form.bar_beats, form, style, key, number)
    tonic = _tonic(style, key, chosen)
    return (*spans, Span(form.close, form.ring, tonic, -1))


def songbook(style: Style, key: Key) -> Songbook:
    """Return the progressions for a key: the style's own, or common ones."""
    if key.minor:
        return style.minor or stylebook.COMMON_MINOR
    return style.major or stylebook.COMMON_MAJOR


def _source(kind: str) -> str:
    return {"intro": "verse", "outro": "verse", "pre-chorus": "bridge", "solo": "chorus"}.get(kind, kind)


def _bars(book: Songbook, kind: str, rng: random.Random) -> list[str]:
    options = {"verse": book.verse, "chorus": book.chorus, "bridge": book.bridge}[_source(kind)]
    return rng.choice(options).split("|")


def _spans(tokens: Sequence[str], beat: float, form: Form, style: Style, key: Key, number: int) -> list[Span]:
    """Divide a bar among its chords, on whole beats."""
    unit = 1.5 if form.metre[1] == 8 and form.metre[0] % 3 == 0 else 1.0
    units = form.bar_beats / unit
    cuts = [round(n * units / len(tokens)) * unit for n in range(len(tokens))] + [form.bar_beats]
    return [
        Span(beat + start, end - start, theory.chord(token, key, style.extension), number)
        for token, start, end in zip(tokens, cuts, cuts[1:], strict=False)
        if end > start
    ]


def _cadence(style: Style, key: Key, first: str) -> str:
    if key.mode == "phrygian":
        return "b2:maj"
    if key.mode in {"dorian", "mixolydian"} and ":" not in first:
        return "b7:maj"
    return "5:7" if style.extension != "triad" or ":7" in first else "5:maj"


def _tonic(style: Style, key: Key, chosen: dict[str, list[str]]) -> Chord:
    first = next((bars[0].split()[0] for bars in chosen.values() if bars[0].startswith("1")), "1")
    return theory.chord(first, key, style.extension)


def play(layer: Layer, spans: Sequence[Span], form: Form, style: Style, rng: random.Random) -> list[Tone]:
    """Play a layer through the piece, where the section has energy enough for it."""
    tones: list[Tone] = []
    before: tuple[int, ...] = ()
    steps = steps_of(form.metre)
    figures: dict[str, tuple[str, ...]] = {}
    for number, stretch in enumerate(form.stretches):
        bars = figures.setdefault(stretch.kind, _figure(layer, steps, rng))
        if not heard(layer, stretch):
            continue
        mine = [s for s in spans if s.stretch == number]
        for span in mine:
            before = _voicing(layer, span.chord, before, style)
            bar = int(span.beat / form.bar_beats + 1e-6) - stretch.bar
            figure = bars[_which(bar, stretch.bars) % len(bars)]
            offset = round((span.beat - (stretch.bar + bar) * form.bar_beats) / STEP)
            part = _cut(figure, offset, round(span.beats / STEP), always=layer.figure in {"hold", "swell"})
            for stroke in strokes(part):
                tones += _struck(stroke, span, before, stretch, layer)
    close = spans[-1]
    if form.ring > 0:
        before = _voicing(layer, close.chord, before, style)
        tones += [Tone(close.beat, close.beats, p, 0.66, _STRUM * 2 * n) for n, p in enumerate(before)]
    return tones


def heard(layer: Layer, stretch: Stretch) -> bool:
    """Whether a layer plays in a section."""
    return stretch.energy >= layer.energy - (0.05 if stretch.nth else 0.0)


def _figure(layer: Layer, steps: int, rng: random.Random) -> tuple[str, ...]:
    if layer.figure == "oom-pah":
        return (_OOM_PAH.get(steps) or fit("....s...s...", steps),)
    options = FIGURES[layer.figure]
    first = rng.choice(options)
    return fit(first, steps), fit(rng.choice(options), steps)


def _which(bar: int, bars: int) -> int:
    """The second pattern stands where phrases end."""
    return 1 if bar % 4 == 3 or (bars <= 2 and bar % 2) else 0


def _cut(figure: str, offset: int, steps: int, *, always: bool) -> str:
    """Return the part of a figure that lies over a chord; a held chord is struck again when it changes."""
    part = fit(figure[offset:] + figure[:offset] if offset < len(figure) else figure, steps)
    if part[0] == "-":
        part = ("x" if always or "x" in figure.lower() else ".") + part[1:]
        if part[0] == ".":
            part = "." * (len(part) - len(part.lstrip(".-"))) + part.lstrip(".-")
    return part


def _voicing(layer: Layer, chord: Chord, before: tuple[int, ...], style: Style) -> tuple[int, ...]:
    tool = instruments.BY_PROGRAM[layer.program]
    if layer.role == "counter" and layer.figure == "hold":
        return _one_voice(chord, before, layer.centre)
    if layer.program in _DISTORTED and layer.role == "chords":  # a distorted third is mud
        root = theory.nearest(layer.centre, [chord.root], low=layer.centre - 6, high=layer.centre + 5)
        return (root, root + 7, root + 12)
    voices = {"pad": 3, "arpeggio": 4, "chords": 4, "counter": 3}[layer.role]
    plain = tuple(theory.voice(chord, before, centre=layer.centre, voices=voices))
    return tuple(p - 12 if p > tool.high else p + 12 if p < tool.low else p for p in plain)


def _one_voice(chord: Chord, before: tuple[int, ...], centre: int) -> tuple[int, ...]:
    """A line of guide tones: thirds and sevenths, moving as little as can be."""
    classes = list(chord.classes[1:4:2]) or list(chord.classes)
    return (theory.nearest(before[0] * 0.7 + centre * 0.3 if before else centre, classes),)


def _struck(stroke: Stroke, span: Span, voicing: Sequence[int], stretch: Stretch, layer: Layer) -> list[Tone]:
    beat = span.beat + stroke.step * STEP
    beats = stroke.steps * STEP
    force = 0.42 + 0.36 * stretch.energy + (0.04 if stroke.step == 0 else 0.0)
    sign = stroke.sign
    if sign in "XS":
        force += 0.12
    if sign in "sS":
        beats = min(beats, 0.42 * STEP * 2)
    if sign.isdigit():
        at = int(sign) - 1
        octave, place = divmod(at, len(voicing))
        return [Tone(beat, max(beats, STEP), voicing[place] + 12 * octave, force)]
    if sign == "b":
        low = min(voicing) - 12
        return [
            Tone(
                beat, max(beats, 2 * STEP), theory.nearest(low + 3, [span.chord.root], low=low - 6, high=low + 9), force
            )
        ]
    return _chord(beat, beats, force, sign, voicing, layer)


def _chord(beat: float, beats: float, force: float, sign: str, voicing: Sequence[int], layer: Layer) -> list[Tone]:
    strummed = instruments.BY_PROGRAM[layer.program].family == "guitar" and layer.program not in _DISTORTED
    order = list(reversed(voicing)) if sign == "u" else list(voicing)
    gap = _STRUM if sign in "du" else 0.006 if strummed else 0.0
    softer = 0.22 if layer.program in _DISTORTED else 0.02  # distortion adds the fifth by itself
    return [
        Tone(beat, beats, pitch, force - softer * (n % 2 if softer > 0.1 else n), gap * n)
        for n, pitch in enumerate(order)
    ]
