"""Drums: grooves as patterns, fills, crashes. Numbers are those of the General MIDI drum map. Pure; any thread."""

from __future__ import annotations

import random
from dataclasses import dataclass

from form import Form, Stretch
from rhythm import STEP, Tone, fit, steps_of
from stylebook import Style

KICK, RIM, SNARE, CLAP, HAT, PEDAL, OPEN, CRASH, RIDE, BELL = 36, 37, 38, 39, 42, 44, 46, 49, 51, 53
LOW_TOM, MID_TOM, HIGH_TOM, TAMBOURINE, COWBELL, HIGH_CONGA, CONGA, LOW_CONGA = 41, 45, 48, 54, 56, 62, 63, 64
SHAKER, CLAVES, TRIANGLE = 70, 75, 81
_FORCE = {"X": 0.95, "x": 0.78, "o": 0.45, "g": 0.28}


@dataclass(frozen=True)
class Lane:
    """One drum. Signs: X loud, x plain, o soft, g a ghost. Of several patterns the first is the usual one."""

    drum: int
    patterns: tuple[str, ...]
    energy: float = 0.0  # it plays in sections of at least this energy
    until: float = 2.0  # and of less than this


GROOVES: dict[str, tuple[Lane, ...]] = {
    "pop": (
        Lane(KICK, ("X.....x.X.......", "X.....x.x.x.....", "X..x....X.x.....")),
        Lane(RIM, ("....x.......x...",), 0.3, 0.5),
        Lane(SNARE, ("....X.......X...", "....X.......X..g"), 0.5),
        Lane(HAT, ("x.o.x.o.x.o.x.o.", "x.x.x.x.x.x.x.x."), 0.35, 0.8),
        Lane(RIDE, ("x.o.x.o.x.o.x.o.",), 0.95),
        Lane(HAT, ("xoxoxoxoxoxoxoxo", "x.o.x.o.x.o.x.o."), 0.8, 0.95),
        Lane(TAMBOURINE, ("....x.......x...", "..x...x...x...x."), 0.82),
    ),
    "lofi": (
        Lane(KICK, ("X......x..x.....", "X..x......X.....", "X.....x...x..x..")),
        Lane(SNARE, ("....x.......x..g", "....x..g....x...", "....x.......x.g.")),
        Lane(HAT, ("x.o.x.o.x.o.x.o.", "x.o.xoo.x.o.x.oo", "x.o.x.o.x.ogx.o."), 0.3),
        Lane(RIM, ("..........g.....",), 0.7),
    ),
    "rock": (
        Lane(KICK, ("X.......X.x.....", "X.x.....X.......", "X.....x.X.......", "X.x....xX.x.....")),
        Lane(SNARE, ("....X.......X...",)),
        Lane(HAT, ("X.x.X.x.X.x.X.x.",), 0.3, 0.85),
        Lane(CRASH, ("x...x...x...x...", "x.......x......."), 0.97),
        Lane(OPEN, ("x.x.x.x.x.x.x.x.",), 0.85, 0.97),
    ),
    "cinematic": (
        Lane(LOW_TOM, ("X.....x.X.......", "X...........x.x.", "X..x..x.X...x.x."), 0.3),
        Lane(MID_TOM, ("......x.....x.x.", "..x...x...x...x."), 0.6),
        Lane(KICK, ("X...............", "X.......X......."), 0.5),
        Lane(CRASH, ("x...............",), 0.98),
    ),
    "swing": (
        Lane(RIDE, ("X...x.x.X...x.x.", "X...X.x.X...x...", "X...x.x.X...x.xo")),
        Lane(PEDAL, ("....x.......x...",)),
        Lane(KICK, ("o.......o.......", "o...o...o...o...", "............o...")),
        Lane(SNARE, ("......g.......g.", "..............o.", "....g.........g."), 0.5),
    ),
    "bossa": (
        Lane(KICK, ("x.....ox......o.", "x.....x.x.....x.")),
        Lane(RIM, ("x..x..x...x..x..", "..x..x..x..x..x.")),
        Lane(HAT, ("ogogogogogogogog", "o.o.o.o.o.o.o.o.")),
        Lane(SHAKER, ("o.x.o.x.o.x.o.x.",), 0.7),
    ),
    "techno": (
        Lane(KICK, ("X...X...X...X...",), 0.35),
        Lane(OPEN, ("..x...x...x...x.",), 0.5),
        Lane(HAT, ("xoxoxoxoxoxoxoxo", "oooxoooxoooxooox")),
        Lane(CLAP, ("....x.......x...",), 0.6),
        Lane(RIM, ("...x..x...x....x", "..x..x....x..x.."), 0.75),
    ),
    "house": (
        Lane(KICK, ("X...X...X...X...",), 0.35),
        Lane(CLAP, ("....X.......X...",), 0.4),
        Lane(OPEN, ("..x...x...x...x.",), 0.6),
        Lane(HAT, ("o.o.o.o.o.o.o.o.", "oooxoooxoooxooox")),
        Lane(SHAKER, ("oxooxoxooxooxoxo",), 0.8),
        Lane(HIGH_CONGA, ("......x..x....x.", "...x..x......x.."), 0.85),
    ),
    "dnb": (
        Lane(KICK, ("X.........X.....", "X..x......X.....", "X.........X..x.."), 0.35),
        Lane(SNARE, ("....X..g.g..X..g", "....X..g....X.g.", "....X....g..X..g"), 0.35),
        Lane(HAT, ("x.x.x.x.x.x.x.x.", "xoxoxoxoxoxoxoxo")),
        Lane(RIDE, ("x...x...x...x...",), 0.9),
        Lane(OPEN, ("......x.........", "..............x."), 0.7),
    ),
    "waltz": (Lane(TRIANGLE, ("x...........",), 0.6), Lane(LOW_TOM, ("o...........",), 0.7)),
    "shaker": (
        Lane(SHAKER, ("x.o.x.o.x.o.x.o.", "xoxoxoxoxoxoxoxo"), 0.4),
        Lane(KICK, ("x.......x.......", "x.......x.....o."), 0.5),
        Lane(TAMBOURINE, ("....o.......o...", "....x.......x..."), 0.65),
    ),
    "shuffle": (
        Lane(KICK, ("X.......X.......", "X.....x.X.......", "X.......X.....x.")),
        Lane(SNARE, ("....X.......X...", "....X.......X.g.")),
        Lane(HAT, ("X.o.X.o.X.o.X.o.",), 0.0, 0.75),
        Lane(RIDE, ("X.o.X.o.X.o.X.o.",), 0.75),
    ),
    "one drop": (
        Lane(KICK, ("....X.......X...", "....X.......X.....")),
        Lane(RIM, ("....x.......x...", "....x.......x..x")),
        Lane(HAT, ("x.xox.x.x.xox.x.", "x.x.x.xox.x.x.xo")),
        Lane(OPEN, ("..............o.",), 0.7),
    ),
    "funk": (
        Lane(KICK, ("X..x..x...x..x..", "X.x....x..x.....", "X..x......xx....")),
        Lane(SNARE, ("....X..g.g..X..g", "....X..g....X.g.", "....X.g..g..X..x")),
        Lane(HAT, ("xoxoxoxoxoxoxoxo", "xoxxxoxoxoxxxoxo")),
        Lane(OPEN, ("......x.........", "..............x."), 0.7),
        Lane(COWBELL, ("x...x...x...x...",), 0.9),
        Lane(CONGA, ("..x..x....x..x..",), 0.75),
    ),
    "chip": (
        Lane(KICK, ("X...x...X...x...", "X.....x.X.....x.", "X..x....X..x....")),
        Lane(SNARE, ("....X.......X...", "....X.......X.xx")),
        Lane(HAT, ("x.x.x.x.x.x.x.x.", "xoxoxoxoxoxoxoxo"), 0.4),
    ),
    "metal": (
        Lane(KICK, ("X.xxX.xxX.xxX.xx", "XxxxXxxxXxxxXxxx", "X.x.xxX.x.xxX.x."), 0.4),
        Lane(SNARE, ("....X.......X...", "....X.......X...", "..X...X...X...X.")),
        Lane(CRASH, ("x.......x.......", "x...x...x...x..."), 0.85),
        Lane(RIDE, ("x...x...x...x...", "x.x.x.x.x.x.x.x."), 0.5, 0.85),
    ),
    "march": (
        Lane(KICK, ("X.......X.......", "X.......X...x...")),
        Lane(SNARE, ("..o.x.oo..o.x.oo", "x..oo.x.x..oo.x.", "x.ooo.o.x.ooo.oo")),
        Lane(CRASH, ("........x.......", "x..............."), 0.72),
    ),
    "train": (
        Lane(SNARE, ("oogxoogxoogxoogx", "ogxoogxoogxoogxo", "o.gxo.gxo.gxo.gx")),
        Lane(KICK, ("X.......X.......", "X.....x.X.......")),
        Lane(HAT, ("....x.......x...",), 0.6),
    ),
    "trap": (
        Lane(KICK, ("X.........x.....", "X......x..x.....", "X.....x.......x."), 0.35),
        Lane(CLAP, ("........X.......",), 0.35),
        Lane(SNARE, ("........x.......",), 0.6),
        Lane(HAT, ("x.x.x.x.x.x.xxxx", "x.x.xxx.x.x.x.x.", "x.x.x.xxx.x.xox.", "xxx.x.x.xxxxx.x.")),
        Lane(OPEN, ("..............x.", "......x........."), 0.7),
    ),
    "synthwave": (
        Lane(KICK, ("X...X...X...X...", "X.......X.x....."), 0.3),
        Lane(SNARE, ("....X.......X...",), 0.3),
        Lane(HAT, ("o.x.o.x.o.x.o.x.", "oooooooooooooooo"), 0.45),
        Lane(HIGH_TOM, ("..............x.", "............x..."), 0.8),
    ),
    "swing three": (
        Lane(RIDE, ("X...x.x.x...", "X...x.x.x.x.", "X...x...x.x.")),
        Lane(PEDAL, ("....x.......", "....x...x...")),
        Lane(KICK, ("o...........", "o.......o...")),
        Lane(SNARE, ("......g.....", "..........g.", "......g...o."), 0.5),
    ),
    "three": (
        Lane(KICK, ("X...........", "X.......x...")),
        Lane(SNARE, ("....x...x...", "....o...x..."), 0.35),
        Lane(HAT, ("x.o.x.o.x.o.",), 0.45),
    ),
    "six": (
        Lane(KICK, ("X...........", "X.........x.")),
        Lane(SNARE, ("......X.....",), 0.35),
        Lane(HAT, ("X.o.o.x.o.o.",), 0.3),
    ),
    "five": (
        Lane(KICK, ("X.....x.....X.......", "X...........X.....x.")),
        Lane(SNARE, ("....x...........X...", "........x.......X..."), 0.35),
        Lane(HAT, ("x.o.x.o.x.o.x.o.x.o.",), 0.4),
    ),
    "seven": (
        Lane(KICK, ("X.......X.....", "X...x...X.....")),
        Lane(SNARE, ("....X.......x.", "....X......X.."), 0.35),
        Lane(HAT, ("x.o.x.o.x.o.x.",), 0.4),
    ),
    "nine": (
        Lane(KICK, ("X.................",)),
        Lane(SNARE, ("......o.....x.....",), 0.35),
        Lane(HAT, ("X.o.o.x.o.o.x.o.o.",), 0.4),
    ),
    "twelve": (
        Lane(KICK, ("X...........X.......x...",)),
        Lane(SNARE, ("......X...........X.....",), 0.35),
        Lane(HAT, ("X.o.o.x.o.o.X.o.o.x.o.o.",), 0.3),
    ),
    "two": (
        Lane(KICK, ("X.......",)),
        Lane(SNARE, ("....X...",), 0.35),
        Lane(HAT, ("x.o.x.o.",), 0.4),
    ),
}  # fmt: skip
# The last steps of a section, read backwards from its end.
_FILLS: dict[str, tuple[tuple[tuple[int, str], ...], ...]] = {
    "toms": (
        ((SNARE, "x.xx...."), (HIGH_TOM, "....x..."), (MID_TOM, ".....x.."), (LOW_TOM, "......xx")),
        ((SNARE, "x..x...."), (HIGH_TOM, "....xx.."), (LOW_TOM, "......xX")),
        ((SNARE, "x...x.xx"),),
    ),
    "roll": (((SNARE, "oooxxxxX"),), ((CLAP, "....x.xx"), (SNARE, "..o.o.xx")), ((SNARE, "....oxxX"),)),
    "light": (((SNARE, "....o.ox"),), ((RIM, "....x.x."),), ((SNARE, "..g.g.ox"),)),
    "deep": (((LOW_TOM, "x.x.xxxX"), (MID_TOM, ".x.x....")), ((LOW_TOM, "....xxxX"),)),
}
_FILL_OF = {
    "rock": "toms", "pop": "toms", "metal": "toms", "funk": "toms", "synthwave": "toms", "techno": "roll",
    "house": "roll", "dnb": "roll", "trap": "roll", "chip": "roll", "march": "roll", "cinematic": "deep",
    "waltz": "", "shaker": "",
}  # fmt: skip


def play(form: Form, style: Style, rng: random.Random) -> list[Tone]:
    """Play the drums through the piece."""
    if not style.groove:
        return []
    tones: list[Tone] = []
    steps = steps_of(form.metre)
    chosen: dict[tuple[str, int], tuple[str, str]] = {}
    for number, stretch in enumerate(form.stretches):
        rises = number + 1 < len(form.stretches) and form.stretches[number + 1].energy >= stretch.energy - 0.1
        fill = _fill(style, stretch, rng) if stretch.bars >= 2 and (rises or rng.random() < 0.3) else ()
        for at, lane in enumerate(GROOVES[style.groove]):
            pair = chosen.setdefault((stretch.kind, at), (rng.choice(lane.patterns), rng.choice(lane.patterns)))
            if lane.energy <= stretch.energy < lane.until:
                tones += _lane(lane, pair, stretch, form, steps, fills=bool(fill))
        end = (stretch.bar + stretch.bars) * form.bar_beats
        for drum, pattern in fill:
            start = end - len(pattern) * STEP
            tones += [Tone(start + n * STEP, STEP, drum, _FORCE[c]) for n, c in enumerate(pattern) if c in _FORCE]
        if (
            number
            and stretch.energy >= 0.7
            and style.groove not in {"bossa", "swing", "swing three", "shaker", "waltz", "lofi"}
        ):
            tones.append(Tone(stretch.bar * form.bar_beats, 4, CRASH, 0.8))
    return tones + _close(form, style)


def _fill(style: Style, stretch: Stretch, rng: random.Random) -> tuple[tuple[int, str], ...]:
    kind = _FILL_OF.get(style.groove, "light")
    if not kind or stretch.energy < 0.35:
        return ()
    return rng.choice(_FILLS[kind])


def _lane(lane: Lane, pair: tuple[str, str], stretch: Stretch, form: Form, steps: int, *, fills: bool) -> list[Tone]:
    tones: list[Tone] = []
    for n in range(stretch.bars):
        pattern = fit(pair[1 if n % 4 == 3 else 0], steps)
        if fills and n == stretch.bars - 1 and lane.drum not in {KICK, HAT, RIDE, SHAKER}:
            pattern = pattern[: max(0, steps - 8)]
        start = (stretch.bar + n) * form.bar_beats
        for step, sign in enumerate(pattern):
            if sign in _FORCE:
                force = _FORCE[sign] * (0.8 + 0.25 * stretch.energy)
                tones.append(Tone(start + step * STEP, STEP, lane.drum, force))
    return tones


def _close(form: Form, style: Style) -> list[Tone]:
    """The last stroke, with the last chord."""
    if form.ring <= 0 or not form.stretches:
        return []
    if style.groove in {"bossa", "swing", "swing three", "shaker", "waltz", "lofi"}:
        return [Tone(form.close, 2, KICK, 0.55)]
    return [Tone(form.close, 2, KICK, 0.85), Tone(form.close, 4, CRASH, 0.7)]
