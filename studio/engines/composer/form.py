"""The form of a piece: how many bars of which sections, fitted to a length, or to the sections of lyrics. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from words import Plan

from studio.engines.shared import song_sections

_KINDS = ("intro", "verse", "pre-chorus", "chorus", "bridge", "solo", "outro")
_ENERGY: dict[str, dict[str, float]] = {
    "song": dict(zip(_KINDS, (0.40, 0.56, 0.68, 0.86, 0.46, 0.78, 0.42), strict=True)),
    "dance": dict(zip(_KINDS, (0.42, 0.64, 0.70, 0.94, 0.30, 0.90, 0.42), strict=True)),
    "theme": dict(zip(_KINDS, (0.50, 0.62, 0.70, 0.82, 0.55, 0.80, 0.55), strict=True)),
    "drift": dict(zip(_KINDS, (0.25, 0.45, 0.50, 0.60, 0.38, 0.50, 0.25), strict=True)),
}
_CYCLES = {
    "song": ("verse", "chorus", "verse", "chorus", "bridge", "chorus"),
    "dance": ("verse", "chorus", "bridge", "chorus"),
    "theme": ("verse", "verse", "chorus", "verse", "bridge", "chorus"),
    "drift": ("verse", "chorus", "verse", "bridge"),
}
_SHORT = {1: ("chorus",), 2: ("verse", "chorus"), 3: ("verse", "pre-chorus", "chorus")}
_TAGS = {
    "verse": "verse", "chorus": "chorus", "hook": "chorus", "drop": "chorus",
    "pre chorus": "pre-chorus", "prechorus": "pre-chorus", "build": "pre-chorus", "bridge": "bridge", "break": "bridge",
    "middle eight": "bridge", "breakdown": "bridge", "intro": "intro", "outro": "outro", "coda": "outro",
    "end": "outro",
    "ending": "outro", "solo": "solo",
    "interlude": "solo", "instrumental": "solo", "post chorus": "chorus",
}  # fmt: skip
_TAG = re.compile(r"\s*[\[(]\s*([^\])]{1,60}?)\s*[\])]\s*:?\s*")
_VOWELS = re.compile(  # of the Latin, Greek and Cyrillic scripts, with their marks
    r"[aeiouy\u00e0-\u00e6\u00e8-\u00ef\u00f2-\u00f6\u00f8-\u00fd\u00ff\u0153"
    r"\u03b1\u03b5\u03b7\u03b9\u03bf\u03c5\u03c9\u03ac-\u03af\u03cc-\u03ce"
    r"\u0430\u0435\u0438\u043e\u0443\u044b\u044d\u044e\u044f\u0451]+",
    re.I,
)
_MOST_LINES = 20_000
_RING = 0.8  # bars that the last chord gets at least


@dataclass(frozen=True)
class Verse:
    """A section of lyrics: its kind, and the syllables of its lines."""

    kind: str
    lines: tuple[int, ...] = ()


@dataclass(frozen=True)
class Stretch:
    """A section of the piece."""

    kind: str
    bar: int  # its first
    bars: int
    energy: float
    nth: int = 0  # how often its kind has come before
    lines: tuple[int, ...] = ()


@dataclass(frozen=True)
class Form:
    """The piece in bars. After the last bar the closing chord rings until `seconds`."""

    bpm: float
    metre: tuple[int, int]
    bars: int
    seconds: float
    stretches: tuple[Stretch, ...]
    left_out: int = 0  # lines of the lyrics that found no room

    @property
    def bar_beats(self) -> float:
        """Quarter notes in a bar."""
        return self.metre[0] * 4 / self.metre[1]

    @property
    def close(self) -> float:
        """The beat on which the last chord falls."""
        return self.bars * self.bar_beats

    @property
    def ring(self) -> float:
        """How long the last chord may sound, in beats."""
        return self.seconds * self.bpm / 60 - self.close

    def at(self, beat: float) -> float:
        """Return a beat's time in seconds."""
        return beat * 60 / self.bpm


def read_lyrics(text: str) -> tuple[tuple[Verse, ...], tuple[str, ...]]:
    """Read lyrics with structure tags; return the sections, and the tags that are not known (taken as verses).

    Without tags, stanzas are verses, and one that comes again is the chorus.
    """
    found: list[Verse] = []
    unknown: list[str] = []
    kind, lines, tagged = "", list[int](), False
    for line in [*text.splitlines()[:_MOST_LINES], ""]:
        tag = _TAG.fullmatch(line)
        if tag and (line.lstrip().startswith("[") or _kind_of(tag.group(1))):
            if lines or (kind and tagged):
                found.append(Verse(kind or "verse", tuple(lines)))
            kind, lines, tagged = _kind_of(tag.group(1)), [], True
            if not kind:
                unknown.append(tag.group(1))
                kind = "verse"
        elif line.strip():
            lines.append(syllables(line))
        elif lines and not tagged:
            found.append(Verse("", tuple(lines)))
            lines = []
    if lines or (kind and tagged):
        found.append(Verse(kind or "verse", tuple(lines)))
    return _named(found), tuple(dict.fromkeys(unknown))


def _kind_of(tag: str) -> str:
    plain = " ".join(re.sub(r"[^a-z]+", " ", song_sections.in_english(tag).lower().split(":")[0]).split())
    return _TAGS.get(plain, "") or next((kind for word, kind in _TAGS.items() if plain.startswith(word + " ")), "")


def _named(verses: Sequence[Verse]) -> tuple[Verse, ...]:
    counts = Counter(v.lines for v in verses if not v.kind)
    return tuple(
        v if v.kind else replace(v, kind="chorus" if counts[v.lines] > 1 and len(counts) > 1 else "verse")
        for v in verses
    )


def syllables(line: str) -> int:
    """Count a line's syllables, roughly: groups of vowels; where a script has none, two signs to a word's part."""
    total = 0
    for word in line.split():
        letters = [c for c in word if c.isalpha()]
        if not letters:
            continue
        groups = len(_VOWELS.findall(word))
        if word.lower().rstrip(".,;:!?'\")").endswith("e") and groups > 1 and not word.lower().endswith("le"):
            groups -= 1
        total += groups or max(1, len(letters) // 2)
    return max(1, min(64, total))


def lay_out(plan: Plan, seconds: float, verses: Sequence[Verse], *, intensity: float) -> Form:
    """Fit sections to a length."""
    metre = plan.style.metre
    bpm, bars = _tempo(plan, seconds, metre[0] * 4 / metre[1])
    stretches, left_out = _from_lyrics(verses, bars, plan) if verses else (_from_habit(bars, plan), 0)
    levels = _ENERGY[plan.style.form]
    offset = plan.energy + 0.7 * (intensity - 0.5)
    placed: list[Stretch] = []
    seen: Counter[str] = Counter()
    bar = 0
    for stretch in stretches:
        ramp = 0.05 * min(2, seen[stretch.kind]) if stretch.kind in {"verse", "chorus"} else 0.0
        energy = max(0.08, min(1.0, levels[stretch.kind] + offset + ramp))
        placed.append(replace(stretch, bar=bar, energy=energy, nth=seen[stretch.kind]))
        seen[stretch.kind] += 1
        bar += stretch.bars
    return Form(bpm, metre, bars, seconds, tuple(placed), left_out)


def _tempo(plan: Plan, seconds: float, bar_beats: float) -> tuple[float, int]:
    """Choose the number of bars; a tempo that nobody asked for bends a little, so that phrases come out whole."""

    def bars_at(bpm: float) -> float:
        return seconds * bpm / 60 / bar_beats

    if not plan.fixed:
        low, high = max(plan.slowest, plan.bpm * 0.95), min(plan.fastest, plan.bpm * 1.05)
        options = [
            ((total - 1) % 4 != 0, (total - 1) % 2 != 0, abs(bpm - plan.bpm), bpm, total - 1)
            for total in range(max(2, int(bars_at(low))), int(bars_at(high)) + 2)
            if low <= (bpm := total * 60 * bar_beats / seconds) <= high
        ]
        if options:
            *_, bpm, bars = min(options)
            return bpm, bars
    return plan.bpm, max(0, int(bars_at(plan.bpm) - _RING))


def _from_habit(bars: int, plan: Plan) -> list[Stretch]:
    """The form that the style is used to."""
    if bars <= 0:
        return []
    block = plan.style.block
    intro = 4 if bars >= 28 else 2 if bars >= 14 else 0
    outro = 4 if bars >= 44 else 2 if bars >= 18 else 0
    body = bars - intro - outro
    while block > 4 and body < 2 * block:
        block = 4 if block != 12 or body < 12 else 12
        if block == 12:
            break
    count = max(1, round(body / block))
    kinds = list(_SHORT.get(count, ())) or _cycled(_CYCLES[plan.style.form], count)
    sizes = _shares(body, count, block)
    made = [_blank(kind, size) for kind, size in zip(kinds, sizes, strict=True)]
    before = [_blank("intro", intro)] if intro else []
    after = [_blank("outro", outro)] if outro else []
    return [s for s in (*before, *made, *after) if s.bars > 0]


def _cycled(cycle: Sequence[str], count: int) -> list[str]:
    kinds = [cycle[n % len(cycle)] for n in range(count)]
    kinds[-1] = "chorus"
    if count > 2 and kinds[-2] == "chorus":
        kinds[-2] = "bridge"
    return kinds


def _shares(bars: int, count: int, block: int) -> list[int]:
    """Give each section its block; what is over goes in twos and fours to the last ones."""
    sizes = [block] * count
    over = bars - block * count
    at = count - 1
    while over != 0:
        change = max(-sizes[at] + 1, min(4, over)) if over > 0 else max(over, -4, 1 - sizes[at])
        if change == 0:
            at -= 1
            continue
        sizes[at] += change
        over -= change
        at = at - 1 if at > 0 else count - 1
    return sizes


def _blank(kind: str, bars: int, lines: tuple[int, ...] = ()) -> Stretch:
    return Stretch(kind, 0, bars, 0.5, 0, lines)


def _from_lyrics(verses: Sequence[Verse], bars: int, plan: Plan) -> tuple[list[Stretch], int]:
    """Follow the lyrics; they begin again while there is room, and end early when there is none."""
    for per_line in (2, 1):
        wished = [_wish(v, per_line) for v in verses]
        if sum(s.bars for s in wished) <= bars:
            break
    made: list[Stretch] = []
    room = bars
    intro = 4 if bars >= 28 else 2 if bars >= 14 else 0
    if intro and wished[0].kind != "intro" and sum(s.bars for s in wished) + intro <= bars:
        made.append(_blank("intro", intro))
        room -= intro
    sung, first_round = 0, True
    while room > 0:
        for stretch in wished:
            size = min(stretch.bars, room)
            if size <= 0:
                break
            kept = stretch.lines[: max(1, size * len(stretch.lines) // stretch.bars)]
            made.append(replace(stretch, bars=size, lines=kept))
            sung += len(kept) if first_round else 0
            room -= size
        first_round = False
    del plan
    return _joined(made), sum(len(v.lines) for v in verses) - sung


def _wish(verse: Verse, per_line: int) -> Stretch:
    usual = {"intro": 4, "outro": 4, "solo": 8, "bridge": 4}.get(verse.kind, 4)
    size = len(verse.lines) * per_line
    if not verse.lines:
        size = usual
    elif size % 2 and size > 1:
        size += 1
    return _blank(verse.kind, max(size, 2), verse.lines)


def _joined(stretches: Iterable[Stretch]) -> list[Stretch]:
    """A rest of a bar is no section: it prolongs the one before."""
    made: list[Stretch] = []
    for stretch in stretches:
        if made and stretch.bars == 1 and not stretch.lines:
            made[-1] = replace(made[-1], bars=made[-1].bars + 1)
        else:
            made.append(stretch)
    return made
