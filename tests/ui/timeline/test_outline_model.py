"""What is read and written in the cells of the outline."""

from __future__ import annotations

import pytest

from studio.domain.edits import find
from studio.errors import StudioError
from studio.ui.timeline import lines
from studio.ui.timeline.outline_rows import LENGTH, START, edited, rows_of
from studio.ui.timeline.times import clock, samples_of
from tests.domain.projects import small

RATE = 48_000


@pytest.mark.parametrize(
    ("samples", "text"),
    [
        (0, "0:00.000"),
        (RATE * 65 + RATE // 4, "1:05.250"),
        (RATE * 3_725, "1:02:05.000"),
        (RATE * 60 - 1, "1:00.000"),  # rounded, and never 0:60
    ],
)
def test_times_are_written_as_people_read_them(samples: int, text: str) -> None:
    assert clock(samples, RATE) == text


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("1:05.250", 65.25), (" 2,5 ", 2.5), ("90", 90), ("1:02:05", 3725), ("0:00.000001", 0.000001)],
)
def test_times_are_read_as_people_write_them(text: str, seconds: float) -> None:
    assert samples_of(text, RATE) == round(seconds * RATE)


@pytest.mark.parametrize("text", ["", "soon", "-1", "1:", "1.2.3", "1:2:3:4", "9" * 40])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(StudioError, match="no time"):
        samples_of(text, RATE)


@pytest.mark.parametrize(("text", "db"), [("-3.5", -3.5), ("−3,5 dB", -3.5), ("+2", 2.0), ("0.0 dB", 0.0)])
def test_gains_are_read_with_either_sign(text: str, db: float) -> None:
    assert lines.value_of(text, "volume") == db


@pytest.mark.parametrize("text", ["", "loud", "1e3", "nan", "--3"])
def test_what_is_no_gain_is_refused(text: str) -> None:
    with pytest.raises(StudioError, match="no gain"):
        lines.value_of(text, "volume")


@pytest.mark.parametrize(
    ("column", "text", "expected"), [(LENGTH, "0:03.000", [(0, 3), (5, 10)]), (START, "0:07", [(7, 11), (2, 7)])]
)
def test_with_ripple_what_is_later_follows_what_is_typed(
    column: int, text: str, expected: list[tuple[int, int]]
) -> None:
    project = small()
    row = next(row for row in rows_of(project, {}) if row.id == "c1")
    after = edited(project, row, column, text, follow=True)
    assert [(find.clip(after, c).start // RATE, find.clip(after, c).end // RATE) for c in ("c1", "c2")] == expected
    still = edited(project, row, column, text)
    assert find.clip(still, "c2") == find.clip(project, "c2") or column == START
    assert find.clip(still, "c2").start == find.clip(project, "c2").start
