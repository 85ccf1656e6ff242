"""Amounts of money and percentages in words. Pure; any thread."""

from __future__ import annotations

import re

from studio.domain.spoken.numbers import is_one
from studio.domain.spoken.style import DASH, FIGURE, English

# sign or code: one, many, one of the small coins, many of them
_CURRENCIES = {
    "$": ("dollar", "dollars", "cent", "cents"),
    "£": ("pound", "pounds", "penny", "pence"),
    "€": ("euro", "euros", "cent", "cents"),
    "¥": ("yen", "yen", "", ""),
    "₹": ("rupee", "rupees", "paisa", "paise"),
    "US$": ("U-S dollar", "U-S dollars", "cent", "cents"),
    "A$": ("Australian dollar", "Australian dollars", "cent", "cents"),
    "C$": ("Canadian dollar", "Canadian dollars", "cent", "cents"),
    "USD": ("U-S dollar", "U-S dollars", "cent", "cents"),
    "GBP": ("British pound", "British pounds", "penny", "pence"),
    "EUR": ("euro", "euros", "cent", "cents"),
    "JPY": ("yen", "yen", "", ""),
    "CHF": ("Swiss franc", "Swiss francs", "", ""),
}
_SCALES = {
    "k": "thousand",
    "K": "thousand",
    "m": "million",
    "M": "million",
    "mn": "million",
    "b": "billion",
    "B": "billion",
    "bn": "billion",
    "tn": "trillion",
    "T": "trillion",
}
_SCALE = r"(?:[\s-]{0,2}(?P<long>thousand|million|billion|trillion)\b|(?P<short>mn|bn|tn|[kKmMbBT])(?![\w]))?"
_SIGN = r"(?P<sign>US\$|A\$|C\$|[$£€¥₹])"
_CODE = r"(?P<code>USD|GBP|EUR|JPY|CHF)"
_PREFIXED = re.compile(
    rf"(?P<article>\b[Aa]n?\s)?(?<![\w.,])(?P<minus>[-−])?{_SIGN}\s?(?P<figure>{FIGURE}){_SCALE}"
    rf"(?:\s?{DASH}\s?(?P=sign)?(?P<until>{FIGURE})(?P<scale>\s(?:thousand|million|billion)\b|(?:bn|[kmMB])(?!\w))?)?"
    r"(?P<noun>-(?=[a-z])|\s(?=[a-z]{3,}))?"
)
_SUFFIXED = re.compile(rf"(?<![\w.,-])(?P<figure>{FIGURE}){_SCALE}\s?(?:{_CODE}(?!\w)|(?P<sign>[€£$]))(?![\w\d])")
_CODED = re.compile(rf"(?<!\w){_CODE}\s?(?P<figure>{FIGURE}){_SCALE}(?!\w)")
_CENTS = re.compile(rf"(?<![\w.,])(?P<figure>{FIGURE})\s?¢")
_PENCE = re.compile(r"(?<![\w.,])(?P<figure>\d{1,3})p(?!\w)")
_PERCENT = re.compile(
    rf"(?<![\w.,])(?P<minus>[-−](?=\S))?(?P<figure>{FIGURE})(?:\s?%?\s?{DASH}\s?(?P<until>{FIGURE}))?\s?%"
)
_PER = re.compile(r"(?<=[a-z%])/(?=(?:hour|hr|day|week|month|year|mo|yr|person|night|unit|item|piece|seat|user)\b)")
_ATTRIBUTE = re.compile(
    r"(?:and|or|in|on|for|at|per|to|from|more|less|was|is|are|were|but|when|if|than|by|of|with|each|every|"
    r"they|she|his|her|the|this|that|which|who|now|today|before|after|until|because|so|not|will|would|can|could)\b"
)


def read(text: str, english: English) -> str:
    """The text with its amounts of money and percentages in words."""
    if not any(sign.isdecimal() for sign in text):
        return text
    text = _PREFIXED.sub(lambda m: _prefixed(m, english), text)
    text = _CODED.sub(lambda m: _amount(m["figure"], _scale(m), _CURRENCIES[m["code"]], english), text)
    text = _SUFFIXED.sub(lambda m: _amount(m["figure"], _scale(m), _CURRENCIES[m["code"] or m["sign"]], english), text)
    text = _CENTS.sub(lambda m: f"{english.figure(m['figure'])} cent{'' if is_one(m['figure']) else 's'}", text)
    if english.british:
        text = _PENCE.sub(
            lambda m: f"{english.figure(m['figure'])} {'penny' if is_one(m['figure']) else 'pence'}", text
        )
    text = _PERCENT.sub(lambda m: _percent(m, english), text)
    return _PER.sub(" per ", text)


def _scale(match: re.Match[str]) -> str:
    return match["long"] or _SCALES.get(match["short"] or "", "")


def _prefixed(match: re.Match[str], english: English) -> str:
    currency = _CURRENCIES[match["sign"]]
    article, minus = match["article"] or "", "minus " if match["minus"] else ""
    noun = match["noun"] or ""
    if match["until"]:
        scale = (match["scale"] or "").strip()
        last = _amount(match["until"], _SCALES.get(scale, scale), currency, english)
        first = f"{english.figure(match['figure'])} {_scale(match)}".rstrip()
        return f"{article}{minus}{first} to {last}{noun.replace('-', ' ')}"
    describes = noun == "-" or (article and noun and not _ATTRIBUTE.match(match.string, match.end()))
    if describes and "." not in match["figure"].removesuffix(".00")[:-3]:
        # A ten dollar bill: what describes stands in the singular.
        scale = f" {_scale(match)}" if _scale(match) else ""
        return f"{article}{minus}{english.figure(match['figure'])}{scale} {currency[0]} "
    return f"{article}{minus}{_amount(match['figure'], _scale(match), currency, english)}{noun}"


def _amount(figure: str, scale: str, currency: tuple[str, str, str, str], english: English) -> str:
    one, many, coin, coins = currency
    if scale:
        return f"{english.figure(figure)} {scale} {many}"
    whole, _, part = figure.partition(".")
    if len(part) != 2 or not coin:
        return f"{english.figure(figure)} {one if is_one(figure) else many}"
    number = int(part)
    small = f"{english.cardinal(number)} {coin if number == 1 else coins}"
    if whole.strip("0") == "" and number:
        return small
    large = f"{english.figure(whole or '0')} {one if is_one(whole) else many}"
    return f"{large} and {small}" if number else large


def _percent(match: re.Match[str], english: English) -> str:
    until = f" to {english.figure(match['until'])}" if match["until"] else ""
    return f"{'minus ' if match['minus'] else ''}{english.figure(match['figure'])}{until} percent"
