"""German has every sentence that engines and the layers below the window say; and none that nobody says."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from studio.engines import registry
from studio.ui import language
from studio.ui.told import SENTENCES, told

STUDIO = Path(registry.__file__).parents[1]
# What says nothing in jobs: trials of engines and devices, the engine for tests, what a voice is measured with.
_OUTSIDE = {"smoke", "probe", "fake", "absent", "fitting"}
_FAULTS = {
    "BadNumbers", "ValueError", "RuntimeError", "NotImplementedError", "ModuleNotFoundError", "WrongBuild",
    "IncompleteWeights", "FontError", "AttributeError", "ArithmeticError",
}  # fmt: skip
"""Errors of ours or of a model's: they end as an engine's failure, with the log beside them."""
_ASKS_A_MODEL = "engines/writer/asking.py"  # whose other sentences are for the model
_LAYERS = ("domain", "store", "services", "runtime", "protocol", "audio", "pictures")
_BESIDE = ("settings.py", "paths.py", "app.py")
_UNSHOWN = (
    "domain/spoken/figures.py", "domain/spoken/money.py", "domain/spoken/units.py",  # read aloud
    "domain/export/credits.py", "domain/export/a1111.py", "domain/made_elsewhere/",  # stands in files
    "domain/lint.py", "domain/export/verdicts.py",  # the window has words of its own
    "services/doctor.py",  # asked from the command line only
    "protocol/framing.py", "protocol/messages.py",  # what was wrong with a message, for a report
)  # fmt: skip
"""What these say does not come to the window."""
_SENTENCE = re.compile(r"""[A-Z{`'"\[].*\s.*(?:[.:?!]|\{\})""")
_WHOLE = re.compile(r"""[A-Z{`'"\[].*\s.*[.?!]""")
_FEWEST = 4  # letters around what is filled in
_FILLED = "Zz"
_HOLDS_A_SENTENCE = re.compile(r"\{\} ?(?=[A-Z]|`studio)")  # a place with another sentence behind it
_END = re.compile(r"(?<=[.!?])\s+|(?<=\{\}) ?(?=[A-Z]|`studio)")
_DETAILS = ("domain/project_json.py", "domain/delta.py", "domain/rules.py", "engines/manifest.py", "engines/pack.py")
"""What is wrong inside a file is said in English in the middle of a sentence, for a report."""
_ELSEWHERE = {
    "{} has no {}", "{} is no {}", "{} is missing", "{} is damaged", "{} is empty",  # the wholes are there
    "{} cannot be {}.", "{}; the best was kept.",
    "{} {} has no letters.", "{} {} has brackets, line ends or control characters in it.",
    "Give {} to {}.", "Give {} to {} {}.",  # the window offers no others
    "it says something of {}", "it is of another kind", "its clips have no length",  # for a report
    "too long", "{} ends before byte {}", "{} has another size", "it names a folder {}",  # what is caught again
    "{} is no whole number of samples.", "Convert seconds with studio.domain.samples.",  # for programmers
    "This is a short test.",  # read aloud
    "Sung as written.", "This line was not heard.",  # for the command line
    "No licence was named.", "A voice that comes with the engine {}.",  # stands in files
    "The job was cancelled; its {} is finished and kept.",  # the window has words of its own
    "The job was cancelled; {} of its {} {}s {} finished and kept.",
    "`studio jobs retry` goes on with it; finished {}s are not made again.",
    ", then `studio jobs retry`",  # what is taken away
}  # fmt: skip


def _sources() -> list[Path]:
    found = [*(STUDIO / "engines").glob("*/**/*.py"), *(STUDIO / "worker").glob("*.py")]
    return [file for file in found if not _OUTSIDE & {file.stem, file.parent.name}]


def _below() -> list[Path]:
    """The layers below the window that are no engine's; the command line's own words stay English."""
    found = [file for layer in _LAYERS for file in (STUDIO / layer).rglob("*.py")]
    found += [*(STUDIO / name for name in _BESIDE), *(STUDIO / "engines").glob("*.py")]
    return [file for file in found if not _name_of(file).startswith(_UNSHOWN)]


def _name_of(file: Path) -> str:
    return file.relative_to(STUDIO).as_posix()


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


def _makers() -> set[str]:
    """The names of what makes an error: classes of ours, and functions that return one."""
    found = {"StudioError", "Exception"}
    trees = [_tree(file) for file in _below()]
    for _ in range(3):  # a class of a class of a class
        for tree in trees:
            for node in ast.walk(tree):
                if isinstance(node, ast.ClassDef):
                    found |= {node.name} if any(_name(base) in found for base in node.bases) else set()
                elif isinstance(node, ast.FunctionDef) and node.returns and _name(node.returns) in found:
                    found.add(node.name)
    return found


@cache
def _literals() -> dict[str, str]:
    """Every literal that may be said, with the file that it stands in."""
    found: dict[str, str] = {}
    for file in (*_sources(), *_below()):
        name, tree = _name_of(file), _tree(file)
        for text in _given_to({"UserMistake"}, tree) if name == _ASKS_A_MODEL else _words_in(tree):
            found.setdefault(text, name)
    return found


def _of_engines() -> dict[str, str]:
    """What looks like a sentence, and all that notes and mistakes are made of; with the file that it stands in."""
    return _said_in(_sources(), {"note", "UserMistake"}, _SENTENCE)


def _of_layers() -> dict[str, str]:
    """Whole sentences, and all that errors and notes are made of."""
    makers = {"StudioError", "EngineFailure", "UserMistake", "Cancelled", "note", "_note", "Note", "warn"}
    return _said_in(_below(), _makers() | makers, _WHOLE)


def _said_in(files: list[Path], makers: set[str], form: re.Pattern[str]) -> dict[str, str]:
    given = {text for file in files for text in _given_to(makers, _tree(file)) if " " in text}
    assert len(given) > 150
    names = {_name_of(file) for file in files}
    return {
        text: where
        for text, where in _literals().items()
        if where in names and (form.fullmatch(text) or (text in given and where not in _DETAILS))
        if _letters(text) >= _FEWEST
    }


@cache
def _tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


def _without_names(sentence: str) -> str:
    return re.sub(r"\{\w+\}", "{}", sentence)


def _letters(text: str) -> int:
    return sum(sign.isalpha() for sign in text)


SAID = language.catalogue("de", SENTENCES)
KNOWN = {_without_names(english) for english in SAID}


@pytest.fixture
def german() -> Iterator[None]:
    language.use("de")
    yield
    language.use("en")


def test_german_has_every_sentence_of_the_engines() -> None:
    unknown = [text for text in _of_engines() if text not in KNOWN and not KNOWN.issuperset(_END.split(text))]
    assert [f"{_of_engines()[text]}: {text!r}" for text in unknown] == []


@pytest.mark.usefixtures("german")
def test_nothing_that_the_layers_below_the_window_say_stays_english() -> None:
    english = {text: _english_in(text) for text in _of_layers() if text not in _ELSEWHERE}
    assert [f"{_of_layers()[text]}: {left}" for text, left in english.items() if left] == []


def _english_in(text: str) -> list[str]:
    """The sentences of a text that come out as they went in."""
    whole = _HOLDS_A_SENTENCE.sub(f"{_FILLED}. ", text).replace("{}", _FILLED)
    said = told(whole)
    return [part for part in _END.split(whole) if _letters(part.replace(_FILLED, "")) >= _FEWEST and part in said]


def test_every_sentence_of_the_catalogues_is_one_that_somebody_says() -> None:
    texts = {part for text in _literals() for part in (text, *_END.split(text))}
    general = [
        re.compile(re.escape(text.rstrip(".")).replace(r"\{\}", ".*")) for text in texts if _letters(text) >= _FEWEST
    ]
    unsaid = [key for key in sorted(KNOWN - texts) if not any(form.fullmatch(key.rstrip(".")) for form in general)]
    assert unsaid == []


@pytest.mark.parametrize("english", [english for english in SAID if "{" in english])
def test_what_is_filled_in_can_be_told_from_what_stands_around_it(english: str) -> None:
    names = re.findall(r"\{(\w+)\}", english)
    assert len(set(names)) == len(names), "no name comes twice"
    assert "}{" not in english
    assert len(re.sub(r"\{\w+\}|\s", "", english)) >= _FEWEST


@pytest.mark.usefixtures("german")
def test_every_sentence_of_the_catalogues_is_found_as_itself() -> None:
    filled = {_fill(english): _fill(german) for english, german in SAID.items()}
    assert [(english, said) for english, german in filled.items() if (said := told(english)) != german] == []


def _fill(text: str) -> str:
    return re.sub(r"\{(\w+)\}", lambda found: f"Zz{found[1]}", text)


# What an error is made of here is told by whoever shows that error.
_TELLING = {"told", "told_of", "told_hint", "is_command", "StudioError", "Bug"}


def _untold(tree: ast.Module) -> Iterator[ast.AST]:
    """Words of an error that go past `told`: all but what is compared, or a key."""
    errors = {handler.name for handler in ast.walk(tree) if isinstance(handler, ast.ExceptHandler)}
    errors |= {arg.arg for arg in ast.walk(tree) if isinstance(arg, ast.arg) and _is_error(arg)}
    above = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(tree):
        if _is_words(node, errors):
            place: ast.AST = node
            while not isinstance(place, ast.stmt) and not _is_told(above[place]):
                place = above[place]
            if isinstance(place, ast.stmt):
                yield place


def _is_error(arg: ast.arg) -> bool:
    return arg.annotation is not None and "Error" in ast.unparse(arg.annotation)


def _is_words(node: ast.AST, errors: set[str | None]) -> bool:
    """Whether this takes the words out of an error, or out of what is stored of one."""
    if isinstance(node, ast.Attribute):
        return node.attr in {"message", "hint"} and _name(node.value) in {*errors, "error", "hindrance"}
    if isinstance(node, ast.FormattedValue):
        return isinstance(node.value, ast.Name) and node.value.id in errors
    if isinstance(node, ast.Call) and _name(node.func) == "str" and len(node.args) == 1:
        return isinstance(node.args[0], ast.Name) and node.args[0].id in errors
    if isinstance(node, ast.Call) and _name(node.func) == "get" and node.args:
        return isinstance(node.args[0], ast.Constant) and node.args[0].value in {"message", "hint"}
    return False


def _is_told(above: ast.AST) -> bool:
    if isinstance(above, ast.keyword):
        return above.arg == "key"
    return isinstance(above, ast.Compare) or (isinstance(above, ast.Call) and _name(above.func) in _TELLING)


def test_what_an_error_says_reaches_the_window_in_its_language() -> None:
    found = [
        f"{_name_of(file)}: {ast.unparse(node)}"
        for file in (STUDIO / "ui").rglob("*.py")
        for node in _untold(_tree(file))
    ]
    assert found == []


def test_what_the_window_itself_says_of_an_error_goes_through_its_texts() -> None:
    found = [
        f"{_name_of(file)}: {text!r}"
        for file in (STUDIO / "ui").rglob("*.py")
        for text in _given_to({"StudioError", "explain"}, _tree(file))
        if " " in text and text not in language.catalogue("de")
    ]
    assert found == []
