"""Starts the window over a data folder, and ends everything when it is closed. The main thread."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

from PySide6.QtCore import QLocale, QTimer
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QApplication

from studio.app import Studio
from studio.errors import StudioError
from studio.settings import Settings, with_value
from studio.store import atomic
from studio.ui import language, window_actions
from studio.ui.bridge.bug_reports import BugReports
from studio.ui.bridge.collector import Collector
from studio.ui.bridge.desk import Desk
from studio.ui.bridge.project_model import free_folder
from studio.ui.main_window import MainWindow
from studio.ui.theme.look import look

_SWITCH = 0.0005  # seconds; the window needs the interpreter often and briefly, whatever other threads work on


class Application:
    """One window over one data folder. Another language makes a new window over the same desk."""

    def __init__(self, root: Path) -> None:
        qt = QApplication.instance()
        sys.setswitchinterval(_SWITCH)
        self.qt = qt if isinstance(qt, QApplication) else QApplication(sys.argv[:1])
        self.qt.setApplicationName("Angen Studio")
        self.qt.setDesktopFileName("angen-studio")
        self.qt.setQuitOnLastWindowClosed(False)
        if QFontDatabase.families() == []:  # a system without fonts would show boxes
            raise StudioError(
                language.t("This system has no fonts."),
                language.t("Install one, for example the package fonts-dejavu-core."),
            )
        self.studio = Studio(root, apart=True)
        self._show_look(self.studio.settings)
        self.desk = Desk(self.studio)
        self._bugs = BugReports(self.studio.paths.logs, self._show_bug)
        self.window: MainWindow | None = None
        self._begun = False
        self._collector = Collector(self.desk)
        self._make_window()

    def begin(self) -> None:
        """Open the project and the room, and run jobs: what needs a moment, once the window is there to be seen."""
        self._begun = True
        self._open_project()
        self._show_room()
        if self.window:
            window_actions.greet(self.window, self.desk)
        self.desk.start()
        for sentence in self.studio.told:
            self.desk.notices.tell(StudioError(sentence), key=sentence)

    def run(self) -> int:
        """Run until the window is closed."""
        QTimer.singleShot(0, self.desk, self.begin)
        for number in (signal.SIGINT, signal.SIGTERM):  # heard with the next beat of any timer of ours
            signal.signal(number, lambda *_: self.qt.quit())
        code = self.qt.exec()
        self.close()
        return code

    def close(self) -> None:
        """End all that was begun; what jobs have made is safe, and what they had not finished goes on with a retry."""
        self.desk.project.settle()
        if self.window:
            self.window.hide()
            self.window.deleteLater()
            self.window = None
        self.desk.close()
        self.studio.close()
        self._collector.close()
        self.desk.deleteLater()
        self._bugs.close()

    # ---- settings that the window itself follows

    def change(self, name: str, value: object) -> None:
        """Change a setting, and show what follows from it."""
        before = self.studio.settings
        try:
            self.studio.save_settings(with_value(before, name, value))
        except StudioError as e:
            self.desk.notices.tell(e, key="settings")
            return
        after = self.studio.settings
        if after.window.language != before.window.language or after.window.text_size != before.window.text_size:
            self._show_look(after)
            self._make_window()
        elif after.window.theme != before.window.theme:
            self._show_look(after)
        elif self.window and after.window.keys != before.window.keys:
            self.window.actions_table.rebind(after.window.keys)

    def _show_look(self, settings: Settings) -> None:
        chosen = settings.window.language or QLocale.system().name().partition("_")[0]
        language.use(chosen)
        QLocale.setDefault(QLocale(language.current()))  # the numbers in fields, too
        look.show(settings.window.theme, settings.window.text_size)

    # ---- inside

    def _open_project(self) -> None:
        """Go on with the last project; where there is none any more, with a new one."""
        last = self.desk.memory.get("project", "")
        model = self.desk.project
        try:
            if last and Path(last).is_dir():
                model.open(Path(last))
                return
        except StudioError as e:
            self.desk.notices.tell(e, key="open")
        try:
            self.studio.paths.projects.mkdir(parents=True, exist_ok=True)
            model.create(free_folder(self.studio.paths.projects, language.t("First project")))
        except (StudioError, OSError) as e:  # the window stays usable: the library, the engines
            error = e if isinstance(e, StudioError) else atomic.explain(e, language.t("A project could not be made"))
            self.desk.notices.tell(error, key="open")

    def _make_window(self) -> None:
        before = self.window
        self._collector.start()
        self.desk.project.settle()
        self.window = MainWindow(self.desk)
        if before is None:
            self.desk.project.changed.connect(self._remember_project)
        window_actions.bind(self.window, self.desk, self.change)
        if self._begun:
            self._show_room()
        self.window.show()
        self.window.closing.connect(self._closed)
        if before:
            before.closing.disconnect()
            before.close()
            before.deleteLater()

    def _show_room(self) -> None:
        if self.window:
            self.window.show_room(self.desk.memory.get("room", "dialogue"))

    def _closed(self) -> None:
        QTimer.singleShot(0, self.qt, self.qt.quit)

    def _remember_project(self, label: str) -> None:
        folder = self.desk.project.folder
        if label or not folder.name:
            return
        self.desk.memory.put("project", str(folder))
        recent = [str(folder), *(one for one in self.desk.memory.get("recent", []) if one != str(folder))]
        self.desk.memory.put("recent", recent[:12])

    def _show_bug(self, text: str, file: str) -> None:
        from studio.ui.dialogs.bug import BugDialog

        BugDialog(self.window, text, Path(file)).open()


def run(root: Path) -> int:
    """Show the window until it is closed; return the exit code."""
    return Application(root).run()
