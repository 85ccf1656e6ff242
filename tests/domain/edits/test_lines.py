"""Tests of chosen takes and of the dialogue in order on its track."""

from __future__ import annotations

import pytest

from studio.domain.edits import clips, lines, takes, tracks
from studio.domain.project import Media, Project
from studio.errors import StudioError


def spoken(*seconds: float) -> tuple[Project, list[str]]:
    """Return a project with one take of such a length for each of the lines l1, l2, ..., and the takes."""
    project, found = Project("a play"), list[str]()
    for number, length in enumerate(seconds, 1):
        sha = f"{number:064x}"
        media = Media("", f"line {number}", f"media/{sha}.wav", sha, 48_000, 1, round(length * 48_000))
        project, media_id = takes.add_media(project, media)
        project, take = takes.add_take(project, media_id, speaker="Anna", text=f"words {number}", line=f"l{number}")
        found.append(take)
    return project, found


def of(project: Project, names: list[str]) -> list:
    """Return takes by their ids."""
    return [next(take for take in project.takes if take.id == name) for name in names]


def test_the_newest_take_is_chosen_until_somebody_picks_another() -> None:
    project, (first,) = spoken(1.0)
    project, second = takes.add_take(project, project.media[0].id, line="l1")
    assert lines.chosen(project)["l1"].id == second
    picked = lines.choose(project, first)
    assert lines.chosen(picked)["l1"].id == first
    assert {take.id for take in picked.takes} == {first, second}
    again, third = takes.add_take(picked, project.media[0].id, line="l1")
    assert lines.chosen(again)["l1"].id == third


def test_choosing_what_is_chosen_changes_nothing() -> None:
    project, (first,) = spoken(1.0)
    assert lines.choose(project, first) is project


def test_takes_of_no_line_have_no_choice() -> None:
    project, _ = spoken(1.0)
    project, loose = takes.add_take(project, project.media[0].id)
    assert "" not in lines.chosen(project)
    assert lines.choose(project, loose) is project


def test_takes_come_in_order_with_gaps_between() -> None:
    project, names = spoken(1.0, 2.0, 0.5)
    sent, track = lines.send(project, of(project, names), [9.0, 0.5, 0.25])
    placed = [(clip.take, clip.start / 48_000, clip.length / 48_000) for clip in sent.tracks[0].clips]
    assert sent.tracks[0].id == track
    assert sent.tracks[0].kind == "speech"
    assert placed == [(names[0], 0.0, 1.0), (names[1], 1.5, 2.0), (names[2], 3.75, 0.5)]


def test_sending_again_replaces_the_lines_and_leaves_other_clips() -> None:
    project, names = spoken(1.0, 2.0)
    other, _ = spoken(3.0)
    project, media = takes.add_media(project, other.media[0])
    project, track = tracks.add_track(project, lines.TRACK, kind="speech")
    project, kept = clips.add_clip(project, track, media=media, start=0)
    sent, _ = lines.send(project, of(project, names), [0.0, 0.0])
    again, same = lines.send(sent, of(sent, names), [0.0, 1.0])
    assert same == track
    assert len(again.tracks) == 1
    starts = [(clip.take, clip.start / 48_000) for clip in again.tracks[0].clips]
    assert starts == [("", 0.0), (names[0], 3.0), (names[1], 5.0)]
    assert again.tracks[0].clips[0].id == kept


def test_a_locked_track_is_left_alone() -> None:
    project, names = spoken(1.0)
    project, track = lines.send(project, of(project, names), [0.0])
    project = tracks.set_track(project, track, locked=True)
    with pytest.raises(StudioError, match="locked"):
        lines.send(project, of(project, names), [0.0])


def test_what_is_listened_to_holds_these_takes_alone() -> None:
    project, names = spoken(1.0, 2.0)
    alone = lines.alone(project, of(project, names[1:]), [5.0])
    assert [clip.take for track in alone.tracks for clip in track.clips] == [names[1]]
    assert alone.length == 2 * 48_000


def test_the_gap_is_another_where_somebody_else_speaks() -> None:
    assert lines.gaps_between(["A", "A", "B", "", ""], turn=0.5, same=0.2) == [0.5, 0.2, 0.5, 0.5, 0.2]
