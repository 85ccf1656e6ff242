"""The export: what is said before, what lies there after."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import soundfile
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QLineEdit, QPushButton

from studio.domain.edits import marks, takes
from studio.domain.export import licences
from studio.services import demo_project
from studio.ui.dialogs.export import ExportDialog
from studio.ui.dialogs.export_choice import Chosen, outlook, ranges
from studio.ui.dialogs.question import Question
from studio.ui.language import clock
from tests.ui.conftest import PATIENCE, click, find, press, shown, type_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    from studio.domain.project import Project
    from studio.ui.application import Application
    from studio.ui.shell.job_row import JobRow


@pytest.fixture
def demo(start: Callable[..., Application], tmp_path: Path) -> Application:
    """A window with the demo open, whose exports go to a folder of the test's own."""
    studio_app = start(room="library")
    folder = demo_project.unpacked(studio_app.studio.projects, studio_app.studio.paths.projects)
    studio_app.desk.project.open(folder)
    (tmp_path / "out").mkdir()
    studio_app.desk.memory.put("export.folder", str(tmp_path / "out"))
    return studio_app


def _dialog(application: Application) -> ExportDialog:
    assert application.window is not None
    press(application.window, "Ctrl+Shift+E")
    return find(application.window, ExportDialog)


def _choose(box: QComboBox, title: str) -> None:
    wanted = box.findText(title)
    assert wanted >= 0, [box.itemText(n) for n in range(box.count())]
    box.setCurrentIndex(wanted)


def _told(dialog: ExportDialog) -> str:
    return "\n".join(label.text() for label in shown(dialog, QLabel))


def test_it_says_beforehand_what_will_come_of_it(demo: Application, qtbot: QtBot) -> None:
    dialog = _dialog(demo)
    said = _told(dialog)
    length = demo.desk.project.value.length / 48_000
    for words in (
        f"{clock(length)} long", "8 clips on 2 tracks", "MP3, stereo, 48 kHz, 192 kbit/s", "-16 LUFS",
        "2 chapter marks", "with the cover", "May be used commercially",
    ):  # fmt: skip
        assert words in said, words
    _choose(find(dialog, QComboBox, "Made for"), "Audiobook (ACX)")
    qtbot.waitUntil(lambda: "mono, 44.1 kHz" in _told(dialog), timeout=PATIENCE)
    _choose(find(dialog, QComboBox, "Stretch"), "Chapter: Welcome")
    qtbot.waitUntil(lambda: f"{clock(length)} long" not in _told(dialog), timeout=PATIENCE)
    _choose(find(dialog, QComboBox, "Format"), "FLAC")
    assert Path(find(dialog, QLineEdit, "File").text()).name == "A first evening.flac"


def test_a_song_that_may_not_be_sold_is_named(demo: Application, qtbot: QtBot) -> None:
    project = demo.desk.project
    music = next(media for media in project.value.media if media.name == "Music")
    project.do("Licence", lambda value: takes.set_media_notes(value, music.id, licence="CC-BY-NC-4.0"))
    dialog = _dialog(demo)
    said = _told(dialog)
    assert "May not be used commercially" in said
    assert "Music: CC-BY-NC-4.0 does not allow it" in said
    project.undo()
    qtbot.waitUntil(lambda: "May not be used commercially" not in _told(dialog), timeout=PATIENCE)


@pytest.mark.slow
def test_a_real_wav_is_made_with_subtitles_and_the_toast_says_so(
    demo: Application, qtbot: QtBot, tmp_path: Path
) -> None:
    window = demo.window
    assert window is not None
    dialog = _dialog(demo)
    _choose(find(dialog, QComboBox, "Made for"), "Music")
    _choose(find(dialog, QComboBox, "Format"), "WAV")
    _choose(find(dialog, QComboBox, "Quality"), "16 bit")
    _choose(find(dialog, QComboBox, "Subtitles"), "SubRip (.srt)")
    _choose(find(dialog, QComboBox, "Stretch"), "Chapter: Welcome")
    title = find(dialog, QLineEdit, "Title")
    title.clear()
    type_text(title, "My evening")
    assert find(dialog, QPushButton, "Export").isEnabled()
    click(find(dialog, QPushButton, "Export"))
    qtbot.waitUntil(lambda: not shown(window, ExportDialog), timeout=PATIENCE)
    qtbot.waitUntil(lambda: window.toast.accessibleName() == "Exported: A first evening.wav", timeout=PATIENCE)
    find(window.toast, QPushButton, "Show in folder")
    made = soundfile.info(tmp_path / "out" / "A first evening.wav")
    assert (made.samplerate, made.channels, made.subtype) == (48_000, 2, "PCM_16")
    assert 5 < made.duration < demo.desk.project.value.length / 48_000
    assert "Good evening" in (tmp_path / "out" / "A first evening.srt").read_text(encoding="utf-8")
    assert demo.desk.project.value.metadata.title == "My evening"
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow, timeout=PATIENCE)
    press(window, "Ctrl+J")
    qtbot.waitUntil(lambda: bool(_rows(demo)), timeout=PATIENCE)
    (row,) = _rows(demo)
    assert "Done. Export" in row.accessibleName()


def _rows(application: Application) -> list[JobRow]:
    from studio.ui.shell.job_row import JobRow

    assert application.window is not None
    return shown(application.window.drawer, JobRow)


def test_what_is_there_is_replaced_only_when_somebody_says_so(demo: Application, qtbot: QtBot, tmp_path: Path) -> None:
    there = tmp_path / "out" / "A first evening.mp3"
    there.write_text("mine", encoding="utf-8")
    dialog = _dialog(demo)
    click(find(dialog, QPushButton, "Export"))
    qtbot.waitUntil(lambda: bool(shown(dialog, Question)), timeout=PATIENCE)
    ask = find(dialog, Question)
    assert any(there.name in label.text() for label in shown(ask, QLabel))
    click(find(ask, QPushButton, "Leave it as it is"))
    assert dialog.isVisible()
    assert there.read_text(encoding="utf-8") == "mine"
    assert demo.studio.jobs.newest(5) == []


def test_a_folder_that_is_not_there_is_said_in_the_dialog(demo: Application, qtbot: QtBot, tmp_path: Path) -> None:
    dialog = _dialog(demo)
    file = find(dialog, QLineEdit, "File")
    file.clear()
    type_text(file, str(tmp_path / "none" / "a.mp3"))
    click(find(dialog, QPushButton, "Export"))
    qtbot.waitUntil(lambda: str(tmp_path / "none") in _told(dialog), timeout=PATIENCE)
    assert find(dialog, QPushButton, "Export").isEnabled()
    file.clear()
    type_text(file, "a.doc")
    qtbot.waitUntil(lambda: not find(dialog, QPushButton, "Export").isEnabled(), timeout=PATIENCE)


def test_an_empty_timeline_says_what_to_do(studio_app: Application) -> None:
    dialog = _dialog(studio_app)
    assert "Nothing is on the timeline yet" in _told(dialog)
    click(find(dialog, QPushButton, "Send the dialogue there"))
    assert not dialog.isVisible()
    assert studio_app.window is not None
    assert studio_app.window.room.room_id == "dialogue"


def test_the_cover_is_taken_away_and_undone(demo: Application, qtbot: QtBot) -> None:
    dialog, project = _dialog(demo), demo.desk.project
    assert project.value.cover is not None
    click(find(dialog, QPushButton, "Without a cover"))
    assert project.value.cover is None
    qtbot.waitUntil(lambda: "without a cover" in _told(dialog), timeout=PATIENCE)
    project.undo()
    qtbot.waitUntil(lambda: "with the cover" in _told(dialog), timeout=PATIENCE)


def test_files_beside_the_sound_are_listed(demo: Application, qtbot: QtBot) -> None:
    dialog = _dialog(demo)
    for title in ("A file for each chapter", "A file for each track", "Labels for Audacity"):
        find(dialog, QCheckBox, title).setChecked(True)
    qtbot.waitUntil(lambda: "A first evening labels.txt" in _told(dialog), timeout=PATIENCE)
    assert "A first evening – chapters" in _told(dialog)
    assert "A first evening – tracks" in _told(dialog)


# ---- without widgets


@pytest.fixture(scope="module")
def piece(tmp_path_factory: pytest.TempPathFactory) -> Project:
    from studio.app import Studio

    root = tmp_path_factory.mktemp("piece")
    studio = Studio(root / "data")
    try:
        with studio.projects.open(demo_project.unpacked(studio.projects, root), writing=False) as opened:
            return opened.project
    finally:
        studio.close()


def test_regions_and_chapters_are_offered_by_name(piece: Project) -> None:
    marked, _ = marks.add_region(piece, 48_000, 96_000, "The joke")
    found = ranges(marked)
    assert found[0] == ("The whole piece", None, None)
    assert ("Region: The joke", 1.0, 2.0) in found
    assert [name for name, _, _ in found[2:]] == ["Chapter: Welcome", "Chapter: When the power fails"]


def test_what_is_not_heard_limits_nothing(piece: Project) -> None:
    music = next(media for media in piece.media if media.name == "Music")
    unknown = takes.set_media_notes(piece, music.id, licence="my neighbour said yes")
    seen = outlook(unknown, Chosen(Path("a.wav")))
    assert seen.answer == licences.UNKNOWN
    assert [limit.what for limit in seen.limits] == ["Music"]
    from dataclasses import replace

    muted = replace(unknown, tracks=tuple(replace(t, mute=t.kind == "music") for t in unknown.tracks))
    assert outlook(muted, Chosen(Path("a.wav"))).answer == licences.YES


def test_the_names_that_are_owed_are_said(piece: Project) -> None:
    music = next(media for media in piece.media if media.name == "Music")
    owed = takes.set_media_notes(piece, music.id, licence="CC-BY-4.0")
    seen = outlook(owed, Chosen(Path("a.wav")))
    assert seen.answer == licences.YES
    assert "Music" in seen.names[0]
