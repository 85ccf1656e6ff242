"""The export: what is said before, what lies there after."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import soundfile
from mutagen.id3 import ID3
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QLineEdit, QProgressBar, QPushButton, QWidget

from studio.domain import jobs as states
from studio.domain.edits import marks, takes
from studio.domain.export import licences
from studio.domain.export.options import Options, settle
from studio.domain.export.presets import PRESETS
from studio.domain.export.verdicts import Measured, judge
from studio.domain.requests import Request
from studio.services import demo_project
from studio.services.jobs import Job
from studio.ui import language
from studio.ui.bridge.jobs_model import Progress
from studio.ui.dialogs.export import ExportDialog
from studio.ui.dialogs.export_choice import Chosen, outlook, ranges
from studio.ui.dialogs.export_fields import TimeBox
from studio.ui.dialogs.export_form import ExportForm
from studio.ui.dialogs.export_progress import ExportProgress
from studio.ui.dialogs.export_report import report_of
from studio.ui.dialogs.export_result import ExportResult
from studio.ui.dialogs.question import Question
from studio.ui.language import clock
from studio.ui.widgets.banner import BannerFrame
from tests.ui.conftest import PATIENCE, click, find, press, shown, type_number, type_text

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


def _dialogs(application: Application) -> list[ExportDialog]:
    assert application.window is not None
    return shown(application.window, ExportDialog)


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


def _export(dialog: ExportDialog, qtbot: QtBot) -> ExportResult:
    """Begin, and wait for what came of it."""
    click(find(dialog, QPushButton, "Export"))
    qtbot.waitUntil(lambda: bool(shown(dialog, ExportResult)), timeout=PATIENCE)
    return find(dialog, ExportResult)


def _rules(result: ExportResult) -> list[str]:
    """What a screen reader is told of each rule."""
    named = (w.accessibleName() for w in shown(result, QWidget))
    return [name for name in named if name.startswith(("Met: ", "Not met: ", "Not judged: "))]


@pytest.mark.slow
def test_a_real_wav_is_made_with_subtitles_and_its_rules_are_judged(
    demo: Application, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()) or True)
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
    result = _export(dialog, qtbot)
    said = _told(dialog)
    assert "My evening.wav is ready" in said
    assert "Rules: Music" in said
    assert "All rules are met" in said
    assert [rule.rpartition(",")[0] for rule in _rules(result)] == [
        "Met: Loudness of −14 LUFS", "Met: True peak at most −1 dBTP",
    ]  # fmt: skip
    file = tmp_path / "out" / "My evening.wav"
    made = soundfile.info(file)
    assert (made.samplerate, made.channels, made.subtype) == (48_000, 2, "PCM_16")
    assert 5 < made.duration < demo.desk.project.value.length / 48_000
    assert f"{clock(made.duration)} long" in said
    assert "Good evening" in file.with_suffix(".srt").read_text(encoding="utf-8")
    assert demo.desk.project.value.metadata.title == "My evening"
    click(find(result, QPushButton, "Open folder"))
    assert opened == [str(tmp_path / "out")]
    click(find(result, QPushButton, "Play"))
    qtbot.waitUntil(lambda: bool(shown(result, QPushButton, "Pause")), timeout=PATIENCE)
    assert demo.desk.player.selected is not None
    assert demo.desk.player.selected.file == file
    click(find(result, QPushButton, "Pause"))
    click(find(result, QPushButton, "Export again…"))
    assert find(dialog, QComboBox, "Subtitles").currentText() == "SubRip (.srt)"
    click(find(dialog, QPushButton, "Export"))
    qtbot.waitUntil(lambda: bool(shown(dialog, Question)), timeout=PATIENCE)
    click(find(find(dialog, Question), QPushButton, "Leave it as it is"))
    press(dialog, "Escape")
    assert not dialog.isVisible()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow, timeout=PATIENCE)
    assert find(_dialog(demo), QComboBox, "Made for").currentText() == "Music"


@pytest.mark.slow
def test_a_book_is_judged_rule_by_rule_with_what_to_do(demo: Application, qtbot: QtBot, tmp_path: Path) -> None:
    dialog = _dialog(demo)
    _choose(find(dialog, QComboBox, "Made for"), "Audiobook (ACX)")
    find(dialog, QCheckBox, "A file for each chapter").click()
    find(dialog, QCheckBox, "A file for each track").click()
    result = _export(dialog, qtbot)
    rules = _rules(result)
    whole, chapters = rules[:8], rules[8:]
    assert [rule.partition(":")[0] for rule in whole] == [*["Met"] * 6, "Not met", "Not met"]
    assert "Met: 44.1 kHz, 44.1 kHz." in whole
    assert "Met: MP3 of at least 192 kbit/s, constant, MP3, 192 kbit/s." in whole
    assert whole[6].endswith("Move all clips to the right, until that much quiet lies before them.")
    assert whole[7].endswith("Export again with “From … to …”, and an end that far behind the last word.")
    assert chapters, "a chapter's quiet is not as asked either"
    assert all(rule.startswith("Not") for rule in chapters), "of chapters only what is not met is shown"
    assert "A first evening.mp3: 2 rules are not met" in _told(dialog)
    assert any(label.text().startswith("01 Welcome.mp3: ") for label in shown(result, QLabel))
    out = tmp_path / "out"
    assert sorted(f.name for f in (out / "A first evening – chapters").iterdir()) == [
        "01 Welcome.mp3", "02 When the power fails.mp3",
    ]  # fmt: skip
    assert len(list((out / "A first evening – tracks").iterdir())) == 2
    assert "A first evening – tracks (2 files)" in _told(dialog)
    signs = [label for label in shown(result, QLabel) if label.toolTip() in {"Met", "Not met", "Not judged"}]
    assert len(signs) == len(rules), "no rule is told by its colour alone"


@pytest.mark.slow
def test_who_closes_it_lets_the_export_go_on(demo: Application, qtbot: QtBot, tmp_path: Path) -> None:
    window = demo.window
    assert window is not None
    dialog = _dialog(demo)
    for name, text in (("Genre", "Tales"), ("Year", "2026")):
        type_text(find(dialog, QLineEdit, name), text)
    click(find(dialog, QPushButton, "Export"))
    qtbot.waitUntil(lambda: bool(shown(dialog, ExportProgress)), timeout=PATIENCE)
    assert "Exporting A first evening.mp3" in _told(dialog)
    press(dialog, "Escape")
    assert not dialog.isVisible()
    assert window.toast.accessibleName() == "The export goes on."
    find(window.toast, QPushButton, "Show the jobs")
    qtbot.waitUntil(lambda: window.toast.accessibleName() == "Exported: A first evening.mp3", timeout=PATIENCE)
    find(window.toast, QPushButton, "Show in folder")
    made = ID3(tmp_path / "out" / "A first evening.mp3")
    assert [str(made[frame]) for frame in ("TIT2", "TCON", "TDRC")] == ["A first evening", "Tales", "2026"]
    assert [str(chapter.sub_frames["TIT2"]) for chapter in made.getall("CHAP")] == ["Welcome", "When the power fails"]
    assert made.getall("APIC"), "it bears its cover"
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow, timeout=PATIENCE)
    press(window, "Ctrl+J")
    qtbot.waitUntil(lambda: bool(_rows(demo)), timeout=PATIENCE)
    (row,) = _rows(demo)
    assert "Done. Export" in row.accessibleName()


@pytest.mark.slow
def test_an_export_is_cancelled_where_it_is_shown(demo: Application, qtbot: QtBot, tmp_path: Path) -> None:
    dialog = _dialog(demo)
    click(find(dialog, QPushButton, "Export"))
    qtbot.waitUntil(lambda: bool(shown(dialog, ExportProgress)), timeout=PATIENCE)
    stop = find(dialog, QPushButton, "Cancel the export")
    qtbot.waitUntil(stop.isEnabled, timeout=PATIENCE)
    click(stop)
    assert not stop.isEnabled()
    qtbot.waitUntil(lambda: bool(shown(dialog, ExportForm)), timeout=PATIENCE)
    assert "The export was cancelled; it left no file." in _told(dialog)
    assert list((tmp_path / "out").iterdir()) == []
    assert [job.state for job in demo.studio.jobs.newest(5)] == [states.CANCELLED]
    assert find(dialog, QPushButton, "Export").isEnabled()


@pytest.mark.slow
def test_a_failure_is_said_where_one_chooses(demo: Application, qtbot: QtBot) -> None:
    for media in demo.desk.project.value.media:
        (demo.desk.project.folder / media.file).write_bytes(b"no sound at all")
    dialog = _dialog(demo)
    click(find(dialog, QPushButton, "Export"))
    qtbot.waitUntil(lambda: bool(shown(dialog, BannerFrame)), timeout=PATIENCE)
    (banner,) = shown(dialog, BannerFrame)
    assert banner.banner.tone == "bad"
    assert "`" not in banner.banner.hint
    assert demo.studio.jobs.newest(5)[0].state == states.FAILED
    assert find(dialog, QPushButton, "Export").isEnabled()


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


def test_the_loop_and_the_chosen_clips_can_be_exported(demo: Application, qtbot: QtBot) -> None:
    window = demo.window
    assert window is not None
    window.show_room("arrange")
    for action in ("home", "next", "loop", "next", "next"):
        window.actions_table.trigger(f"arrange.{action}")
    speech = demo.desk.project.value.tracks[0].clips
    dialog = _dialog(demo)
    choice = find(dialog, QComboBox, "Stretch")
    assert choice.currentText() == "The whole piece"
    loop, chosen = (next(choice.itemText(n) for n in range(choice.count()) if choice.itemText(n).startswith(name))
                    for name in ("The loop: ", "The chosen clip: "))  # fmt: skip
    for title in (loop, chosen):
        _choose(choice, title)
        start, _, end = title.partition(": ")[2].partition(" to ")
        seconds = _seconds(end) - _seconds(start)
        assert 0 < seconds < demo.desk.project.value.length / 48_000
        qtbot.waitUntil(lambda s=seconds: any(f"{clock(s + d)} long" in _told(dialog) for d in (-0.1, 0, 0.1)),
                        timeout=PATIENCE)  # fmt: skip
    assert any(chosen.endswith(f"{clock(c.start / 48_000, 1)} to {clock(c.end / 48_000, 1)}") for c in speech)
    _choose(choice, "From … to …")
    begin = chosen.partition(": ")[2].partition(" to ")[0]
    assert find(dialog, TimeBox, "Begins at").value() == pytest.approx(_seconds(begin), abs=0.06)


def _seconds(text: str) -> float:
    minutes, _, seconds = text.partition(":")
    return 60 * int(minutes) + float(seconds)


def test_from_and_to_are_typed_as_times(demo: Application, qtbot: QtBot) -> None:
    dialog = _dialog(demo)
    _choose(find(dialog, QComboBox, "Stretch"), "From … to …")
    qtbot.waitUntil(lambda: bool(shown(dialog, TimeBox)), timeout=PATIENCE)
    begin, end = find(dialog, TimeBox, "Begins at"), find(dialog, TimeBox, "Ends at")
    for editor, typed, value in ((begin, "0:02.5", 2.5), (end, "12", 12.0)):
        type_number(editor, typed)
        assert editor.value() == value
    assert (begin.textFromValue(2.5), end.textFromValue(3612.0)) == ("0:02.500", "1:00:12.000")
    qtbot.waitUntil(lambda: f"{clock(9.5)} long" in _told(dialog), timeout=PATIENCE)
    type_number(end, "1")
    qtbot.waitUntil(lambda: "The end does not lie behind the start." in _told(dialog), timeout=PATIENCE)
    assert not find(dialog, QPushButton, "Export").isEnabled()
    whole = demo.desk.project.value.length / 48_000
    type_number(end, f"{whole + 3:.3f}")
    assert end.value() == pytest.approx(whole + 3, abs=0.001), "behind the last word a book needs quiet"
    qtbot.waitUntil(find(dialog, QPushButton, "Export").isEnabled, timeout=PATIENCE)
    assert "The end does not lie behind the start." not in _told(dialog)


@pytest.mark.parametrize("size", [100, 150])
def test_nothing_in_it_is_pressed_together(demo: Application, qtbot: QtBot, size: int) -> None:
    demo.change("window.text_size", size)
    assert demo.window is not None
    demo.window.activateWindow()
    qtbot.waitUntil(demo.window.isActiveWindow, timeout=PATIENCE)
    dialog = _dialog(demo)
    parts = [w for kind in (QLineEdit, QComboBox, QCheckBox, QPushButton) for w in shown(dialog, kind)]
    assert len(parts) > 15
    assert [w.accessibleName() for w in parts if w.height() < w.minimumSizeHint().height()] == []
    low = [q for q in shown(dialog, QLabel) if q.height() < q.heightForWidth(q.width())]
    assert [q.text() for q in low] == []


@pytest.mark.parametrize("typed", ["~nobody-is-called-so/a.mp3", "/", "", ".", "//", "~"])
def test_a_file_name_that_is_none_is_refused_and_nothing_breaks(demo: Application, qtbot: QtBot, typed: str) -> None:
    dialog = _dialog(demo)
    _choose(find(dialog, QComboBox, "Subtitles"), "SubRip (.srt)")
    file = find(dialog, QLineEdit, "File")
    file.clear()
    type_text(file, typed)
    for kind in ("FLAC", "MP3"):
        _choose(find(dialog, QComboBox, "Format"), kind)
    named = find(dialog, ExportForm).chosen.output.suffix == ".mp3"
    go = find(dialog, QPushButton, "Export")
    qtbot.waitUntil(lambda: go.isEnabled() == named != bool(shown(dialog, BannerFrame)), timeout=PATIENCE)


def test_a_name_that_no_file_can_have_is_refused_and_another_can_be_given(demo: Application, qtbot: QtBot) -> None:
    dialog = _dialog(demo)
    file = find(dialog, QLineEdit, "File")
    file.setText(str(Path(file.text()).with_name(f"{'a' * 300}.mp3")))
    click(find(dialog, QPushButton, "Export"))
    qtbot.waitUntil(lambda: bool(shown(dialog, BannerFrame)), timeout=PATIENCE)
    assert find(dialog, QPushButton, "Export").isEnabled()


def test_a_mere_name_goes_where_exports_go(demo: Application, tmp_path: Path) -> None:
    dialog = _dialog(demo)
    file = find(dialog, QLineEdit, "File")
    file.clear()
    type_text(file, "mine.mp3")
    assert find(dialog, ExportForm).chosen.output == tmp_path / "out" / "mine.mp3"


def test_another_project_closes_it_and_is_told_nothing(demo: Application, qtbot: QtBot, tmp_path: Path) -> None:
    project = demo.desk.project
    dialog = _dialog(demo)
    type_text(find(dialog, QLineEdit, "Artist"), "Somebody")
    click(find(dialog, QPushButton, "Export"))  # what is in the way is looked for meanwhile
    project.create(tmp_path / "other.angen")
    qtbot.waitUntil(lambda: not demo.desk.operations.running and not _dialogs(demo), timeout=PATIENCE)
    assert project.value.metadata.artist == ""
    assert demo.desk.jobs.rows == []


def test_an_ending_that_is_typed_is_the_format(demo: Application) -> None:
    dialog = _dialog(demo)
    file = find(dialog, QLineEdit, "File")
    file.selectAll()
    type_text(file, "evening.flac")
    assert find(dialog, QComboBox, "Format").currentText() == "FLAC"
    title = find(dialog, QLineEdit, "Title")
    title.selectAll()
    type_text(title, "Night")
    assert file.text() == "evening.flac", "somebody chose this name"


@pytest.mark.parametrize(("code", "left"), [("en", "about 40 s left"), ("de", "noch etwa 40 s")])
def test_progress_tells_the_stage_and_the_time_left(qtbot: QtBot, code: str, left: str) -> None:
    language.use(code)
    page = ExportProgress()
    qtbot.addWidget(page)
    job = Job(
        1, states.RUNNING, "export", None, Request(task="export", engine="", params={}, seed=0, format="wav"), 0.0, 0.0,
        None, cancel=False, settled=False, retry_of=None, error=None, notes=(), timing={},
    )  # fmt: skip
    page.begin("a.wav")
    page.show()
    page.show_job(job, Progress("mixing", 0.25, 41.0), 0)
    bar = find(page, QProgressBar)
    assert bar.value() / bar.maximum() == 0.25
    said = [label.text() for label in shown(page, QLabel)]
    assert f"{language.t('mixing').capitalize()} · {left}" in said
    page.show_job(replace(job, state=states.QUEUED), Progress(), 3)
    assert language.t("It waits for {count} other jobs.", count=3) in [label.text() for label in shown(page, QLabel)]


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
    muted = replace(unknown, tracks=tuple(replace(t, mute=t.kind == "music") for t in unknown.tracks))
    assert outlook(muted, Chosen(Path("a.wav"))).answer == licences.YES


def test_the_names_that_are_owed_are_said(piece: Project) -> None:
    music = next(media for media in piece.media if media.name == "Music")
    owed = takes.set_media_notes(piece, music.id, licence="CC-BY-4.0")
    seen = outlook(owed, Chosen(Path("a.wav")))
    assert seen.answer == licences.YES
    assert seen.names == ("Music (CC-BY-4.0)",)


def test_what_has_the_same_licence_is_said_at_once_and_what_is_forbidden_first(piece: Project) -> None:
    for media in piece.media:
        named = "CC-BY-NC-4.0" if media.name == "Music" else "who knows"
        piece = takes.set_media_notes(piece, media.id, licence=named)
    seen = outlook(piece, Chosen(Path("a.wav")))
    assert [(limit.answer, limit.why) for limit in seen.limits] == [
        (licences.NO, "CC-BY-NC-4.0 does not allow it"),
        (licences.UNKNOWN, "who knows: what it allows is not certain"),
    ]
    assert seen.limits[0].what == "Music"
    assert seen.limits[1].what.endswith("and 4 more")
    assert all(len(name) <= 30 for name in seen.limits[1].what.split(" · ")[:2])


@pytest.mark.parametrize("code", ["en", "de"])
@pytest.mark.parametrize("preset", [*PRESETS])
def test_every_rule_is_said_in_the_words_of_the_window(preset: str, code: str) -> None:
    language.use(code)
    settled = settle(Options(preset), f".{PRESETS[preset].kind}", 48_000)
    worse = Measured(9000.0, 22_050, 2, "ogg", 0, -40.0, 0.5, 0.5, -40.0, -20.0, 0.1, 0.1)
    better = Measured(60.0, 44_100, 1, "mp3", 192, settled.loudness, -4.0, -4.0, -20.0, -70.0, 0.75, 2.0)
    louder = replace(worse, rms=-3.0, head=9.0, tail=9.0, loudness=-3.0)
    silent = Measured(60.0, 44_100, 1, "mp3", 192)
    for found in (worse, better, louder, silent):
        judged = [rule.to_dict() for rule in judge(settled, found)]
        verdict = {"path": "a", "preset": preset, "passed": None, "rules": judged}
        report = report_of({"path": "a", "verdicts": [verdict]}, 0)
        for rule, was in zip(report.verdicts[0].rules if judged else (), judged, strict=True):
            assert rule.title[:1].isupper() or rule.title[:1].isdecimal(), "titles are those of the window"
            assert bool(rule.mend) == (rule.passed is not True), was
            assert "--" not in rule.mend
            assert "`" not in rule.mend
            if code == "de":
                assert "." not in rule.figure
                assert not rule.mend or rule.mend != was["mend"]
    assert bool(judge(settled, worse)) == (preset != "draft")


def test_options_of_the_command_line_are_left_out_of_what_is_told() -> None:
    notes = [
        {"level": "warning", "text": "12 samples were too loud for the file and were cut off; --peak -1 holds them."},
        {"level": "info", "text": "As usual."},
        {"level": "warning", "text": "The level came to -14.2 dB RMS instead of -20."},
    ]
    report = report_of({"path": "a", "notes": notes}, 0)
    assert report.notes == (
        "12 samples were too loud for the file and were cut off.", "The level came to -14.2 dB RMS instead of -20.",
    )  # fmt: skip
