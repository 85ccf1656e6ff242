"""Dialogue scripts: values, parser, writer, and the way from a script to what an engine speaks. Pure; any thread.

The mark-up: `[S1]` or `[Name]` begins a turn, `(laughs)` is a sound, `[pause 500ms]` and `[pause:1s]` are silence,
`[[respell]]` is spoken as it is written, and a backslash before a bracket, a parenthesis or a backslash stands for that
character itself. No text is an error here: what cannot be understood stays text, and the linter speaks about it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum, auto
from itertools import groupby
from typing import Literal

from studio.domain import sentences

NONVERBALS: tuple[str, ...] = (
    "laughs",
    "clears throat",
    "sighs",
    "gasps",
    "coughs",
    "singing",
    "sings",
    "mumbles",
    "beep",
    "groans",
    "sniffs",
    "claps",
    "screams",
    "inhales",
    "exhales",
    "applause",
    "burps",
    "humming",
    "sneezes",
    "chuckle",
    "whistles",
)
LONGEST_PAUSE_MS = 60_000
LONGEST_NAME = 40


@dataclass(frozen=True, slots=True)
class Text:
    """Words to speak, escapes resolved."""

    text: str


@dataclass(frozen=True, slots=True)
class Tag:
    """`(laughs)`: a sound that is no word. `known` is whether it is one of NONVERBALS."""

    name: str
    column: int
    known: bool


@dataclass(frozen=True, slots=True)
class Pause:
    """`[pause 500ms]`: silence of exactly that length."""

    milliseconds: int
    column: int


@dataclass(frozen=True, slots=True)
class Respell:
    """`[[respell]]`: words spoken as they are written, which no dictionary may change."""

    text: str
    column: int


@dataclass(frozen=True, slots=True)
class Bad:
    """A pause nobody can make, as it stands in the source: `[pause banana]`. It is never spoken."""

    text: str
    column: int


Item = Text | Tag | Pause | Respell | Bad


@dataclass(frozen=True, slots=True)
class Line:
    """A turn, or one source line of it. `number` and `column` count from 1; `raw` is the source as it stood.

    `tagged` is whether the source names the speaker here; a line without a tag goes on with the speaker before it.
    """

    number: int
    column: int
    speaker: str | None
    items: tuple[Item, ...]
    raw: str
    tagged: bool = True


@dataclass(frozen=True, slots=True)
class Script:
    """A whole dialogue in order."""

    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """What an engine speaks in one go: a sentence, in which `(name)` stands only for a sound the engine can make.

    `line` is the source line, `before_ms` the explicit silence before the piece (None: none was asked for), and
    `trailing_ms` the silence after the script's last sentence (0 on all other pieces).
    """

    index: int
    line: int
    speaker: str | None
    text: str
    before_ms: int | None
    trailing_ms: int = 0


@dataclass(frozen=True, slots=True)
class Dropped:
    """Something that will not be heard: a tag's name, or a bad pause as it stands in the source."""

    tag: str
    line: int
    reason: Literal["unsupported", "unlisted", "bad-pause"] = "unsupported"


class Kind(Enum):
    """What a token of a source line is. ODD (closed, but nothing) and OPEN (unclosed) are spoken as text."""

    TEXT = auto()
    SPEAKER = auto()
    TAG = auto()
    PAUSE = auto()
    RESPELL = auto()
    BAD = auto()
    ODD = auto()
    OPEN = auto()


@dataclass(frozen=True, slots=True)
class Token:
    """A stretch of one source line. `start` and `end` count from 0; `value` is the text or name it stands for."""

    kind: Kind
    start: int
    end: int
    value: str
    milliseconds: int = 0


# Never spoken and never seen: controls, surrogates, noncharacters, zero-width and direction marks. The joiners are
# part of the writing between two characters of emoji, Persian or the Indic scripts, and noise anywhere else.
_NEVER = (
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"
    "\ufdd0-\ufdef\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff"
)
_JOINED = rf"[^\x00-\x7f\s\u200c\u200d{_NEVER}]"
IGNORED = re.compile(rf"[{_NEVER}]|(?<!{_JOINED})[\u200c\u200d]|[\u200c\u200d](?!{_JOINED})")

_NAMES = "|".join(name.replace(" ", r"\s{1,8}") for name in NONVERBALS)
_WORD = r"[^\W\d_]{1,20}"
_MARKUP = re.compile(
    r"\\(?P<escaped>[\\\[\]()])"
    r"|\[\[(?P<respell>[^\[\]]*)\]\]"
    r"|(?P<unclosed>\[{2,}[^\[\]]*\]?)"
    r"|\[(?P<bracket>[^\[\]]*)\]"
    r"|(?P<open>\[)"
    rf"|\(\s{{0,8}}(?P<tag>{_WORD}(?:\s{{1,8}}{_WORD})?)\s{{0,8}}\)"
    rf"|(?P<paren>\()(?=\s{{0,8}}(?:{_NAMES})(?:\s|\Z))",
    re.IGNORECASE,
)
_LINE_END = re.compile(r"\r\n|\r|\n")
_NUMBERED = re.compile(r"s[0-9]+", re.IGNORECASE)
_IS_PAUSE = re.compile(r"\s*pause(?![^\W\d_])", re.IGNORECASE)
_PAUSE = re.compile(r"\s*pause(?:\s*:\s*|\s+)([0-9]{1,9}(?:\.[0-9]{1,9})?)\s*(ms|s)\s*", re.IGNORECASE)
_IN_NAMES = " _-.'’\u200c\u200d"
_SPOKEN_AS_TEXT = frozenset({Kind.TEXT, Kind.ODD, Kind.OPEN})


def speakable(text: str) -> bool:
    """Whether there is anything to say: at least one letter or digit of any script."""
    return any(character.isalnum() for character in text)


def source_lines(text: str) -> Iterator[tuple[int, str]]:
    """Each source line with the offset of its first character."""
    start = 0
    for match in _LINE_END.finditer(text):
        yield start, text[start : match.start()]
        start = match.end()
    yield start, text[start:]


def tokens(source: str) -> list[Token]:
    """One source line, cut into what its stretches mean. Positions count ignored characters, too."""
    places = [0]
    clean = source
    if IGNORED.search(source):
        ignored = {place for match in IGNORED.finditer(source) for place in range(match.start(), match.end())}
        places = [place for place in range(len(source)) if place not in ignored]
        clean = "".join(source[place] for place in places)
    found = list(_tokens(clean))
    if clean is source:
        return found
    return [replace(token, start=places[token.start], end=places[token.end - 1] + 1) for token in found]


def parse(text: str) -> Script:
    """The script that a text means. Any text is a script."""
    lines: list[Line] = []
    speaker: str | None = None
    for number, (_, source) in enumerate(source_lines(text), start=1):
        for turn in _turns(tokens(source)):
            tagged = turn[0].kind is Kind.SPEAKER
            speaker = turn[0].value if tagged else speaker
            items = _items(turn[1:] if tagged else turn)
            if not (tagged or items):
                continue
            raw = source[turn[0].start : turn[-1].end]
            column = turn[0].start + len(raw) - len(raw.lstrip()) + 1
            lines.append(Line(number, column, speaker, items, raw.strip(), tagged))
    return Script(tuple(lines))


def write(script: Script) -> str:
    """The script as text, a source line for each line; parsing it gives the same script but for the positions."""
    written: list[str] = []
    current: str | None = None
    for line in script.lines:
        named = line.speaker is not None and (line.tagged or line.speaker != current)
        current = line.speaker
        body = "".join(_written(item) for item in line.items)
        if parts := [part for part in (f"[{line.speaker}]" if named else "", body) if part]:
            written.append(" ".join(parts) + "\n")
    return "".join(written)


def units(script: Script, *, supported: frozenset[str]) -> tuple[tuple[Piece, ...], tuple[Dropped, ...]]:
    """What an engine that can make the `supported` sounds speaks, sentence by sentence, and what is left out.

    Pauses add up and stand before the piece they precede; those after the last sentence are its `trailing_ms`.
    """
    pieces: list[Piece] = []
    dropped: list[Dropped] = []
    silence: int | None = None
    for line in script.lines:
        dropped += _dropped(line, supported)
        for stretch in _stretches(line, supported):
            if isinstance(stretch, int):
                silence = (silence or 0) + stretch
                continue
            for sentence in _spoken_sentences(stretch):
                pieces.append(Piece(len(pieces), line.number, line.speaker, sentence, silence))
                silence = None
    if pieces and silence:
        pieces[-1] = replace(pieces[-1], trailing_ms=silence)
    return tuple(pieces), tuple(dropped)


def _tokens(clean: str) -> Iterator[Token]:
    at = 0
    for match in _MARKUP.finditer(clean):
        if match.start() > at:
            yield Token(Kind.TEXT, at, match.start(), clean[at : match.start()])
        token = _token(match)
        at = token.end
        yield token
    if at < len(clean):
        yield Token(Kind.TEXT, at, len(clean), clean[at:])


def _token(match: re.Match[str]) -> Token:
    start, end, whole = match.start(), match.end(), match.group()
    if (escaped := match["escaped"]) is not None:
        return Token(Kind.TEXT, start, end, escaped)
    if (respelt := match["respell"]) is not None:
        return (
            Token(Kind.RESPELL, start, end, respelt.strip())
            if speakable(respelt)
            else Token(Kind.ODD, start, end, whole)
        )
    if (bracket := match["bracket"]) is not None:
        return _bracket(match, bracket)
    if (tag := match["tag"]) is not None:
        known, name = _sound(tag)
        return Token(Kind.TAG, start, end, name) if known or tag.islower() else Token(Kind.TEXT, start, end, whole)
    return Token(Kind.OPEN, start, end, whole)


def _bracket(match: re.Match[str], inner: str) -> Token:
    start, end, whole = match.start(), match.end(), match.group()
    if _IS_PAUSE.match(inner):
        pause = _PAUSE.fullmatch(inner)
        milliseconds = (
            round(float(pause[1]) * (1000 if pause[2].lower() == "s" else 1)) if pause else LONGEST_PAUSE_MS + 1
        )
        if milliseconds > LONGEST_PAUSE_MS:
            return Token(Kind.BAD, start, end, whole)
        return Token(Kind.PAUSE, start, end, whole, milliseconds)
    name = " ".join(inner.split())
    if len(name) > LONGEST_NAME or not speakable(name) or not _is_name(name):
        return Token(Kind.ODD, start, end, whole)
    colon = match.string.startswith(":", end)
    return Token(Kind.SPEAKER, start, end + colon, name.upper() if _NUMBERED.fullmatch(name) else name)


def _is_name(name: str) -> bool:
    # Vowel signs and joiners of the Indic scripts are part of names, though no letters.
    return all(character in _IN_NAMES or unicodedata.category(character)[0] in "LMN" for character in name)


def _sound(tag: str) -> tuple[bool, str]:
    name = " ".join(tag.split())
    return name.lower() in NONVERBALS, name.lower()


def _turns(line: list[Token]) -> Iterator[list[Token]]:
    turn: list[Token] = []
    for token in line:
        if token.kind is Kind.SPEAKER and turn:
            yield turn
            turn = []
        turn.append(token)
    if turn:
        yield turn


def _items(turn: list[Token]) -> tuple[Item, ...]:
    items: list[Item] = []
    for is_text, group in groupby(turn, key=lambda token: token.kind in _SPOKEN_AS_TEXT):
        if is_text:
            items.append(Text("".join(token.value for token in group)))
        else:
            items += [_item(token) for token in group]
    if items and isinstance(items[0], Text):
        items[0] = Text(items[0].text.lstrip())
    if items and isinstance(items[-1], Text):
        items[-1] = Text(items[-1].text.rstrip())
    return tuple(item for item in items if item != Text(""))


def _item(token: Token) -> Item:
    column = token.start + 1
    match token.kind:
        case Kind.TAG:
            return Tag(token.value, column, known=token.value in NONVERBALS)
        case Kind.PAUSE:
            return Pause(token.milliseconds, column)
        case Kind.RESPELL:
            return Respell(token.value, column)
        case _:
            return Bad(token.value, column)


def _written(item: Item) -> str:
    match item:
        case Tag(name=name):
            return f"({name})"
        case Pause(milliseconds=milliseconds):
            return f"[pause {milliseconds}ms]"
        case Respell(text=text):
            return f"[[{text}]]"
        case Bad(text=text):
            return text
        case Text(text=text):
            return _NEEDS_ESCAPE.sub(r"\\\g<0>", _LINE_END.sub(" ", text))


# A parenthesis needs one only where it would be read as a sound; a backslash only where it would be read as an escape.
_NEEDS_ESCAPE = re.compile(rf"\[|\((?=\s{{0,8}}{_WORD}(?:\s{{1,8}}{_WORD})?\s{{0,8}}\))|\\(?=[\\\[\]()]|\Z)")

# Stand-ins while sentences are found: noncharacters, which the parser never lets through.
_INNER_SPACE, _GAP, _OPEN, _CLOSE = "\ufdd0", "\ufdd1", "\ufdd2", "\ufdd3"
_RESTORED = str.maketrans({_INNER_SPACE: " ", _OPEN: "(", _CLOSE: ")"})
_SOUND = re.compile(f"{_OPEN}[^{_CLOSE}]*{_CLOSE}")
_GAPS = re.compile(rf"[ {_GAP}]++")
# Literal words that an engine would take for mark-up lose their brackets.
_LOOKS_LIKE_MARKUP = re.compile(
    rf"\([(\s]{{0,16}}({_NAMES})[)\s]{{0,16}}\)|\[[\[\s]{{0,16}}(s[0-9]{{1,8}})[\]\s]{{0,16}}\]", re.IGNORECASE
)


def _can_be_made(sound: Tag, supported: frozenset[str]) -> bool:
    return sound.known and sound.name in supported


def _dropped(line: Line, supported: frozenset[str]) -> Iterator[Dropped]:
    for item in line.items:
        if isinstance(item, Bad):
            yield Dropped(item.text, line.number, "bad-pause")
        elif isinstance(item, Tag) and not _can_be_made(item, supported):
            yield Dropped(item.name, line.number, "unsupported" if item.known else "unlisted")


def _stretches(line: Line, supported: frozenset[str]) -> Iterator[str | int]:
    """The line's text between its pauses, with stand-ins for sounds and gaps, and the pauses in milliseconds."""
    for is_pause, group in groupby(line.items, key=lambda item: isinstance(item, Pause)):
        if is_pause:
            yield sum(item.milliseconds for item in group if isinstance(item, Pause))
        else:
            yield _stretch(list(group), supported)


def _stretch(items: list[Item], supported: frozenset[str]) -> str:
    parts: list[str] = []
    for is_text, group in groupby(items, key=lambda item: isinstance(item, Text | Respell)):
        if is_text:
            words = "".join(item.text for item in group if isinstance(item, Text | Respell))
            parts.append(_LOOKS_LIKE_MARKUP.sub(lambda match: match[1] or match[2], words))
            continue
        for item in group:
            parts.append(_stand_in(item) if isinstance(item, Tag) and _can_be_made(item, supported) else _GAP)
    return _GAPS.sub(_closed_gap, " ".join("".join(parts).split()))


def _stand_in(sound: Tag) -> str:
    return _OPEN + sound.name.replace(" ", _INNER_SPACE) + _CLOSE


def _closed_gap(match: re.Match[str]) -> str:
    if _GAP not in match.group():
        return match.group()
    before_mark = match.string.startswith((",", ".", ";", ":", "!", "?", "…"), match.end())
    return "" if before_mark and not match.string.endswith((".", "!", "?", "…"), 0, match.start()) else " "


def _spoken_sentences(stretch: str) -> list[str]:
    spoken: list[str] = []
    for sentence in sentences.split(stretch):
        says_words = speakable(_SOUND.sub("", sentence))
        if says_words or (not spoken and _SOUND.search(sentence)):
            spoken.append(sentence)
        elif _SOUND.search(sentence):
            # A sound after the last full stop belongs to what was said.
            spoken[-1] += f" {sentence}"
    return [sentence.translate(_RESTORED) for sentence in spoken]
