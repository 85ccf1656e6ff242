"""One prompt as many: `a {red|blue} cat`, and a grid of them by seeds. Pure; any thread.

Braces mean this only where a grid is asked for. A backslash makes a brace or a bar plain.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product

from studio.domain import seeds as seeding
from studio.errors import StudioError

MOST_CELLS = 64
_SIGN = re.compile(r"\\[{|}\\]|[{|}]")
_EXAMPLE = 'For example: "a {red|blue} cat in {a storm|calm sea}". A backslash makes a brace plain: \\{'
_NOTHING = "–"


def plainly(seed: int) -> str:
    """Return how a seed is called where nobody chose a language."""
    return f"seed {seed}"


@dataclass(frozen=True)
class Label:
    """What stands beside or above pictures: words of the prompt, and the seed where it tells them apart."""

    words: tuple[str, ...] = ()
    seed: int | None = None

    def text(self, seeded: Callable[[int], str] = plainly) -> str:
        """Return it as one line; `seeded` says how a seed is called."""
        return " · ".join([*self.words, *([] if self.seed is None else [seeded(self.seed)])])


@dataclass(frozen=True)
class Cell:
    """One picture of a grid."""

    row: int
    column: int
    prompt: str
    seed: int
    label: Label


@dataclass(frozen=True)
class Grid:
    """Pictures in rows and columns with what stands beside and above them; cells row by row."""

    columns: tuple[Label, ...]
    rows: tuple[Label, ...]
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class _Choice:
    """Words of which one is taken."""

    words: tuple[str, ...]


def is_matrix(prompt: str) -> bool:
    """Whether a prompt holds alternatives."""
    try:
        return any(isinstance(part, _Choice) for part in _parts(prompt))
    except StudioError:
        return False


def some_seeds(seed: int, count: int) -> tuple[int, ...]:
    """Return seeds for the rows of a grid, the first the one given."""
    return tuple(seeding.of_take(seed, number) for number in range(count))


def grid(prompt: str, seeds: Sequence[int]) -> Grid:
    """Return a picture for each of the alternatives and each seed.

    The last alternatives are the columns; what comes before, and the seeds, are the rows. Without any the columns are
    the seeds.
    """
    parts = _parts(prompt)
    groups = [part.words for part in parts if isinstance(part, _Choice)]
    total = len(seeds)
    for words in groups:
        total *= len(words)
        if total > MOST_CELLS:
            break
    if total > MOST_CELLS or not seeds:
        raise StudioError(
            f"The grid has more than {MOST_CELLS} pictures." if seeds else "A grid needs a seed.",
            "Take fewer alternatives, or fewer seeds.",
        )
    if not groups:
        cells = tuple(Cell(0, n, _spelled(parts, ()), seed, Label(seed=seed)) for n, seed in enumerate(seeds))
        return Grid(tuple(cell.label for cell in cells), (Label(),), cells)
    *outer, last = groups
    rows: list[Label] = []
    cells_of: list[Cell] = []
    for above, seed in product(product(*outer), seeds):
        told = tuple(word or _NOTHING for word in above)
        seeded = seed if len(seeds) > 1 else None
        for number, word in enumerate(last):
            label = Label((*told, word or _NOTHING), seeded)
            cells_of.append(Cell(len(rows), number, _spelled(parts, (*above, word)), seed, label))
        rows.append(Label(told, seeded))
    return Grid(tuple(Label((word or _NOTHING,)) for word in last), tuple(rows), tuple(cells_of))


def _parts(prompt: str) -> list[str | _Choice]:
    """Take a prompt apart; raise StudioError where braces do not fit together."""
    found: list[str | _Choice] = []
    words: list[str] | None = None  # of the alternatives that are open
    text, begin = "", 0
    for sign in _SIGN.finditer(prompt):
        text += prompt[begin : sign.start()]
        begin = sign.end()
        kind = sign[0]
        if len(kind) == 2 or (kind == "|" and words is None):
            text += kind[-1]
        elif kind == "{" and words is None:
            found.append(text)
            words, text = [], ""
        elif kind in "|}" and words is not None:
            words.append(" ".join(text.split()))
            text = ""
            if kind == "}":
                found.append(_Choice(_several(words)))
                words = None
        else:
            raise StudioError("The braces in the prompt do not fit together.", _EXAMPLE)
    if words is not None:
        raise StudioError("A brace in the prompt is opened and not closed.", _EXAMPLE)
    return [*found, text + prompt[begin:]]


def _several(words: Sequence[str]) -> tuple[str, ...]:
    different = tuple(dict.fromkeys(words))
    if len(different) < 2:
        raise StudioError("Braces in the prompt hold fewer than two alternatives.", _EXAMPLE)
    return different


def _spelled(parts: Sequence[str | _Choice], chosen: Sequence[str]) -> str:
    """Return the prompt with one word of each choice; what is left empty leaves no gap."""
    words = iter(chosen)
    text = "".join(part if isinstance(part, str) else next(words) for part in parts)
    return re.sub(r" {2,}", " ", text).strip(" ") if "" in chosen else text
