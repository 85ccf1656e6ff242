"""Dialogue scripts: values, parser, writer, and the way from a script to what an engine speaks. Pure; any thread.

The mark-up: `[S1]` or `[Name]` begins a turn, `(laughs)` is a sound, `[pause 500ms]` and `[pause:1s]` are silence, and
a source line `# Title` begins a section, which is not spoken. A backslash before a bracket, a parenthesis, a backslash
or the sign of a section stands for that character itself. No text is an error here: what cannot be understood stays
text, and the linter speaks about it.

`[[respell]]` stands in the place of a word: an engine gets what is inside, without the brackets, and `Piece.kept` says
where it is, so that neither a pronunciation dictionary nor the reading of numbers and abbreviations changes it.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum, auto
from functools import lru_cache
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
_LINES_KEPT = 4096  # source lines whose meaning is remembered: with each word written, a script is read again
_LONGEST_KEPT = 2_000  # characters of such a line


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
class Section:
    """`# Title`: a section begins before the line at this place in `Script.lines`. `number` is its source line."""

    number: int
    title: str
    at: int


@dataclass(frozen=True, slots=True)
class Script:
    """A whole dialogue in order, and its sections in order."""

    lines: tuple[Line, ...]
    sections: tuple[Section, ...] = ()


@dataclass(frozen=True, slots=True)
class Piece:
    """What an engine speaks in one go: a sentence, in which `(name)` stands only for a sound the engine can make.

    `line` is the source line, `before_ms` the explicit silence before the piece (None: none was asked for), and
    `trailing_ms` the silence after the script's last sentence (0 on all other pieces). `kept` are the stretches of the
    text, from and to, that are spoken as they are written: respelt words and sounds.
    """

    index: int
    line: int
    speaker: str | None
    text: str
    before_ms: int | None
    trailing_ms: int = 0
    kept: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Dropped:
    """Something that will not be heard: a tag's name, or a bad pause as it stands in the source."""

    tag: str
    line: int
    reason: Literal["unsupported", "unlisted", "bad-pause"] = "unsupported"


class Kind(Enum):
    """What a token of a source line is. ODD (closed, but nothing) and OPEN (unclosed) are spoken as text."""

    TEXT = auto()
    SECTION = auto()
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
    r"\\(?P<escaped>[\\\[\]()#])"
    r"|\[\[(?P<respell>[^\[\]]*)\]\]"
    r"|(?P<unclosed>\[{2,}[^\[\]]*\]?)"
    r"|\[(?P<bracket>[^\[\]]*)\]"
    r"|(?P<open>\[)"
    rf"|\(\s{{0,8}}(?P<tag>{_WORD}(?:\s{{1,8}}{_WORD})?)\s{{0,8}}\)"
    rf"|(?P<paren>\()(?=\s{{0,8}}(?:{_NAMES})(?:\s|\Z))",
    re.IGNORECASE,
)
_LINE_END = re.compile(r"\r\n|\r|\n")
_SECTION = re.compile(r"\s*#{1,6}\s+(?P<title>\S.*?)\s*", re.DOTALL)
_NUMBERED = re.compile(r"s[0-9]+", re.IGNORECASE)
_IS_PAUSE = re.compile(r"\s*pause(?![^\W\d_])", re.IGNORECASE)
_PAUSE = re.compile(r"\s*pause(?:\s*:\s*|\s+)([0-9]{1,9}(?:\.[0-9]{1,9})?)\s*(ms|s)\s*", re.IGNORECASE)
_IN_NAMES = " _-.'’\u200c\u200d"
_SPOKEN_AS_TEXT = frozenset({Kind.TEXT, Kind.ODD, Kind.OPEN})


def speakable(text: str) -> bool:
    """Whether there is anything to say: at least one letter or digit of any script."""
    return any(character.isalnum() for character in text)


def speaker_name(text: str) -> str | None:
    """The name nearest to a text that a tag can hold, None when there is none: `[speaker_name(text)]` is a tag."""
    signs = (sign if _is_name(sign) and not IGNORED.fullmatch(sign) else " " for sign in text)
    name = " ".join("".join(signs).split())[:LONGEST_NAME].rstrip()
    if _IS_PAUSE.match(name):
        name = f"Voice {name}"[:LONGEST_NAME].rstrip()
    if not speakable(name):
        return None
    return name.upper() if _NUMBERED.fullmatch(name) else name


def source_lines(text: str) -> Iterator[tuple[int, str]]:
    """Each source line with the offset of its first character."""
    start = 0
    for match in _LINE_END.finditer(text):
        yield start, text[start : match.start()]
        start = match.end()
    yield start, text[start:]


def is_section(source: str) -> bool:
    """Whether a source line begins a section."""
    return "#" in source and _SECTION.fullmatch(IGNORED.sub("", source)) is not None


def tokens(source: str) -> list[Token]:
    """One source line, cut into what its stretches mean. Positions count ignored characters, too."""
    return list(_tokens_kept(source) if len(source) <= _LONGEST_KEPT else _tokens_of(source))


def _tokens_of(source: str) -> tuple[Token, ...]:
    places = [0]
    clean = source
    if IGNORED.search(source):
        ignored = {place for match in IGNORED.finditer(source) for place in range(match.start(), match.end())}
        places = [place for place in range(len(source)) if place not in ignored]
        clean = "".join(source[place] for place in places)
    found = tuple(_tokens(clean))
    if clean is source:
        return found
    return tuple(replace(token, start=places[token.start], end=places[token.end - 1] + 1) for token in found)


def parse(text: str) -> Script:
    """The script that a text means. Any text is a script."""
    lines: list[Line] = []
    sections: list[Section] = []
    speaker: str | None = None
    for number, (_, source) in enumerate(source_lines(text), start=1):
        for part in _parts_kept(source) if len(source) <= _LONGEST_KEPT else _parts_of(source):
            if isinstance(part, str):
                sections.append(Section(number, part, len(lines)))
                continue
            speaker = part.speaker if part.tagged else speaker
            lines.append(Line(number, part.column, speaker, part.items, part.raw, part.tagged))
    return Script(tuple(lines), tuple(sections))


def _parts_of(source: str) -> tuple[Line | str, ...]:
    """The turns of one source line, as if it stood alone, or the title of a section."""
    parts: list[Line | str] = []
    for turn in _turns(tokens(source)):
        if turn[0].kind is Kind.SECTION:
            parts.append(turn[0].value)
            continue
        tagged = turn[0].kind is Kind.SPEAKER
        items = _items(turn[1:] if tagged else turn)
        if not (tagged or items):
            continue
        raw = source[turn[0].start : turn[-1].end]
        column = turn[0].start + len(raw) - len(raw.lstrip()) + 1
        parts.append(Line(1, column, turn[0].value if tagged else None, items, raw.strip(), tagged))
    return tuple(parts)


_tokens_kept = lru_cache(maxsize=_LINES_KEPT)(_tokens_of)
_parts_kept = lru_cache(maxsize=_LINES_KEPT)(_parts_of)


def write(script: Script) -> str:
    """The script as text, a source line for each line; parsing it gives the same script but for the positions."""
    written: list[str] = []
    current: str | None = None
    sections = list(reversed(script.sections))
    for place, line in enumerate(script.lines):
        while sections and sections[-1].at <= place:
            written.append(_written_section(sections.pop()))
        named = line.speaker is not None and (line.tagged or line.speaker != current)
        current = line.speaker
        body = "".join(_written(item) for item in line.items)
        if not named and _SECTION.fullmatch(body):
            body = f"\\{body}"
        if parts := [part for part in (f"[{line.speaker}]" if named else "", body) if part]:
            written.append(" ".join(parts) + "\n")
    return "".join((*written, *(_written_section(section) for section in reversed(sections))))


def _written_section(section: Section) -> str:
    return f"# {' '.join(section.title.split())}\n"


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
                made = Piece(len(pieces), line.number, line.speaker, sentence.text, silence, kept=sentence.kept)
                pieces.append(made)
                silence = None
    if pieces and silence:
        pieces[-1] = replace(pieces[-1], trailing_ms=silence)
    return tuple(pieces), tuple(dropped)


def _tokens(clean: str) -> Iterator[Token]:
    if section := _SECTION.fullmatch(clean):
        yield Token(Kind.SECTION, 0, len(clean), " ".join(section["title"].split()))
        return
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
_NEEDS_ESCAPE = re.compile(rf"\[|\((?=\s{{0,8}}{_WORD}(?:\s{{1,8}}{_WORD})?\s{{0,8}}\))|\\(?=[\\\[\]()#]|\Z)")

# Stand-ins while sentences are found: noncharacters, which the parser never lets through.
_INNER_SPACE, _GAP, _OPEN, _CLOSE = "\ufdd0", "\ufdd1", "\ufdd2", "\ufdd3"
_RESPELT, _RESPELT_END = "\ufdd6", "\ufdd7"
_RESTORED = str.maketrans({_INNER_SPACE: " ", _OPEN: "(", _CLOSE: ")"})
_SOUND = re.compile(f"{_OPEN}[^{_CLOSE}]*{_CLOSE}")
_GAPS = re.compile(rf"[ {_GAP}]++")
_RESPELLING = re.compile(f"{_RESPELT}([^{_RESPELT_END}]*){_RESPELT_END}")
# Literal words that an engine would take for mark-up lose their brackets.
_BOTH = f"{_RESPELT}{_RESPELT_END}"
_LOOKS_LIKE_MARKUP = re.compile(
    rf"\([(\s{_BOTH}]{{0,16}}({_NAMES})[)\s{_BOTH}]{{0,16}}\)|\[[\[\s{_BOTH}]{{0,16}}(s[0-9]{{1,8}})[\]\s{_BOTH}]{{0,16}}\]",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Text with the places in it that are spoken as they are written."""

    text: str
    kept: tuple[tuple[int, int], ...]


def _can_be_made(sound: Tag, supported: frozenset[str]) -> bool:
    return sound.known and sound.name in supported


def _dropped(line: Line, supported: frozenset[str]) -> Iterator[Dropped]:
    for item in line.items:
        if isinstance(item, Bad):
            yield Dropped(item.text, line.number, "bad-pause")
        elif isinstance(item, Tag) and not _can_be_made(item, supported):
            yield Dropped(item.name, line.number, "unsupported" if item.known else "unlisted")


def _stretches(line: Line, supported: frozenset[str]) -> Iterator[_Stretch | int]:
    """The line's text between its pauses, with stand-ins for sounds and gaps, and the pauses in milliseconds."""
    for is_pause, group in groupby(line.items, key=lambda item: isinstance(item, Pause)):
        if is_pause:
            yield sum(item.milliseconds for item in group if isinstance(item, Pause))
        else:
            yield _stretch(list(group), supported)


def _stretch(items: list[Item], supported: frozenset[str]) -> _Stretch:
    parts: list[str] = []
    for is_text, group in groupby(items, key=lambda item: isinstance(item, Text | Respell)):
        if is_text:
            parts.append(_LOOKS_LIKE_MARKUP.sub(_without_brackets, "".join(_words(item) for item in group)))
            continue
        for item in group:
            parts.append(_stand_in(item) if isinstance(item, Tag) and _can_be_made(item, supported) else _GAP)
    return _unmarked(_GAPS.sub(_closed_gap, " ".join("".join(parts).split())))


def _words(item: Item) -> str:
    match item:
        case Text(text=text):
            return text
        case Respell(text=text):
            return f"{_RESPELT}{text}{_RESPELT_END}"
        case _:
            return ""


def _without_brackets(match: re.Match[str]) -> str:
    signs = match.group()
    return _RESPELT * signs.count(_RESPELT) + (match[1] or match[2]) + _RESPELT_END * signs.count(_RESPELT_END)


def _unmarked(marked: str) -> _Stretch:
    kept: list[tuple[int, int]] = []
    parts: list[str] = []
    at = length = 0
    for match in _RESPELLING.finditer(marked):
        parts += (marked[at : match.start()], match[1])
        start = length + match.start() - at
        length = start + len(match[1])
        kept.append((start, length))
        at = match.end()
    return _Stretch("".join((*parts, marked[at:])), tuple(kept))


def _stand_in(sound: Tag) -> str:
    return _OPEN + sound.name.replace(" ", _INNER_SPACE) + _CLOSE


def _closed_gap(match: re.Match[str]) -> str:
    if _GAP not in match.group():
        return match.group()
    before_mark = match.string.startswith((",", ".", ";", ":", "!", "?", "…"), match.end())
    return "" if before_mark and not match.string.endswith((".", "!", "?", "…"), 0, match.start()) else " "


def _spoken_sentences(stretch: _Stretch) -> list[_Stretch]:
    spoken: list[_Stretch] = []
    at = 0
    for sentence in sentences.split(stretch.text):
        # A sentence is the text itself from one place to another: the stretch has single spaces only.
        start = stretch.text.index(sentence, at)
        at = start + len(sentence)
        says_words = speakable(_SOUND.sub("", sentence))
        has_sound = _SOUND.search(sentence) is not None
        if says_words or (not spoken and has_sound):
            spoken.append(_Stretch(sentence, _kept_in(stretch, start, at)))
        elif has_sound:
            # A sound after the last full stop belongs to what was said.
            spoken[-1] = replace(spoken[-1], text=f"{spoken[-1].text} {sentence}")
    return [_restored(sentence) for sentence in spoken]


def _kept_in(stretch: _Stretch, start: int, end: int) -> tuple[tuple[int, int], ...]:
    first = bisect_right(stretch.kept, start, key=lambda kept: kept[1])
    last = bisect_left(stretch.kept, end, key=lambda kept: kept[0])
    return tuple((max(a, start) - start, min(b, end) - start) for a, b in stretch.kept[first:last])


def _restored(sentence: _Stretch) -> _Stretch:
    sounds = [match.span() for match in _SOUND.finditer(sentence.text)]
    return _Stretch(sentence.text.translate(_RESTORED), tuple(sorted((*sentence.kept, *sounds))))
