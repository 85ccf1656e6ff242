"""Composes a piece: words, lyrics, a length and a seed become a score. Pure; any thread."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import bass
import clarity
import drums
import form as forms
import harmony
import humanise
import instruments
import melody
import stylebook
import theory
import words
from form import Form
from rhythm import Tone
from score import Part, Score, Section
from stylebook import Style
from theory import Key
from words import Plan

_GAINS = {"drums": -2.0, "bass": -3.0, "chords": -6.0, "pad": -9.0, "lead": -3.5, "counter": -9.0, "arpeggio": -9.0}
_TRIES = 12
_PLAIN_FROM = 8  # the try from which plain progressions take the place of the style's
_CLEAR = 0.05  # of correlation, before the next best key
_HEARD_MODES = frozenset({"major", "minor", "harmonic minor"})  # other modes resemble their relatives
_ONE_PLACE = 0.2  # of pan


@dataclass(frozen=True)
class Order:
    """What is asked for."""

    style: str
    seconds: float
    bpm: float = 0.0  # 0: by the style
    key: str = ""
    lyrics: str = ""
    intensity: float = 0.5
    seed: int | str = 0


@dataclass(frozen=True)
class Piece:
    """What was composed, and what there is to say about it."""

    score: Score
    style: Style
    form: Form
    spans: tuple[harmony.Span, ...]
    key: Key
    said: str  # the style, as understood
    notes: tuple[str, ...]


def compose(order: Order) -> Piece:
    """Compose. The same order gives the same piece; raises theory.KeyProblem for a key that is none."""
    asked = theory.parse_key(order.key) if order.key.strip() else None
    plan = words.understand(order.style, bpm=order.bpm, key=asked, rng=_rng(order, "plan"))
    verses, strange = forms.read_lyrics(order.lyrics)
    form = forms.lay_out(plan, order.seconds, verses, intensity=order.intensity)
    spans, parts = _clearest(order, plan, form)
    sections = tuple(
        Section(s.kind, form.at(s.bar * form.bar_beats), form.at((s.bar + s.bars) * form.bar_beats))
        for s in form.stretches
    )
    score = Score(_named(parts), form.bpm, form.metre, plan.key.name, order.seconds, sections)
    return Piece(score, plan.style, form, spans, plan.key, ", ".join(plan.said), _notes(plan, form, verses, strange))


def _clearest(order: Order, plan: Plan, form: Form) -> tuple[tuple[harmony.Span, ...], tuple[Part, ...]]:
    """Choose chords and melody until the key is heard as it is named; the best of some tries, if none is clear."""
    best: tuple[float, tuple[harmony.Span, ...], tuple[Part, ...]] | None = None
    for attempt in range(_TRIES):
        turn = replace(order, seed=f"{order.seed}.{attempt}") if attempt else order
        tried, book = plan, harmony.songbook(plan.style, plan.key)
        if attempt >= _PLAIN_FROM:
            tried, book = _plain(plan), stylebook.ANCHORS[plan.key.minor]
        spans = harmony.progress(form, tried.style, plan.key, book, _rng(turn, "harmony"))
        parts = _together(_parts(turn, tried, form, spans))
        clear = clarity.margin(parts, plan.key)
        if best is None or clear > best[0]:
            best = clear, spans, parts
        if clear >= _CLEAR or plan.key.mode not in _HEARD_MODES:
            break
    assert best is not None
    return best[1], best[2]


def _plain(plan: Plan) -> Plan:
    """Leave out what stands on top of triads: sevenths and ninths are other keys' tones."""
    return replace(plan, style=replace(plan.style, extension="triad"))


def _rng(order: Order, purpose: str) -> random.Random:
    """A source of chance for each purpose, so that a change in one part leaves the others alone."""
    return random.Random(f"{order.seed}:{purpose}")


def _parts(order: Order, plan: Plan, form: Form, spans: tuple[harmony.Span, ...]) -> Iterator[Part]:
    style, key = plan.style, plan.key
    played: list[tuple[str, int, float, float, list[Tone]]] = [
        ("bass", style.bass, 0.0, style.bass_gain, bass.play(spans, form, style, key, _rng(order, "bass")))
    ]
    for number, layer in enumerate(style.layers):
        tones = harmony.play(layer, spans, form, style, _rng(order, f"layer {number}"))
        played.append((layer.role, layer.program, layer.pan, layer.gain, tones))
    tones = melody.play(form, spans, style, key, _rng(order, "melody"))
    played.append(("lead", style.lead, 0.05, style.lead_gain, tones))
    beaten = drums.play(form, style, _rng(order, "drums"))
    if beaten:
        notes = humanise.perform(beaten, "drums", form, style, _rng(order, "drummer"))
        yield Part(instruments.KITS[style.kit], "drums", style.kit, True, 0.0, _GAINS["drums"] + style.drum_gain, notes)
    for number, (role, program, pan, gain, tones) in enumerate(played):
        notes = humanise.perform(tones, role, form, style, _rng(order, f"player {number}"))
        if notes:
            tool = instruments.BY_PROGRAM[program]
            yield Part(tool.name, role, program, False, pan, _GAINS[role] + gain + tool.gain, notes)


def _together(parts: Iterable[Part]) -> tuple[Part, ...]:
    """One pianist plays bass, chords and melody: what is struck or plucked in one place is one part."""
    kept: list[Part] = []
    for part in parts:
        alike = [
            n
            for n, other in enumerate(kept)
            if not part.drum
            and not other.drum
            and other.program == part.program
            and abs(other.pan - part.pan) <= _ONE_PLACE
        ]
        if alike and not instruments.BY_PROGRAM[part.program].sustains:
            kept[alike[0]] = _merged(kept[alike[0]], part)
        else:
            kept.append(part)
    return tuple(kept)


def _merged(first: Part, second: Part) -> Part:
    """The louder of both gives the level; the other's strokes become softer by as much."""
    loud, soft = (first, second) if first.gain >= second.gain else (second, first)
    factor = 10 ** ((soft.gain - loud.gain) / 40)  # a stroke's sound grows with the square of its velocity
    softer = [replace(n, velocity=max(1, round(n.velocity * factor))) for n in soft.notes]
    return replace(loud, role="chords", notes=humanise.untangled([*loud.notes, *softer]))


def _named(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """Give a second part of the same instrument a name of its own."""
    seen: dict[str, int] = {}
    named: list[Part] = []
    for part in parts:
        seen[part.name] = seen.get(part.name, 0) + 1
        named.append(part if seen[part.name] == 1 else replace(part, name=f"{part.name} {seen[part.name]}"))
    return tuple(named)


def _notes(plan: Plan, form: Form, verses: tuple[forms.Verse, ...], strange: tuple[str, ...]) -> tuple[str, ...]:
    said = list(plan.advice)
    if plan.unknown:
        shown = ", ".join(repr(w) for w in plan.unknown[:8]) + (" …" if len(plan.unknown) > 8 else "")
        said.append(f"The sketch composer does not know {shown}; it goes by the other words.")
    if verses:
        said.append("The sketch composer has no voice: an instrument plays the melody of the lyrics' lines.")
    if strange:
        shown = ", ".join(f"[{t[:30]}]" for t in strange[:6])
        said.append(f"Tags it does not know are taken as verses: {shown}.")
    if form.left_out > 0:
        said.append(f"The lyrics are longer than the piece: {form.left_out:,} lines found no room.")
    return tuple(said)
