"""Tests of the script as clips: in order, with pauses, and again without doubling."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.domain import rules
from studio.domain.edits import assembling, clips, fades, find, lines, marks, takes, tracks, whole
from studio.domain.edits.assembling import Gaps
from studio.domain.project import Clip, Fade, Media, Project
from studio.errors import StudioError

SECOND = 48_000


def written(script: str, *, made: set[int] | None = None) -> Project:
    """Return a project with a script and a take of a second for each of its lines, or for those named."""
    project = whole.set_script(Project("A play"), script)
    for number, line in enumerate(project.script_lines.split()):
        if made is None or number in made:
            project, _ = take_of(project, line)
    return project


def take_of(project: Project, line: str, *, seconds: float = 1.0) -> tuple[Project, str]:
    """Add a take of a line."""
    sha = f"{project.next_id:064x}"
    media = Media("", f"sound {sha[-4:]}", f"media/{sha}.wav", sha, SECOND, 1, round(seconds * SECOND))
    project, name = takes.add_media(project, media)
    return takes.add_take(project, name, speaker="Ann", text="words", line=line)


def placed(project: Project) -> list[tuple[str, float, str]]:
    """Return track, start in seconds, and line of all clips."""
    line_of = {take.id: take.line for take in project.takes}
    return [
        (track.name, round(clip.start / SECOND, 3), line_of.get(clip.take, ""))
        for track in project.tracks
        for clip in track.clips
    ]


PLAIN = Gaps(1, 1, 1, 1, 1, 1, 1, 0, 0)


def test_the_end_of_a_line_says_how_long_the_pause_is() -> None:
    script = '[A] One.\n[A] Two?\n[A] Three!\n[A] Four…\n[A] Five —\n[A] "Six,"\n[A] Seven (laughs)\n[A] Eight'
    gaps = Gaps(0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, turn=9.0)
    starts = [at for _, at, _ in placed(assembling.assemble(written(script), gaps=gaps))]
    assert starts == [0.0, 1.1, 2.3, 3.6, 5.0, 6.5, 8.1, 9.8]


def test_another_speaker_a_section_and_a_written_pause_take_longer() -> None:
    script = "[A] One.\n[B] Two.\n# Next\n[B] Three.\n[pause 2s]\n[B] Four."
    project = assembling.assemble(written(script, made={0, 1, 2, 4}), gaps=Gaps(full_stop=0.5, turn=0.25, chapter=3.0))
    assert [at for _, at, _ in placed(project)] == [0.0, 1.75, 5.75, 9.25]


def test_a_track_for_all_or_one_for_each_speaker_and_back() -> None:
    project = written("[Ann] One.\n[Ben] Two.\nThree.")
    one = assembling.assemble(project, gaps=PLAIN)
    each = assembling.assemble(one, per_speaker=True, gaps=PLAIN)
    back = assembling.assemble(each, gaps=PLAIN)
    assert [(track, at) for track, at, _ in placed(one)] == [("Dialogue", 0.0), ("Dialogue", 2.0), ("Dialogue", 4.0)]
    assert [(track, at) for track, at, _ in placed(each)] == [("Ann", 0.0), ("Ben", 2.0), ("Ben", 4.0)]
    assert placed(back) == placed(one)
    assert {clip.id for track in back.tracks for clip in track.clips} == {c.id for t in one.tracks for c in t.clips}
    assert all(track.kind == "speech" for track in each.tracks)


def test_a_track_that_was_renamed_is_used_again_and_one_with_settings_stays() -> None:
    project = assembling.assemble(written("[Ann] One.\n[Ben] Two."), per_speaker=True)
    project = tracks.set_track(project, project.tracks[0].id, name="Host", gain_db=-3.0)
    again = assembling.assemble(project, per_speaker=True)
    assert [track.name for track in again.tracks] == ["Host", "Ben"]
    assert [track.name for track in assembling.assemble(again).tracks] == ["Host", "Dialogue"]


def test_again_is_the_same_project() -> None:
    project = assembling.assemble(written("# One\n[A] One.\n[B] Two.\n# Two\n[A] Three."))
    assert assembling.assemble(project) == project


def test_gain_fades_and_trims_stay_with_their_line_and_another_take_keeps_the_gain() -> None:
    project = assembling.assemble(written("[A] One.\n[A] Two."), gaps=PLAIN)
    first, second = (clip.id for clip in project.tracks[0].clips)
    project = clips.set_gain(project, [first, second], -6.0)
    project = fades.set_fades(project, first, fade_in=Fade(480), fade_out=Fade(960))
    project = clips.trim(project, first, end=SECOND // 2)
    again = assembling.assemble(project, gaps=PLAIN)
    assert find.clip(again, first) == find.clip(project, first)
    assert find.clip(again, second).start == SECOND * 3 // 2
    again, new = take_of(again, find.take(again, find.clip(again, first).take).line, seconds=2.0)
    renewed = find.clip(assembling.assemble(again, gaps=PLAIN), first)
    assert (renewed.take, renewed.length, renewed.gain_db) == (new, 2 * SECOND, -6.0)
    assert (renewed.fade_in, renewed.fade_out) == (Fade(480), Fade(960))


def test_a_line_that_was_cut_up_stays_so_until_it_has_another_take() -> None:
    project = assembling.assemble(written("[A] One.\n[A] Two."), gaps=PLAIN)
    first = project.tracks[0].clips[0].id
    project, right = clips.split(project, first, SECOND // 4)
    project = clips.move(project, [right], by=100)
    moved = clips.move(project, [first, right], by=4_800)
    again = assembling.assemble(moved, gaps=PLAIN)
    assert [clip.id for clip in again.tracks[0].clips][:2] == [first, right]
    assert find.clip(again, right).start - find.clip(again, first).end == 100
    again, new = take_of(again, again.script_lines.split()[0])
    renewed = assembling.assemble(again, gaps=PLAIN)
    assert [clip.take for clip in renewed.tracks[0].clips] == [new, project.tracks[0].clips[-1].take]
    assert renewed.tracks[0].clips[0].id == first


def test_lines_come_move_go_and_other_clips_stay() -> None:
    project = assembling.assemble(written("[A] One.\n[A] Two.\n[A] Three."), gaps=PLAIN)
    track = project.tracks[0].id
    names = project.script_lines.split()
    project, other = clips.add_clip(project, track, media=project.media[0].id, start=20 * SECOND)
    project, twice = clips.duplicate(project, [project.tracks[0].clips[0].id], by=30 * SECOND)
    project = whole.set_script(project, "[A] One.\n[A] Three.")
    project = whole.set_script(project, "[A] One.\n[A] Three.\n[A] New.")
    project, _ = take_of(project, project.script_lines.split()[2])
    again = assembling.assemble(project, gaps=PLAIN)
    assert names[1] not in {line for _, _, line in placed(again)}
    assert [line for _, _, line in placed(again)] == [*project.script_lines.split(), ""]
    assert find.clip(again, other).start == 20 * SECOND
    assert twice[0] not in {clip.id for clip in again.tracks[0].clips}
    assert [take.line for take in again.takes] == [take.line for take in project.takes]


def test_another_script_follows_what_is_there() -> None:
    project = assembling.assemble(written("[A] One."), gaps=PLAIN)
    project = whole.set_script(whole.set_script(project, ""), "[A] Something else.")
    project, _ = take_of(project, project.script_lines)
    again = assembling.assemble(project, gaps=PLAIN)
    assert [at for _, at, _ in placed(again)] == [0.0, 1.0]


def test_it_begins_where_it_did_and_speech_elsewhere_is_no_line() -> None:
    project = assembling.assemble(written("[A] One.\n[A] Two."), gaps=PLAIN)
    project, sound = tracks.add_track(project, "Echo")
    project, echo = clips.add_clip(project, sound, take=project.takes[0].id, start=7)
    project = clips.move(project, [clip.id for clip in project.tracks[0].clips], by=10 * SECOND)
    again = assembling.assemble(project, gaps=PLAIN)
    assert [at for _, at, _ in placed(again)] == [10.0, 12.0, 0.0]
    assert find.clip(again, echo).start == 7


def test_sections_are_chapters_that_move_and_are_renamed() -> None:
    project = written("# One\n[A] a.\n# Two\n[A] b.\n# Empty\n")
    project, mine = marks.add_marker(project, 5, "mine")
    project = assembling.assemble(project, gaps=PLAIN)
    chapters = [(m.at, m.name) for m in project.markers if m.chapter]
    assert chapters == [(0, "One"), (2 * SECOND, "Two")]
    ids = {m.name: m.id for m in project.markers}
    project = replace(project, script=project.script.replace("# Two", "# The second"))
    again = assembling.assemble(project, gaps=replace(PLAIN, full_stop=3.0))
    found = {m.id: (m.at, m.name) for m in again.markers}
    assert found[ids["Two"]] == (4 * SECOND, "The second")
    assert found[mine] == (5, "mine")
    assert len(found) == 3
    assert assembling.assemble(written("# One\n[A] a."), chapters=False).markers == ()


def test_what_is_locked_refuses_unless_it_stays_as_it_is() -> None:
    project = assembling.assemble(written("[A] One.\n[A] Two."), gaps=PLAIN)
    locked = clips.set_locked(project, [project.tracks[0].clips[1].id], on=True)
    assert assembling.assemble(locked, gaps=PLAIN) == locked
    for refused in (locked, tracks.set_track(project, project.tracks[0].id, locked=True)):
        with pytest.raises(StudioError, match="locked"):
            assembling.assemble(refused)


def test_what_is_locked_stays_though_its_line_is_said_elsewhere_or_gone() -> None:
    project = assembling.assemble(written("[A] One.\n[A] Two."), gaps=PLAIN)
    first, gone = project.tracks[0].clips
    project, locked = clips.add_clip(project, project.tracks[0].id, take=first.take, start=30 * SECOND, length=SECOND)
    project, loose = clips.add_clip(project, project.tracks[0].id, take=first.take, start=40 * SECOND, length=SECOND)
    project, other = tracks.add_track(project, "Old", kind="speech")
    project, kept = clips.add_clip(project, other, take=first.take, start=30 * SECOND, length=SECOND)
    project = clips.set_locked(project, [locked, gone.id], on=True)
    project = tracks.set_track(project, other, locked=True)
    project = whole.set_script(project, "[A] One.")
    after = assembling.assemble(project, gaps=PLAIN)
    for one in (locked, gone.id, kept):
        assert find.clip(after, one) == find.clip(project, one)
    assert loose not in {clip.id for track in after.tracks for clip in track.clips}


def test_nothing_to_assemble_is_said_and_what_lacks_a_take_is_named() -> None:
    project = written("[A] One.\n[pause 1s]\n[A] (laughs)\n[A] Two.", made={0})
    assert assembling.without_takes(project) == (project.script_lines.split()[-1],)
    with pytest.raises(StudioError, match="No line"):
        assembling.assemble(written("[A] One.", made=set()))
    bare = replace(project, media=())
    with pytest.raises(StudioError, match="gone"):
        assembling.assemble(bare)


@given(st.lists(st.tuples(st.sampled_from("ABC"), st.sampled_from(".?!…,")), min_size=1, max_size=8), st.data())
def test_any_order_of_edits_and_assemblies_keeps_every_line_once(
    spoken: list[tuple[str, str]], data: st.DataObject
) -> None:
    script = "\n".join(f"[{who}] Line {n}{mark}" for n, (who, mark) in enumerate(spoken))
    project = written(script)
    for _ in range(3):
        project = assembling.assemble(project, per_speaker=data.draw(st.booleans()))
        there = sorted(((c.start, c) for t in project.tracks for c in t.clips), key=lambda found: found[0])
        line_of = {take.id: take.line for take in project.takes}
        assert [line for line, _ in groupby(line_of[c.take] for _, c in there)] == project.script_lines.split()
        assert all(a.end <= b.start for (_, a), (_, b) in pairwise(there))
        assert rules.problems(project) == []
        some: Clip = data.draw(st.sampled_from([c for _, c in there]))
        change = data.draw(st.sampled_from(["move", "take", "split", "swap lines"]))
        if change == "move":
            project = clips.move(project, [some.id], by=data.draw(st.integers(-SECOND, SECOND)))
        elif change == "take":
            project, _ = take_of(project, line_of[some.take], seconds=data.draw(st.sampled_from([0.5, 2.0])))
        elif change == "split" and some.length > 10:
            project, _ = clips.split(project, some.id, some.start + some.length // 2)
        else:
            written_lines = project.script.split("\n")
            project = whole.set_script(project, "\n".join([*written_lines[1:], written_lines[0]]))
            for line in project.script_lines.split():
                if line not in lines.chosen(project):
                    project, _ = take_of(project, line)
