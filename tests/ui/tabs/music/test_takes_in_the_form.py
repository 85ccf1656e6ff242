"""Takes that go along with the form, that are compared, and that are gone to before they were heard."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QPushButton, QToolButton

from studio.errors import StudioError
from studio.services import bringing
from studio.services.generation import Wish
from studio.services.library_index import SOUND_ENDINGS
from studio.ui.tabs.music.compare_bar import CompareBar
from studio.ui.tabs.music.range_wave import RangeWave
from studio.ui.tabs.music.sound_slot import SoundSlot
from studio.ui.tabs.music.take_row import TakeRow
from tests import band
from tests.ui.conftest import PATIENCE, click, drop, find, prepared, press, shown

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from studio.ui.application import Application
    from studio.ui.tabs.music.view import MusicRoom


@pytest.fixture(name="app")
def _app(start: Callable[..., Application], qtbot: QtBot, tmp_path: Path) -> Application:
    """A window with the room Music, the band, and three short takes of the composer's."""
    root = prepared(tmp_path / "data", **{"engine.music": "composer"})
    band.join(root)
    app = start(root)
    desk = app.desk
    wishes = [
        Wish(task="music", engine="composer", params={"style": "jazz", "duration": 2.0}, seed=n) for n in (1, 2, 3)
    ]
    desk.operations.change(desk, lambda: [desk.studio.generation.ask(wish) for wish in wishes], lambda _jobs: None)
    assert app.window is not None
    click(find(app.window.rail, QToolButton, "Music"))
    qtbot.waitUntil(lambda: len(_room(app).takes.items) == len(shown(_room(app), TakeRow)) == 3, timeout=PATIENCE)
    return app


def _room(app: Application) -> MusicRoom:
    assert app.window is not None
    return app.window.room  # type: ignore[return-value]


def test_what_the_engine_takes_no_sound_for_is_said_and_nothing_is_kept_unseen(app: Application) -> None:
    room = _room(app)
    toasts: list[str] = []
    app.desk.notices.toast.connect(lambda text, _choice: toasts.append(text))
    row = shown(room, TakeRow)[0]
    for verb in ("source", "reference"):
        row.wanted.emit(verb, row.item.id)
    assert toasts == [
        "Sketch composer takes no song to work on.",
        "Sketch composer takes no piece to sound like.",
    ]
    assert (room.slots.source.file, room.slots.reference.file) == (None, None)
    assert room._engine.choose("band")
    for verb in ("source", "reference"):
        row.wanted.emit(verb, row.item.id)
    assert len(toasts) == 2
    assert (room.slots.source.file, room.slots.reference.file) == (row.item.file, row.item.file)
    assert len(shown(room, SoundSlot)) == 2


def test_the_sounds_of_the_form_stay_when_the_text_grows_and_go_when_they_are_taken_away(
    app: Application, tmp_path: Path
) -> None:
    room = _room(app)
    assert room._engine.choose("band")
    row = shown(room, TakeRow)[0]
    row.wanted.emit("reference", row.item.id)
    kept = room.slots.reference
    app.change("window.text_size", 130)
    again = _room(app).slots.reference
    assert again is not kept
    assert (again.file, again.terms, again.accessibleName()) == (row.item.file, kept.terms, kept.accessibleName())
    click(find(again, QToolButton, "Take away: Sound like"))
    gone = tmp_path / "gone.wav"
    gone.touch()
    _room(app).slots.source.put(gone)
    gone.unlink()
    app.change("window.text_size", 100)
    assert _room(app).slots.reference.file is None
    assert _room(app).slots.source.file is None, "a file that is not there any more"


def test_a_slot_takes_every_sound_that_the_studio_reads(app: Application, tmp_path: Path) -> None:
    room = _room(app)
    assert room._engine.choose("band")
    slot = room.slots.reference
    for ending in sorted(SOUND_ENDINGS):
        file = tmp_path / f"sound{ending.upper()}"
        slot.clear()
        drop(slot, file)
        assert slot.file == file
    click(find(slot, QPushButton, "Choose a sound: Sound like"))
    dialog = find(room.window(), QFileDialog)
    assert all(f"*{ending}" in dialog.nameFilters()[0] for ending in SOUND_ENDINGS)
    dialog.close()


def test_a_take_that_is_compared_already_changes_nothing(app: Application, qtbot: QtBot) -> None:
    room, desk = _room(app), app.desk
    one, two, _three = shown(room, TakeRow)
    for row in (one, two):
        row.wanted.emit("compare", row.item.id)
    bar = find(room, CompareBar)
    first, second = bar._buttons
    qtbot.waitUntil(first.isEnabled, timeout=PATIENCE)
    for row in (one, two):
        row.wanted.emit("compare", row.item.id)
        assert (first.isEnabled(), second.isEnabled(), bar.waits) == (True, True, False)
    click(second)
    qtbot.waitUntil(lambda: desk.player.playing, timeout=PATIENCE)
    assert desk.player.selected is not None
    assert " against " in desk.player.selected.title
    press(room, "Shift+Space")


def test_a_comparison_that_fails_late_does_not_end_the_next(
    app: Application, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = _room(app)
    one, two, three = shown(room, TakeRow)
    ended = threading.Event()
    fetched = bringing.fetched

    def fetch_or_fail(*given, **more):
        if given[3] == two.item.file:
            assert ended.wait(60)
            raise StudioError("It is gone.")
        return fetched(*given, **more)

    monkeypatch.setattr(bringing, "fetched", fetch_or_fail)
    for row in (one, two, three):
        row.wanted.emit("compare", row.item.id)
    bar = find(room, CompareBar)
    first, _second = bar._buttons
    qtbot.waitUntil(first.isEnabled, timeout=PATIENCE)
    ended.set()
    qtbot.waitUntil(lambda: not app.desk.operations.running, timeout=PATIENCE)
    assert first.isVisible()
    assert first.isEnabled()
    assert room.banners.messages == []


def test_a_click_into_a_take_that_nobody_has_heard_yet_goes_there(app: Application, qtbot: QtBot) -> None:
    room, player = _room(app), app.desk.player
    row = shown(room, TakeRow)[2]
    player.select(None)
    qtbot.waitUntil(lambda: bool(row.wave.outline), timeout=PATIENCE)
    for share, known in ((0.25, False), (0.75, True)):
        place = QPoint(round(row.wave.width() * share), row.wave.height() // 2)
        QTest.mouseClick(row.wave, Qt.MouseButton.LeftButton, pos=place)
        assert player.selected is not None
        assert player.selected.key == row.playable.key
        if not known:
            assert player.seconds == 0.0, "the player has not looked at it yet"
            qtbot.waitUntil(lambda: player.seconds > 0.0, timeout=PATIENCE)
        assert player.position == pytest.approx(share * row.item.seconds, abs=0.05)
        assert row.wave.share == pytest.approx(share, abs=0.05)
    begun: list[float] = []
    player.moved.connect(lambda: begun.append(player.position) if player.playing else None)
    click(find(row, QToolButton, "Play this take"))
    qtbot.waitUntil(lambda: bool(begun), timeout=PATIENCE)
    assert begun[0] >= 0.7 * row.item.seconds
    press(room, "Shift+Space")


def test_the_keys_go_on_from_a_range_that_was_typed(qtbot: QtBot) -> None:
    wave = RangeWave("Sound")
    qtbot.addWidget(wave)
    wave.show_sound(((-1, 1),) * 100)
    wave.show_range(0.1, 0.2)
    ranges: list[tuple[float, float]] = []
    wave.ranged.connect(lambda begin, end: ranges.append((begin, end)))
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left):
        QTest.keyClick(wave, key, Qt.KeyboardModifier.ShiftModifier)
    assert ranges == [pytest.approx((0.1, end)) for end in (0.21, 0.22, 0.21)]
