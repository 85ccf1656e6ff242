"""Weights in a prompt: `(word:1.2)`, `((word))`, `[word]`; a backslash makes a bracket plain. Any thread."""

from __future__ import annotations

import re
from dataclasses import dataclass

_UP, _DOWN = 1.1, 1 / 1.1
_TOKEN = re.compile(r"\\[()\[\]\\]|[()\[\]]|:\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*\)|[^\\()\[\]:]+|[\\:]")
_CLOSING = {"(": ")", "[": "]"}
MOST = 10.0
_FINITE = 1e9  # products of many weights stay numbers


@dataclass(frozen=True)
class Part:
    """Some words, and how much they weigh."""

    text: str
    weight: float = 1.0


def read(prompt: str) -> list[Part]:
    """Split a prompt by weight; brackets without a partner are plain."""
    return _joined([Part(part.text, _bounded(part.weight, MOST)) for part in _unbounded(prompt)])


def cut(prompt: str) -> bool:
    """Whether a prompt weighs words more than they can be weighed."""
    return any(part.text.strip() and abs(part.weight) > MOST for part in _unbounded(prompt))


def _unbounded(prompt: str) -> list[Part]:
    parts: list[list[str | float]] = []
    opened: list[tuple[str, int]] = []
    for token in _TOKEN.findall(prompt):
        if len(token) == 2 and token[0] == "\\":
            parts.append([token[1], 1.0])
        elif token in _CLOSING:
            opened.append((token, len(parts)))
            parts.append([token, 1.0])
        elif opened and token == _CLOSING[opened[-1][0]]:
            _weigh(parts, opened.pop(), _UP if token == ")" else _DOWN)
        elif token[0] == ":" and token[-1] == ")" and opened and opened[-1][0] == "(":
            _weigh(parts, opened.pop(), float(token[1:-1]))
        else:
            parts.append([token, 1.0])
    return [Part(str(text), float(weight)) for text, weight in parts]


def plain(prompt: str) -> str:
    """Return a prompt without its weights."""
    return "".join(part.text for part in read(prompt))


def _weigh(parts: list[list[str | float]], bracket: tuple[str, int], weight: float) -> None:
    """Give what stands since a bracket its weight; the bracket itself was no word."""
    begin = bracket[1]
    parts[begin][0] = ""
    for part in parts[begin:]:
        part[1] = _bounded(float(part[1]) * _bounded(weight, _FINITE), _FINITE)


def _bounded(weight: float, most: float) -> float:
    return max(-most, min(most, weight))


def _joined(parts: list[Part]) -> list[Part]:
    """Join neighbours of one weight, so that words are read as they stand."""
    joined: list[Part] = []
    for part in parts:
        if not part.text:
            continue
        if joined and joined[-1].weight == part.weight:
            joined[-1] = Part(joined[-1].text + part.text, part.weight)
        else:
            joined.append(part)
    return joined
