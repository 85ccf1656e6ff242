"""An engine's parameters: what they are, and the one place where values for them are checked. Any thread."""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from studio.errors import StudioError

Value = int | float | str | bool


@dataclass(frozen=True)
class Param:
    """One parameter. Form field, command-line option, service field and check follow from it."""

    name: str
    type: str  # "int", "float", "bool", "text" or "choice"
    default: Any
    title: str = ""
    help: str = ""
    min: Any = None  # of a text: its length in characters
    max: Any = None
    least: Any = None  # of a number whose default stands for none: the smallest besides that
    choices: tuple[str, ...] = ()
    group: str = ""  # under which heading a form shows it
    advanced: bool = False  # a form shows it on request
    at: str = "run"  # "load": part of how the engine is started; a change needs a fresh process

    def __post_init__(self) -> None:
        """Refuse a description that contradicts itself."""
        if self.type not in {"int", "float", "bool", "text", "choice"}:
            raise ValueError(f"param {self.name!r}: type {self.type!r} is unknown")
        if self.at not in {"run", "load"}:
            raise ValueError(f"param {self.name!r}: at is 'run' or 'load'")
        for end in (self.min, self.max, self.least):
            if end is not None and (isinstance(end, bool) or not isinstance(end, (int, float))):
                raise ValueError(f"param {self.name!r}: min and max are numbers, and so is least")
        if self.type == "choice" and not self.choices:
            raise ValueError(f"param {self.name!r}: a choice needs choices")
        if self.problem(self.default):
            raise ValueError(f"param {self.name!r}: the default does not fit: {self.problem(self.default)}")

    @property
    def lowest(self) -> Any:
        """The smallest number there is, besides one that stands for none."""
        return self.min if self.least is None else self.least

    def problem(self, value: object) -> str:
        """Say what is wrong with a value, in a sentence that names the range; nothing when it fits."""
        if self.type == "bool":
            return "" if isinstance(value, bool) else f"{self.name} is yes or no, not {value!r}"
        if self.type == "choice":
            return "" if value in self.choices else self._no_choice(value)
        if self.type == "text":
            return self._text_problem(value)
        return self._number_problem(value)

    def _text_problem(self, value: object) -> str:
        if not isinstance(value, str):
            return f"{self.name} is a text"
        if any("\ud800" <= c <= "\udfff" for c in value):
            return f"{self.name} holds signs that are no text"
        if self.min is not None and len(value.strip()) < self.min:
            return f"{self.name} is empty" if self.min == 1 else f"{self.name} has at least {self.min} characters"
        if self.max is not None and len(value) > self.max:
            return f"{self.name} has at most {self.max:,} characters, not {len(value):,}"
        return ""

    def from_text(self, text: str) -> Value:
        """Turn what was typed into a value; what does not parse stays text, and `problem` then says so."""
        try:
            if self.type == "int":
                return int(text)
            if self.type == "float":
                return float(text)
        except ValueError:
            return text
        if self.type == "bool":
            words = {"yes": True, "true": True, "on": True, "1": True, "no": False, "false": False, "off": False}
            return words.get(text.strip().lower(), False if text.strip() == "0" else text)
        return text

    def _number_problem(self, value: object) -> str:
        wanted = "a whole number" if self.type == "int" else "a number"
        types = (int,) if self.type == "int" else (int, float)
        finite = isinstance(value, int) or (isinstance(value, float) and math.isfinite(value))
        if isinstance(value, bool) or not isinstance(value, types) or not finite:
            return f"{self.name} is {wanted}{self._range()}, not {str(value)[:40]!r}"
        none = self.least is not None and value == self.default
        too_low = self.lowest is not None and value < self.lowest and not none
        too_high = self.max is not None and value > self.max
        return f"{self.name} is {wanted}{self._range()}, not {value}" if too_low or too_high else ""

    def _range(self) -> str:
        if self.least is not None:
            most = f" to {self.max}" if self.max is not None else " on"
            return f" from {self.least}{most}, or {self.default}"
        if self.min is not None and self.max is not None:
            return f" from {self.min} to {self.max}"
        if self.min is not None:
            return f" of at least {self.min}"
        return f" of at most {self.max}" if self.max is not None else ""

    def _no_choice(self, value: object) -> str:
        near = difflib.get_close_matches(str(value), self.choices, 1)
        shown = ", ".join(c for c in self.choices if c)
        return f"{self.name} is one of {shown}, not {str(value)[:40]!r}" + (
            f" (did you mean {near[0]}?)" if near else ""
        )


def complete(params: Iterable[Param], given: Mapping[str, object], *, engine: str) -> dict[str, Value]:
    """Check the given values and add the defaults; raise StudioError with the range for what does not fit.

    Texts are accepted for numbers, since options come as text.
    """
    known = {p.name: p for p in params}
    values: dict[str, Value] = {p.name: p.default for p in known.values()}
    for name, raw in given.items():
        param = known.get(name)
        if param is None:
            raise _unknown(name, known, engine)
        value = param.from_text(raw) if isinstance(raw, str) else raw
        problem = param.problem(value)
        if problem:
            raise StudioError(f"{problem}.", f"Run `studio engines show {engine}` for all parameters and their ranges.")
        values[name] = value  # type: ignore[assignment]  # problem() found it to be a Value
    return values


def _unknown(name: str, known: Mapping[str, Param], engine: str) -> StudioError:
    near = difflib.get_close_matches(name, known, 1)
    hint = f"Did you mean {near[0]}? " if near else ""
    names = ", ".join(known) or "none"
    return StudioError(f"The engine {engine} has no parameter {name!r}.", f"{hint}It has: {names}.")
