"""The demo that comes with the studio: whole, small, and each line of it can be heard."""

from __future__ import annotations

import shutil

from studio.domain import script_lines
from studio.domain.export import licences
from studio.domain.export.credits import verdict
from studio.domain.export.heard import heard
from studio.services import demo_project


def test_each_line_of_the_demo_has_a_take_of_its_speaker(studio, tmp_path):
    folder = demo_project.unpacked(studio.projects, tmp_path)
    with studio.projects.open(folder) as opened:
        project = opened.project
        assert opened.missing(thorough=True) == []
    lines = script_lines.lines_of(project.script)
    ids = project.script_lines.split()
    assert len(lines) == len(ids) >= 5
    for number, line in zip(ids, lines, strict=True):
        own = [take for take in project.takes if take.line == number]
        assert own, f"nobody speaks {line.raw!r}"
        assert {take.speaker for take in own} == {line.speaker}
        assert all(take.quality for take in own), "each take shows how well it went"
    assert any(sum(take.line == number for take in project.takes) > 1 for number in ids), (
        "one has several to choose from"
    )
    assert {voice.speaker for voice in project.voices} == {line.speaker for line in lines}


def test_the_demo_is_a_finished_piece_that_anybody_may_use(studio, tmp_path):
    folder = demo_project.unpacked(studio.projects, tmp_path)
    with studio.projects.open(folder) as opened:
        project = opened.project
        assert not opened.history.can_undo, "Ctrl+Z must not take the demo apart"
    played = {clip.take for track in project.tracks for clip in track.clips if clip.take}
    lines = {take.line for take in project.takes if take.id in played}
    assert lines == set(project.script_lines.split())
    assert {track.kind for track in project.tracks} == {"speech", "music"}
    assert project.cover is not None
    assert [marker.name for marker in project.markers if marker.chapter]
    assert verdict(heard(project, 0, project.length), project.cover).answer == licences.YES


def test_what_somebody_made_of_the_demo_is_left_as_it_is(studio, tmp_path):
    folder = demo_project.unpacked(studio.projects, tmp_path)
    kept = (folder / "project.json").read_bytes()
    (folder / "mine.txt").write_text("mine", encoding="utf-8")
    assert demo_project.unpacked(studio.projects, tmp_path) == folder
    assert (folder / "mine.txt").exists()
    shutil.rmtree(folder)
    assert demo_project.unpacked(studio.projects, tmp_path) == folder
    assert (folder / "project.json").read_bytes() == kept
    assert not (folder / "mine.txt").exists()


def test_the_demo_is_small(studio):
    assert demo_project.ARCHIVE.stat().st_size <= 4_000_000
    assert demo_project.SAMPLE.stat().st_size <= 1_000_000
    single, outline = demo_project.sample(studio.paths, studio.sound)
    assert 20 < single.seconds < 60
    assert max(high for _, high in outline) > 3000, "one hears something"
