"""Numbers in Hindi words: the model's own way of reading has none and refuses them. Pure; any thread."""

from __future__ import annotations

import re

_WORDS = (
    "शून्य एक दो तीन चार पाँच छह सात आठ नौ "
    "दस ग्यारह बारह तेरह चौदह पंद्रह सोलह सत्रह अठारह उन्नीस "
    "बीस इक्कीस बाईस तेईस चौबीस पच्चीस छब्बीस सत्ताईस अट्ठाईस उनतीस "
    "तीस इकतीस बत्तीस तैंतीस चौंतीस पैंतीस छत्तीस सैंतीस अड़तीस उनतालीस "
    "चालीस इकतालीस बयालीस तैंतालीस चौवालीस पैंतालीस छियालीस सैंतालीस अड़तालीस उनचास "
    "पचास इक्यावन बावन तिरपन चौवन पचपन छप्पन सत्तावन अट्ठावन उनसठ "
    "साठ इकसठ बासठ तिरसठ चौंसठ पैंसठ छियासठ सड़सठ अड़सठ उनहत्तर "
    "सत्तर इकहत्तर बहत्तर तिहत्तर चौहत्तर पचहत्तर छिहत्तर सतहत्तर अठहत्तर उन्यासी "
    "अस्सी इक्यासी बयासी तिरासी चौरासी पचासी छियासी सत्तासी अट्ठासी नवासी "
    "नब्बे इक्यानवे बानवे तिरानवे चौरानवे पचानवे छियानवे सत्तानवे अट्ठानवे निन्यानवे"
)
_TO_99 = tuple(_WORDS.split())
_HUNDRED = "सौ"
_POINT = "दशमलव"
_GROUPS = ((10**11, "खरब"), (10**9, "अरब"), (10**7, "करोड़"), (10**5, "लाख"), (10**3, "हज़ार"))
_MOST = 10**13
_NUMBER = re.compile(r"(\d+(?:,\d{2,3})*)(?:\.(\d+))?")


def spelled(text: str) -> str:
    """Put every number of a text into words, in whichever digits it is written."""
    return _NUMBER.sub(lambda found: _in_words(found[1].replace(",", ""), found[2] or ""), text)


def _in_words(whole: str, fraction: str) -> str:
    number = int(whole)
    by_digits = number >= _MOST or len(str(number)) < len(whole)  # "007" is no seven
    said = _digits(whole) if by_digits else _cardinal(number)
    return f"{said} {_POINT} {_digits(fraction)}" if fraction else said


def _cardinal(number: int) -> str:
    if number < len(_TO_99):
        return _TO_99[number]
    words: list[str] = []
    for size, name in _GROUPS:
        count, number = divmod(number, size)
        words += [_cardinal(count), name] if count else []
    hundreds, rest = divmod(number, 100)
    words += [_TO_99[hundreds], _HUNDRED] if hundreds else []
    return " ".join([*words, _TO_99[rest]] if rest else words)


def _digits(digits: str) -> str:
    return " ".join(_TO_99[int(digit)] for digit in digits)
