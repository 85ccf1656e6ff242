"""What the window's own actions do: projects, settings, first page, look. The GUI thread.

Everything with a dialog is imported when it is wanted first.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFileDialog

from studio.errors import StudioError
from studio.ui.bridge.desk import Desk
from studio.ui.bridge.project_model import free_folder
from studio.ui.language import t
from studio.ui.main_window import MainWindow
from studio.ui.theme.look import SIZES, look

Change = Callable[[str, object], None]
_REOPEN = "settings.reopen"  # another language makes a new window; the dialog says so, and is opened over that again


def bind(window: MainWindow, desk: Desk, change: Change) -> None:
    """Bind the actions of a window. `change` changes a setting and shows what follows."""
    files = _Projects(window, desk)
    act = window.actions_table.bind
    act("project.new", files.new)
    act("project.open", files.open)
    act("project.save_as", files.save_as)
    act("project.export", files.export)
    act("project.demo", files.demo)
    act("theme", lambda: change("window.theme", "light" if look.theme.name == "dark" else "dark"))
    act("text.larger", lambda: change("window.text_size", _next_size(desk, 1)))
    act("text.smaller", lambda: change("window.text_size", _next_size(desk, -1)))
    act("text.normal", lambda: change("window.text_size", 100))
    act("settings", lambda: _settings(window, desk, change))
    act("shortcuts", lambda: _shortcuts(window, desk, change))
    act("welcome", lambda: _welcome(window, desk))
    if desk.memory.get(_REOPEN, -1) > 0:
        QTimer.singleShot(0, window, lambda: _settings(window, desk, change))


def greet(window: MainWindow, desk: Desk) -> None:
    """Show the first page to whoever has not seen it."""
    if not desk.memory.get("welcomed", False):
        _welcome(window, desk)


def _next_size(desk: Desk, step: int) -> int:
    """Return the next size of text in the list."""
    now = desk.studio.settings.window.text_size
    place = min(range(len(SIZES)), key=lambda n: abs(SIZES[n] - now))
    return SIZES[max(0, min(len(SIZES) - 1, place + step))]


def _settings(window: MainWindow, desk: Desk, change: Change) -> None:
    from studio.ui.dialogs.settings import SettingsDialog

    SettingsDialog(window, desk, change).open()


def _shortcuts(window: MainWindow, desk: Desk, change: Change) -> None:
    from studio.ui.dialogs.shortcuts import ShortcutsDialog

    ShortcutsDialog(window, window.actions_table, desk.studio.settings.window.keys, change).open()


def _welcome(window: MainWindow, desk: Desk) -> None:
    from studio.ui.shell.welcome import Welcome

    desk.memory.put("welcomed", True)
    window.show_over(Welcome(desk, window.actions_table))


class _Projects:
    """What can be done with projects as a whole."""

    def __init__(self, window: MainWindow, desk: Desk) -> None:
        self._window = window
        self._desk = desk

    def new(self) -> None:
        """Begin a new project, in the studio's own folder; Save a copy puts it elsewhere."""
        parent = self._desk.studio.paths.projects
        self._try(lambda: self._desk.project.create(free_folder(parent, t("New project"))))

    def open(self) -> None:
        """Choose a project's folder."""
        begin = str(self._desk.project.folder.parent)
        dialog = QFileDialog(self._window, t("Open a project"), begin)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(lambda folder: self._try(lambda: self._desk.project.open(Path(folder))))
        dialog.open()

    def save_as(self) -> None:
        """Copy the project as it stands into one file that can be sent."""
        opened = self._desk.project.opened
        if opened is None:
            return
        dialog = QFileDialog(self._window, t("Save a copy elsewhere"), str(Path.home()))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.selectFile(f"{opened.project.name}.angen.zip")

        def collect(file: str) -> None:
            done = t("Saved as {file}.", file=file)
            self._desk.operations.run(
                self._window,
                lambda: opened.collect(Path(file), replace=True),
                lambda _: self._desk.notices.toast.emit(done, None),
            )

        dialog.fileSelected.connect(collect)
        dialog.open()

    def export(self) -> None:
        """Choose what the piece becomes."""
        from studio.ui.dialogs.export import ExportDialog

        if self._desk.project.opened is not None:
            window = self._window
            ExportDialog(window, self._desk, window.actions_table, window.chosen_spans()).open()

    def demo(self) -> None:
        """Open the demo project; it is unpacked where it is not there yet."""
        from studio.services import demo_project

        parent = self._desk.studio.paths.projects
        self._desk.operations.run(
            self._window,
            lambda: demo_project.unpacked(self._desk.studio.projects, parent),
            lambda folder: self._try(lambda: self._desk.project.open(folder)),
        )

    def _try(self, act: Callable[[], object]) -> None:
        try:
            act()
        except StudioError as e:
            self._desk.notices.tell(e, key="open")
