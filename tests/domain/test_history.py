"""Undo and redo go through the very same values; a drag is one step; the past is bounded."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.domain import delta
from studio.domain.history import MOST_STEPS, History, Unread, begun_with
from studio.domain.project import Media, Project, Track
from studio.errors import StudioError

FIRST = Project("Play")


def _named(name: str) -> Project:
    return replace(FIRST, name=name)


@given(st.lists(st.text(max_size=3), max_size=30))
def test_undoing_everything_and_redoing_it_meets_the_very_same_values(names):
    history = begun_with(FIRST)
    met = [FIRST]
    for name in names:
        history = history.do("Rename", _named(name))
        if history.now is not met[-1]:
            met.append(history.now)
    for value in reversed(met[:-1]):
        history = history.undo()
        assert history.now is value
    assert not history.can_undo
    for value in met[1:]:
        history = history.redo()
        assert history.now is value
    assert not history.can_redo


@given(st.lists(st.sampled_from(["do", "undo", "redo", "drag", "drag back"]), max_size=60))
def test_a_history_behaves_like_two_stacks(steps):
    history, done, undone, drag = begun_with(FIRST), [FIRST], [], False
    for number, step in enumerate(steps):
        if step == "undo" and len(done) > 1:
            undone.append(done.pop())
            history, drag = history.undo(), False
        elif step == "redo" and undone:
            done.append(undone.pop())
            history, drag = history.redo(), False
        elif step == "drag back" and drag:
            done.pop()
            history, drag = history.do("Drag", done[-1], "drag"), False
        elif step in {"do", "drag"}:
            if step == "drag" and drag:
                done.pop()
            done, undone, drag = [*done, _named(str(number))], [], step == "drag"
            history = history.do(step, done[-1], "drag" if step == "drag" else "")
        assert [*history.moments[: history.at + 1]] == done
        assert [*history.moments[history.at + 1 :]] == undone[::-1]
        assert (history.can_undo, history.can_redo) == (len(done) > 1, bool(undone))


def test_only_the_last_steps_are_kept():
    history = begun_with(FIRST)
    for number in range(MOST_STEPS + 50):
        history = history.do(f"Step {number}", _named(str(number)))
    assert len(history.labels) == MOST_STEPS
    assert history.labels[-1] == f"Step {MOST_STEPS + 49}"
    assert history.jump(0).now.name == "49"


def test_a_new_step_forgets_what_was_undone():
    history = begun_with(FIRST).do("A", _named("a")).do("B", _named("b")).undo().do("C", _named("c"))
    assert history.labels == ("A", "C")
    assert not history.can_redo


def test_nothing_done_is_no_step():
    history = begun_with(FIRST).do("Rename", _named("Play"))
    assert history.labels == ()
    assert history.now is FIRST


def test_two_drags_of_the_same_thing_are_one_step_and_other_drags_are_not():
    history = begun_with(FIRST).do("Move", _named("a"), "clip c1").do("Move", _named("b"), "clip c1")
    assert history.labels == ("Move",)
    assert history.undo().now is FIRST
    assert history.do("Move", _named("c"), "clip c2").labels == ("Move", "Move")


def test_a_drag_that_comes_back_leaves_no_step_and_may_go_on():
    history = begun_with(FIRST).do("Move", _named("a"), "clip c1").do("Move", _named("Play"), "clip c1")
    assert history.labels == ()
    assert history.now is FIRST
    assert history.do("Move", _named("b"), "clip c1").undo().now is FIRST


def test_steps_after_an_undo_belong_to_no_earlier_drag():
    history = begun_with(FIRST).do("A", _named("a"), "k").do("B", _named("b"), "j").undo()
    assert history.do("A", _named("c"), "k").labels == ("A", "A")


def test_a_click_in_the_list_goes_to_any_moment():
    history = begun_with(FIRST)
    for number in range(5):
        history = history.do(f"Step {number}", _named(str(number)))
    assert [history.jump(at).now.name for at in range(6)] == ["Play", "0", "1", "2", "3", "4"]
    assert history.jump(2).jump(5).now is history.now
    for nowhere in (-1, 6):
        with pytest.raises(StudioError, match="no step"):
            history.jump(nowhere)


def test_where_there_is_nothing_to_undo_it_says_so():
    with pytest.raises(StudioError, match="nothing to undo"):
        begun_with(FIRST).undo()
    with pytest.raises(StudioError, match="undone"):
        begun_with(FIRST).redo()


def _unread(at: int) -> History:
    """Five steps as a file tells them, seen from one of them."""
    moments = [_named(str(number)) for number in range(6)]
    towards = [Unread(delta.diff(moments[i + 1 if i < at else i - 1], moments[i])) for i in range(6)]
    labels = tuple(f"Step {number}" for number in range(5))
    return History((*towards[:at], moments[at], *towards[at + 1 :]), labels, at)


@pytest.mark.parametrize("at", range(6))
def test_moments_from_a_file_are_read_when_somebody_goes_there(at):
    history = _unread(at)
    assert [history.jump(there).now.name for there in range(6)] == [str(n) for n in range(6)]
    assert all(isinstance(moment, Project) for moment in history.all_read().moments)
    assert history.all_read().now == history.now
    assert history.without_unread().moments == (history.now,)


def test_a_step_that_breaks_the_rules_is_refused_and_the_present_stays():
    bad = Unread({"tracks": {"at": 0, "cut": 0, "items": [{"new": {"id": "t1", "name": "A", "gain_db": 99}}]}})
    history = History((bad, FIRST, Unread({"name": "later"})), ("A", "B"), 1)
    with pytest.raises(StudioError, match="damaged"):
        history.undo()
    assert history.redo().undo().now is FIRST
    sound = history.redo().undo().without_unread()
    assert sound.labels == ("B",)
    assert sound.now is FIRST
    assert sound.redo().now.name == "later"


def test_steps_share_what_did_not_change():
    media = tuple(Media(f"m{n}", "x", f"media/{n:016x}.wav", "0" * 64, 48000, 1, 10) for n in range(1, 1001))
    history = begun_with(replace(FIRST, next_id=2000, media=media))
    for number in range(100):
        history = history.do("Add", replace(history.now, tracks=(Track(f"t{1001 + number}", "A"),)))
    assert len({id(m.media) for m in history.moments if isinstance(m, Project)}) == 1
