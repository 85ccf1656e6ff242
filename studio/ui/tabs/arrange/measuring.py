"""What is found out about clips before an edit: how far that is, and a way to stop it. The GUI thread.

The work itself goes on elsewhere; it leaves its share here and looks whether it is to stop.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QProgressBar, QWidget

from studio.errors import Cancelled, StudioError
from studio.ui.bridge.desk import Desk
from studio.ui.language import t
from studio.ui.theme import tokens
from studio.ui.theme.icons import icon
from studio.ui.theme.look import look
from studio.ui.widgets import basics

T = TypeVar("T")
Work = Callable[[Callable[[float], None], Callable[[], bool]], T]

_EVERY = 100  # milliseconds


class _Run:
    """One piece of work, as both threads see it."""

    def __init__(self) -> None:
        self.stopped = threading.Event()
        self.share = 0.0

    def tell(self, share: float) -> None:
        """Say how far it is. Any thread."""
        self.share = share


class Measuring(QObject):
    """One measurement at a time; it ends with the project that it is about."""

    changed = Signal()  # begun, a little further, told to stop, over

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._run: _Run | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(_EVERY)
        self._timer.timeout.connect(self.changed)
        desk.project.changed.connect(self._project_changed)

    @property
    def busy(self) -> bool:
        """Whether something is being measured."""
        return self._run is not None

    @property
    def stopping(self) -> bool:
        """Whether it was told to stop."""
        return self._run is not None and self._run.stopped.is_set()

    @property
    def share(self) -> float:
        """How much of it is done."""
        return self._run.share if self._run else 0.0

    def begin(self, work: Work[T], done: Callable[[T], None]) -> bool:
        """Measure, unless something is being measured: `work` is told whom to tell its share, and when to stop."""
        if self._run is not None:
            return False
        run = self._run = _Run()

        def over(found: Any) -> None:
            self._end()
            if not run.stopped.is_set():  # it may have come to its end before it saw that it was to stop
                done(found)

        self._timer.start()
        self.changed.emit()
        self._desk.operations.run(self, lambda: work(run.tell, run.stopped.is_set), over, self._failed)
        return True

    def stop(self) -> None:
        """Let it end soon; nothing is changed then."""
        if self._run is not None:
            self._run.stopped.set()
            self.changed.emit()

    def _project_changed(self, label: str) -> None:
        if not label:
            self.stop()  # another project was opened, and a copy has clips of the same names

    def _failed(self, error: StudioError) -> None:
        self._end()
        if not isinstance(error, Cancelled):
            self._desk.notices.tell(error, key="speech tools")

    def _end(self) -> None:
        self._timer.stop()
        self._run = None
        self.changed.emit()


class MeasuringLine(QWidget):
    """Says how far it is, with a way to stop it; hidden while nothing is measured."""

    def __init__(self, measuring: Measuring) -> None:
        super().__init__()
        self._measuring = measuring
        self._sign = basics.label()
        self._text = basics.label("", "secondary", wrap=True)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(look.px(160))
        self._bar.setAccessibleName(t("Progress"))
        self.cancel = basics.button(t("Cancel"), measuring.stop, kind="quiet", icon_name="x")
        inside = basics.row(self._sign, self._text, self._bar, self.cancel)
        inside.setStretch(1, 1)
        inside.setContentsMargins(tokens.MARGIN, tokens.HALF, tokens.MARGIN, tokens.HALF)
        self.setLayout(inside)
        measuring.changed.connect(self._show)
        look.changed.connect(self._paint)
        self._paint()
        self._show()

    def _paint(self) -> None:
        self._sign.setPixmap(icon("audio-waveform", "muted").pixmap(look.px(16), look.px(16)))

    def _show(self) -> None:
        measuring = self._measuring
        self.setVisible(measuring.busy)
        self._text.setText(t("Stopping…") if measuring.stopping else t("Listening to the clips…"))
        self.cancel.setEnabled(not measuring.stopping)
        self._bar.setRange(0, 1000 if measuring.share else 0)  # of a single sound nobody knows how far it is
        self._bar.setValue(round(1000 * measuring.share))
