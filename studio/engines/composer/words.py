"""From the words of a style to a plan: style, tempo, key, metre, moods, instruments; and which words said nothing."""

from __future__ import annotations

import difflib
import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field

import arranging
import instruments
import moods
import stylebook
import theory
from instruments import Instrument
from moods import Mood
from stylebook import Style
from theory import Key

SLOWEST, FASTEST = 40.0, 240.0
METRES = {(2, 4), (3, 4), (4, 4), (5, 4), (6, 8), (7, 8), (9, 8), (12, 8)}


@dataclass(frozen=True)
class Plan:
    """What is to be composed, before a note is chosen."""

    style: Style
    key: Key
    bpm: float
    fixed: bool  # the tempo was asked for, and is not bent to fit the length
    slowest: float = SLOWEST  # how far it may bend
    fastest: float = FASTEST
    energy: float = 0.0
    said: tuple[str, ...] = ()  # what was understood
    unknown: tuple[str, ...] = ()
    advice: tuple[str, ...] = ()


_BPM = re.compile(r"(\d{1,3}(?:\.\d+)?)\s*(?:-\s*)?(?:bpm|beats per minute)", re.I)
_KEY = re.compile(
    r"(?:\b(?:in|key of|key:?)\s+)([a-g](?:\s*(?:#|♯|♭|b\b|sharp\b|flat\b))?(?:\s*(?:major|minor|dorian|phrygian|lydian"
    r"|mixolydian|harmonic minor|m\b|maj\b|min\b))?)(?![\w#])"
    r"|\b([a-g](?:#|♯|♭|b|\s+sharp|\s+flat)?\s*(?:major|minor|dorian|phrygian|lydian|mixolydian|harmonic minor))\b",
    re.I,
)
_METRE = re.compile(r"\b(\d{1,2})\s*/\s*(\d{1,2})\b")
_WITHOUT = re.compile(
    r"\b(?:no|without|minus)\s+(?:any\s+)?(drums?|percussion|beat|bass|melody|lead|vocals?|singing)\b", re.I
)
_ALONE = re.compile(r"\b(?:solo\s+([a-z ]+?)|([a-z]+(?: [a-z]+)?)\s+(?:solo|only|alone))(?=\s*(?:[,;.]|$))", re.I)


@dataclass
class _Reading:
    """What has been found so far; used inside `understand` only."""

    styles: list[Style] = field(default_factory=list[Style])
    moods: list[Mood] = field(default_factory=list[Mood])
    tools: list[Instrument] = field(default_factory=list[Instrument])
    modes: list[str] = field(default_factory=list[str])
    factor: float = 1.0
    bpm: float = 0.0
    key: Key | None = None
    metre: tuple[int, int] | None = None
    without: set[str] = field(default_factory=set[str])
    alone: Instrument | None = None
    said: list[str] = field(default_factory=list[str])
    unknown: list[str] = field(default_factory=list[str])
    advice: list[str] = field(default_factory=list[str])


def understand(text: str, *, bpm: float, key: Key | None, rng: random.Random) -> Plan:
    """Make a plan from the words of a style; `bpm` (0: free) and `key` come before what the words say."""
    found = _read(text)
    base = found.styles[0] if found.styles else _without_style(found)
    style = arranging.with_rhythm(base, found.styles[1]) if len(found.styles) > 1 else base
    style = arranging.with_moods(style, found.moods)
    for tool in found.tools:
        style = arranging.with_instrument(style, tool)
    if found.alone:
        style = arranging.alone(style, found.alone)
    style = arranging.without(style, found.without)
    if found.metre and found.metre != style.metre:
        style = arranging.with_metre(style, found.metre)
    low, high = style.bpm
    factor = found.factor
    for mood in found.moods:
        factor *= mood.tempo
    drawn = rng.uniform(low, high) * factor
    modes = found.modes or next((list(m.modes) for m in found.moods if m.modes), list(style.modes))
    tonic = theory.parse_key(rng.choice(style.tonics.split()))
    drawn_key = Key(tonic.tonic, rng.choice(modes), tonic.spelled)
    asked = bpm or found.bpm
    return Plan(
        style=style,
        key=key or found.key or drawn_key,
        bpm=max(SLOWEST, min(FASTEST, asked or drawn)),
        fixed=bool(asked),
        slowest=max(SLOWEST, low * factor),
        fastest=min(FASTEST, high * factor),
        energy=sum(m.energy for m in found.moods),
        said=tuple(dict.fromkeys([style.name, *found.said])),
        unknown=tuple(dict.fromkeys(found.unknown)),
        advice=tuple(found.advice),
    )


def _without_style(found: _Reading) -> Style:
    """A piano without any style plays what is written for it."""
    first = found.alone or (found.tools[0] if found.tools else None)
    return stylebook.BY_NAME["classical piano" if first and first.program == 0 else stylebook.DEFAULT]


def _read(text: str) -> _Reading:
    found = _Reading()
    rest = text.replace("_", " ")
    for pattern, take in _PATTERNS:
        rest = pattern.sub(lambda match, take=take: _taken(found, match, take), rest)
    flat = re.sub(r"[^\w#]+", " ", rest.lower().replace("'n'", " and ").replace("&", " and "))
    words = flat.split()
    at = 0
    while at < len(words):
        for length in (4, 3, 2, 1):
            phrase = " ".join(words[at : at + length])
            if at + length <= len(words) and _phrase(phrase, found):
                at += length
                break
        else:
            _not_known(words[at], found)
            at += 1
    return found


def _taken(found: _Reading, match: re.Match[str], take: Callable[[_Reading, re.Match[str]], bool]) -> str:
    return " " if take(found, match) else match.group(0)


def _take_bpm(found: _Reading, match: re.Match[str]) -> bool:
    value = float(match.group(1))
    found.bpm = max(SLOWEST, min(FASTEST, value))
    if found.bpm != value:
        found.advice.append(f"{value:g} beats a minute are outside {SLOWEST:g}-{FASTEST:g}; taken as {found.bpm:g}.")
    return True


def _take_key(found: _Reading, match: re.Match[str]) -> bool:
    text = match.group(1) or match.group(2)
    if len(text) == 1 and text.islower():  # "in a club"
        return False
    try:
        found.key = theory.parse_key(text)
    except theory.KeyProblem:
        return False
    return True


def _take_metre(found: _Reading, match: re.Match[str]) -> bool:
    metre = (int(match.group(1)), int(match.group(2)))
    if metre in METRES:
        found.metre = metre
    else:
        known = ", ".join(f"{n}/{d}" for n, d in sorted(METRES, key=lambda m: (m[1], m[0])))
        found.advice.append(f"The metre {metre[0]}/{metre[1]} is not among those this composer knows: {known}.")
    return True


def _take_without(found: _Reading, match: re.Match[str]) -> bool:
    word = match.group(1).lower()
    role = {"percussion": "drums", "drum": "drums", "beat": "drums", "melody": "lead"}.get(word, word)
    found.without.add(role)
    if role in {"drums", "bass", "lead"}:
        found.said.append(f"no {role}")
    return True


def _take_alone(found: _Reading, match: re.Match[str]) -> bool:
    words = " ".join((match.group(1) or match.group(2)).lower().split())
    tool = instruments.BY_WORDS.get(words) or instruments.BY_WORDS.get(words.split()[-1])
    if tool is None or tool.family == "bass":
        return False
    found.alone = tool
    found.said.append(f"{tool.name.lower()} alone")
    return words.split()[-1:] == [words] or words in instruments.BY_WORDS


_PATTERNS: tuple[tuple[re.Pattern[str], Callable[[_Reading, re.Match[str]], bool]], ...] = (
    (_BPM, _take_bpm),
    (_KEY, _take_key),
    (_METRE, _take_metre),
    (_WITHOUT, _take_without),
    (_ALONE, _take_alone),
)
_STYLE_WORDS = {word: style for style in stylebook.STYLES for word in (style.name, *style.words)}
_MOOD_WORDS = {word: mood for names, mood in moods.MOODS.items() for word in names}


def _phrase(phrase: str, found: _Reading) -> bool:
    """Take a phrase that means something."""
    if phrase in _STYLE_WORDS:
        style = _STYLE_WORDS[phrase]
        if style not in found.styles:
            found.styles.append(style)
        if phrase != style.name:
            found.said.append(phrase)
    elif phrase in _MOOD_WORDS:
        if _MOOD_WORDS[phrase] not in found.moods:
            found.moods.append(_MOOD_WORDS[phrase])
        found.said.append(phrase)
    elif phrase in instruments.BY_WORDS:
        found.tools.append(instruments.BY_WORDS[phrase])
        found.said.append(phrase)
    else:
        return _small_phrase(phrase, found)
    return True


def _small_phrase(phrase: str, found: _Reading) -> bool:
    if phrase in moods.TEMPO_FACTORS:
        found.factor *= moods.TEMPO_FACTORS[phrase]
        found.said.append(phrase)
    elif phrase in moods.TEMPO_NAMES:
        found.bpm = moods.TEMPO_NAMES[phrase]
        found.said.append(phrase)
    elif phrase in theory.SCALES:
        found.modes.append(phrase)
        found.said.append(phrase)
    else:
        return phrase in moods.FILLERS or phrase in moods.NO_VOICES
    return True


def _not_known(word: str, found: _Reading) -> None:
    """Try the plural and a slip of the pen before giving a word up."""
    if word.endswith("s") and _phrase(word[:-1], found):
        return
    near = difflib.get_close_matches(word, _SINGLE_WORDS, 1, 0.85) if len(word) >= 5 else []
    if near:
        _phrase(near[0], found)
    elif not word.isdigit():
        found.unknown.append(word[:40])


_SINGLE_WORDS = [
    w for w in (*_STYLE_WORDS, *_MOOD_WORDS, *instruments.BY_WORDS, *moods.TEMPO_NAMES, *theory.SCALES) if " " not in w
]
