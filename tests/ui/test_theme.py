"""The tokens keep their contrast, and nothing but them says a colour."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest

from studio.ui import theme
from studio.ui.theme import style, tokens
from studio.ui.theme.tokens import Theme, contrast

BOTH = pytest.mark.parametrize("shown", list(tokens.THEMES.values()), ids=lambda shown: shown.name)
UI = Path(theme.__file__).parents[1]


@BOTH
def test_texts_are_legible_on_every_ground(shown: Theme) -> None:
    grounds = (shown.canvas, shown.surface, shown.raised)
    inks = (shown.text, shown.muted, shown.accent, shown.good, shown.warn, shown.bad, *shown.speakers)
    weak = [(ink, ground) for ink, ground in product(inks, grounds) if contrast(ink, ground) < 4.5]
    assert weak == []
    assert contrast(shown.on_accent, shown.accent) >= 4.5
    assert contrast(shown.text, shown.chosen) >= 4.5


@BOTH
def test_borders_that_mean_something_can_be_seen(shown: Theme) -> None:
    assert min(contrast(shown.border, ground) for ground in (shown.canvas, shown.surface, shown.raised)) >= 3.0


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_colours_stand_in_the_tokens_alone() -> None:
    named = re.compile(r"#[0-9a-fA-F]{6}\b|#[0-9a-fA-F]{3}\b|QColor\(\s*\d|Qt\.GlobalColor\.(?!transparent)")
    found = [
        f"{file.relative_to(UI)}: {match.group()}"
        for file in UI.rglob("*.py")
        if file.name != "tokens.py"
        for match in named.finditer(file.read_text(encoding="utf-8"))
    ]
    assert found == []


@BOTH
@pytest.mark.parametrize("scale", [1.0, 1.5])
def test_the_sheet_has_no_hole(shown: Theme, scale: float, qapp: object) -> None:
    del qapp
    sheet = style.sheet(shown, scale)
    assert not re.search(r"\{[a-z_]+\}", sheet)
    assert sheet.count("{") == sheet.count("}")
