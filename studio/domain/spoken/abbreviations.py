"""Titles, months' neighbours and other shortened words in full. Pure; any thread.

Which full stops end a sentence is decided in domain/sentences.py; every word here that is followed by more of its
sentence stands there, too.
"""

from __future__ import annotations

import re

from studio.domain.spoken.style import ends_sentence

BEFORE_NAMES = {
    "Mr": "mister",
    "Mrs": "missus",
    "Ms": "miz",
    "Mx": "mix",
    "Dr": "doctor",
    "Prof": "professor",
    "Rev": "reverend",
    "Hon": "honorable",
    "Fr": "father",
    "Gen": "general",
    "Col": "colonel",
    "Capt": "captain",
    "Lt": "lieutenant",
    "Sgt": "sergeant",
    "Sen": "senator",
    "Rep": "representative",
    "Gov": "governor",
    "Pres": "president",
    "Messrs": "messieurs",
    "Mme": "madame",
    "Mlle": "mademoiselle",
    "Mt": "mount",
    "St": "saint",
    "Ft": "fort",
}
ANYWHERE = {
    "e.g": "for example",
    "eg": "for example",
    "i.e": "that is",
    "ie": "that is",
    "vs": "versus",
    "cf": "compare",
    "viz": "namely",
    "approx": "approximately",
    "etc": "et cetera",
    "dept": "department",
    "est": "established",
    "govt": "government",
    "asst": "assistant",
    "Inc": "incorporated",
    "Ltd": "limited",
    "Co": "company",
    "Corp": "corporation",
    "Jr": "junior",
    "Sr": "senior",
    "Ave": "avenue",
    "Blvd": "boulevard",
    "Rd": "road",
    "Mon": "Monday",
    "Tue": "Tuesday",
    "Tues": "Tuesday",
    "Wed": "Wednesday",
    "Thu": "Thursday",
    "Thur": "Thursday",
    "Thurs": "Thursday",
    "Fri": "Friday",
    "Sat": "Saturday",
    "Sun": "Sunday",
    "Jan": "January",
    "Feb": "February",
    "Mar": "March",
    "Apr": "April",
    "Jun": "June",
    "Jul": "July",
    "Aug": "August",
    "Sep": "September",
    "Sept": "September",
    "Oct": "October",
    "Nov": "November",
    "Dec": "December",
    "et al": "and others",
    "a.k.a": "also known as",
    "tel": "telephone",
    "ext": "extension",
    "max": "maximum",
    "min": "minimum",
    "incl": "including",
    "misc": "miscellaneous",
    "hrs": "hours",
}
BEFORE_NUMBERS = {
    "no": "number",
    "nos": "numbers",
    "p": "page",
    "pp": "pages",
    "fig": "figure",
    "figs": "figures",
    "vol": "volume",
    "vols": "volumes",
    "ch": "chapter",
    "sec": "section",
    "art": "article",
    "ca": "circa",
    "c": "circa",
    "ext": "extension",
    "eq": "equation",
    "para": "paragraph",
}
_LETTERED = frozenset({"e.g", "i.e", "eg", "ie", "et al", "a.k.a"})
_STREET = re.compile(
    r"(?P<name>(?:\b[A-Z][\w'’]{0,30}|\b\d{1,3}(?:st|nd|rd|th)|(?:first|second|third|[a-z]{1,12}th))\s{1,2})"
    r"(?P<short>St|Dr)\b(?P<dot>\.?)(?!\s{1,3}[A-Z][a-z'’]|[\w'’-])"
)
_NOT_STREETS = frozenset({"the", "a", "and", "dear", "hello", "hi", "thanks", "thank", "yes", "no", "mr", "mrs", "ms"})
_NAMED = re.compile(
    rf"(?<![\w.])(?P<short>{'|'.join(BEFORE_NAMES)})(?:\.\s{{0,3}}|\s{{1,3}})(?=[A-Z\u00c0-\u00de\ufdd5])"
)
_COUPLE = re.compile(r"(?<![\w.])(?P<short>Mr|Mrs|Ms|Dr|Prof)\b\.?(?=\s(?:and|or)\s)")
_NUMBERED = re.compile(
    rf"(?<![\w.])(?P<short>{'|'.join(sorted(BEFORE_NUMBERS, key=len, reverse=True))})\.\s{{0,3}}(?=\d)", re.IGNORECASE
)
_NUMBER_SIGN = re.compile(r"№\s{0,3}(?=\d)|(?<![\w.])No\s(?=\d)(?!\d{1,3}\s[a-z])")
_SHORT = "|".join(re.escape(short) for short in sorted(ANYWHERE, key=len, reverse=True))
_DOTTED = re.compile(rf"(?<![\w.])(?P<short>{_SHORT})\.(?![\w])", re.IGNORECASE)
_UNDOTTED = re.compile(r"(?<![\w.])(?P<short>e\.g|i\.e|vs|etc|Jr|Sr|Ltd|Inc)(?![\w.])")
_WITH = re.compile(r"(?<![\w/])(?P<without>w/o|w/)(?=\s?\w)")
# Words of their own, too: they are abbreviations only as they are written here.
_CASED = frozenset(
    {"Sat", "Sun", "Mon", "Wed", "Mar", "Dec", "Co", "Fri", "Jun", "Aug", "Oct", "Inc", "Ave", "Rd", "Tue"}
)
_LOWER = {short.lower(): words for short, words in ANYWHERE.items()}


def read(text: str) -> str:
    """The text with its abbreviations in full; a full stop that also ends the sentence stays."""
    text = _WITH.sub(lambda m: "without" if m["without"] == "w/o" else "with ", text).replace("with  ", "with ")
    text = _STREET.sub(_street, text)
    text = _NAMED.sub(lambda m: f"{BEFORE_NAMES[m['short']]} ", text)
    text = _COUPLE.sub(lambda m: BEFORE_NAMES[m["short"]], text)
    text = _NUMBERED.sub(lambda m: f"{BEFORE_NUMBERS[m['short'].lower()]} ", text)
    text = _NUMBER_SIGN.sub("number ", text)
    text = _DOTTED.sub(_dotted, text)
    return _UNDOTTED.sub(lambda m: _LOWER[m["short"].lower()], text)


def _street(match: re.Match[str]) -> str:
    if match["name"].strip().lower() in _NOT_STREETS:
        return match.group()
    words = {"St": "street", "Dr": "drive"}[match["short"]]
    return f"{match['name']}{words}" + (_stop(match) if match["dot"] else "")


def _dotted(match: re.Match[str]) -> str:
    short = match["short"]
    if short.title() in _CASED and short not in _CASED:
        return match.group()
    if short.lower() in ("max", "min", "tel", "ext", "est", "sun", "sat", "co") and ends_sentence(
        match.string, match.end()
    ):
        return match.group()
    return _LOWER[short.lower()] + _stop(match)


def _stop(match: re.Match[str]) -> str:
    lettered = match.groupdict().get("short", "").lower() in ("e.g", "eg", "i.e", "ie", "vs", "cf", "viz", "approx")
    return "." if not lettered and ends_sentence(match.string, match.end()) else ""
