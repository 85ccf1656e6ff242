"""What engines say in English is said in German in the window, with what was filled in."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from studio.engines import registry
from studio.errors import StudioError
from studio.ui import language
from studio.ui.bridge.notices import Banner, Notices
from studio.ui.told import SENTENCES, told

STUDIO = Path(registry.__file__).parents[1]
# What says nothing in jobs: trials of engines and devices, the engine for tests, what a voice is measured with.
_OUTSIDE = {"smoke", "probe", "fake", "absent", "fitting"}
_FAULTS = {
    "BadNumbers", "ValueError", "RuntimeError", "NotImplementedError", "ModuleNotFoundError", "WrongBuild",
    "IncompleteWeights", "FontError", "AttributeError", "ArithmeticError",
}  # fmt: skip
"""Errors of ours or of a model's: they end as an engine's failure, with the log beside them."""
_ASKS_A_MODEL = "writer/asking.py"  # whose other sentences are for the model
_SENTENCE = re.compile(r"""[A-Z{`'"\[].*\s.*(?:[.:?!]|\{\})""")
_FEWEST = 4  # letters around what is filled in


def _sources() -> list[Path]:
    found = [*(STUDIO / "engines").glob("*/**/*.py"), *(STUDIO / "worker").glob("*.py")]
    return [file for file in found if not _OUTSIDE & {file.stem, file.parent.name}]


def _words_in(node: ast.AST) -> Iterator[str]:
    """Literals that a user may see, with `{}` for what is filled in: not docstrings, patterns, logs and our faults."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return
    if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and _name(node.exc.func) in _FAULTS:
        return
    if isinstance(node, ast.Call) and _name(node.func) in {"log", "compile"}:
        return
    if isinstance(node, ast.JoinedStr):
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values).strip()
        for part in node.values:
            if isinstance(part, ast.FormattedValue):
                yield from _words_in(part.value)
        return
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value.strip()
    for child in ast.iter_child_nodes(node):
        yield from _words_in(child)


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _given_to(names: set[str], tree: ast.AST) -> Iterator[str]:
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and _name(call.func) in names:
            for argument in call.args:
                yield from _words_in(argument)


@cache
def _literals() -> dict[str, str]:
    """Every literal of the engines, with the file that it stands in."""
    found: dict[str, str] = {}
    for file in _sources():
        name = file.relative_to(STUDIO / "engines" if "engines" in file.parts else STUDIO).as_posix()
        tree = _tree(file)
        for text in _given_to({"UserMistake"}, tree) if name == _ASKS_A_MODEL else _words_in(tree):
            found.setdefault(text, name)
    return found


def _sentences() -> dict[str, str]:
    """What looks like a sentence, and all that notes and mistakes are made of; with the file that it stands in."""
    given = {text for file in _sources() for text in _given_to({"note", "UserMistake"}, _tree(file)) if " " in text}
    assert len(given) > 150
    shown = {text: where for text, where in _literals().items() if text in given or _SENTENCE.fullmatch(text)}
    return {text: where for text, where in shown.items() if _letters(text) >= _FEWEST}


def _tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


def _without_names(sentence: str) -> str:
    return re.sub(r"\{\w+\}", "{}", sentence)


def _letters(text: str) -> int:
    return sum(sign.isalpha() for sign in text)


SAID = language.catalogue("de", SENTENCES)
KNOWN = {_without_names(english) for english in SAID}


def test_german_has_every_sentence_of_the_engines() -> None:
    assert [f"{where}: {text!r}" for text, where in _sentences().items() if text not in KNOWN] == []


def test_every_sentence_of_the_catalogue_is_one_that_an_engine_says() -> None:
    assert sorted(KNOWN - set(_literals())) == []


@pytest.mark.parametrize("english", [english for english in SAID if "{" in english])
def test_what_is_filled_in_can_be_told_from_what_stands_around_it(english: str) -> None:
    names = re.findall(r"\{(\w+)\}", english)
    assert len(set(names)) == len(names), "no name comes twice"
    assert "}{" not in english
    assert _letters(_without_names(english)) >= _FEWEST


@pytest.fixture
def german() -> Iterator[None]:
    language.use("de")
    yield
    language.use("en")


@pytest.mark.usefixtures("german")
@pytest.mark.parametrize(
    ("english", "said"),
    [
        ("This model makes at most 46.4 seconds.", "Dieses Modell erzeugt höchstens 46,4 Sekunden."),
        ("MusicGen does not sing: the lyrics are left out.", "MusicGen singt nicht: Der Liedtext wird weggelassen."),
        (
            "A stretch was silent, also after 2 further tries; the best was kept.",
            "Ein Abschnitt war still, auch nach 2 weiteren Versuchen; der beste wurde behalten.",
        ),
        (
            "Did you mean bridge? There are: Intro, Verse.",
            "Ist „bridge“ gemeint? Es gibt: Intro, Verse.",
        ),
        (
            "Something new happened. Choose a shorter duration. Another new thing.",
            "Something new happened. Eine kürzere Dauer wählen. Another new thing.",
        ),
        (
            "The lyrics have 5,012 sounds; the model reads at most 4,096.",
            "Der Liedtext hat 5.012 Laute; das Modell liest höchstens 4.096.",
        ),
        ("Something new happened", "Something new happened"),
        (
            "The mask cannot be read. Choose another file.",
            "Die Maske lässt sich nicht lesen. Eine andere Datei wählen.",
        ),
        (
            "3 lines have one syllable more or less than 8: no better rhyme was found.",
            "3 Zeilen haben eine Silbe mehr oder weniger als 8: Ein besserer Reim fand sich nicht.",
        ),
        (
            "There is no MusicGen in /home/a.b: config.json is missing.",
            "In /home/a.b liegt kein MusicGen: Es fehlt config.json.",
        ),
        ("", ""),
        ("x. " * 600, "x. " * 600),
        ("x" * 5000, "x" * 5000),
    ],
)
def test_sentences_are_said_in_german_with_their_numbers_and_names(english: str, said: str) -> None:
    assert told(english) == said


def test_in_english_a_sentence_stays_as_it_came() -> None:
    assert told("Choose a shorter duration.") == "Choose a shorter duration."


@pytest.mark.usefixtures("german")
def test_a_banner_says_an_error_in_german_and_is_known_by_its_english(qapp: object) -> None:
    del qapp
    notices, seen = Notices(), list[Banner]()
    notices.banner.connect(seen.append)
    notices.tell(StudioError("There is no song to work on.", "Name its file."))
    (banner,) = seen
    assert (banner.message, banner.hint) == (
        "Es gibt keinen Song, der bearbeitet werden könnte.",
        "Seine Datei nennen.",
    )
    assert banner.key == "There is no song to work on."
