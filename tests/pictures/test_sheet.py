"""Many pictures on one sheet, each in its place under its words."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from studio.pictures import contact_sheet
from studio.worker.failures import CancelledRun, UserMistake
from tests.pictures.samples import Task

COLOURS = [(200, 0, 0), (0, 200, 0), (0, 0, 200), (200, 200, 0), (0, 200, 200), (200, 0, 200)]


def _files(tmp_path, size=(60, 40)):
    files = []
    for number, colour in enumerate(COLOURS):
        Image.new("RGB", size, colour).save(tmp_path / f"{number}.png")
        files.append(str(tmp_path / f"{number}.png"))
    return files


def _sheet(tmp_path, **inputs):
    return Task(tmp_path / "out", "sheet", **inputs).do()


def _middles(image: Image.Image) -> list[tuple[int, ...]]:
    """The colours of the pictures, by where they begin: rows first."""
    pixels = np.asarray(image.convert("RGB")).astype(int)
    found = {}
    for colour in COLOURS:
        rows, columns = np.nonzero((np.abs(pixels - colour) < 8).all(axis=2))
        found[int(rows.min()) // 10, int(columns.min())] = colour
    return [found[place] for place in sorted(found)]


@pytest.mark.parametrize("kind", ["png", "jpg", "webp"])
def test_pictures_lie_row_by_row(tmp_path, kind):
    made = _sheet(
        tmp_path, files=_files(tmp_path), columns=["red", "blue", "wide words that wrap"], rows=["day", "night"],
        format={"kind": kind, "quality": 100},
    )  # fmt: skip
    with Image.open(made.path) as image:
        assert image.size == (made.facts["width"], made.facts["height"])
        assert _middles(image) == COLOURS


def test_words_are_written_and_none_take_no_room(tmp_path):
    files = _files(tmp_path)
    silent = _sheet(tmp_path, files=files, columns=[""] * 3, rows=[""] * 2)
    with Image.open(silent.path) as image:
        assert image.size == (3 * 60 + 4 * 12, 2 * 40 + 3 * 12)
        above = np.asarray(image.convert("L"))[:12]
        assert (above == 255).all()
    told = Task(tmp_path / "told", "sheet", files=files, columns=["one", "two", "three"], rows=["", ""]).do()
    with Image.open(told.path) as image:
        assert image.width == 3 * 60 + 4 * 12
        assert image.height > 2 * 40 + 3 * 12
        above = np.asarray(image.convert("L"))[12:30]
        for column in range(3):
            left = 12 + column * 72
            assert (above[:, left : left + 60] < 100).any(), "there are letters above each column"


def test_large_pictures_become_small_and_a_long_row_stays_in_bounds():
    loads = []

    def load(number):
        loads.append(number)
        return Image.new("RGB", (90, 60), "navy")

    sheet = contact_sheet.make(load, ["x" * 60] * 64, [""], lambda done: None)
    assert max(sheet.size) < 9_000
    assert sorted(loads) == list(range(64)), "each is loaded once"


def test_what_does_not_fit_together_is_refused(tmp_path):
    for files in ([], _files(tmp_path)[:5]):
        with pytest.raises(UserMistake, match="for each row and column"):
            _sheet(tmp_path, files=files, columns=["a", "b", "c"], rows=["d", "e"])


def test_a_cancel_leaves_nothing(tmp_path):
    task = Task(tmp_path / "out", "sheet", files=_files(tmp_path), columns=[""] * 3, rows=[""] * 2)
    task.cancel.set()
    with pytest.raises(CancelledRun):
        task.do()
    assert not list((tmp_path / "out").glob("*"))
