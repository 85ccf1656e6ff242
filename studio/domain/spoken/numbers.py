"""Numbers as English words. Pure; any thread.

American and British readings differ in one word: "one hundred five", "one hundred and five".
"""

from __future__ import annotations

SMALL = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_SCALES = ("", "thousand", "million", "billion", "trillion")
_ODD_ORDINALS = {
    "one": "first",
    "two": "second",
    "three": "third",
    "five": "fifth",
    "eight": "eighth",
    "nine": "ninth",
    "twelve": "twelfth",
}
_LONGEST = 15  # digits of a number that is read as one
_LONGEST_PLAIN = 7  # without separators; longer ones are codes and are read digit by digit


def cardinal(number: int, *, british: bool = False) -> str:
    """A whole number in words: `forty-two`. It has at most 15 digits."""
    if number < 0:
        return f"minus {cardinal(-number, british=british)}"
    groups: list[str] = []
    rest, scale = number, 0
    while rest:
        rest, group = divmod(rest, 1000)
        if group:
            words = _below_thousand(group, british=british)
            if british and scale == 0 and group < 100 and rest:
                words = f"and {words}"
            groups.append(f"{words} {_SCALES[scale]}".rstrip())
        scale += 1
    return " ".join(reversed(groups)) or SMALL[0]


def _below_thousand(number: int, *, british: bool) -> str:
    hundreds, rest = divmod(number, 100)
    parts = [f"{SMALL[hundreds]} hundred"] if hundreds else []
    if hundreds and rest and british:
        parts.append("and")
    if rest:
        parts.append(_below_hundred(rest))
    return " ".join(parts)


def _below_hundred(number: int) -> str:
    if number < len(SMALL):
        return SMALL[number]
    tens, ones = divmod(number, 10)
    return _TENS[tens] + (f"-{SMALL[ones]}" if ones else "")


def ordinal(number: int, *, british: bool = False) -> str:
    """The place in a row: `forty-second`."""
    words = cardinal(number, british=british)
    cut = max(words.rfind(" "), words.rfind("-")) + 1
    last = words[cut:]
    if last in _ODD_ORDINALS:
        return words[:cut] + _ODD_ORDINALS[last]
    return words[:cut] + (f"{last[:-1]}ieth" if last.endswith("y") else f"{last}th")


def plural(words: str) -> str:
    """The plural of number words: `nineties`, `sixes`, `halves` are made, `thousands` too."""
    if words.endswith("y"):
        return f"{words[:-1]}ies"
    if words.endswith("half"):
        return f"{words[:-1]}ves"
    return words + ("es" if words.endswith("x") else "s")


def digits(text: str) -> str:
    """Each digit by itself; what is no digit is left out."""
    return " ".join(SMALL[int(sign)] for sign in text if sign.isdecimal())


def year(number: int, *, british: bool = False) -> str:
    """A year as it is said: `nineteen eighty-four`, `two thousand five`, `twenty ten`."""
    century, rest = divmod(number, 100)
    if number < 1000 or (century % 10 == 0 and rest < 10):
        return cardinal(number, british=british)
    if rest == 0:
        return f"{_below_hundred(century)} hundred"
    return f"{_below_hundred(century)} {short_year(rest)}"


def short_year(rest: int) -> str:
    """The last two digits of a year: `oh five`, `eighty-four`."""
    return f"oh {SMALL[rest]}" if rest < 10 else _below_hundred(rest)


def figure(text: str, *, british: bool = False) -> str:
    """A number as it is written, in words: `1,234`, `3.14`, `.5`, `007`, or a code of many digits."""
    whole, point, part = text.replace(",", "").partition(".")
    after = f"point {digits(part)}" if point and part else ""
    if not whole:
        return after
    if (is_code(whole) and "," not in text) or len(whole) > _LONGEST:
        before = digits(whole)
    else:
        before = cardinal(int(whole), british=british)
    return f"{before} {after}".rstrip()


def is_code(whole: str) -> bool:
    """Whether digits without separators are no amount: `007`, `48151623`; but a round million is one."""
    if len(whole) > 1 and whole[0] == "0":
        return True
    return len(whole) > _LONGEST or (len(whole) > _LONGEST_PLAIN and not whole.endswith("000"))


def is_one(text: str) -> bool:
    """Whether what is counted stands in the singular after this figure."""
    return text == "1"
