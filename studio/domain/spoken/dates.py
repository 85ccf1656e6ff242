"""Dates, years and decades in words. Pure; any thread."""

from __future__ import annotations

import re

from studio.domain.spoken import numbers
from studio.domain.spoken.style import DASH, English

_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August"),
    *("September", "October", "November", "December"),
)
_SHORT = {name[:3]: name for name in _MONTHS if name != "May"} | {"Sept": "September"}
_NAMED = (
    "(?P<month>" + "|".join(_MONTHS) + "|" + "|".join(rf"{short}\b\.?" for short in sorted(_SHORT, reverse=True)) + ")"
)
_DAY = r"(?P<day>[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>[12]\d{3})"
_END = r"(?![\w]|[.,/:-]\d)"
_START = r"(?<![\w/.:-])"

_ISO = re.compile(
    rf"{_START}(?P<year>[12]\d{{3}})(?P<sign>[-/])(?P<month>0[1-9]|1[0-2])(?P=sign)(?P<day>[0-2]\d|3[01]){_END}"
)
_FIGURES = re.compile(
    rf"{_START}(?P<first>\d{{1,2}})(?P<sign>[/.-])(?P<second>\d{{1,2}})(?P=sign)(?P<year>[12]\d{{3}}|(?<=/)\d{{2}}){_END}"
)
_MONTH_DAY = re.compile(
    rf"(?<!\w){_NAMED}\s{{1,3}}{_DAY}(?:{DASH}(?P<last>[12]\d|3[01]|[1-9])(?:st|nd|rd|th)?)?"
    rf"(?:(?P<comma>,?)\s{{1,3}}{_YEAR})?{_END}(?!\s{{0,3}}(?:%|percent|miles|km|o'clock|[ap]\.?m\b))"
)
_DAY_MONTH = re.compile(
    rf"(?P<the>\b[Tt]he\s{{1,3}})?{_START}(?:(?P<first>[12]\d|3[01]|[1-9]){DASH})?{_DAY}\s{{1,3}}(?:of\s{{1,3}})?{_NAMED}"
    rf"(?:,?\s{{1,3}}{_YEAR})?{_END}"
)
_MONTH_YEAR = re.compile(rf"(?<!\w){_NAMED},?\s{{1,3}}{_YEAR}{_END}")
_DECADE = re.compile(r"(?<![\w.,])(?P<century>1[1-9]|20)(?P<rest>\d0)(?:['’]?s)(?!\w)")
_SHORT_DECADE = re.compile(r"(?P<lead>(?<!\w)['’]|\b(?:[Tt]he|early|mid|late)[ -])(?P<rest>[2-9]0)['’]?s(?!\w)")
_SHORT_YEAR = re.compile(r"(?P<lead>\b(?:of|in|since|summer|winter|class of)\s)['’](?P<rest>\d\d)(?!\w)")
_SPAN = re.compile(
    rf"(?<![\w.,:/#$£€-])(?P<first>1[1-9]\d\d|20\d\d){DASH}(?P<last>(?:1[1-9]|20)\d\d|\d\d)(?![\w%]|[.,]\d|[-/])"
)
_AFTER_WORD = re.compile(
    r"(?P<lead>\b(?:[Ii]n|[Ss]ince|[Bb]y|[Uu]ntil|[Bb]efore|[Aa]fter|[Dd]uring|[Ff]rom|[Yy]ear|AD)\s{1,3})"
    r"(?P<year>1\d{3}|20\d\d)(?![\w%]|[.,:]\d|[-/]\d|\s(?:percent|seconds|minutes|hours|days|words|ways|pieces|steps)\b)"
)
_COUNTING = (
    r"(?:over|under|than|least|most|exactly|only|nearly|almost|number|room|page|pages|costs?|about|some|all|plus|minus)"
)
_YEAR_ALONE = re.compile(
    rf"(?<!{DASH})(?<![\w.,:/#$£€¥₹+=×^*~°@])(?P<year>1[1-9]\d\d|20\d\d)"
    r"(?![\w%°]|[.,:]\d|[-/–]\d|\s?[=+×*^±÷−])"
    r"(?!\s{1,3}(?!(?:was|is|has|as|its|this|does|Olympics|elections)\b)[a-z]{2,20}s\b|\s(?:people|men|women|children|sheep)\b)"
)
_COUNTED_BEFORE = re.compile(rf"\b{_COUNTING}\s{{1,3}}\Z", re.IGNORECASE)


def read(text: str, english: English) -> str:
    """The text with its dates, years and decades in words."""
    if not any(sign.isdecimal() for sign in text):
        return text
    text = _ISO.sub(lambda m: _whole(m, int(m["month"]), int(m["day"]), english), text)
    text = _FIGURES.sub(lambda m: _figures(m, english), text)
    text = _DAY_MONTH.sub(lambda m: _day_month(m, english), text)
    text = _MONTH_DAY.sub(lambda m: _month_day(m, english), text)
    text = _MONTH_YEAR.sub(lambda m: f"{_named(m)} {english.year(int(m['year']))}", text)
    text = _DECADE.sub(_decade, text)
    text = _SHORT_DECADE.sub(lambda m: m["lead"].strip("'’") + numbers.plural(numbers.cardinal(int(m["rest"]))), text)
    text = _SHORT_YEAR.sub(lambda m: m["lead"] + numbers.short_year(int(m["rest"])), text)
    text = _SPAN.sub(lambda m: _span(m, english), text)
    text = _AFTER_WORD.sub(lambda m: m["lead"] + english.year(int(m["year"])), text)
    return _YEAR_ALONE.sub(lambda m: _alone(m, english), text)


def _named(match: re.Match[str]) -> str:
    name = match["month"].rstrip(".")
    return _SHORT.get(name, name)


def _whole(match: re.Match[str], month: int, day: int, english: English) -> str:
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return match.group()
    number = int(match["year"])
    if number < 100:
        number += 2000 if number < 70 else 1900
    name, place, year = _MONTHS[month - 1], english.ordinal(day), english.year(number)
    return f"the {place} of {name} {year}" if english.british else f"{name} {place}, {year}"


def _figures(match: re.Match[str], english: English) -> str:
    first, second = int(match["first"]), int(match["second"])
    # Points and dashes are nobody's month-first order.
    day_first = (english.british or match["sign"] != "/") if first <= 12 and second <= 12 else first > 12
    month, day = (second, first) if day_first else (first, second)
    return _whole(match, month, day, english)


def _month_day(match: re.Match[str], english: English) -> str:
    the = "the " if english.british else ""
    said = f"{_named(match)} {the}{english.ordinal(int(match['day']))}"
    if match["last"]:
        said += f" to {the}{english.ordinal(int(match['last']))}"
    return said + (f"{match['comma']} {english.year(int(match['year']))}" if match["year"] else "")


def _day_month(match: re.Match[str], english: English) -> str:
    first = f"{english.ordinal(int(match['first']))} to the " if match["first"] else ""
    said = f"{match['the'] or 'the '}{first}{english.ordinal(int(match['day']))} of {_named(match)}"
    return said + (f" {english.year(int(match['year']))}" if match["year"] else "")


def _decade(match: re.Match[str]) -> str:
    century, rest = int(match["century"]), int(match["rest"])
    if rest:
        return f"{numbers.cardinal(century)} {numbers.plural(numbers.cardinal(rest))}"
    return "two thousands" if century == 20 else f"{numbers.cardinal(century)} hundreds"


def _span(match: re.Match[str], english: English) -> str:
    first, last = int(match["first"]), int(match["last"])
    if last < 100:
        if last <= first % 100:
            return match.group()
        return f"{english.year(first)} to {numbers.short_year(last)}"
    return f"{english.year(first)} to {english.year(last)}"


def _alone(match: re.Match[str], english: English) -> str:
    before = match.string[max(0, match.start() - 16) : match.start()]
    if _COUNTED_BEFORE.search(before):
        return match.group()
    return english.year(int(match["year"]))
