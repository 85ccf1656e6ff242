"""What XTTS does with its texts before the model gets them: numbers of Hindi, and portions that fit."""

from __future__ import annotations

import importlib.util
import sys
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.engines.shared import portions
from tests.engines.harness import ENGINES

FOLDER = ENGINES / "xtts"


def _module(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"xtts_{name}", FOLDER / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


hindi = _module("hindi")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("0", "शून्य"),
        ("50 सैनिक", "पचास सैनिक"),
        ("१२.५", "बारह दशमलव पाँच"),
        ("100", "एक सौ"),
        ("1,23,45,678", "एक करोड़ तेईस लाख पैंतालीस हज़ार छह सौ अठहत्तर"),
        ("2024 और 007", "दो हज़ार चौबीस और शून्य शून्य सात"),
        ("99999999999999", " ".join(["नौ"] * 14)),
    ],
)
def test_numbers_in_hindi(text, said):
    assert hindi.spelled(text) == said


def test_there_is_a_word_for_each_number_to_99():
    assert len(hindi._TO_99) == len(set(hindi._TO_99)) == 100


@given(st.text(st.sampled_from("ab .,;!?。、 \n"), max_size=120), st.integers(1, 30))
def test_portions_hold_all_and_each_fits(text, most):
    made = portions.cut(text, lambda part: len(part) <= most)
    assert "".join("".join(made).split()) == "".join(text.split())
    assert all(0 < len(part) <= most for part in made)


def test_a_text_is_cut_at_the_best_border():
    def cut(text: str, most: int) -> list[str]:
        return portions.cut(text, lambda part: len(part) <= most)

    assert cut("One, two. Three, four. Five.", 24) == ["One, two. Three, four.", "Five."]
    assert cut("One, two and three", 12) == ["One,", "two and", "three"]
    assert cut("これは山です。あれは川です。", 10) == ["これは山です。", "あれは川です。"]
    assert cut("It is 3.14 or so", 10) == ["It is 3.14", "or so"]
    assert cut("abcdef", 4) == ["abcd", "ef"]
