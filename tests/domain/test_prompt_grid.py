"""One prompt as many, by rows and columns."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.domain import prompt_grid
from studio.domain.prompt_grid import Label, grid, is_matrix, some_seeds
from studio.errors import StudioError


def _texts(labels: tuple[Label, ...]) -> list[str]:
    return [label.text() for label in labels]


def test_alternatives_are_columns_and_what_comes_before_them_rows():
    found = grid("a {red|blue} cat in {a storm|calm sea|}", [7])
    assert _texts(found.columns) == ["a storm", "calm sea", "–"]
    assert _texts(found.rows) == ["red", "blue"]
    assert [cell.prompt for cell in found.cells] == [
        "a red cat in a storm", "a red cat in calm sea", "a red cat in",
        "a blue cat in a storm", "a blue cat in calm sea", "a blue cat in",
    ]  # fmt: skip
    assert [(cell.row, cell.column) for cell in found.cells] == [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)]
    assert {cell.seed for cell in found.cells} == {7}
    assert found.cells[4].label.text() == "blue · calm sea"


def test_seeds_are_rows_as_well_and_columns_where_there_is_nothing_else():
    found = grid("a {red|blue} cat", [7, 9])
    assert (_texts(found.columns), _texts(found.rows)) == (["red", "blue"], ["seed 7", "seed 9"])
    assert [(cell.prompt, cell.seed) for cell in found.cells] == [
        ("a red cat", 7), ("a blue cat", 7), ("a red cat", 9), ("a blue cat", 9),
    ]  # fmt: skip
    assert found.cells[3].label.text() == "blue · seed 9"
    assert found.cells[3].label.text(lambda seed: f"Startwert {seed}") == "blue · Startwert 9"
    plain = grid("a cat", [1, 2, 3])
    assert (_texts(plain.columns), _texts(plain.rows)) == (["seed 1", "seed 2", "seed 3"], [""])
    assert [cell.seed for cell in plain.cells] == [1, 2, 3]


def test_the_first_seed_is_the_one_given():
    assert some_seeds(5, 3)[0] == 5
    assert len(set(some_seeds(5, 3))) == 3
    assert some_seeds(5, 3) == some_seeds(5, 4)[:3]


def test_a_backslash_makes_signs_plain():
    assert not is_matrix(r"a \{red\|blue\} cat | dog")
    assert grid(r"a \{red\|blue\} cat | dog \\", [1]).cells[0].prompt == "a {red|blue} cat | dog \\"
    assert _texts(grid(r"{a\|b|c\}}", [1]).columns) == ["a|b", "c}"]


@pytest.mark.parametrize("prompt", ["a {red|blue", "a red} cat", "{a|{b|c}}", "{a}", "{}", "{a|a}", "{a| a }"])
def test_braces_that_say_nothing_are_refused(prompt):
    assert not is_matrix(prompt)
    with pytest.raises(StudioError) as told:
        grid(prompt, [1])
    assert told.value.hint


def test_a_grid_has_an_end():
    many = "{" + "|".join(map(str, range(9))) + "}"
    with pytest.raises(StudioError, match="more than 64"):
        grid(f"{many} {many}", [1])
    with pytest.raises(StudioError, match="more than 64"):
        grid(many * 200, [1])
    with pytest.raises(StudioError, match="needs a seed"):
        grid("{a|b}", [])
    assert len(grid("{a|b|c|d}", range(16)).cells) == prompt_grid.MOST_CELLS


_WORD = st.text("abc (:1.2)", min_size=1).map(lambda word: " ".join(word.split())).filter(bool)


@given(st.lists(st.lists(_WORD, min_size=2, max_size=3, unique=True), min_size=1, max_size=3), st.data())
def test_every_combination_once_in_its_place(groups, data):
    seeds = data.draw(st.lists(st.integers(0, 9), min_size=1, max_size=2, unique=True))
    prompt = " / ".join("{" + "|".join(words) + "}" for words in groups)
    found = grid(prompt, seeds)
    cells = {(cell.prompt, cell.seed) for cell in found.cells}
    total = len(seeds)
    for words in groups:
        total *= len(words)
    assert len(cells) == len(found.cells) == total == len(found.rows) * len(found.columns)
    for cell in found.cells:
        assert found.cells[cell.row * len(found.columns) + cell.column] is cell
        chosen = cell.prompt.split(" / ")
        assert all(word in words for word, words in zip(chosen, groups, strict=True))
        assert (chosen[-1],) == found.columns[cell.column].words


@given(st.text())
def test_a_prompt_without_braces_stays_as_it_is(text):
    if not set(text) & set("{}\\"):
        assert grid(text, [1]).cells[0].prompt == text
    is_matrix(text)
