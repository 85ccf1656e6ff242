"""A sound that goes along with what is asked for: dropped here, or chosen, and taken away again. The GUI thread."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from studio.services.library_index import SOUND_ENDINGS
from studio.ui.bridge.memory import Memory
from studio.ui.language import t
from studio.ui.theme import tokens
from studio.ui.widgets import basics


class SoundSlot(QWidget):
    """Holds one file or none, and remembers it as `key`."""

    def __init__(self, title: str, hint: str, memory: Memory, key: str) -> None:
        super().__init__()
        self.setAcceptDrops(True)
        self._title = title
        self._hint = hint
        self._memory = memory
        self._key = key
        self.file: Path | None = None
        self.terms = ""  # under which it may be used, where that is known
        self._name = basics.label("", "secondary", wrap=True)
        self._choose = basics.button(t("Choose…"), self._ask, kind="quiet", icon_name="folder-open")
        basics.rename(self._choose, t("Choose a sound: {title}", title=title))
        self._choose.setText(t("Choose…"))
        self._clear = basics.icon_button("x", t("Take away: {title}", title=title), self.clear)
        frame, inside = basics.frame("raised", margin=tokens.GRID, spacing=tokens.HALF)
        inside.addLayout(basics.row(basics.label(title, "heading"), None, self._clear))
        inside.addWidget(self._name)
        inside.addWidget(self._choose, 0, Qt.AlignmentFlag.AlignLeft)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(frame)
        self._show()
        match memory.get(key, []):
            case [str(kept), str(name), str(terms)] if Path(kept).is_file():
                self.put(Path(kept), name, terms)
            case _:
                pass

    def put(self, file: Path, name: str = "", terms: str = "") -> None:
        """Take a sound."""
        name = name or file.name
        self.file, self.terms = file, terms
        self._memory.put(self._key, [str(file), name, terms])
        self._show(name)

    def clear(self) -> None:
        """Hold none."""
        self.file, self.terms = None, ""
        self._memory.put(self._key, [])
        self._show()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Welcome a sound."""
        if _sound_in(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Take it."""
        file = _sound_in(event)
        if file:
            self.put(file)
            event.acceptProposedAction()

    def _show(self, name: str = "") -> None:
        self._name.setText(name or self._hint)
        self._clear.setVisible(self.file is not None)
        self.setAccessibleName(f"{self._title}: {name}" if name else self._title)

    def _ask(self) -> None:
        dialog = QFileDialog(self.window(), self._title)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        endings = " ".join(f"*{ending}" for ending in sorted(SOUND_ENDINGS))
        dialog.setNameFilter(f"{t('Sound files')} ({endings})")
        dialog.fileSelected.connect(lambda chosen: self.put(Path(chosen)))
        dialog.open()


def _sound_in(event: QDropEvent) -> Path | None:
    """Return the first sound among what is dragged."""
    files = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
    return next((file for file in files if file.suffix.lower() in SOUND_ENDINGS), None)
