"""The text of a book's document: its headings and paragraphs, without what is not read aloud. Pure; for one call."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

_BLOCK_NAMES = (
    "p div section article blockquote li ul ol dl dt dd figure figcaption table tr caption pre hr header footer "
    "main body aside address h1 h2 h3 h4 h5 h6"
)
_BLOCKS = frozenset(_BLOCK_NAMES.split())
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_SILENT_NAMES = "head script style svg math rt rp audio video object iframe template"
_SILENT = frozenset(_SILENT_NAMES.split())
_NOTES = frozenset({"footnote", "endnote", "footnotes", "endnotes", "rearnote"})
_MARKS = frozenset({"noteref", "pagebreak"})


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, or a heading of a level (0: none). `ids` are the places that a table of contents may name."""

    level: int
    text: str
    ids: tuple[str, ...]


class TextReader:
    """Told about the elements of a document, it collects blocks. `skipped` counts what is left out, in the plural."""

    def __init__(self) -> None:
        self.skipped: Counter[str] = Counter()
        self._blocks: list[Block] = []
        self._words: list[str] = []
        self._ids: list[str] = []
        self._level = 0
        self._silent = 0

    def blocks(self) -> list[Block]:
        """The blocks so far."""
        self._close()
        return self._blocks

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        if self._silent or self._is_silent(name, attributes):
            self._silent += 1
            return
        if name in _BLOCKS:
            self._close()
            self._level = _HEADINGS.get(name, 0)
        elif name in ("br", "td", "th"):
            self._words.append(" ")
        elif name == "img":
            self.skipped["pictures"] += 1
        if place := attributes.get("id"):
            self._ids.append(place)

    def end(self, name: str) -> None:
        """An element ends."""
        if self._silent:
            self._silent -= 1
            return
        if name in _BLOCKS:
            self._close()
            self._level = 0
        elif name in ("td", "th"):
            self._words.append(", ")

    def text(self, text: str) -> None:
        """Words, perhaps in parts."""
        if not self._silent:
            self._words.append(text)

    def _is_silent(self, name: str, attributes: dict[str, str]) -> bool:
        kinds = set(attributes.get("type", "").split()) if name not in ("ol", "ul", "li") else set[str]()
        if name in ("aside", "section", "div", "li") and kinds & _NOTES:
            self.skipped["notes"] += 1
            return True
        return name in _SILENT or bool(kinds & _MARKS)

    def _close(self) -> None:
        words = "".join(self._words).strip().removesuffix(",")
        self._words.clear()
        if words:
            self._blocks.append(Block(self._level, words, tuple(self._ids)))
            self._ids.clear()
