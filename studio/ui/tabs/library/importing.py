"""Files from outside come into the library one by one; each that cannot is told by a banner. The GUI thread."""

from __future__ import annotations

from collections import deque
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QLabel, QProgressBar, QWidget

from studio.errors import StudioError
from studio.services.library_index import Imported
from studio.ui.bridge.desk import Desk
from studio.ui.bridge.notices import Banner
from studio.ui.language import t, tn
from studio.ui.theme.look import look
from studio.ui.told import told
from studio.ui.widgets import basics


class Incoming(QObject):
    """The files that come in. Lives as long as the desk: another language of the window stops none of them."""

    changed = Signal()
    finished = Signal(list)  # the numbers of what came in

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk = desk
        self._waiting: deque[Path] = deque()
        self._came: list[int] = []
        self._known = 0
        self.count = self.done = 0
        self.name = ""

    @staticmethod
    def of(desk: Desk) -> Incoming:
        """Return the one of a desk."""
        return desk.findChild(Incoming) or Incoming(desk)

    @property
    def busy(self) -> bool:
        """Whether a file is coming."""
        return self.done < self.count

    def take(self, files: list[Path]) -> None:
        """Bring files in, after those that are coming."""
        if not files:  # a folder without any
            words = t("Sounds and pictures right in a folder are brought in, not those in folders inside.")
            self._desk.notices.banner.emit(
                Banner(t("There is nothing in it to bring in."), words, tone="warn", room="library", key="import")
            )
            return
        self._desk.notices.dropped.emit("import")
        idle = not self.busy
        if idle:
            self.count = self.done = self._known = 0
            self._came = []
        self.count += len(files)
        self._waiting.extend(files)
        if idle:
            self._next()

    def stop(self) -> None:
        """Bring in no more; the one that is read is finished."""
        self.count -= len(self._waiting)
        self._waiting.clear()

    def _next(self) -> None:
        if not self._waiting:
            self._end()
            return
        file = self._waiting.popleft()
        self.name = file.name
        self.changed.emit()
        studio = self._desk.studio
        self._desk.operations.run(
            self,
            lambda: studio.library_index.take_in(file, studio.sound, studio.pictures),
            lambda came: self._take(file, came),
            self._fail,
        )

    def _take(self, file: Path, came: Imported) -> None:
        self._came.append(came.id)
        self._known += came.known
        if came.notes:
            banner = Banner(
                t("{file} came in, but it is not whole.", file=file.name),
                " ".join(map(told, came.notes)),
                tone="warn",
                room="library",
            )
            self._desk.notices.banner.emit(banner)
        self.done += 1
        self._next()

    def _fail(self, error: StudioError) -> None:
        self._desk.notices.tell(error, room="library")
        self.done += 1
        self._next()

    def _end(self) -> None:
        self.changed.emit()
        new = len(self._came) - self._known
        said = [tn(new, "One file came in.", "{count} files came in.")] if new else []
        said += [tn(self._known, "One was here already.", "{count} were here already.")] if self._known else []
        if said:
            self._desk.notices.toast.emit(" ".join(said), None)
        self.finished.emit(self._came)


class Importing(QWidget):
    """A line that says which file comes in, with a way to stop; hidden while none does."""

    def __init__(self, incoming: Incoming) -> None:
        super().__init__()
        self._incoming = incoming
        self._text = basics.ElidedLabel()
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(look.px(160))
        self._bar.setAccessibleName(t("Progress of the import"))
        stop = basics.button(t("Stop"), incoming.stop, kind="quiet", icon_name="x", tip=t("Bring in no more files"))
        inside = basics.row(_sign(), self._text, self._bar, stop)
        inside.setStretch(1, 1)
        self.setLayout(inside)
        incoming.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        coming = self._incoming
        self.setVisible(coming.busy)
        if coming.busy:
            said = t(
                "Bringing in {number} of {count}: {file}",
                number=coming.done + 1,
                count=coming.count,
                file=coming.name,
            )
            self._text.setText(said)
            self._bar.setMaximum(coming.count)
            self._bar.setValue(coming.done)


def _sign() -> QLabel:
    sign = QLabel()
    sign.setPixmap(basics.icon("import", "accent").pixmap(look.px(16), look.px(16)))
    return sign
