"""The linter of dialogue scripts: what an engine will stumble over, where, and how to mend it. Pure; any thread.

The rules are those that dialogue models ask for in their own guides: begin with a speaker, alternate, keep a call
between 5 and 20 seconds, few and known sounds, and the tag of the speaker before the last at the very end.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher, get_close_matches
from functools import lru_cache
from itertools import pairwise
from typing import Literal

from studio.domain import dialogue
from studio.domain.dialogue import IGNORED, LONGEST_NAME, LONGEST_PAUSE_MS, NONVERBALS, Kind, Token

Level = Literal["error", "warning", "note"]

CHARACTERS_A_SECOND = 15
SHORTEST_CALL, LONGEST_CALL = 5.0, 20.0
WORDS_A_SOUND = 6
SHORTEST_REFERENCE, LONGEST_REFERENCE, UNUSABLE_REFERENCE = 5.0, 10.0, 1.0
MOST_WORDS_A_SECOND = 6
LEAST_ALIKE = 0.8


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding. `line` and `column` count from 1; `fix` says what would mend it, None: a person must."""

    line: int
    column: int
    rule: str
    level: Level
    text: str
    fix: str | None


def lint(text: str, *, supported: Collection[str] = NONVERBALS, without: Collection[str] = ()) -> tuple[Problem, ...]:
    """All problems of a script for an engine that can make the `supported` sounds, in the order of the source.

    `without` names rules that do not hold, as those about whole dialogues where each line is spoken by itself.
    """
    return tuple(f.problem for f in _findings(text, supported) if f.problem.rule not in without)


def lint_reference(seconds: float, transcript: str, heard: str = "") -> tuple[Problem, ...]:
    """Problems of a voice's reference: its length, and its transcript against what a recogniser `heard` in it.

    Without `heard` the two cannot be compared, and only the pace of the transcript is judged.
    """
    return tuple(_reference_length(seconds)) + tuple(_reference_words(seconds, transcript, heard))


def _reference_length(seconds: float) -> Iterator[Problem]:
    best = f"{SHORTEST_REFERENCE:.0f} to {LONGEST_REFERENCE:.0f} s"
    if seconds < SHORTEST_REFERENCE:
        text = f"The reference has {seconds:.1f} s; engines do best with {best}."
        level: Level = "error" if seconds < UNUSABLE_REFERENCE else "warning"
        yield Problem(1, 1, "reference-length", level, text, None)
    elif seconds > LONGEST_REFERENCE:
        text = f"The reference has {seconds:.1f} s; engines do best with {best}."
        yield Problem(1, 1, "reference-length", "note", text, f"cut it to its best {LONGEST_REFERENCE:.0f} s")


def _reference_words(seconds: float, transcript: str, heard: str) -> Iterator[Problem]:
    written, said = _plain_words(transcript), _plain_words(heard)
    if not written:
        mending = f"take what was heard: {_shortened(heard.strip())}" if said else None
        text = "The reference has no transcript; engines that want one copy its voice less well."
        yield Problem(1, 1, "reference-transcript", "warning", text, mending)
    elif said:
        alike = SequenceMatcher(None, written[:_MOST_WORDS], said[:_MOST_WORDS], autojunk=False).ratio()
        if alike < LEAST_ALIKE:
            text = f"The transcript is not what is heard in the reference ({alike:.0%} of the words agree)."
            level: Level = "error" if alike < LEAST_ALIKE / 2 else "warning"
            yield Problem(
                1, 1, "reference-transcript", level, text, f"take what was heard: {_shortened(heard.strip())}"
            )
    elif seconds > 0 and len(written) / seconds > MOST_WORDS_A_SECOND:
        text = f"The transcript has {len(written)} words for {seconds:.1f} s; that is more than anybody says."
        yield Problem(1, 1, "reference-transcript", "warning", text, None)


def _plain_words(text: str) -> list[str]:
    return _WORDS.findall(unicodedata.normalize("NFKC", text).casefold().replace("’", "'"))


def fix_one(text: str, problem: Problem, *, supported: Collection[str] = NONVERBALS) -> str:
    """The script with one problem mended; as it was where that can not be, or is no more."""
    edits = [edit for finding in _findings(text, supported) if finding.problem == problem for edit in finding.edits]
    return _without_new_sections(text, _edited(text, edits)) if edits else text


def fix(text: str, *, supported: Collection[str] = NONVERBALS, without: Collection[str] = ()) -> str:
    """The script with every problem mended that can be; mending it again changes nothing."""
    # One fix may bring another to light (two turns meet when the empty one between them goes), so this is a loop. Each
    # round removes a tag or makes a broken one whole, so it ends; the bound is against an error in that thought.
    for _ in range(_MOST_ROUNDS):
        mendable = (finding for finding in _findings(text, supported) if finding.edits)
        findings = [finding for finding in mendable if finding.problem.rule not in without]
        if not findings:
            break
        edited = _edited(text, [edit for finding in findings for edit in finding.edits])
        text = _without_new_sections(text, edited)
    return text


_MOST_ROUNDS = 50
_MOST_WORDS = 400  # compared of a reference: more than anybody says in a minute
_WORDS = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_BROKEN_PAUSE = re.compile(
    r"\[\s*pause\s*:?\s*([0-9]{1,9}(?:[.,][0-9]{1,9})?)?\s*"
    r"(ms|msecs?|milliseconds?|s|secs?|seconds?)?\s*\]",
    re.IGNORECASE,
)
# What was surely meant when a bracket is missing.
_UNCLOSED = re.compile(
    r"\[s[0-9]{1,8}(?=[\s:])|\[pause(?:\s*:\s*|\s+)[0-9]{1,5}(?:\.[0-9]{1,3})?\s?m?s(?=\s|\Z)", re.IGNORECASE
)
_UNCLOSED_SOUND = re.compile(
    "\\(\\s{0,8}(?:" + "|".join(name.replace(" ", r"\s{1,8}") for name in NONVERBALS) + ")", re.I
)


@dataclass(frozen=True, slots=True)
class _Edit:
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class _Finding:
    problem: Problem
    edits: tuple[_Edit, ...] = ()


@dataclass(frozen=True, slots=True)
class _Spot:
    """A token with the source line that it stands in."""

    token: Token
    number: int
    offset: int
    source: str

    def finding(
        self, rule: str, level: Level, text: str, *, fix: str | None = None, edit: _Edit | None = None
    ) -> _Finding:
        problem = Problem(self.number, self.token.start + 1, rule, level, text, fix)
        return _Finding(problem, (edit,) if edit else ())

    def replaced(self, text: str) -> _Edit:
        return _Edit(self.offset + self.token.start, self.offset + self.token.end, text)

    def inserted(self, place: int, text: str) -> _Edit:
        return _Edit(self.offset + place, self.offset + place, text)

    def removed(self) -> _Edit:
        """Take the token out, with one of the spaces around it, and glue nothing together that was apart."""
        start, end = self.token.start, self.token.end
        before, after = self.source[start - 1 : start], self.source[end : end + 1]
        if before.strip() and after.strip():
            return self.replaced(" ")
        if not before.strip() and after in (" ", "\t"):
            end += len(after)
        elif not after:
            start -= len(before) - len(before.strip())
        return _Edit(self.offset + start, self.offset + end, "")


@dataclass(slots=True)
class _Turn:
    """All that one speaker says in a row under one tag, over several source lines perhaps."""

    speaker: str | None
    tag: _Spot | None
    spots: list[_Spot] = field(default_factory=list["_Spot"])

    @property
    def first(self) -> _Spot:
        return self.tag or self.spots[0]

    @property
    def is_empty(self) -> bool:
        return not self.spots


def _findings(text: str, supported: Collection[str]) -> list[_Finding]:
    turns = _turns(text)
    found: list[_Finding] = [*_control_characters(text)]
    for turn in turns:
        for spot in turn.spots:
            found += _spot_findings(spot, supported)
        found += _density(turn)
        found += _lengths(turn)
    found += _first_speaker(turns)
    found += _order(turns)
    found += _whole(text, turns, supported)
    return sorted(found, key=lambda finding: (finding.problem.line, finding.problem.column))


def _edited(text: str, edits: Iterable[_Edit]) -> str:
    parts: list[str] = []
    at = 0
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        # Of two that overlap the second waits for the next round.
        if edit.start < at:
            continue
        parts += (text[at : edit.start], edit.text)
        at = edit.end
    return "".join((*parts, text[at:]))


def _without_new_sections(before: str, after: str) -> str:
    """Words that come to stand at the beginning of a line through an edit are not meant as a title."""
    if "#" not in after:
        return after
    # No edit makes or takes a line end.
    pairs = list(zip(dialogue.source_lines(before), dialogue.source_lines(after), strict=True))
    new = [place for (_, old), (place, line) in pairs if dialogue.is_section(line) and not dialogue.is_section(old)]
    for place in reversed(new):
        sign = after.index("#", place)
        after = f"{after[:sign]}\\{after[sign:]}"
    return after


def _turns(text: str) -> list[_Turn]:
    turns: list[_Turn] = []
    for number, (offset, source) in enumerate(dialogue.source_lines(text), start=1):
        for token in dialogue.tokens(source):
            spot = _Spot(token, number, offset, source)
            if token.kind is Kind.SPEAKER:
                turns.append(_Turn(token.value, spot))
            elif token.kind is Kind.SECTION:
                continue
            elif token.kind is not Kind.TEXT or token.value.strip():
                if not turns:
                    turns.append(_Turn(None, None))
                turns[-1].spots.append(_Spot(_without_indent(token), number, offset, source))
    return turns


def _without_indent(token: Token) -> Token:
    if token.kind is not Kind.TEXT:
        return token
    return replace(token, start=token.start + len(token.value) - len(token.value.lstrip()))


def _control_characters(text: str) -> Iterator[_Finding]:
    for number, (offset, source) in enumerate(dialogue.source_lines(text), start=1):
        matches = list(IGNORED.finditer(source))
        if not matches:
            continue
        names = sorted({_character_name(match.group()) for match in matches})
        listed = ", ".join(names[:3]) + (" and others" if len(names) > 3 else "")
        message = f"Invisible characters that nobody can speak: {listed} ({len(matches)} in this line)."
        problem = Problem(number, matches[0].start() + 1, "control-character", "warning", message, "remove them")
        yield _Finding(problem, tuple(_Edit(offset + match.start(), offset + match.end(), "") for match in matches))


def _character_name(character: str) -> str:
    name = unicodedata.name(character, "").lower()
    return f"U+{ord(character):04X}" + (f" {name}" if name else "")


def _spot_findings(spot: _Spot, supported: Collection[str]) -> Iterator[_Finding]:
    match spot.token.kind:
        case Kind.TAG:
            yield from _sound(spot, supported)
        case Kind.BAD:
            yield _bad_pause(spot)
        case Kind.ODD:
            yield _odd_bracket(spot)
        case Kind.OPEN:
            yield _unclosed(spot)
        case _:
            pass


def _sound(spot: _Spot, supported: Collection[str]) -> Iterator[_Finding]:
    name = spot.token.value
    if name in NONVERBALS:
        if name not in supported:
            text = f"This engine has no sound for ({name}) and will leave it out."
            yield spot.finding("unsupported-nonverbal", "note", text)
        return
    text = f"({name}) is not one of the sounds that dialogue engines know; it will be left out."
    if nearest := _nearest(name):
        replaced = spot.replaced(f"({nearest})")
        yield spot.finding("unlisted-nonverbal", "warning", text, fix=f"write ({nearest})", edit=replaced)
    else:
        yield spot.finding("unlisted-nonverbal", "warning", text, fix="remove it", edit=spot.removed())


@lru_cache(maxsize=1024)
def _nearest(name: str) -> str | None:
    return next(iter(get_close_matches(name, NONVERBALS, n=1, cutoff=0.7)), None)


def _bad_pause(spot: _Spot) -> _Finding:
    source = spot.token.value
    longest = LONGEST_PAUSE_MS // 1000
    text = f"{_shortened(source)} is no pause: write [pause 500ms] or [pause 1.5s], at most {longest} seconds."
    meant = _BROKEN_PAUSE.fullmatch(source)
    if not meant:
        return spot.finding("bad-pause", "error", text)
    milliseconds = 500
    if meant[1]:
        number = float(meant[1].replace(",", "."))
        # Nobody means a pause of 500 seconds or of 2 milliseconds.
        in_seconds = meant[2].lower().startswith("s") if meant[2] else number * 1000 <= LONGEST_PAUSE_MS
        milliseconds = min(round(number * (1000 if in_seconds else 1)), LONGEST_PAUSE_MS)
    mended = f"[pause {milliseconds}ms]"
    return spot.finding("bad-pause", "error", text, fix=f"write {mended}", edit=spot.replaced(mended))


def _odd_bracket(spot: _Spot) -> _Finding:
    source = spot.token.value
    if not source.strip("[] \t"):
        return spot.finding("odd-bracket", "warning", "Empty brackets.", fix="remove them", edit=spot.removed())
    text = (
        f"{_shortened(source)} is neither a speaker (letters and digits, at most {LONGEST_NAME} characters) nor a "
        "pause; it is read as text. Write \\[ for a plain bracket."
    )
    return spot.finding("odd-bracket", "warning", text)


def _unclosed(spot: _Spot) -> _Finding:
    token = spot.token
    rest = spot.source[token.start :]
    text = "This bracket is never closed, so it is read as text. Write \\[ for a plain one."
    if meant := _UNCLOSED.match(rest) or _UNCLOSED_SOUND.match(rest):
        closing = ")" if rest.startswith("(") else "]"
        mended = meant.group() + closing
        edit = spot.inserted(token.start + meant.end(), closing)
        return spot.finding("unclosed-bracket", "error", text, fix=f"write {mended}", edit=edit)
    if token.value.startswith("[["):
        if token.value.endswith("]") and not token.value.startswith("[[[") and dialogue.speakable(token.value):
            mended = f"{_shortened(token.value)}]"
            edit = spot.inserted(token.end, "]")
            return spot.finding("unclosed-bracket", "error", text, fix=f"write {mended}", edit=edit)
        return spot.finding("unclosed-bracket", "error", text)
    return spot.finding("unclosed-bracket", "warning", text)


def _shortened(source: str) -> str:
    return source if len(source) <= 60 else source[:59] + "…"


def _density(turn: _Turn) -> Iterator[_Finding]:
    sounds = [spot for spot in turn.spots if _is_known_sound(spot)]
    if len(sounds) < 2:
        return
    words = sum(len(spot.token.value.split()) for spot in turn.spots if spot.token.kind in (Kind.TEXT, Kind.RESPELL))
    neighbours = pairwise(turn.spots)
    in_a_row = next((after for before, after in neighbours if _is_known_sound(before) and _is_known_sound(after)), None)
    if in_a_row:
        yield in_a_row.finding("dense-nonverbals", "warning", "Two sounds in a row; engines blur them. Keep one.")
    elif len(sounds) * WORDS_A_SOUND > words:
        text = f"{len(sounds)} sounds in {words} words; engines do better with one in {WORDS_A_SOUND} words or fewer."
        yield sounds[1].finding("dense-nonverbals", "warning", text)


def _is_known_sound(spot: _Spot) -> bool:
    return spot.token.kind is Kind.TAG and spot.token.value in NONVERBALS


def _seconds(spots: Iterable[_Spot]) -> float:
    """A guess from the text alone: good enough to tell a sentence from a page."""
    seconds = 0.0
    for spot in spots:
        match spot.token.kind:
            case Kind.PAUSE:
                seconds += spot.token.milliseconds / 1000
            case Kind.BAD:
                pass
            case Kind.TAG:
                seconds += 1.0
            case _:
                seconds += len(" ".join(spot.token.value.split())) / CHARACTERS_A_SECOND
    return seconds


def _lengths(turn: _Turn) -> Iterator[_Finding]:
    by_line: dict[int, list[_Spot]] = {}
    for spot in turn.spots:
        by_line.setdefault(spot.number, []).append(spot)
    for spots in by_line.values():
        if (seconds := _seconds(spots)) > LONGEST_CALL:
            first = turn.first if turn.first.number == spots[0].number else spots[0]
            text = (
                f"This line takes about {seconds:.0f} s; break it into shorter lines or give the other speaker a word."
            )
            yield first.finding("long-line", "warning", text)
    if turn.spots and (seconds := _seconds(turn.spots)) > LONGEST_CALL:
        best = f"{SHORTEST_CALL:.0f} to {LONGEST_CALL:.0f} s"
        text = f"This turn takes about {seconds:.0f} s; dialogue engines do best with {best}."
        yield turn.first.finding("call-length", "note", text)


def _first_speaker(turns: list[_Turn]) -> Iterator[_Finding]:
    if turns and turns[0].tag is None:
        first = turns[0].spots[0]
        text = "A script begins with a speaker."
        edit = first.inserted(first.token.start, "[S1] ")
        yield first.finding("starts-with-speaker", "error", text, fix="put [S1] in front", edit=edit)


def _order(turns: list[_Turn]) -> Iterator[_Finding]:
    speaking = [turn for turn in turns if not turn.is_empty and turn.speaker is not None]
    speakers = [turn.speaker for turn in speaking]
    if len(set(speakers)) == 2:
        for before, after in pairwise(speaking):
            if before.speaker == after.speaker and after.tag:
                text = f"[{after.speaker}] speaks twice in a row; two speakers alternate."
                edit = after.tag.removed()
                yield after.tag.finding("speaker-alternates", "warning", text, fix="join the two turns", edit=edit)
    closing = next((speaker for speaker in reversed(speakers) if speaker != speakers[-1]), None)
    has_closing = closing is not None and turns[-1].is_empty and turns[-1].speaker == closing
    for turn in turns[:-1] if has_closing else turns:
        if turn.is_empty and turn.tag:
            text = f"[{turn.speaker}] has nothing to say here."
            yield turn.tag.finding("empty-turn", "warning", text, fix="remove the tag", edit=turn.tag.removed())
    if closing is not None and not has_closing:
        last = speaking[-1].spots[-1]
        text = f"Some engines end more cleanly when the script closes with the tag of the speaker before, [{closing}]."
        visible = len(last.source.rstrip())
        edit = last.inserted(visible, f" [{closing}]")
        yield last.finding("closing-tag", "note", text, fix=f"put [{closing}] at the end", edit=edit)


def _whole(text: str, turns: list[_Turn], supported: Collection[str]) -> Iterator[_Finding]:
    lines, can_make = dialogue.parse(text).lines, frozenset(supported)
    # One line that says something is enough; all that a long script says is far more work to find out.
    if not any(dialogue.units(dialogue.Script((line,)), supported=can_make)[0] for line in lines):
        yield _Finding(Problem(1, 1, "nothing-to-say", "error", "There is nothing to say in this script.", None))
        return
    seconds = sum(_seconds(turn.spots) for turn in turns)
    if seconds < SHORTEST_CALL:
        best = f"{SHORTEST_CALL:.0f} s or more"
        message = f"The whole script takes about {seconds:.1f} s; dialogue engines do best with {best}."
        yield turns[0].first.finding("call-length", "note", message)
