"""Measures in words: `5 km`, `20 °C`, `5'11"`. Pure; any thread."""

from __future__ import annotations

import re

from studio.domain.spoken.numbers import is_one
from studio.domain.spoken.style import DASH, FIGURE, English, ends_sentence

# As written: one, many. Those spelt differently in British English end in `er` here and in `re` there.
_METRES = {
    "km": "kilometer",
    "m": "meter",
    "dm": "decimeter",
    "cm": "centimeter",
    "mm": "millimeter",
    "µm": "micrometer",
    "μm": "micrometer",
    "nm": "nanometer",
    "l": "liter",
    "L": "liter",
    "ml": "milliliter",
    "mL": "milliliter",
    "cl": "centiliter",
    "dl": "deciliter",
}
_PLAIN = {
    "mi": "mile",
    "yd": "yard",
    "yds": "yard",
    "lb": "pound",
    "lbs": "pound",
    "oz": "ounce",
    "gal": "gallon",
    "qt": "quart",
    "kg": "kilogram",
    "g": "gram",
    "mg": "milligram",
    "µg": "microgram",
    "μg": "microgram",
    "s": "second",
    "sec": "second",
    "secs": "second",
    "ms": "millisecond",
    "µs": "microsecond",
    "ns": "nanosecond",
    "min": "minute",
    "mins": "minute",
    "h": "hour",
    "hr": "hour",
    "hrs": "hour",
    "wk": "week",
    "yr": "year",
    "yrs": "year",
    "KB": "kilobyte",
    "kB": "kilobyte",
    "MB": "megabyte",
    "GB": "gigabyte",
    "TB": "terabyte",
    "PB": "petabyte",
    "KiB": "kibibyte",
    "MiB": "mebibyte",
    "GiB": "gibibyte",
    "W": "watt",
    "kW": "kilowatt",
    "MW": "megawatt",
    "GW": "gigawatt",
    "V": "volt",
    "mV": "millivolt",
    "kV": "kilovolt",
    "mA": "milliamp",
    "Ω": "ohm",
    "kΩ": "kiloohm",
    "dB": "decibel",
    "cal": "calorie",
    "kcal": "kilocalorie",
    "kJ": "kilojoule",
    "MJ": "megajoule",
    "Pa": "pascal",
    "kPa": "kilopascal",
    "hPa": "hectopascal",
    "px": "pixel",
    "ha": "hectare",
    "acre": "acre",
}
# One and many alike, or irregular.
_FIXED = {
    "ft": ("foot", "feet"),
    "Hz": ("hertz", "hertz"),
    "kHz": ("kilohertz", "kilohertz"),
    "MHz": ("megahertz", "megahertz"),
    "GHz": ("gigahertz", "gigahertz"),
    "THz": ("terahertz", "terahertz"),
    "mph": ("mile per hour", "miles per hour"),
    "rpm": ("R-P-M", "R-P-M"),
    "dpi": ("D-P-I", "D-P-I"),
    "fps": ("frame per second", "frames per second"),
    "psi": ("P-S-I", "P-S-I"),
    "in.": ("inch", "inches"),
    "kWh": ("kilowatt hour", "kilowatt hours"),
    "mAh": ("milliamp hour", "milliamp hours"),
    "kbps": ("kilobit per second", "kilobits per second"),
    "Mbps": ("megabit per second", "megabits per second"),
    "Gbps": ("gigabit per second", "gigabits per second"),
    "°": ("degree", "degrees"),
    "°C": ("degree Celsius", "degrees Celsius"),
    "°F": ("degree Fahrenheit", "degrees Fahrenheit"),
    "ºC": ("degree Celsius", "degrees Celsius"),
    "ºF": ("degree Fahrenheit", "degrees Fahrenheit"),
    "℃": ("degree Celsius", "degrees Celsius"),
    "℉": ("degree Fahrenheit", "degrees Fahrenheit"),
}
_PER = {"h": "hour", "hr": "hour", "s": "second", "sec": "second", "min": "minute", "day": "day", "kg": "kilogram"} | {
    "m²": "square meter",
    "m³": "cubic meter",
    "l": "liter",
    "L": "liter",
    "m": "meter",
    "ml": "milliliter",
}
_KNOWN = _METRES.keys() | _PLAIN.keys() | _FIXED.keys()
_UNIT = "|".join(re.escape(unit) for unit in sorted(_KNOWN, key=lambda unit: (-len(unit), unit)))
_PER_UNIT = "|".join(sorted(_PER, key=lambda unit: (-len(unit), unit)))
_MEASURE = re.compile(
    rf"(?<![\w.,/])(?P<minus>[-−])?(?P<figure>{FIGURE})(?:\s?{DASH}\s?(?P<until>{FIGURE})|\s?[x×]\s?(?P<by>{FIGURE}))?"
    rf"(?P<space>\s|-)?(?P<square>sq\.?\s|cu\.?\s)?(?P<unit>{_UNIT})(?P<power>[²³]|\^[23]|[23](?!\d))?"
    rf"(?:(?P<per>/)(?P<per_unit>{_PER_UNIT}))?(?![\w²³'’°])"
)
_KMH = re.compile(rf"(?<![\w.,/])(?P<figure>{FIGURE})(?P<space>\s|-)?(?:kph|kmh|km/h|kmph)(?!\w)")
_FEET_INCHES = re.compile(
    r"(?<![\w.,])(?P<feet>\d{1,3})\s?['’\u2032]\s?(?P<inches>1[01]|\d)(?:[\"”\u2033]|''|(?![\w'’]))"
)
_LENGTH = re.compile(
    r"(?<![\w.,])(?P<figure>\d{1,4}(?:\.\d{1,2})?)(?P<sign>[\"”\u2033'’\u2032])"
    r"(?=\s(?:tall|wide|long|high|deep|thick|x|by|screen|display|monitor|pipe|vinyl)\b|\u2033|\u2032)"
)


def read(text: str, english: English) -> str:
    """The text with its measures in words."""
    if not any(sign.isdecimal() for sign in text):
        return text
    text = _KMH.sub(lambda m: _counted(m["figure"], m["space"], *_names("km", "", "/", "h", english), english), text)
    text = _FEET_INCHES.sub(lambda m: f"{english.figure(m['feet'])} foot {english.figure(m['inches'])}", text)
    text = _LENGTH.sub(lambda m: _length(m, english), text)
    return _MEASURE.sub(lambda m: _measure(m, english), text)


def _length(match: re.Match[str], english: English) -> str:
    one, many = ("inch", "inches") if match["sign"] in '"”\u2033' else ("foot", "feet")
    return f"{english.figure(match['figure'])} {one if is_one(match['figure']) else many}"


def _measure(match: re.Match[str], english: English) -> str:
    unit, space = match["unit"], match["space"]
    if unit == "in." and not (space and _goes_on(match)):
        return match.group()
    square = {"s": "²", "c": "³"}.get((match["square"] or " ")[0], "")
    one, many = _names(unit, square or match["power"] or "", match["per"] or "", match["per_unit"] or "", english)
    figure = match["figure"]
    if match["until"] or match["by"]:
        between = "to" if match["until"] else "by"
        first = f"{english.figure(figure)} {between} "
        said = first + _counted(match["until"] or match["by"], space, one, many, english)
    else:
        said = _counted(figure, space, one, many, english)
    return f"minus {said}" if match["minus"] else said


def _goes_on(match: re.Match[str]) -> bool:
    return not ends_sentence(match.string, match.end())


def _counted(figure: str, space: str | None, one: str, many: str, english: English) -> str:
    # A hyphen makes it a word that describes, which stands in the singular: a five-kilometer run.
    return f"{english.figure(figure)} {one if is_one(figure) or space == '-' else many}"


def _names(unit: str, power: str, per: str, per_unit: str, english: English) -> tuple[str, str]:
    if unit in _FIXED:
        one, many = _FIXED[unit]
    else:
        one = _METRES.get(unit) or _PLAIN[unit]
        many = f"{one}s"
    kind = {"2": "square ", "²": "square ", "3": "cubic ", "³": "cubic "}.get(power[-1:], "")
    after = f" per {_PER[per_unit]}" if per else ""
    one, many = f"{kind}{one}{after}", f"{kind}{many}{after}"
    if english.british and (unit in _METRES or after):
        one, many = (words.replace("meter", "metre").replace("liter", "litre") for words in (one, many))
    return one, many
