"""Every text of the window goes through one function, and German has them all."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from studio.paths import RESOURCES
from studio.ui import actions, language, rooms

UI = Path(language.__file__).parent
FORMS = string.Formatter()


def texts_in(file: Path) -> Iterator[tuple[str, int]]:
    """The literals given to `t` and `tn`, with their lines."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        wanted = {"t": node.args[:1], "tn": node.args[1:3]}.get(node.func.id, [])
        for argument in wanted:
            for literal in _strings(argument):
                yield literal, node.lineno


def _strings(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _strings(node.body)
        yield from _strings(node.orelse)


def all_texts() -> dict[str, str]:
    found: dict[str, str] = {}
    for file in sorted(UI.rglob("*.py")):
        for text, line in texts_in(file):
            found.setdefault(text, f"{file.relative_to(UI)}:{line}")
    for entry in actions.TABLE:
        found.setdefault(entry.title, "actions.py")
    for room in rooms.TABLE:
        found.setdefault(room.title, "rooms.py")
    return found


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in FORMS.parse(text) if name is not None}


def test_german_has_every_text_of_the_window() -> None:
    german = language.catalogue("de")
    missing = [f"{where}: {text!r}" for text, where in all_texts().items() if text.strip() and text not in german]
    assert missing == []


def test_translations_have_the_places_of_their_originals() -> None:
    wrong = [english for english, german in language.catalogue("de").items() if fields(english) != fields(german)]
    assert wrong == []


def test_no_text_is_translated_in_two_ways() -> None:
    import json

    seen: dict[str, str] = {}
    for file in sorted((RESOURCES / "language" / "de").glob("*.json")):
        for english, german in json.loads(file.read_text(encoding="utf-8")).items():
            assert seen.setdefault(english, german) == german, f"{english!r} in {file.name}"


@pytest.mark.parametrize("code", language.LANGUAGES)
def test_a_text_is_said_in_the_language_that_is_shown(code: str) -> None:
    language.use(code)
    try:
        assert language.t("Cancel all") == {"en": "Cancel all", "de": "Alle abbrechen"}[code]
        assert language.t("a text that nobody translated {n}", n=3) == "a text that nobody translated 3"
    finally:
        language.use("en")


@pytest.mark.parametrize(
    ("seconds", "digits", "words"),
    [
        (0, 0, "0:00"), (61.4, 0, "1:01"), (3599.7, 0, "1:00:00"), (3725, 0, "1:02:05"),
        (0, 1, "0:00.0"), (9.96, 1, "0:10.0"), (59.97, 1, "1:00.0"), (61.25, 1, "1:01.2"), (-1, 1, "0:00.0"),
    ],
)  # fmt: skip
def test_times_are_those_people_read(seconds: float, digits: int, words: str) -> None:
    assert language.clock(seconds, digits) == words


@pytest.mark.parametrize(
    ("seconds", "words"), [(3, "a few seconds left"), (42, "about 40 s left"), (600, "about 10 min left")]
)
def test_time_left_is_told_as_people_estimate(seconds: float, words: str) -> None:
    assert language.time_left(seconds) == words


@pytest.mark.parametrize(("code", "words"), [("en", "2.5"), ("de", "2,5")])
def test_fractions_are_written_as_the_language_does(code: str, words: str) -> None:
    language.use(code)
    try:
        assert language.figures(2.46) == words
        assert language.clock(62.5, 1) == f"1:0{words}"
    finally:
        language.use("en")


def test_each_icon_that_is_named_is_there() -> None:
    icons = {file.stem for file in (RESOURCES / "icons").glob("*.svg")}
    named = {entry.icon for entry in actions.TABLE if entry.icon} | {room.sign for room in rooms.TABLE}
    assert named - icons == set()
