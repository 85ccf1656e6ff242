"""Tests of the way in which lines of a script keep their ids while somebody writes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from studio.domain import script_lines
from studio.domain.edits import whole
from studio.domain.project import Project

WORDS = st.text(alphabet="abcdefgh xyz,.", min_size=1, max_size=12).filter(lambda text: any(c.isalpha() for c in text))
SPEAKERS = st.sampled_from(["Anna", "Ben", "Clara"])
LINES = st.builds(lambda speaker, words: f"[{speaker}] {words.strip()}", SPEAKERS, WORDS)
SCRIPTS = st.lists(LINES, min_size=1, max_size=12)


def written(lines: list[str], project: Project | None = None) -> Project:
    """Return a project with these lines."""
    return whole.set_script(project or Project("a play"), "\n".join(lines))


def ids(project: Project) -> list[str]:
    """Return the ids of a project's lines."""
    return project.script_lines.split()


@given(SCRIPTS)
def test_every_line_has_an_id_of_its_own(lines: list[str]) -> None:
    found = ids(written(lines))
    assert len(found) == len(script_lines.lines_of("\n".join(lines))) == len(lines)
    assert len(set(found)) == len(found)


@given(SCRIPTS)
def test_the_same_script_keeps_all_ids(lines: list[str]) -> None:
    project = written(lines)
    assert written(lines, project).script_lines == project.script_lines


@given(SCRIPTS)
def test_blank_lines_and_chapters_between_change_no_id(lines: list[str]) -> None:
    project = written(lines)
    spaced = whole.set_script(project, "# One\n\n" + "\n\n".join(lines) + "\n")
    assert ids(spaced) == ids(project)


@given(SCRIPTS, LINES, st.data())
def test_an_inserted_line_is_new_and_the_others_keep_theirs(lines: list[str], new: str, data: st.DataObject) -> None:
    project = written(lines)
    at = data.draw(st.integers(0, len(lines)))
    after = ids(written([*lines[:at], new, *lines[at:]], project))
    # A line equal to its neighbours may be taken for one of them; nobody can tell which is the new one then.
    assert set(ids(project)) < set(after)
    if new not in lines:
        assert after[:at] + after[at + 1 :] == ids(project)


@given(SCRIPTS, st.data())
def test_a_removed_line_takes_only_its_own_id_along(lines: list[str], data: st.DataObject) -> None:
    project = written(lines)
    at = data.draw(st.integers(0, len(lines) - 1))
    after = ids(written([*lines[:at], *lines[at + 1 :]], project))
    assert set(after) < set(ids(project))
    assert len(after) == len(lines) - 1
    if lines.count(lines[at]) == 1:
        assert after == ids(project)[:at] + ids(project)[at + 1 :]


@given(SCRIPTS, WORDS, st.data())
def test_a_line_rewritten_in_its_place_keeps_its_id(lines: list[str], words: str, data: st.DataObject) -> None:
    project = written(lines)
    at = data.draw(st.integers(0, len(lines) - 1))
    changed = [*lines[:at], f"[Anna] quite other {words.strip()} words", *lines[at + 1 :]]
    assert ids(written(changed, project)) == ids(project)


@given(SCRIPTS, SCRIPTS)
def test_undo_and_redo_of_any_change_give_every_line_an_id_again(before: list[str], after: list[str]) -> None:
    project = written(before)
    other = written(after, project)
    assert len(ids(other)) == len(after) == len(set(ids(other)))


def test_a_block_moved_down_keeps_at_least_the_lines_that_stand() -> None:
    project = written([f"[Anna] number {n}" for n in range(6)])
    first, second, *rest = ids(project)
    moved = written([f"[Anna] number {n}" for n in (2, 3, 4, 5, 0, 1)], project)
    assert ids(moved)[:4] == rest
    assert not {first, second} & set(ids(moved)[4:]) or ids(moved)[4:] == [first, second]


def test_lines_that_came_without_ids_get_them_once() -> None:
    bare = Project("a play", script="[Anna] one\n[Ben] two")
    numbered = whole.with_numbered_lines(bare)
    assert len(ids(numbered)) == 2
    assert whole.with_numbered_lines(numbered) is numbered
