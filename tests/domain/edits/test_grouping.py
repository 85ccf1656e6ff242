"""Tests of groups."""

from __future__ import annotations

import pytest

from studio.domain.edits import clips, find, grouping
from studio.errors import StudioError
from tests.domain.projects import small


def test_a_group_is_moved_together() -> None:
    project, _group = grouping.group(small(), ["c1", "c3"])
    after = clips.move(project, ["c3"], by=10)
    assert [find.clip(after, c).start - find.clip(project, c).start for c in ("c1", "c2", "c3")] == [10, 0, 10]


def test_with_group() -> None:
    project, group = grouping.group(small(), ["c1", "c3"])
    assert grouping.with_group(project, ["c3"]) == ["c3", "c1"]
    assert grouping.with_group(project, ["c2"]) == ["c2"]
    assert find.clip(project, "c1").group == group == "g100"


def test_groups_are_joined_and_dissolved() -> None:
    project, _first = grouping.group(small(), ["c1", "c3"])
    project, second = grouping.group(project, ["c3", "c2"])
    assert {find.clip(project, name).group for name in ("c1", "c2", "c3")} == {second}
    assert grouping.ungroup(project, ["c2"]).tracks == small().tracks


def test_no_group_of_one() -> None:
    with pytest.raises(StudioError, match="at least two"):
        grouping.group(small(), ["c1", "c1"])
