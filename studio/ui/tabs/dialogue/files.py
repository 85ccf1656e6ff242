"""Scripts from files and into files, and subtitles. The GUI thread; reading and writing is done beside it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QFileDialog, QWidget

from studio.domain import script_lines
from studio.domain.edits import lines as line_edits
from studio.domain.edits import whole
from studio.domain.imports.value import Imported
from studio.domain.project import Project
from studio.services import scripts, subtitles
from studio.ui.bridge.desk import Desk
from studio.ui.bridge.notices import Banner
from studio.ui.language import t, tn
from studio.ui.tabs.dialogue import model
from studio.ui.tabs.dialogue.editor import SCRIPTS
from studio.ui.tabs.dialogue.model import Row
from studio.ui.told import told

_MOST_NOTES = 6
_SLOW = 1000  # milliseconds, after which one would wonder whether anything happens


class Files(QObject):
    """Import and export of a room."""

    def __init__(self, desk: Desk, room: QWidget, room_id: str) -> None:
        super().__init__(room)
        self._desk = desk
        self._room = room
        self._room_id = room_id

    def ask_import(self) -> None:
        """Let somebody choose a script."""
        filters = f"{t('Scripts and texts')} ({' '.join('*' + ending for ending in SCRIPTS)});;{t('All files')} (*)"
        dialog = self._dialog(t("Import a script"), filters)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(self._chosen)
        dialog.open()

    def take(self, files: list[Path]) -> None:
        """Read scripts and put them behind what is there."""
        names, folder = ", ".join(file.name for file in files), self._desk.project.folder
        reading = t("{names} is being read; one moment.", names=names)
        slow = QTimer(self._desk)  # as the work: a new window meanwhile loses no script
        slow.setSingleShot(True)
        slow.timeout.connect(lambda: self._desk.notices.toast.emit(reading, None))
        slow.start(_SLOW)

        def work() -> list[Imported]:
            found = [scripts.read_script(file) for file in files]
            for one in found:
                script_lines.lines_of(one.text)
            return found

        def done(found: list[Imported]) -> None:
            slow.stop()
            slow.deleteLater()
            self._read(found, names, folder)

        def failed(error: object) -> None:
            slow.stop()
            slow.deleteLater()
            self._failed(error)

        self._desk.operations.run(self._desk, work, done, failed)

    def ask_script(self, script: str) -> None:
        """Write the script where somebody wants it."""
        dialog = self._dialog(t("Save the script"), f"{t('Script')} (*.txt)", save="txt")
        dialog.fileSelected.connect(lambda file: self._write(lambda: scripts.write_script(Path(file), script)))
        dialog.open()

    def ask_subtitles(self, project: Project, rows: list[Row], gaps: list[float]) -> None:
        """Write subtitles of the chosen takes where somebody wants them."""
        takes = [row.take for row in rows if row.take]
        if not takes:
            self._desk.notices.toast.emit(t("No line was made yet; generate the lines first."), None)
            return
        dialog = self._dialog(t("Save subtitles"), "SubRip (*.srt);;WebVTT (*.vtt)", save="srt")
        dialog.filterSelected.connect(lambda chosen: dialog.setDefaultSuffix("vtt" if "vtt" in chosen else "srt"))
        dialog.fileSelected.connect(
            lambda file: self._write(lambda: subtitles.write_takes(Path(file), line_edits.alone(project, takes, gaps)))
        )
        dialog.open()

    def _dialog(self, title: str, filters: str, *, save: str = "") -> QFileDialog:
        dialog = QFileDialog(self._room, title, self._desk.memory.get("dialogue.folder", ""), filters)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if save:
            dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
            dialog.setDefaultSuffix(save)
            dialog.selectFile(f"{self._desk.project.value.name or 'script'}.{save}")
        dialog.fileSelected.connect(self._remember)
        return dialog

    def _remember(self, file: str) -> None:
        self._desk.memory.put("dialogue.folder", str(Path(file).parent))

    def _chosen(self, files: list[str]) -> None:
        self.take([Path(file) for file in files])

    def _read(self, found: list[Imported], names: str, folder: Path) -> None:
        if self._desk.project.folder != folder:
            said = t("{names} was not brought in, as another project was opened meanwhile.", names=names)
            self._desk.notices.toast.emit(said, None)
            return
        self._desk.project.settle()
        script = self._desk.project.value.script
        before = len(script_lines.lines_of(script))
        for one in found:
            script = model.joined(script, one.text)
        if not self._desk.project.do(t("Import a script"), lambda project: whole.set_script(project, script)):
            return
        count = len(script_lines.lines_of(script)) - before
        said = tn(count, "{count} line came from {names}.", "{count} lines came from {names}.", names=names)
        self._desk.notices.toast.emit(said, self._desk.project.way_back())
        notes = [note for one in found for note in one.notes]
        if notes:
            hint = " ".join(map(told, notes[:_MOST_NOTES]))
            banner = Banner(
                t("The script was read with some freedom."), hint, tone="info", room=self._room_id, key="import"
            )
            self._desk.notices.banner.emit(banner)
        else:
            self._desk.notices.dropped.emit("import")

    def _failed(self, error: object) -> None:
        self._desk.notices.tell(error, room=self._room_id, key="import")  # pyright: ignore[reportArgumentType]

    def _write(self, work: Callable[[], Path]) -> None:
        def done(file: Path) -> None:
            self._desk.notices.toast.emit(t("Written: {name}", name=file.name), None)

        def failed(error: object) -> None:
            self._desk.notices.tell(error, room=self._room_id, key="export")  # pyright: ignore[reportArgumentType]

        self._desk.operations.run(self, work, done, failed)
