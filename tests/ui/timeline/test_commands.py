"""Tests of what keys and menus do with the chosen clips."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pytest

from studio.domain import rules
from studio.domain.edits import clips, find, grouping, tracks
from studio.domain.project import Clip, Fade, Project
from studio.errors import StudioError
from studio.ui.timeline import commands
from tests.domain.projects import small

SECOND = 48_000


def spans(project: Project) -> dict[str, tuple[float, float]]:
    assert rules.problems(project) == []
    return {clip.id: (clip.start / SECOND, clip.end / SECOND) for track in project.tracks for clip in track.clips}


def in_a_row(*between: tuple[float, float]) -> Project:
    """Return a project with c1, c2, … on one track, each from second to second."""
    found = [
        Clip(f"c{i}", round(a * SECOND), round((b - a) * SECOND), 10 * SECOND, media="m3")
        for i, (a, b) in enumerate(between, start=1)
    ]
    project = small()
    return replace(project, tracks=(replace(project.tracks[0], clips=tuple(found)),))


# ------------------------------------------------------------------------------------------------------------ choosing


def test_choosing() -> None:
    project = small()
    assert commands.every_clip(project) == {"c1", "c2", "c3"}
    assert commands.clips_to_the_right(project, SECOND) == {"c2", "c3"}
    assert commands.clips_to_the_right(project, SECOND, track="t1") == {"c2"}


# ------------------------------------------------------------------------------------------------- splitting, trimming


def test_the_chosen_clips_are_split_and_the_right_halves_chosen() -> None:
    project, chosen = commands.split(small(), {"c1"}, 2 * SECOND)
    assert chosen == {"c100"}
    assert spans(project) == {"c1": (0, 2), "c100": (2, 4), "c2": (6, 11), "c3": (1, 31)}


def test_without_a_choice_every_unlocked_clip_under_the_playhead_is_split() -> None:
    project, chosen = commands.split(small(), (), 2 * SECOND)
    assert chosen == {"c100", "c101"}
    assert spans(project)["c101"] == (2, 31)
    locked = clips.set_locked(small(), ["c3"], on=True)
    assert commands.split(locked, (), 2 * SECOND).chosen == {"c100"}
    with pytest.raises(StudioError, match="is locked"):
        commands.split(locked, {"c3"}, 2 * SECOND)
    assert commands.split(tracks.set_track(small(), "t2", locked=True), (), 2 * SECOND).chosen == {"c100"}


def test_where_there_is_nothing_to_split() -> None:
    with pytest.raises(StudioError, match="None of the chosen"):
        commands.split(small(), {"c2"}, 2 * SECOND)
    with pytest.raises(StudioError, match="No clip that can be changed"):
        commands.split(small(), (), 50 * SECOND)


def test_trimming_to_the_playhead() -> None:
    assert spans(commands.trim_start(small(), {"c2"}, 8 * SECOND).project)["c2"] == (8, 11)
    assert spans(commands.trim_end(small(), {"c1"}, 3 * SECOND).project)["c1"] == (0, 3)
    assert commands.trim_end(small(), {"c1"}, 3 * SECOND).chosen == {"c1"}


def test_trimming_with_ripple_closes_up() -> None:
    project = in_a_row((0, 4), (4, 8), (9, 10))
    after = commands.trim_end(project, {"c1"}, 3 * SECOND, follow=True).project
    assert spans(after) == {"c1": (0, 3), "c2": (3, 7), "c3": (8, 9)}
    after = commands.trim_start(project, {"c2"}, 6 * SECOND, follow=True).project
    assert (find.clip(after, "c2").start, find.clip(after, "c2").end) == (4 * SECOND, 6 * SECOND)
    assert find.clip(after, "c2").offset == 12 * SECOND


def test_fades_to_the_playhead() -> None:
    project = commands.fade_in(small(), {"c1"}, SECOND).project
    project = commands.fade_out(project, {"c1"}, 3 * SECOND).project
    assert find.clip(project, "c1").fade_in == find.clip(project, "c1").fade_out == Fade(SECOND)
    again = commands.fade_out(project, {"c1"}, SECOND // 2).project
    assert find.clip(again, "c1").fade_out.length == 3 * SECOND


def test_pieces_are_joined() -> None:
    split, halves = commands.split(small(), {"c1"}, 2 * SECOND)
    assert commands.join(split, {"c1", *halves}) == (replace(small(), next_id=101), {"c1"})
    with pytest.raises(StudioError):
        commands.join(small(), {"c1", "c2"})


# ----------------------------------------------------------------------------------------- copying, removing, pasting


def test_duplicates_lie_right_behind() -> None:
    project, chosen = commands.duplicate(small(), {"c1"})
    assert chosen == {"c100"}
    assert spans(project)["c100"] == (4, 8)


def test_removing_with_and_without_ripple() -> None:
    assert spans(commands.remove(small(), {"c1"}).project)["c2"] == (6, 11)
    assert spans(commands.remove(small(), {"c1"}, follow=True).project)["c2"] == (2, 7)
    assert commands.remove(small(), {"c1"}).chosen == frozenset()


def test_what_is_cut_comes_back_where_it_is_pasted() -> None:
    (project, chosen), text = commands.cut(small(), {"c1", "c3"})
    assert (spans(project), chosen) == ({"c2": (6, 11)}, frozenset())
    project, chosen = commands.paste(project, text, 20 * SECOND, track="t1")
    assert spans(project) == {"c2": (6, 11), "c100": (20, 24), "c101": (21, 51)}
    assert chosen == {"c100", "c101"}
    assert find.track_of(project, "c101").id == "t2"


def test_groups_are_copied_whole() -> None:
    project, group = grouping.group(small(), ["c1", "c3"])
    pasted, chosen = commands.paste(project, commands.copied(project, {"c1"}), 40 * SECOND, track="t1")
    groups = {find.clip(pasted, one).group for one in chosen}
    assert len(chosen) == 2
    assert len(groups) == 1
    assert groups != {group}


def test_pasting_makes_room() -> None:
    text = commands.copied(small(), {"c1"})
    project, chosen = commands.paste_insert(small(), text, 8 * SECOND, track="t1")
    new = next(iter(chosen))
    assert spans(project)[new] == (8, 12)
    assert sorted(spans(project).values()) == [(0, 4), (1, 31), (6, 8), (8, 12), (12, 15)]


# ------------------------------------------------------------------------------------------- what clips are and where


def test_groups_come_and_go() -> None:
    project, chosen = commands.group(small(), {"c1", "c3"})
    assert chosen == {"c1", "c3"}
    assert find.clip(project, "c1").group == find.clip(project, "c3").group != ""
    assert find.clip(commands.ungroup(project, {"c1"}).project, "c3").group == ""


def test_locks_and_mutes_are_switched_for_all() -> None:
    project = clips.set_locked(clips.set_mute(small(), ["c1"], on=True), ["c2"], on=True)
    muted = commands.switch_mute(project, {"c1", "c3"}).project
    assert find.clip(muted, "c1").mute
    assert find.clip(muted, "c3").mute
    assert not find.clip(commands.switch_mute(muted, {"c1", "c3"}).project, "c1").mute
    locked = commands.switch_lock(project, {"c1", "c2"}).project
    assert find.clip(locked, "c1").locked
    assert find.clip(locked, "c2").locked
    assert not find.clip(commands.switch_lock(locked, {"c1", "c2"}).project, "c2").locked


def test_nudging() -> None:
    assert spans(commands.nudge(small(), {"c2"}, by=SECOND).project)["c2"] == (7, 12)
    assert spans(commands.nudge(small(), {"c2"}, by=-9 * SECOND).project)["c2"] == (0, 5)
    assert commands.frame(small()) == 1_600


def test_without_a_choice_it_is_said() -> None:
    for command in (
        commands.duplicate,
        commands.remove,
        commands.copied,
        commands.cut,
        commands.join,
        commands.group,
        commands.ungroup,
        commands.switch_lock,
        commands.switch_mute,
    ):
        with pytest.raises(StudioError, match="No clip is chosen") as caught:
            command(small(), ())
        assert caught.value.hint
    with pytest.raises(StudioError, match="No clip is chosen"):
        commands.nudge(small(), (), by=1)


def test_neither_commands_nor_gestures_need_a_window() -> None:
    code = (
        "import sys, studio.ui.timeline.commands, studio.ui.timeline.gestures.begin\n"
        "assert not [name for name in sys.modules if name.startswith('PySide6')]"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


# --------------------------------------------------------------------------------------------------------------- ripple


def test_with_ripple_moves_and_copies_make_room() -> None:
    project = in_a_row((0, 4), (6, 8))
    nudged = commands.nudge(project, {"c1"}, by=SECOND, follow=True)
    assert spans(nudged.project) == {"c1": (1, 5), "c2": (6, 8)}
    assert nudged.chosen == {"c1"}
    twice = commands.duplicate(project, {"c1"}, follow=True)
    (copy,) = twice.chosen
    assert spans(twice.project) == {"c1": (0, 4), copy: (4, 8), "c2": (10, 12)}
    beside = commands.duplicate(project, {"c1"})
    assert spans(beside.project)["c2"] == (6, 8)
    text = commands.copied(project, {"c1"})
    pasted = commands.paste(project, text, 5 * SECOND, track="t1", follow=True)
    assert spans(pasted.project)["c2"] == (10, 12)
    assert spans(commands.paste(project, text, 5 * SECOND, track="t1").project)["c2"] == (6, 8)


def test_to_another_track_with_and_without_ripple() -> None:
    project, third = tracks.add_track(in_a_row((0, 4), (6, 8)), "Third")
    follows = commands.to_track(project, {"c1"}, third, follow=True)
    assert spans(follows.project) == {"c1": (0, 4), "c2": (2, 4)}
    assert find.track_of(follows.project, "c1").id == third
    assert spans(commands.to_track(project, {"c1"}, third).project) == {"c1": (0, 4), "c2": (6, 8)}
    both = commands.to_track(project, {"c2", "c1"}, third).project
    assert {find.track_of(both, name).id for name in ("c1", "c2")} == {third}
