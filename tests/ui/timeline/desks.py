"""A desk over a data folder of its own, with a project that can be drawn: no window, and no engine runs."""

from __future__ import annotations

import wave
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication

from studio.app import Studio
from studio.audio import peaks
from studio.domain.project import Media, Project
from studio.ui.bridge.desk import Desk
from studio.ui.theme.look import look


@contextmanager
def desk_over(folder: Path, project: Project) -> Iterator[Desk]:
    """Open a desk whose project is this one."""
    look.show("dark", 100)
    studio = Studio(folder / "data")
    desk = Desk(studio)
    try:
        desk.project.create(folder / "piece.angen")
        assert desk.project.do("Begin", project)
        QApplication.processEvents()  # whoever listens has heard of it
        yield desk
    finally:
        desk.close()
        studio.close()
        desk.deleteLater()
        for _ in range(3):  # what was on its way arrives, and what was told to go is gone
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
            QApplication.processEvents()


def give_peaks(desk: Desk, media: Media) -> None:
    """Put the peaks of a sound with a wave in it under the hash of media."""
    folder = desk.studio.paths.peaks
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "sound.wav"
    frame = b"".join(round(20_000 * ((n * 7) % 100 / 50 - 1)).to_bytes(2, "little", signed=True) for n in range(800))
    with wave.open(str(file), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(media.rate)
        out.writeframes((frame * (media.frames // 800 + 1))[: 2 * media.frames])
    peaks.make(file, folder / f"{media.sha256}.peaks")
