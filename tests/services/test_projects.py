"""Projects are made, changed, saved and opened again; nothing that was there is ever lost on the way."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studio.domain.edits import tracks
from studio.errors import StudioError
from studio.events import Bus, ProjectChanged, ProjectNote
from studio.services import project_autosave
from studio.services.projects import Projects
from studio.store import atomic, project_file, project_folder
from tests.services.sounds import StandIn
from tests.store.disk import record_disk

pytestmark = pytest.mark.slow


@pytest.fixture
def bus():
    return Bus()


@pytest.fixture
def projects(tmp_path, bus):
    return Projects(StandIn(tmp_path), bus)  # pyright: ignore[reportArgumentType]


@pytest.fixture
def folder(tmp_path, projects):
    """A saved project with a few steps behind it."""
    with projects.create(tmp_path / "Play.angen") as opened:
        for name in ("One", "Two", "Three"):
            _add_track(opened, name)
        opened.save()
    return tmp_path / "Play.angen"


def _add_track(opened, name, merge=""):
    opened.do(f"Add {name}", tracks.add_track(opened.project, name)[0], merge=merge)


def _names(opened):
    return [track.name for track in opened.project.tracks]


def _content(folder):
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file() and p.name != ".lock"}


class TestMaking:
    def test_a_new_project_is_empty_and_called_like_its_folder(self, projects, tmp_path):
        with projects.create(tmp_path / "deep" / "My Play.angen", rate=44_100) as opened:
            assert (opened.project.name, opened.project.rate) == ("My Play", 44_100)
            assert not opened.unsaved
        with projects.open(tmp_path / "deep" / "My Play.angen") as opened:
            assert opened.project.tracks == ()
            assert opened.told == []

    def test_a_folder_is_used_as_it_is_named(self, projects, tmp_path):
        (tmp_path / "plain").mkdir()
        with projects.create(tmp_path / "plain") as opened:
            assert (opened.project.name, opened.folder) == ("plain", tmp_path / "plain")

    def test_a_folder_that_holds_something_is_refused_and_stays(self, projects, tmp_path, folder):
        (tmp_path / "full").mkdir()
        (tmp_path / "full" / "letter.txt").write_text("dear", encoding="utf-8")
        for place in (tmp_path / "full", folder):
            before = _content(place)
            with pytest.raises(StudioError, match="holds something"):
                projects.create(place)
            assert _content(place) == before

    def test_what_a_process_left_that_died_making_a_project_is_no_hindrance(self, projects, tmp_path):
        (tmp_path / "A" / "history").mkdir(parents=True)
        (tmp_path / "A" / "history" / "1.json").write_bytes(b'{"schema":1,"revision":1,"of":"","deltas":[]}')
        (tmp_path / "A" / ".lock").touch()
        (tmp_path / "A" / ".project.json.12345678.part").touch()
        projects.create(tmp_path / "A").close()
        projects.open(tmp_path / "A").close()

    @pytest.mark.parametrize("file", ["history/2023.json", "history/1.json", "history/deep/x.json", ".lock"])
    def test_a_folder_of_the_users_with_a_history_of_its_own_is_refused_and_stays(self, projects, tmp_path, file):
        mine = tmp_path / "mine" / file
        mine.parent.mkdir(parents=True)
        mine.write_text("diary", encoding="utf-8")
        (tmp_path / "mine" / "history").mkdir(exist_ok=True)
        if file == ".lock":
            (tmp_path / "mine" / "history" / "1.json").write_text("{}", encoding="utf-8")
        with pytest.raises(StudioError, match="holds something"):
            projects.create(tmp_path / "mine")
        assert mine.read_text(encoding="utf-8") == "diary"

    def test_of_two_who_make_a_project_in_one_folder_one_is_refused(self, projects, tmp_path, monkeypatch):
        real = project_folder.lock

        def late(folder):
            monkeypatch.setattr(project_folder, "lock", real)
            with projects.create(folder) as first:
                _add_track(first, "First")
                first.save()
            return real(folder)

        monkeypatch.setattr(project_folder, "lock", late)
        with pytest.raises(StudioError, match="holds something"):
            projects.create(tmp_path / "A")
        with projects.open(tmp_path / "A") as opened:
            assert _names(opened) == ["First"]

    @pytest.mark.parametrize("rate", [0, -1, 7999, 384_001, 10**9])
    def test_an_impossible_rate_is_refused(self, projects, tmp_path, rate):
        with pytest.raises(StudioError, match="rate"):
            projects.create(tmp_path / "A", rate=rate)
        assert not (tmp_path / "A").exists()

    def test_where_no_folder_can_be_it_says_so(self, projects, tmp_path):
        (tmp_path / "file").write_bytes(b"")
        (tmp_path / "loop").symlink_to(tmp_path / "loop")
        for place in (tmp_path / "file", tmp_path / "file" / "A", tmp_path / "loop", tmp_path / ("x" * 300)):
            for attempt in (projects.create, projects.open):
                with pytest.raises(StudioError):
                    attempt(place)


class TestDoing:
    def test_everything_comes_back_and_undo_works_after_reopening(self, projects, folder):
        with projects.open(folder) as opened:
            assert _names(opened) == ["One", "Two", "Three"]
            assert [opened.undo(), opened.undo()] == ["Add Three", "Add Two"]
            opened.save()
        with projects.open(folder) as opened:
            assert _names(opened) == ["One"]
            assert opened.redo() == "Add Two"
            assert opened.undo() == "Add Two"
            assert opened.undo() == "Add One"
            assert not opened.history.can_undo
            opened.jump(3)
            assert _names(opened) == ["One", "Two", "Three"]

    def test_a_drag_is_one_step(self, projects, folder):
        with projects.open(folder) as opened:
            for db in range(5):
                louder = replace(opened.project.tracks[0], gain_db=float(-db))
                opened.do("Gain", replace(opened.project, tracks=(louder,)), merge="gain t1")
            opened.undo()
            assert _names(opened) == ["One", "Two", "Three"]

    def test_who_listens_hears_of_each_step(self, projects, folder, bus):
        heard = []
        bus.subscribe(heard.append)
        with projects.open(folder) as opened:
            _add_track(opened, "Four")
            opened.undo()
            opened.do("Nothing", opened.project)
        assert heard == [ProjectChanged(str(folder), "Add Four")] * 2

    def test_where_there_is_nothing_to_undo_it_says_so_and_keeps_what_was_undone(self, projects, folder):
        with projects.open(folder) as opened:
            with pytest.raises(StudioError, match="nothing"):
                opened.redo()
            opened.jump(0)
            with pytest.raises(StudioError, match="nothing"):
                opened.undo()
            assert opened.redo() == "Add One"

    def test_a_step_that_is_damaged_is_told_and_not_offered_again(self, projects, folder):
        file = next((folder / "history").iterdir())
        data = json.loads(file.read_bytes())
        data["deltas"][1] = {"rate": 5}
        file.write_text(json.dumps(data), encoding="utf-8")
        with projects.open(folder) as opened:
            opened.undo()
            with pytest.raises(StudioError, match="damaged"):
                opened.undo()
            assert not opened.history.can_undo
            assert opened.redo() == "Add Three"
            opened.save()
        with projects.open(folder) as opened:
            assert opened.history.labels == ("Add Three",)

    def test_only_unsaved_work_is_called_unsaved(self, projects, folder):
        with projects.open(folder) as opened:
            assert not opened.unsaved
            _add_track(opened, "Four")
            assert opened.unsaved
            opened.save()
            assert not opened.unsaved


class TestTwo:
    def test_a_second_writer_is_refused_and_a_reader_is_not(self, projects, folder):
        with projects.open(folder) as first:
            with pytest.raises(StudioError, match="open in another window or command"):
                projects.open(folder)
            with projects.open(folder, writing=False) as reader:
                assert reader.project == first.project
                assert reader.read_only
                for attempt in (reader.save, reader.undo, reader.discard, lambda: reader.do("A", first.project)):
                    with pytest.raises(StudioError, match="opened to be read"):
                        attempt()
        projects.open(folder).close()

    def test_who_was_killed_holds_nothing(self, projects, folder):
        code = "import sys\nfrom pathlib import Path\nfrom studio.store import project_folder\n"
        code += "held = project_folder.lock(Path(sys.argv[1]))\nprint('held', flush=True)\nsys.stdin.read()\n"
        argv = [sys.executable, "-c", code, str(folder)]
        with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
            assert other.stdout
            assert other.stdout.readline() == b"held\n"
            with pytest.raises(StudioError, match="another window"):
                projects.open(folder)
            other.kill()
            other.wait(60)
        projects.open(folder).close()

    def test_a_closed_project_can_be_looked_at_only(self, projects, folder):
        opened = projects.open(folder)
        opened.close()
        opened.close()
        assert _names(opened) == ["One", "Two", "Three"]
        with pytest.raises(StudioError, match="closed"):
            opened.save()

    def test_a_reader_whose_files_are_replaced_while_it_reads_reads_the_new_ones(self, projects, folder, monkeypatch):
        real = project_folder._read_history
        with projects.open(folder) as writer:
            _add_track(writer, "Four")

            def late(*given):
                if writer.unsaved:
                    writer.save()
                return real(*given)

            monkeypatch.setattr(project_folder, "_read_history", late)
            with projects.open(folder, writing=False) as reader:
                assert _names(reader)[-1] == "Four"
                assert (reader.told, len(reader.history.labels)) == ([], 4)

    def test_a_reader_meets_one_state_while_a_writer_saves(self, projects, folder):
        with projects.open(folder) as writer:
            for number in range(20):
                _add_track(writer, f"More {number}")
                writer.save()
                with projects.open(folder, writing=False) as reader:
                    assert reader.project == writer.project
                    assert reader.told == []
                    assert len(reader.history.labels) == 4 + number


class TestSaving:
    def test_one_pair_of_files_is_left_and_the_revision_grows(self, projects, folder):
        with projects.open(folder) as opened:
            for _ in range(3):
                opened.save()
        revision = json.loads((folder / "project.json").read_bytes())["revision"]
        assert sorted(_content(folder)) == [f"history/{revision}.json", "project.json"]
        assert revision == 5

    @pytest.mark.parametrize("failing", [1, 2])
    def test_a_save_that_fails_leaves_what_was_there(self, projects, folder, monkeypatch, failing):
        real, count = atomic.write_bytes, 0

        def full(target, data):
            nonlocal count
            count += 1
            if count == failing:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            real(target, data)

        before = _content(folder)
        monkeypatch.setattr(atomic, "write_bytes", full)
        with projects.open(folder) as opened:
            _add_track(opened, "Four")
            with pytest.raises(StudioError, match="disk is full"):
                opened.save()
            assert _content(folder) == before
            assert opened.unsaved
            opened.save()
        with projects.open(folder) as opened:
            assert _names(opened)[-1] == "Four"
            assert opened.told == []

    def test_what_another_wrote_meanwhile_is_not_saved_over(self, projects, folder):
        first = projects.open(folder)
        (folder / ".lock").unlink()  # as a program does that tidies up
        second = projects.open(folder)
        _add_track(first, "Mine")
        first.save()
        _add_track(second, "Theirs")
        with pytest.raises(StudioError, match="somebody else meanwhile"):
            second.save()
        second.collect(folder.with_name("kept.zip"))
        for opened in (first, second):
            opened.close()
        with projects.open(folder) as again:
            assert _names(again)[-1] == "Mine"
        projects.expand(folder.with_name("kept.zip"), folder.with_name("Kept"))
        with projects.open(folder.with_name("Kept")) as kept:
            assert _names(kept)[-1] == "Theirs"

    def test_a_save_whose_file_landed_before_the_disk_failed_can_be_tried_again(self, projects, folder, monkeypatch):
        real = atomic.sync_folder

        def failing(place):
            if place == folder:
                raise OSError(errno.EIO, os.strerror(errno.EIO))
            real(place)

        with projects.open(folder, autosave=True) as opened:
            _add_track(opened, "Four")
            monkeypatch.setattr(atomic, "sync_folder", failing)
            with pytest.raises(StudioError):
                opened.save()
            monkeypatch.undo()
            _add_track(opened, "Five")
            opened.save()
            _add_track(opened, "Six")
        with projects.open(folder) as opened:
            assert _names(opened)[-3:] == ["Four", "Five", "Six"]
            assert "was recovered" in opened.told[0]

    def test_what_is_saved_is_on_the_disk_before_it_is_said(self, projects, folder, monkeypatch):
        with projects.open(folder) as opened:
            _add_track(opened, "Four")
            steps = record_disk(monkeypatch)
            opened.save()
        synced = [name for what, name in steps if what == "sync"]
        assert [name for what, name in steps if what == "rename"] == ["3.json", "project.json"]
        assert [what for what, _ in steps] == ["sync", "rename", "sync"] * 2
        assert synced[0].startswith(".3.json.")
        assert synced[1] == "history"
        assert synced[2].startswith(".project.json.")
        assert synced[3] == folder.name

    def test_a_project_that_breaks_the_rules_is_not_saved(self, projects, folder):
        before = _content(folder)
        with projects.open(folder) as opened:
            opened.do("Break", replace(opened.project, next_id=1))
            with pytest.raises(StudioError, match="cannot be saved"):
                opened.save()
        assert _content(folder) == before

    @pytest.mark.parametrize("when", range(1, 5))
    def test_a_save_that_dies_anywhere_leaves_one_whole_state(self, projects, folder, monkeypatch, when):
        """Before and after each of its two files; what it left is gone after the next save."""
        real, count = atomic.write_bytes, 0

        def dying(target, data):
            nonlocal count
            count += 1
            if count == when:
                raise KeyboardInterrupt
            real(target, data)
            count += 1
            if count == when:
                raise KeyboardInterrupt

        opened = projects.open(folder)
        _add_track(opened, "Four")
        monkeypatch.setattr(atomic, "write_bytes", dying)
        with pytest.raises(KeyboardInterrupt):
            opened.save()
        opened.close()
        monkeypatch.undo()
        with projects.open(folder) as again:
            assert _names(again) == ["One", "Two", "Three", *(["Four"] if when == 4 else [])]
            assert again.told == []
            assert len(again.history.labels) == len(_names(again))
            again.save()
        assert len(_content(folder)) == 2

    def test_a_project_put_back_without_its_history_opens(self, projects, folder):
        before = (folder / "project.json").read_bytes()
        with projects.open(folder) as opened:
            _add_track(opened, "Four")
            opened.save()
        (folder / "project.json").write_bytes(before)
        with projects.open(folder) as opened:
            assert _names(opened) == ["One", "Two", "Three"]
            assert "cannot be undone" in opened.told[0]

    def test_a_folder_that_went_away_is_told(self, projects, folder):
        with projects.open(folder) as opened:
            _add_track(opened, "Four")
            shutil.rmtree(folder)
            with pytest.raises(StudioError):
                opened.save()


_DAMAGE = st.one_of(
    st.tuples(st.just("cut"), st.integers(0, 2**16), st.just(0)),
    st.tuples(st.just("flip"), st.integers(0, 2**16), st.integers(1, 255)),
    st.tuples(st.just("double"), st.integers(0, 2**16), st.integers(1, 50)),
)


class TestDamage:
    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(_DAMAGE)
    def test_a_damaged_project_raises_nothing_odd_and_is_never_changed(self, projects, folder, damage):
        sound = (folder / "project.json").read_bytes()
        how, at, value = damage
        at %= len(sound)
        raw = {
            "cut": sound[:at],
            "flip": sound[:at] + bytes([sound[at] ^ value]) + sound[at + 1 :],
            "double": sound[: at + value] + sound[at:],
        }[how]
        (folder / "project.json").write_bytes(raw)
        try:
            for writing in (True, False):
                with suppress(StudioError), projects.open(folder, writing=writing) as opened:
                    opened.jump(0)
            assert (folder / "project.json").read_bytes() == raw
        finally:
            (folder / "project.json").write_bytes(sound)

    def test_the_hint_for_a_damaged_project_names_a_sound_autosave(self, projects, folder):
        _leave_autosave(projects, folder)
        (folder / "project.json").write_bytes(b"{")
        with pytest.raises(StudioError, match="damaged") as raised:
            projects.open(folder)
        assert str(folder / "autosave" / "project.json") in raised.value.hint
        shutil.copy(folder / "autosave" / "project.json", folder / "project.json")  # as the hint says
        with projects.open(folder) as opened:
            assert _names(opened)[-1] == "Four"
        (folder / "autosave" / "project.json").write_bytes(b"{")
        (folder / "project.json").write_bytes(b"{")
        with pytest.raises(StudioError) as raised:
            projects.open(folder)
        assert "autosave/project" not in raised.value.hint

    def test_a_project_file_that_is_no_file_is_told(self, projects, tmp_path):
        for number, make in enumerate((Path.mkdir, os.mkfifo, lambda p: p.symlink_to(p), lambda p: p.touch())):
            (tmp_path / str(number)).mkdir()
            make(tmp_path / str(number) / "project.json")
            with pytest.raises(StudioError):
                projects.open(tmp_path / str(number))

    def test_a_newer_project_is_looked_at_only_and_never_written(self, projects, folder):
        data = json.loads((folder / "project.json").read_bytes())
        (folder / "project.json").write_text(json.dumps(data | {"schema": 99}), encoding="utf-8")
        before = _content(folder)
        with projects.open(folder, autosave=True) as opened:
            assert "newer version" in opened.read_only
            assert _names(opened) == ["One", "Two", "Three"]
            for attempt in (opened.save, opened.undo, lambda: _add_track(opened, "Four")):
                with pytest.raises(StudioError, match="newer version"):
                    attempt()
        assert _content(folder) == before

    def test_an_older_project_is_brought_up_to_date_by_saving(self, projects, folder, monkeypatch):
        monkeypatch.setattr(project_file, "UPGRADES", (lambda data: data,))
        before = _content(folder)
        with projects.open(folder) as opened:
            assert "older version" in opened.told[0]
            assert _content(folder) == before
            opened.save()
        with projects.open(folder) as opened:
            assert opened.told == []
            assert json.loads((folder / "project.json").read_bytes())["schema"] == 2

    def test_what_was_left_unfinished_is_swept_and_other_files_stay(self, projects, folder):
        (folder / "media").mkdir()
        (folder / "notes.part").write_bytes(b"mine")
        for name in ("media/.incoming.0123abcd.part", "history/.3.json.0123abcd.part", ".project.json.0123abcd.part"):
            (folder / name).write_bytes(b"half")
        projects.open(folder, writing=False).close()
        assert len(_content(folder)) == 6
        projects.open(folder).close()
        assert sorted(_content(folder)) == ["history/2.json", "notes.part", "project.json"]

    def test_an_export_into_the_projects_folder_goes_on_while_the_project_is_opened(self, projects, folder):
        with atomic.written(folder / "out.mp3", guarded=True) as unfinished:
            unfinished.write_bytes(b"sound")
            projects.open(folder).close()
        assert (folder / "out.mp3").read_bytes() == b"sound"

    def test_a_newer_project_is_not_packed_since_that_would_lose_what_it_says(self, projects, folder, tmp_path):
        data = json.loads((folder / "project.json").read_bytes())
        (folder / "project.json").write_text(json.dumps(data | {"schema": 99}), encoding="utf-8")
        with projects.open(folder, writing=False) as opened, pytest.raises(StudioError, match="lose"):
            opened.collect(tmp_path / "a.zip")
        assert not (tmp_path / "a.zip").exists()

    def test_a_lock_that_is_a_link_makes_no_file_elsewhere(self, projects, folder, tmp_path):
        (folder / ".lock").unlink()
        (folder / ".lock").symlink_to(tmp_path / "elsewhere")
        with pytest.raises(StudioError):
            projects.open(folder)
        assert not (tmp_path / "elsewhere").exists()

    def test_links_are_not_followed_when_writing(self, projects, folder, tmp_path):
        (tmp_path / "elsewhere").mkdir()
        (tmp_path / "elsewhere" / "7.json").write_bytes(b"theirs")
        shutil.rmtree(folder / "history")
        (folder / "history").symlink_to(tmp_path / "elsewhere")
        (folder / "autosave").mkdir()
        (folder / "autosave" / "history").symlink_to(tmp_path / "elsewhere")
        with projects.open(folder) as opened:
            with pytest.raises(StudioError, match="leads elsewhere"):
                opened.save()
            opened.discard()
        assert [p.name for p in (tmp_path / "elsewhere").iterdir()] == ["7.json"]


def _leave_autosave(projects, folder):
    opened = projects.open(folder, autosave=True)
    _add_track(opened, "Four")
    opened.close()


def _wait_for_autosave(opened):
    while not (opened.folder / "autosave" / "project.json").exists():  # the test's own time limit ends what never comes
        opened._autosave._thread.join(0.01)


class TestAutosave:
    def test_work_that_was_not_saved_is_recovered_with_its_history(self, projects, folder):
        before = (folder / "project.json").read_bytes()
        _leave_autosave(projects, folder)
        assert (folder / "project.json").read_bytes() == before
        with projects.open(folder) as opened:
            assert _names(opened) == ["One", "Two", "Three", "Four"]
            assert "ended without saving" in opened.told[0]
            assert "was recovered" in opened.told[0]
            assert opened.unsaved
            assert opened.undo() == "Add Four"
            assert opened.undo() == "Add Three"
            opened.jump(4)
            opened.save()
        with projects.open(folder) as opened:
            assert _names(opened)[-1] == "Four"
            assert opened.told == []

    def test_recovered_work_stays_until_it_is_saved(self, projects, folder):
        _leave_autosave(projects, folder)
        for _ in range(2):
            with projects.open(folder) as opened:
                assert _names(opened)[-1] == "Four"
                assert len(opened.told) == 1

    def test_a_reader_sees_what_was_saved(self, projects, folder):
        _leave_autosave(projects, folder)
        with projects.open(folder, writing=False) as opened:
            assert _names(opened)[-1] == "Three"
            assert "There is unsaved work of" in opened.told[0]

    def test_an_autosave_that_came_from_another_project_is_set_aside(self, projects, folder, tmp_path):
        with projects.create(tmp_path / "Other.angen") as other:
            _add_track(other, "Other")
            other.save()
        _leave_autosave(projects, folder)
        shutil.copytree(folder / "autosave", tmp_path / "Other.angen" / "autosave")
        with projects.open(tmp_path / "Other.angen", writing=False) as opened:
            assert opened.told == []
        with projects.open(tmp_path / "Other.angen") as opened:
            assert _names(opened) == ["Other"]
            assert "another state" in opened.told[0]

    def test_edits_wait_less_than_a_second_for_being_stored(self):
        assert 0 < project_autosave._PAUSE <= 0.5  # the rest of the second is for the writing

    def test_what_was_discarded_does_not_come_back(self, projects, folder):
        opened = projects.open(folder, autosave=True)
        _add_track(opened, "Four")
        opened.discard()
        with projects.open(folder) as opened:
            assert _names(opened)[-1] == "Three"
            assert opened.told == []

    def test_without_autosave_nothing_is_written(self, projects, folder):
        before = _content(folder)
        with projects.open(folder) as opened:
            _add_track(opened, "Four")
        assert _content(folder) == before

    def test_a_save_makes_the_autosave_needless(self, projects, folder):
        with projects.open(folder, autosave=True) as opened:
            _add_track(opened, "Four")
            _wait_for_autosave(opened)
            opened.save()
        assert not (folder / "autosave" / "project.json").exists()
        with projects.open(folder) as opened:
            assert opened.told == []

    def test_work_after_a_save_is_recovered_and_work_after_that(self, projects, folder):
        with projects.open(folder, autosave=True) as opened:
            _add_track(opened, "Four")
            opened.save()
            _add_track(opened, "Five")
        with projects.open(folder, autosave=True) as opened:
            assert _names(opened)[-2:] == ["Four", "Five"]
            _add_track(opened, "Six")
        with projects.open(folder) as opened:
            assert _names(opened)[-2:] == ["Five", "Six"]
            assert len(opened.told) == 1

    def test_an_autosave_from_before_the_last_save_is_forgotten(self, projects, folder):
        _leave_autosave(projects, folder)
        old = _content(folder / "autosave")
        with projects.open(folder) as opened:
            opened.undo()
            opened.save()
        (folder / "autosave" / "history").mkdir(parents=True, exist_ok=True)
        for name, raw in old.items():  # as if the studio had died before it removed it
            (folder / "autosave" / name).write_bytes(raw)
        with projects.open(folder) as opened:
            assert _names(opened)[-1] == "Three"
            assert opened.told == []
        assert _content(folder / "autosave") == {}

    def test_an_autosave_of_another_state_is_set_aside(self, projects, folder, tmp_path):
        """Somebody put back an older copy of the project: that is what he wants."""
        backup = tmp_path / "backup"
        shutil.copytree(folder, backup)
        with projects.open(folder) as opened:
            opened.save()
            opened.save()
        _leave_autosave(projects, folder)
        for name in ("project.json", "history"):
            if (folder / name).is_dir():
                shutil.rmtree(folder / name)
                shutil.copytree(backup / name, folder / name)
            else:
                shutil.copy(backup / name, folder / name)
        with projects.open(folder) as opened:
            assert _names(opened)[-1] == "Three"
            assert "another state" in opened.told[0]
            assert "set aside" in opened.told[0]
        assert list((folder / "autosave").glob("project.damaged-*.json"))

    @pytest.mark.parametrize("raw", [b"", b"{", b'{"schema": 7, "revision": 99, "project": {}}'])
    def test_a_damaged_autosave_is_set_aside_and_told(self, projects, folder, raw):
        _leave_autosave(projects, folder)
        (folder / "autosave" / "project.json").write_bytes(raw)
        with projects.open(folder) as opened:
            assert _names(opened)[-1] == "Three"
            assert "set aside" in opened.told[0]
        kept = list((folder / "autosave").glob("project.damaged-*.json"))
        assert [p.read_bytes() for p in kept] == [raw]
        with projects.open(folder) as opened:
            assert opened.told == []

    def test_a_full_disk_is_told_once_and_tried_again(self, projects, folder, monkeypatch, bus):
        heard = []
        bus.subscribe(lambda event: heard.append(event) if isinstance(event, ProjectNote) else None)
        real, tries = atomic.write_bytes, 0

        def full(target, data):
            nonlocal tries
            tries += 1
            if tries <= 3:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            real(target, data)

        monkeypatch.setattr(atomic, "write_bytes", full)
        monkeypatch.setattr("studio.services.project_autosave._TRY_AGAIN", 0.01)
        opened = projects.open(folder, autosave=True)
        _add_track(opened, "Four")
        while tries < 5:  # the test's own time limit ends what never comes
            opened._autosave._thread.join(0.01)
        opened.close()
        assert len(opened.told) == 1
        assert "disk is full" in opened.told[0]
        assert [event.text for event in heard] == opened.told
        with projects.open(folder) as opened:
            assert _names(opened)[-1] == "Four"

    def test_a_project_that_breaks_the_rules_leaves_the_sound_autosave(self, projects, folder):
        opened = projects.open(folder, autosave=True)
        _add_track(opened, "Four")
        _wait_for_autosave(opened)
        opened.do("Break", replace(opened.project, next_id=1))
        opened.close()
        assert "cannot be saved" in opened.told[0]
        with projects.open(folder) as opened:
            assert _names(opened)[-1] == "Four"


_SAVE_WITHOUT_ROOM = """
import resource, sys
from dataclasses import replace
from pathlib import Path
from studio.errors import StudioError
from studio.events import Bus
from studio.services.projects import Projects
with Projects(None, Bus()).open(Path(sys.argv[1])) as opened:
    opened.do("Write", replace(opened.project, script="long " * 100_000))
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, resource.RLIM_INFINITY))
    try:
        opened.save()
    except StudioError as e:
        print(e.message)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no such limit")
def test_a_file_that_may_grow_no_further_leaves_what_was_there(projects, folder):
    before = _content(folder)
    done = subprocess.run(
        [sys.executable, "-c", _SAVE_WITHOUT_ROOM, str(folder)], capture_output=True, text=True, check=True, timeout=60
    )
    assert "could not be saved" in done.stdout
    assert _content(folder) == before


@pytest.fixture
def small_disk(tmp_path):
    """A file system of a few hundred kilobytes; needs the rights to mount one."""
    place = tmp_path / "small"
    place.mkdir()
    mount, unmount = shutil.which("mount"), shutil.which("umount")
    if sys.platform != "linux" or not mount or not unmount:
        pytest.skip("needs mount")
    made = subprocess.run(
        [mount, "-t", "tmpfs", "-o", "size=300k", "tmpfs", str(place)], capture_output=True, check=False
    )
    if made.returncode:
        pytest.skip("may not mount")
    yield place
    subprocess.run([unmount, str(place)], check=True)


def test_a_disk_that_is_really_full_leaves_what_was_there(projects, small_disk):
    with projects.create(small_disk / "A", autosave=True) as opened:
        _add_track(opened, "One")
        opened.save()
        before = _content(small_disk / "A")
        opened.do("Write", replace(opened.project, script="long " * 100_000))
        with pytest.raises(StudioError, match="disk is full"):
            opened.save()
        assert _content(small_disk / "A") == before
        opened.undo()
        _add_track(opened, "Two")
        opened.save()
    with projects.open(small_disk / "A") as opened:
        assert _names(opened) == ["One", "Two"]
        assert opened.told == []
