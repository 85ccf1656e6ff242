"""Markdown: headings become sections, the rest is read without its signs. Pure; any thread."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field

from studio.domain import dialogue
from studio.domain.dialogue import Kind
from studio.domain.imports import plain
from studio.domain.imports.value import Builder, Imported, items_of, without_between

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})(.*)")
_HEADING = re.compile(r" {0,3}#{1,6}(?=[ \t]|\Z)")
_UNDERLINE = re.compile(r" {0,3}(?:=+|-{2,})[ \t]*")
_RULE = re.compile(r" {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})")
_ITEM = re.compile(r"[ \t]{0,12}(?:[-*+]|\d{1,9}[.)])[ \t]+(?:\[[ xX]\][ \t]+)?(?=\S)")
_QUOTE = re.compile(r" {0,3}(?:>[ \t]?)+")
_DEFINITION = re.compile(r" {0,3}\[[^\]]{1,200}\]:[ \t]*\S.*")
_TABLE_LINE = re.compile(r"\|?(?:[ \t]*:?-{2,}:?[ \t]*\|)+(?:[ \t]*:?-{2,}:?)?[ \t]*")
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,300}>")
_AUTOLINK = re.compile(r"<((?:https?://|mailto:)[^<>\s]{1,500})>")
_IMAGE = re.compile(r"!\[([^\[\]]{0,300})\](?:\([^()]{0,500}\)|\[[^\[\]]{0,100}\])?")
_FOOTNOTE = re.compile(r"\[\^[^\[\]]{1,60}\]")
_LINK = re.compile(r"\[([^\[\]]{1,500})\](?:\([^()]{0,1000}\)|\[[^\[\]]{0,100}\])")
_CODE = re.compile(r"(?<!`)`([^`]{1,500})`(?!`)")
_STARS = re.compile(
    r"(?<!\\)(?:\*{1,3}|~~)(?=[^\s*])|(?<=[^\s*])(?<!\\)(?:\*{1,3}|~~)"
    r"|(?<![\w\\])_{1,3}(?=[^\s_])|(?<=[^\s_])(?<!\\)_{1,3}(?!\w)"
)
_ESCAPE = re.compile(r"\\([!\"#$%&'()*+,./:;<=>?@\[\\\]^_`{|}~-])")
_BRACKET = re.compile(r"\[([^\[\]]{1,60})\][ \t]+(?=\S)")


@dataclass
class _State:
    """Where the reading of the lines stands."""

    builder: Builder
    named: bool
    paragraph: list[str] = field(default_factory=list[str])
    fence: str = ""
    blank_before: bool = True


def read(text: str) -> Imported:
    """The document as a script."""
    lines = _without_front_matter(without_between(text, "<!--", "-->")).split("\n")
    state = _State(Builder(), named=plain.is_dialogue([_inline(line) for line in lines if line.strip()][:2000]))
    for line in lines:
        _take(line.expandtabs(4), state)
    _close(state)
    return state.builder.done("Markdown")


def _without_front_matter(text: str) -> str:
    if not text.startswith("---\n"):
        return text
    end = text.find("\n---\n", 3)
    return text[end + 5 :] if end >= 0 else text


def _take(line: str, state: _State) -> None:
    if state.fence or _FENCE.fullmatch(line):
        _code(line, state)
        return
    if not line.strip():
        _close(state)
    elif state.paragraph and _UNDERLINE.fullmatch(line):
        title = " ".join(state.paragraph)
        state.paragraph = []
        state.builder.section(_inline(title))
    elif heading := _HEADING.match(line):
        _close(state)
        state.builder.section(_inline(_without_closing_signs(line[heading.end() :].strip())))
    elif any(form.fullmatch(line.strip()) for form in (_RULE, _DEFINITION, _TABLE_LINE)):
        _close(state)
    elif line.startswith("    ") and not state.paragraph and state.blank_before and not _ITEM.match(line):
        state.builder.left_out("lines of code", "")
        return  # what follows an indented line is code, too
    else:
        _words(line, state)
    state.blank_before = not line.strip()


def _without_closing_signs(title: str) -> str:
    bare = title.rstrip("#")
    return bare.rstrip() if not bare or bare[-1].isspace() else title


def _code(line: str, state: _State) -> None:
    fence = _FENCE.fullmatch(line)
    if not state.fence and fence:
        _close(state)
        state.fence = fence[1]
        state.builder.left_out("blocks of code", "")
    elif fence and fence[1].startswith(state.fence) and not fence[2].strip():
        state.fence = ""


def _words(line: str, state: _State) -> None:
    line = _QUOTE.sub("", line, count=1)
    if item := _ITEM.match(line):
        _close(state)
        line = line[item.end() :]
    elif line.lstrip().startswith("|") or _begins_turn(line, state):
        _close(state)
    state.paragraph.append(
        line.strip().strip("|").replace(" |", ",").replace("|", ",") if line.lstrip().startswith("|") else line.strip()
    )


def _begins_turn(line: str, state: _State) -> bool:
    plain_line = _inline(line)
    return _tagged(plain_line) is not None or (state.named and plain.cue_of(plain_line) is not None)


def _close(state: _State) -> None:
    """End a paragraph: its lines are one."""
    if not state.paragraph:
        return
    words = _inline(" ".join(state.paragraph))
    state.paragraph = []
    found = _tagged(words) or (plain.cue_of(words) if state.named else None)
    speaker, said = found or (None, words)
    state.builder.say(speaker, items_of(said))


def _tagged(words: str) -> tuple[str, str] | None:
    """A speaker's tag of ours at the beginning of a paragraph."""
    found = _BRACKET.match(words)
    if not found or dialogue.tokens(found.group())[0].kind is not Kind.SPEAKER:
        return None
    return dialogue.tokens(found.group())[0].value, words[found.end() :]


def _inline(text: str) -> str:
    """The words of a line without the signs of emphasis, links, pictures and code."""
    text = _AUTOLINK.sub(r"\1", text)
    text = _FOOTNOTE.sub("", _IMAGE.sub("", text))
    text = _LINK.sub(r"\1", text)
    text = _CODE.sub(r"\1", text)
    text = _TAG.sub("", text)
    text = _STARS.sub("", text)
    return html.unescape(_ESCAPE.sub(r"\1", text)).strip()
