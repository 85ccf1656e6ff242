"""Signs that stand for words. Pure; any thread."""

from __future__ import annotations

import re

_BEFORE = r"(?<=[\w)%.²³])\s?"
_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?<=\bC)\+\+"), " plus plus"),
    (re.compile(r"(?<=\b[CF])#(?!\w)"), " sharp"),
    (re.compile(r"\band/or\b"), "and or"),
    (re.compile(r"\s?&\s?"), " and "),
    (re.compile(r"#\s?(?=\d)"), "number "),
    (re.compile(r"(?<=\s)@(?=\s)"), "at"),
    (re.compile(r"±\s?"), "plus or minus "),
    (re.compile(r"(?<=[\w)])\s?≈\s?"), " is about "),
    (re.compile(r"[~≈]\s?(?=[\d$£€])"), "about "),
    (re.compile(r"(?<=\w)\s?[≤]\s?(?=\w)"), " is at most "),
    (re.compile(r"(?<=\w)\s?[≥]\s?(?=\w)"), " is at least "),
    (re.compile(r"(?<=\w)\s?≠\s?(?=\w)"), " is not equal to "),
    (re.compile(r"(?<=\d)\s?<\s?(?=\d)"), " is less than "),
    (re.compile(r"(?<=\d)\s?>\s?(?=\d)"), " is greater than "),
    (re.compile(rf"{_BEFORE}=\s?(?=[\w(−.-])"), " equals "),
    (re.compile(r"(?<=\w)\s?[×*]\s?(?=\d)"), " times "),
    (re.compile(r"(?<=\d)\s?×\s?(?=\w)"), " times "),
    (re.compile(r"(?<=[\d)])\s?÷\s?(?=[\d(])"), " divided by "),
    (re.compile(r"(?<=\d)\s(?:-|−)\s(?=\d)"), " minus "),
    (re.compile(r"(?<=[\w)])\s?\+\s?(?=[\d(])"), " plus "),
    (re.compile(r"(?<=\w)\s\+\s(?=\w)"), " plus "),
    (re.compile(r"(?<!\w)\+(?=\d)"), "plus "),
    (re.compile(r"(?<=\d)\+(?!\w)"), " plus"),
    (re.compile(r"(?<=\w)²"), " squared"),
    (re.compile(r"(?<=\w)³"), " cubed"),
    (re.compile(r"(?<=\w)\^(?=\d)"), " to the power of "),
    (re.compile(r"√\s?(?=\w)"), "the square root of "),
    (re.compile(r"§\s?(?=\d)"), "section "),
    (re.compile(r"\s?→\s?"), " to "),
    (re.compile(r"©\s?"), "copyright "),
    (re.compile(r"[®™]"), ""),
    (re.compile(r"∞"), "infinity"),
)


def read(text: str) -> str:
    """The text with its signs in words."""
    if text.isascii() and not any(sign in text for sign in "&#@~<>=*+-^/"):
        return text
    for pattern, words in _RULES:
        text = pattern.sub(words, text)
    return text
