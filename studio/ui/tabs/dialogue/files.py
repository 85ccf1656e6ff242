"""Scripts from files and into files, and subtitles. The GUI thread; reading and writing is done beside it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from studio.domain import script_lines
from studio.domain.edits import lines as line_edits
from studio.domain.imports.value import Imported
from studio.domain.project import Project
from studio.services import scripts, subtitles
from studio.ui.bridge.desk import Desk
from studio.ui.bridge.notices import Banner, Choice
from studio.ui.language import t, tn
from studio.ui.tabs.dialogue import model
from studio.ui.tabs.dialogue.editor import SCRIPTS
from studio.ui.tabs.dialogue.model import Row
from studio.ui.tabs.dialogue.sync import Sync

_MOST_NOTES = 6


class Files(QObject):
    """Import and export of a room."""

    def __init__(self, desk: Desk, sync: Sync, room: QWidget, room_id: str) -> None:
        super().__init__(room)
        self._desk = desk
        self._sync = sync
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

        def work() -> list[Imported]:
            found = [scripts.read_script(file) for file in files]
            for one in found:
                script_lines.lines_of(one.text)
            return found

        names = ", ".join(file.name for file in files)
        self._desk.operations.run(self, work, lambda found: self._read(found, names), self._failed)

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

    def _read(self, found: list[Imported], names: str) -> None:
        self._sync.flush()
        script = self._desk.project.value.script
        before = len(script_lines.lines_of(script))
        for one in found:
            script = model.joined(script, one.text)
        if not self._sync.set(t("Import a script"), script):
            return
        count = len(script_lines.lines_of(script)) - before
        said = tn(count, "{count} line came from {names}.", "{count} lines came from {names}.", names=names)
        self._desk.notices.toast.emit(said, Choice(t("Undo"), self._desk.project.undo))
        notes = [note for one in found for note in one.notes]
        if notes:
            hint = " ".join(notes[:_MOST_NOTES])
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
