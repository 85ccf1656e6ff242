"""Roman numerals where the words before them say that they are numbers. Pure; any thread."""

from __future__ import annotations

import re
from collections.abc import Callable

from studio.domain.spoken.style import English

_RULERS = (
    "Henry|Louis|George|Edward|Richard|Charles|William|James|Elizabeth|Mary|Philip|Paul|Pius|Benedict|Leo|Gregory|"
    "Clement|Urban|Innocent|Catherine|Napoleon|Frederick|Wilhelm|Friedrich|Alexander|Nicholas|Peter|Ivan|Ramesses|"
    "Ramses|Ptolemy|Darius|Xerxes|Cleopatra|Alfonso|Ferdinand|Francis|Karl|Gustav|Haakon|Harald|Olaf|Olav|Christian|"
    "Margrethe|Umberto|Emmanuel|Otto|Leopold|Baldwin|Albert|Rainier|Carlos|Felipe|Carl|Franz|Joseph|Robert|Malcolm|"
    "Thutmose|Mehmed|Selim|Murad|John|Stephen|Sixtus|Julius|Boniface|Adrian|Anne|Victoria|Constantine|Theodosius"
)
_PARTS = (
    "chapter|part|volume|book|act|scene|section|phase|type|class|title|level|stage|episode|figure|table|article|canto"
    "|psalm|unit|lesson|mark|appendix|season|round|grade|division|tier|step|movement|symphony|sonata|verse|apollo"
)
_NUMERAL = r"(?=[IVXLC])(?P<numeral>(?:C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3}))(?![\w'’-]|\.\w)"
_RULER = re.compile(rf"(?<!\w)(?P<lead>(?:{_RULERS})\s{{1,2}}){_NUMERAL}")
_CROWNED = re.compile(
    r"(?P<lead>\b(?:[Kk]ing|[Qq]ueen|[Pp]ope|[Ee]mperor|[Ee]mpress|[Tt]sar|[Cc]zar|[Pp]rince|[Ss]ultan|[Pp]haraoh)\s{1,2}"
    rf"[A-Z][a-z]{{1,20}}(?:\s[A-Z][a-z]{{1,20}})?\s{{1,2}}){_NUMERAL}"
)
_WAR = re.compile(rf"(?P<lead>\bWorld\s{{1,2}}War\s{{1,2}}){_NUMERAL}")
_PART = re.compile(rf"(?P<lead>\b(?i:{_PARTS})s?\s{{1,2}}){_NUMERAL}")
_SMALL_PART = re.compile(
    r"(?P<lead>\b(?i:chapter|part|act|scene|section|volume|book)\s{1,2})(?P<numeral>[ivx]{2,7}|[vx])(?![\w'’-])"
)
_SEQUEL = re.compile(
    r"(?P<lead>(?<!\w)(?P<name>[A-Z][a-z]{2,20})\s{1,2})(?=[IVX])(?P<numeral>X{0,3}(?:IX|IV|V?I{0,3}))(?![\w'’-]|\.\w)"
)
_CENTURY = re.compile(rf"(?<!\w)(?P<lead>){_NUMERAL}(?=\scentur)")
_NO_NAMES = frozenset(
    {"The", "This", "That", "His", "Her", "Its", "Our", "Your", "Their", "And", "But", "For", "Any", "With", "Then"}
)
_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
_AFTER_ONE = re.compile(r"\s?(?:[.,:;!?)\"”—–]|\Z|of\b|and\b|[A-Z])")
_PLAIN_PARTS = re.compile(r"(?:chapter|volume|book|act|scene|episode|canto|lesson|apollo)s?\s", re.IGNORECASE)


def read(text: str, english: English) -> str:
    """The text with its Roman numerals in words."""
    if not any(sign in text for sign in "IVXLCivx"):
        return text
    text = _WAR.sub(lambda m: _said(m, english.cardinal), text)
    text = _CROWNED.sub(lambda m: _said(m, lambda n: f"the {english.ordinal(n)}"), text)
    text = _RULER.sub(lambda m: _ruler(m, english), text)
    text = _PART.sub(lambda m: _part(m, english), text)
    text = _SMALL_PART.sub(lambda m: _said(m, english.cardinal), text)
    text = _CENTURY.sub(lambda m: m.group() if m["numeral"] == "I" else _said(m, english.ordinal), text)
    return _SEQUEL.sub(lambda m: _sequel(m, english), text)


def value(numeral: str) -> int:
    """The number that a numeral stands for."""
    values = [_VALUES[sign] for sign in numeral.upper()]
    return sum(-v if v < after else v for v, after in zip(values, [*values[1:], 0], strict=True))


def _said(match: re.Match[str], words: Callable[[int], str]) -> str:
    return f"{match['lead']}{words(value(match['numeral']))}"


def _ruler(match: re.Match[str], english: English) -> str:
    # A lone letter may be the next word or an initial; only these two are common numbers of kings.
    if len(match["numeral"]) == 1 and match["numeral"] not in "VX":
        return match.group()
    return _said(match, lambda number: f"the {english.ordinal(number)}")


def _part(match: re.Match[str], english: English) -> str:
    one_letter = len(match["numeral"]) == 1
    if one_letter and match["numeral"] in "LC":
        return match.group()
    plain = _PLAIN_PARTS.match(match["lead"])
    if match["numeral"] == "I" and not plain and not _AFTER_ONE.match(match.string, match.end()):
        return match.group()
    return _said(match, english.cardinal)


def _sequel(match: re.Match[str], english: English) -> str:
    numeral = match["numeral"]
    if len(numeral) < 2 or numeral in ("XX", "XXX") or match["name"] in _NO_NAMES:
        return match.group()
    return _said(match, english.cardinal)
