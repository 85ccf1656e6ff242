"""Tiles: asked for, built elsewhere, kept within bounds."""

from __future__ import annotations

import threading
import wave
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QApplication

from studio.domain.edits import clips
from studio.errors import StudioError
from studio.services.wave_tiles import COARSEST, FINEST, Tile, Wanted
from studio.ui.timeline import tiles as module
from studio.ui.timeline.tiles import Patch, Tiles, level_of
from tests.domain.projects import small
from tests.ui.timeline.desks import desk_over, give_peaks

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from studio.ui.bridge.desk import Desk

PATIENCE = 60_000
MEDIA = small().media[0]
BLUE = 0x0000FF


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> Iterator[Desk]:
    with desk_over(tmp_path, small()) as made:
        yield made


def _patches(tiles: Tiles, level: int = 9, *, first: float = 0, last: float | None = None) -> list[Patch]:
    return list(tiles.patches(MEDIA, level, first, MEDIA.frames if last is None else last, 64, BLUE))


def _wait(qtbot: QtBot, tiles: Tiles, level: int = 9) -> list[Patch]:
    wide = 512 << level
    whole = -(-MEDIA.frames // wide)

    def there() -> bool:
        found = _patches(tiles, level)
        exact = [one for one in found if one.left == 0 and one.width == min(512, (one.last - one.first) / (1 << level))]
        return len(exact) == whole

    qtbot.waitUntil(there, timeout=PATIENCE)
    return _patches(tiles, level)


def test_what_is_missing_comes_and_covers_the_sound(qtbot: QtBot, desk: Desk) -> None:
    give_peaks(desk, MEDIA)
    tiles = Tiles(desk, desk)
    assert _patches(tiles) == []
    with qtbot.waitSignal(tiles.came, timeout=PATIENCE):
        pass
    found = _wait(qtbot, tiles)
    assert found[0].first == 0
    assert [a.last for a in found[:-1]] == [b.first for b in found[1:]]
    assert MEDIA.frames <= found[-1].last < MEDIA.frames + 512
    assert found[0].picture.toImage().pixelColor(3, 32).blue() > 200


def test_tiles_are_not_built_in_the_thread_of_the_window(
    qtbot: QtBot, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: set[threading.Thread] = set()

    def pixels(_file: Path, wanted: Wanted) -> Tile:
        threads.add(threading.current_thread())
        return Tile(8, wanted.height, bytes(32 * wanted.height))

    monkeypatch.setattr(module, "pixels", pixels)
    give_peaks(desk, MEDIA)
    tiles = Tiles(desk, desk)
    with qtbot.waitSignal(tiles.came, timeout=PATIENCE):
        _patches(tiles)
    assert threads
    assert threading.main_thread() not in threads


def test_peaks_are_not_made_in_the_thread_of_the_window(
    qtbot: QtBot, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[threading.Thread] = []

    def peaks_file(*_args: object) -> Path:
        threads.append(threading.current_thread())
        raise StudioError("There is no sound.")

    monkeypatch.setattr(module.peaks, "peaks_file", peaks_file)
    tiles = Tiles(desk, desk)
    assert not _patches(tiles)
    qtbot.waitUntil(lambda: not tiles.busy, timeout=PATIENCE)
    assert threads
    assert threading.main_thread() not in threads


def test_a_coarser_tile_stands_in_meanwhile(qtbot: QtBot, desk: Desk) -> None:
    give_peaks(desk, MEDIA)
    tiles = Tiles(desk, desk)
    _wait(qtbot, tiles, 10)
    (found,) = _patches(tiles, 8, first=200_000, last=210_000)
    assert (found.first, found.last) == (200_000, 210_000)
    assert found.left == 200_000 / 1024
    assert found.width == pytest.approx(10_000 / 1024)


def test_finer_tiles_stand_in_meanwhile(qtbot: QtBot, desk: Desk) -> None:
    give_peaks(desk, MEDIA)
    tiles = Tiles(desk, desk)
    _wait(qtbot, tiles, 8)
    found = _patches(tiles, 9, first=0, last=512 << 9)
    assert [(one.first, one.last) for one in found] == [(0, 131_072), (131_072, 262_144)]


def test_a_sound_that_no_tile_holds_alone_is_asked_for_as_well(qtbot: QtBot, desk: Desk) -> None:
    give_peaks(desk, MEDIA)
    tiles = Tiles(desk, desk)
    assert MEDIA.frames > 512 << 9
    assert tiles.cut(MEDIA, 9, 0, MEDIA.frames, 64, BLUE) is None
    qtbot.waitUntil(lambda: tiles.has_some(MEDIA.sha256), timeout=PATIENCE)


def test_a_cut_shows_what_the_tile_shows_there(qtbot: QtBot, desk: Desk) -> None:
    give_peaks(desk, MEDIA)
    tiles = Tiles(desk, desk)
    first, last = 20_000.0, 40_000.0
    assert tiles.cut(MEDIA, 9, first, last, 64, BLUE) is None  # and is asked for
    assert not tiles.has_some(MEDIA.sha256)
    qtbot.waitUntil(lambda: tiles.cut(MEDIA, 9, first, last, 64, BLUE) is not None, timeout=PATIENCE)
    assert tiles.has_some(MEDIA.sha256)
    found = tiles.cut(MEDIA, 9, first, last, 64, BLUE)
    assert found is not None
    picture, left = found
    (patch,) = _patches(tiles, 9, first=first, last=last)
    begin = round(patch.left - left)
    assert patch.left == pytest.approx(begin + left)
    assert left + (last - first) / 512 <= picture.width()
    assert picture.toImage() == patch.picture.copy(begin, 0, picture.width(), 64).toImage()
    assert tiles.cut(MEDIA, 9, first, first + (512 << 9), 64, BLUE) is None  # two tiles hold it


def test_the_oldest_go_when_there_are_too_many(qtbot: QtBot, desk: Desk) -> None:
    give_peaks(desk, MEDIA)
    tiles = Tiles(desk, desk, most_bytes=3 * 512 * 64 * 4 + 400)
    _patches(tiles, 8)
    qtbot.waitUntil(lambda: tiles.bytes > 2 * 512 * 64 * 4, timeout=PATIENCE)
    qtbot.waitUntil(lambda: desk.operations.running == 0, timeout=PATIENCE)
    assert tiles.bytes <= 3 * 512 * 64 * 4 + 400
    assert len(_patches(tiles, 8)) in {1, 2, 3}


def test_what_is_being_built_is_not_asked_for_again(qtbot: QtBot, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    built: list[Wanted] = []
    go_on = threading.Event()

    def pixels(_file: Path, wanted: Wanted) -> Tile:
        built.append(wanted)
        go_on.wait(10)
        return Tile(8, wanted.height, bytes(32 * wanted.height))

    monkeypatch.setattr(module, "pixels", pixels)
    give_peaks(desk, MEDIA)
    tiles = Tiles(desk, desk)
    for _ in range(3):  # frames drawn while they are built
        with tiles.painting():
            _patches(tiles)
    go_on.set()
    qtbot.waitUntil(lambda: desk.operations.running == 0, timeout=PATIENCE)
    assert len(built) == len(set(built)) > 0
    assert tiles.bytes == len(built) * (32 * 64 + 64)


def test_a_picture_that_comes_again_counts_once(desk: Desk) -> None:
    tiles = Tiles(desk, desk)
    came = [((MEDIA.sha256, 9, 0, 64, BLUE), Tile(8, 64, bytes(32 * 64)))]
    for _ in range(3):
        tiles._take(list(came))
    assert tiles.bytes == 32 * 64 + 64


def test_a_sound_that_is_gone_stays_a_block_without_a_word(qtbot: QtBot, desk: Desk) -> None:
    said: list[object] = []
    desk.notices.banner.connect(said.append)
    tiles = Tiles(desk, desk)
    for _ in range(3):
        assert _patches(tiles) == []
        qtbot.waitUntil(lambda: desk.operations.running == 0, timeout=PATIENCE)
    assert said == []
    _patches(tiles)
    desk.project.do("Mute", lambda project: clips.set_mute(project, ["c1"], on=True))
    QApplication.processEvents()
    _patches(tiles)
    assert desk.operations.running == 0  # it was tried, and nothing of it changed
    give_peaks(desk, MEDIA)
    desk.project.do("Other media", lambda project: replace(project, media=tuple(reversed(project.media))))
    QApplication.processEvents()
    qtbot.waitUntil(lambda: bool(_patches(tiles)), timeout=PATIENCE)


@pytest.mark.slow
def test_peaks_are_made_where_there_are_none(qtbot: QtBot, tmp_path: Path) -> None:
    project = small()
    media = replace(project.media[0], rate=8_000, frames=40_000, channels=1)
    clips = (replace(project.tracks[0].clips[0], length=48_000, take="", media="m1"),)
    changed = replace(
        project, media=(media,), takes=(), tracks=(replace(project.tracks[0], clips=clips),), regions=(), markers=()
    )
    with desk_over(tmp_path, changed) as desk:
        file = desk.project.folder / media.file
        file.parent.mkdir(exist_ok=True)
        with wave.open(str(file), "wb") as out:
            out.setnchannels(1)
            out.setsampwidth(2)
            out.setframerate(8_000)
            out.writeframes(b"\x00\x40\x00\xc0" * 20_000)
        tiles = Tiles(desk, desk)
        qtbot.waitUntil(lambda: bool(list(tiles.patches(media, 9, 0, 40_000, 64, BLUE))), timeout=PATIENCE)
        assert (desk.studio.paths.peaks / f"{media.sha256}.peaks").exists()


@pytest.mark.parametrize(("frames", "level"), [(0.1, FINEST), (255, 7), (256, 8), (300, 8), (512, 9), (1e12, COARSEST)])
def test_a_level_has_as_much_detail_as_the_screen(frames: float, level: int) -> None:
    assert level_of(frames) == level
