"""A whole piece by mouse and keys: dialogue, music, fades, chapters, cover; what is exported is what was heard."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
import soundfile
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit, QMenu, QPushButton

from studio.domain import rules
from studio.domain.edits import takes
from studio.domain.project import Clip, Project
from studio.services import bringing
from studio.ui.dialogs.export import ExportDialog
from studio.ui.tabs.arrange.view import ArrangeRoom
from tests.ui.conftest import PATIENCE, click, find, shown, type_text
from tests.ui.tabs.arrange import hands
from tests.ui.tabs.arrange.hands import RATE
from tests.ui.tabs.dialogue import acted

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from studio.ui.application import Application

LINES = 12
SECONDS = 0.3  # of a line
SCRIPT = "\n".join(f"[{('Anna', 'Ben')[n % 2]}] This is line {n}." for n in range(1, LINES + 1))


def tone(seconds: float, hertz: float, level: float = 0.2) -> np.ndarray:
    """A sound of two channels that are not the same."""
    at = np.arange(round(seconds * RATE)) / RATE
    return (level * np.stack([np.sin(2 * np.pi * hertz * at), np.sin(2 * np.pi * 1.5 * hertz * at)], 1)).astype(
        np.float32
    )


def written(file: Path, sound: np.ndarray) -> Path:
    """Return a file that holds a sound."""
    soundfile.write(file, sound, RATE, subtype="FLOAT")
    return file


def give_takes(application: Application, folder: Path) -> None:
    """Let each line of the script have been spoken: a tone for each."""
    desk = application.desk
    rows = acted.room_of(application).rows
    assert len(rows) == LINES
    media = [
        bringing.fetched(
            desk.project.folder, desk.project.value, application.studio.sound,
            written(folder / f"line {n}.wav", tone(SECONDS, 200 + 20 * n)), name=row.script, recipe={},
        )
        for n, row in enumerate(rows)
    ]  # fmt: skip

    def spoken(project: Project) -> Project:
        for row, sound in zip(rows, media, strict=True):
            project, known = takes.add_media(project, sound)
            project, _ = takes.add_take(project, known, speaker=row.speaker, text=row.script, line=row.id)
        return project

    assert desk.project.do("Add takes", spoken)


def clips_on(room: ArrangeRoom, row: int) -> tuple[Clip, ...]:
    """Return the clips of a track."""
    return hands.tracks(room)[row].clips


def go_to(room: ArrangeRoom, time: str) -> None:
    """Type where the playhead goes."""
    field = find(room, QLineEdit, "Time of the playhead; type another to go there")
    field.selectAll()
    type_text(field, time)
    QTest.keyClick(field, Qt.Key.Key_Return)
    room.lanes.canvas.setFocus()


def choose_in(dialog: ExportDialog, name: str, title: str) -> None:
    """Choose in a list by keys."""
    box = find(dialog, QComboBox, name)
    wanted = box.findText(title)
    assert wanted >= 0, [box.itemText(n) for n in range(box.count())]
    QTest.keyClick(box, Qt.Key.Key_Home)
    for _ in range(wanted):
        QTest.keyClick(box, Qt.Key.Key_Down)
    assert box.currentText() == title


def trimmed(sound: np.ndarray) -> np.ndarray:
    """Return a sound without the silence around it."""
    loud = np.flatnonzero(sound.any(axis=1))
    return sound[loud[0] : loud[-1] + 1]


@pytest.mark.slow
def test_a_piece_is_made_by_hand_and_sounds_as_it_is_exported(
    start: Callable[..., Application], qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STUDIO_AUDIO_SINK", f"wav:{tmp_path / 'heard.wav'}")
    application = start()
    dialogue = acted.room_of(application)
    type_text(dialogue.edit, SCRIPT)
    qtbot.waitUntil(lambda: len(dialogue.rows) == LINES, timeout=PATIENCE)
    give_takes(application, tmp_path)
    room = hands.room_of(application)

    _put_together(room, qtbot)
    _add_music(room, qtbot, application, tmp_path)
    _finish(room, qtbot, tmp_path)
    assert rules.problems(room.state.project) == []

    exported = _exported(application, qtbot, tmp_path / "piece.wav")
    player = application.desk.player
    hands.press(room, "Home")
    hands.press(room, "Space")
    qtbot.waitUntil(lambda: player.playing, timeout=PATIENCE)
    qtbot.waitUntil(lambda: not player.playing, timeout=PATIENCE)
    assert player.dropped == 0
    application.close()
    heard, rate = soundfile.read(tmp_path / "heard.wav", dtype="float32")
    assert rate == RATE
    assert len(trimmed(heard)) == len(trimmed(exported))
    assert np.array_equal(trimmed(heard), trimmed(exported))


def _put_together(room: ArrangeRoom, qtbot: QtBot) -> None:
    """The lines one after another, three seconds after the begin."""
    canvas = room.lanes.canvas
    click(find(room, QPushButton, "Assemble from the script"))
    qtbot.waitUntil(lambda: room.lanes.isVisible() and canvas.width() > 100, timeout=PATIENCE)
    spoken = clips_on(room, 0)
    assert len(spoken) == LINES
    assert all(a.end < b.start for a, b in pairwise(spoken))
    for _ in range(2):
        hands.press(room, "-")
    hands.press(room, "Ctrl+A")
    first = hands.body(room, spoken[0].id)
    hands.drag(canvas, first, first + QPointF(3 * RATE / room.state.scale.per_pixel, 0), keys=hands.CTRL)
    assert clips_on(room, 0)[0].start == pytest.approx(3 * RATE, abs=2 * room.state.scale.per_pixel)
    assert clips_on(room, 0)[-1].start - clips_on(room, 0)[0].start == spoken[-1].start - spoken[0].start


def _add_music(room: ArrangeRoom, qtbot: QtBot, application: Application, folder: Path) -> None:
    """Intro, music and outro on one track, each drawn over the one before; the music goes down under the speech."""
    canvas, scale = room.lanes.canvas, lambda: room.state.scale
    click(find(room.heads, QPushButton, "Add a track"))
    menu = find(room.heads, QMenu)
    menu.setActiveAction(menu.actions()[1])
    QTest.keyClick(menu, Qt.Key.Key_Return)
    assert [track.kind for track in hands.tracks(room)] == ["speech", "music"]
    kept = application.studio.library_index.take_in(
        written(folder / "Intro.wav", tone(3.0, 500)), application.studio.sound, application.studio.pictures
    )
    hands.drag_from_library(application, qtbot, kept.id, lambda: hands.along(room, 0, 1))
    qtbot.waitUntil(lambda: len(clips_on(room, 1)) == 1, timeout=PATIENCE)
    music, outro = written(folder / "Music.wav", tone(8.0, 300)), written(folder / "Outro.wav", tone(2.0, 700))
    hands.press(room, "Z")
    for number, (file, second) in enumerate([(music, 4.0), (outro, 12.5)], 2):
        while scale().last < (second + 4) * RATE:
            hands.press(room, "-")
        hands.drop(canvas, [file], hands.along(room, round(second * RATE), 1))
        qtbot.waitUntil(lambda number=number: len(clips_on(room, 1)) == number, timeout=PATIENCE)
    while scale().last < 17 * RATE:
        hands.press(room, "-")
    first, second, third = (clip.id for clip in clips_on(room, 1))
    for clip_id, seconds in ((second, -2.0), (third, -3.2)):
        before = hands.clip_of(room, clip_id)
        hands.by(canvas, hands.body(room, clip_id), seconds * RATE / scale().per_pixel)
        after = hands.clip_of(room, clip_id)
        assert after.start < before.start
    intro_clip, music_clip, outro_clip = (hands.clip_of(room, one) for one in (first, second, third))
    assert intro_clip.fade_out.length == music_clip.fade_in.length == intro_clip.end - music_clip.start > 0
    assert music_clip.fade_out.length == outro_clip.fade_in.length == music_clip.end - outro_clip.start > 0
    click(find(room, QPushButton, "Speech tools"))
    hands.choose(room, "Duck music under speech")
    assert hands.tracks(room)[1].duck is not None


def _finish(room: ArrangeRoom, qtbot: QtBot, folder: Path) -> None:
    """Chapters and a cover."""
    for time in ("0:03", "0:07.5"):
        go_to(room, time)
        hands.press(room, "Ctrl+M")
    assert [(one.at, one.chapter) for one in room.state.project.markers] == [(3 * RATE, True), (7.5 * RATE, True)]
    picture = QImage(64, 64, QImage.Format.Format_RGB32)
    picture.fill(Qt.GlobalColor.darkGreen)
    assert picture.save(str(folder / "cover.png"))
    hands.drop(room.lanes.canvas, [folder / "cover.png"], QPointF(200, 200))
    qtbot.waitUntil(lambda: room.state.project.cover is not None, timeout=PATIENCE)


def _exported(application: Application, qtbot: QtBot, file: Path) -> np.ndarray:
    """Export as it is mixed, and return what is in the file."""
    window = application.window
    assert window is not None
    hands.press(hands.room_of(application), "Ctrl+Shift+E")
    dialog = find(window, ExportDialog)
    for name, title in (
        ("Made for", "As it is mixed"), ("Format", "WAV"), ("Quality", "32 bit, floating point"),
    ):  # fmt: skip
        choose_in(dialog, name, title)
    field = find(dialog, QLineEdit, "File")
    field.selectAll()
    type_text(field, str(file))
    click(find(dialog, QPushButton, "Export"))
    qtbot.waitUntil(lambda: bool(shown(dialog, QPushButton, "Close")), timeout=PATIENCE)
    click(find(dialog, QPushButton, "Close"))
    qtbot.waitUntil(lambda: not shown(window, ExportDialog), timeout=PATIENCE)
    sound, rate = soundfile.read(file, dtype="float32")
    assert rate == RATE
    return sound
