"""All other numbers in words: codes, telephones, versions, ordinals, fractions, ratios, ranges, amounts. Pure."""

from __future__ import annotations

import re

from studio.domain.spoken import numbers
from studio.domain.spoken.style import DASH, FIGURE, NOT_INSIDE, English

_GLYPHS = {
    "½": "1/2",
    "⅓": "1/3",
    "⅔": "2/3",
    "¼": "1/4",
    "¾": "3/4",
    "⅕": "1/5",
    "⅖": "2/5",
    "⅗": "3/5",
    "⅘": "4/5",
    "⅙": "1/6",
    "⅚": "5/6",
    "⅛": "1/8",
    "⅜": "3/8",
    "⅝": "5/8",
    "⅞": "7/8",
}
_GLYPH = re.compile(f"(?P<whole>(?<!\\d)\\d{{1,3}})?\\s?(?P<glyph>[{''.join(_GLYPHS)}])")
_LONG = re.compile(r"(?<![\d.,])\d{16,}+")
_PHONE = re.compile(
    r"(?<![\w.,/:$£€-])(?P<plus>\+)?(?:(?P<country>\d{1,3})[ .-])?(?:\((?P<area>\d{2,5})\)\s?|(?P<code>\d{3})[-. ])"
    r"(?P<first>\d{3,4})[-. ](?P<last>\d{4})(?![\w/:-]|[.,]\d)"
    r"|(?<![\w.,/:$£€-])(?P<short>\d{3}-\d{4})(?![\w/:-]|[.,]\d)"
    r"|(?<![\w.,/:$£€-])(?P<trunk>(?:\+\d{1,3} \d{2,4}|0\d{2,4})(?: \d{3,4}){1,2})(?![\w/:-]|[.,]\d| \d)"
)
_VERSION = re.compile(
    r"(?<![\w.,-])(?P<v>[vV]\.?\s?)?(?!\d\d?\.\d\d?\.[12]\d{3}(?!\d))(?P<parts>\d{1,5}(?:\.\d{1,5}){2,5})(?![\w]|[.,-]\d)"
)
_V = re.compile(r"(?<![\w.])[vV]\.?(?P<parts>\d{1,4}(?:\.\d{1,4})?)(?![\w]|\.\d)")
_ORDINAL = re.compile(r"(?<![\w.,])(?P<figure>\d{1,3}(?:,\d{3}){1,3}|\d{1,9})(?P<end>st|nd|rd|th|ST|ND|RD|TH)(?![\w])")
_FRACTION = re.compile(r"(?<![\w.,/])(?:(?P<whole>\d{1,3})[ -])?(?P<top>\d{1,3})/(?P<bottom>\d{1,3})(?!\w|/|[.,]\d)")
_RATIO = re.compile(r"(?<![\w.,:/])(?P<first>\d{1,4}):(?P<last>\d{1,4})(?![\w:/]|[.,]\d)")
_RANGE = re.compile(rf"{NOT_INSIDE}(?<![-−])(?P<first>{FIGURE})\s?{DASH}\s?(?P<last>{FIGURE})(?![\w]|[-–/:]\d)")
_TIMES = re.compile(r"(?<=\d)\s?[x×]\s?(?=\d)|(?<=\d)\s?[x×]\s(?=[a-z])|(?<=\d)[x×](?!\w)")
_NEGATIVE = re.compile(r"(?:(?<=[\s(=])|\A)[-−](?=\.?\d)")
_LETTERS_DIGITS = re.compile(r"(?<=\d)(?=[^\W\d_])|(?<=[^\W\d_])(?=\d)")
_MIX = re.compile(r"(?<![\w])(?=[\w]{0,12}\d)(?=[\w]{0,12}[A-Za-z])[A-Za-z0-9]{2,12}(?!\w)")
_PLAIN = re.compile(rf"(?<![\d.,])(?:(?<!\d)){FIGURE}")
_ANY = re.compile(r"\d+")
_SMALL_PARTS = {2: "half", 4: "quarter"}


def read_special(text: str, english: English) -> str:
    """The text with all that is more than one amount in words; to be called before other rules see its digits."""
    if not any(sign.isnumeric() for sign in text):
        return text
    text = _LONG.sub(lambda m: numbers.digits(m.group()), text)
    text = _GLYPH.sub(lambda m: f"{m['whole'] + ' ' if m['whole'] else ''}{_GLYPHS[m['glyph']]}", text)
    text = _PHONE.sub(_phone, text)
    return _VERSION.sub(lambda m: _version(m, english), text)


def read(text: str, english: English) -> str:
    """The text with every number that is left in words."""
    if not any(sign.isdecimal() for sign in text):
        return text
    text = _V.sub(lambda m: f"version {english.figure(m['parts'])}", text)
    text = _ORDINAL.sub(lambda m: english.ordinal(int(m["figure"].replace(",", ""))), text)
    text = _FRACTION.sub(lambda m: _fraction(m, english), text)
    text = _RATIO.sub(lambda m: f"{english.figure(m['first'])} to {english.figure(m['last'])}", text)
    text = _RANGE.sub(lambda m: f"{english.figure(m['first'])} to {english.figure(m['last'])}", text)
    text = _TIMES.sub(_times, text)
    text = _NEGATIVE.sub("minus ", text)
    text = _MIX.sub(_mixed, text)
    text = _PLAIN.sub(lambda m: _spaced(m, english.figure(m.group())), text)
    return _ANY.sub(lambda m: _spaced(m, english.figure(m.group())), text)


def _spaced(match: re.Match[str], words: str) -> str:
    """The words, apart from letters that touch the figure."""
    before = match.string[match.start() - 1 : match.start()]
    after = match.string[match.end() : match.end() + 1]
    return (" " if before.isalnum() else "") + words + (" " if after.isalnum() else "")


def _phone(match: re.Match[str]) -> str:
    groups = re.findall(r"\d+", match.group())
    return ("plus " if match.group().startswith("+") else "") + ", ".join(numbers.digits(group) for group in groups)


def _version(match: re.Match[str], english: English) -> str:
    parts = match["parts"].split(".")
    # Four parts are an address in a network.
    between = " dot " if len(parts) == 4 else " point "
    said = between.join(english.figure(part) for part in parts)
    return f"version {said}" if match["v"] else said


def _fraction(match: re.Match[str], english: English) -> str:
    top, bottom = int(match["top"]), int(match["bottom"])
    whole = f"{english.figure(match['whole'])} and " if match["whole"] else ""
    if (top, bottom) in ((24, 7), (9, 11)) and not whole:
        return f"{english.cardinal(top)} {english.cardinal(bottom)}"
    if bottom < 2 or top == 0 or top > bottom or bottom > 100:
        return f"{whole}{english.figure(match['top'])} over {english.figure(match['bottom'])}"
    if top == bottom:
        return f"{whole}{english.cardinal(top)} out of {english.cardinal(bottom)}"
    name = _SMALL_PARTS.get(bottom) or english.ordinal(bottom)
    count = "a" if whole and top == 1 else english.cardinal(top)
    return f"{whole}{count} {name if top == 1 else numbers.plural(name)}"


def _times(match: re.Match[str]) -> str:
    if not match.string[match.end() : match.end() + 1].isdigit():
        return " times" + (" " if match.group()[-1].isspace() else "")
    # Sizes are written with a letter, products with the sign.
    return " by " if "x" in match.group() else " times "


def _mixed(match: re.Match[str]) -> str:
    return _LETTERS_DIGITS.sub(" ", match.group())
