"""Bass lines. Pure functions; any thread."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import pairwise

import instruments
import theory
from form import Form
from harmony import Span
from rhythm import STEP, Tone, fit, steps_of, strokes
from stylebook import Style
from theory import Chord, Key

# Signs: r root, o the octave above, 5 fifth, 3 third, 7 seventh or sixth, a a step to the next root, - held, . silent.
LINES: dict[str, tuple[str, ...]] = {
    "pop": ("r-----r-r---r-5-", "r-----r-....r-a-", "r---r---r---r-a-"),
    "lofi": ("r---..r-5-....a-", "r-----..r-..5-a-", "r---....r-5---a-"),
    "drive": ("r-r-r-r-r-r-r-r-", "r-r-r-r-r-r-r-a-"),
    "hold": ("r---------------",),
    "first": ("r-------",),
    "bossa": ("r-----5-5-----r-", "r-----5-5-----a-"),
    "pulse": ("..rr..rr..rr..rr", "..ro..rr..ro..rr", "r.rr.rr.r.rr.rr."),
    "offbeat": ("..r-..r-..r-..o-", "r.o-r.o-r.o-r.o-", "r..r..r-..o-r-a-"),
    "reese": ("r---------r-----", "r-----r---------", "r---------5-r---"),
    "one": ("r-------",),
    "two": ("r---....5---....", "r---....5---a---"),
    "reggae": ("r-..r-3-5-....r-", "..r-r-..3-5-r-..", "r-..5-r-..3-r-5-"),
    "funk": ("r.rr..o.r..r.7a.", "r..r.7o...r.r.a.", "r-.o.r..r.7.o.a."),
    "octaves": ("r-o-r-o-r-o-r-o-", "r-o-r-o-5-o-r-a-"),
    "chug": ("r-rrr-rrr-rrr-rr", "r-r-rrr-r-rrr-r-"),
    "808": ("r---------r-..r-", "r-----r-......r-", "r-----------r-o-"),
    "walk": (),
}


def play(spans: Sequence[Span], form: Form, style: Style, key: Key, rng: random.Random) -> list[Tone]:
    """Play the bass through the piece; it is silent in sections of little energy, unless it is all that holds."""
    if not style.line:
        return []
    tool = instruments.BY_PROGRAM[style.bass]
    low = max(tool.low, 28)
    walked = style.walks
    tones = _walk(spans[:-1], form, key, low, rng) if walked else _by_pattern(spans, form, style, key, low, rng)
    close = spans[-1]
    if form.ring > 0:
        tones.append(Tone(close.beat, close.beats, _root(close.chord, low), 0.75))
    return tones


def _root(chord: Chord, low: int) -> int:
    return theory.nearest(low + 8, [chord.root], low=low, high=low + 13)


def _by_pattern(spans: Sequence[Span], form: Form, style: Style, key: Key, low: int, rng: random.Random) -> list[Tone]:
    tones: list[Tone] = []
    steps = steps_of(form.metre)
    chosen: dict[str, tuple[str, str]] = {}
    for here, after in pairwise(spans):
        stretch = form.stretches[here.stretch]
        options = LINES[style.line]
        pair = chosen.setdefault(stretch.kind, (rng.choice(options), rng.choice(options)))
        if stretch.energy < 0.34 and style.line != "hold":
            continue
        bar = int(here.beat / form.bar_beats + 1e-6)
        pattern = fit(pair[1 if (bar - stretch.bar) % 4 == 3 else 0], steps)
        offset = round((here.beat - bar * form.bar_beats) / STEP)
        part = pattern[offset : offset + round(here.beats / STEP)]
        if part[0] not in "ro":  # a new chord wants its root
            part = "r" + part[1:] if offset else part
        for stroke in strokes(part):
            pitch = _pitch(stroke.sign, here.chord, after.chord, key, low)
            force = 0.6 + 0.25 * stretch.energy + (0.06 if stroke.step == 0 else -0.03)
            tones.append(Tone(here.beat + stroke.step * STEP, stroke.steps * STEP * 0.95, pitch, force))
    return tones


def _pitch(sign: str, chord: Chord, after: Chord, key: Key, low: int) -> int:
    root = _root(chord, low)
    if sign == "o":
        return root + 12
    if sign == "5":
        fifth = (
            (chord.root + (chord.steps[2] if len(chord.steps) > 2 else 7)) % 12
            if 7 not in chord.steps
            else (chord.root + 7) % 12
        )
        return theory.nearest(root, [fifth], low=low, high=root + 8)
    if sign == "3":
        return theory.nearest(root + 4, [chord.classes[min(1, len(chord.classes) - 1)]], low=low, high=root + 12)
    if sign == "7":
        return root + (10 if 10 in chord.steps or 3 in chord.steps else 9)
    if sign == "a":
        return _approach(root, _root(after, low), chord, key)
    return root


def _approach(here: int, goal: int, chord: Chord, key: Key) -> int:
    """Step to the next root from where one is, by the scale; the same root again is left by its fifth."""
    if goal == here:
        return here + 7 if 7 in chord.steps else here
    scale = theory.chord_scale(key, chord)
    side = -1 if goal > here else 1
    return theory.nearest(goal + side * 1.6, scale, low=min(here, goal) - 3, high=max(here, goal) + 3)


def _walk(spans: Sequence[Span], form: Form, key: Key, low: int, rng: random.Random) -> list[Tone]:
    """A note a beat: the root, tones of the chord and the scale towards the next root, a semitone before it."""
    tones: list[Tone] = []
    goals = [_root(s.chord, low) for s in spans]
    for number, span in enumerate(spans):
        stretch = form.stretches[span.stretch]
        goal = goals[number + 1] if number + 1 < len(goals) else goals[0]
        count = max(1, round(span.beats))
        at = goals[number]
        line = [at]
        for n in range(1, count):
            left = count - n
            if left == 1:
                line.append(
                    goal + (rng.choice((-1, 1)) if goal != at else rng.choice((-1, 7 if goal + 7 < low + 24 else -5)))
                )
                continue
            wanted = at + (goal - at) * n / count + rng.choice((3, 4, 5, -3))
            classes = span.chord.classes if n % 2 == 0 else theory.chord_scale(key, span.chord)
            line.append(_other(wanted, classes, line[-1], low))
        for n, pitch in enumerate(line):
            force = 0.62 + 0.2 * stretch.energy + (0.05 if n % 2 == 0 else 0.0)
            tones.append(Tone(span.beat + n, 0.9, max(low, pitch), force))
            if rng.random() < 0.08 * stretch.energy and n + 1 < count:  # a skip
                tones.append(Tone(span.beat + n + 0.5, 0.3, max(low, pitch), force - 0.15))
    return tones


def _other(wanted: float, classes: Sequence[int], last: int, low: int) -> int:
    pitch = theory.nearest(wanted, classes, low=low, high=low + 24)
    return pitch if pitch != last else theory.nearest(wanted + 2.5, classes, low=low, high=low + 24)
