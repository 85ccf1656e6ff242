"""Collects garbage, in the GUI thread only: Qt dies of a widget that another thread finds to be garbage and destroys.

It also chooses the moments: a look through everything takes a tenth of a second, which a person who types would feel.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

_BEAT = 1000  # milliseconds
_CALM = 5  # beats after which a window has all that it begins with; that is spared from then on
_YOUNG = 2_000  # new objects that are worth a look
_MIDDLE, _OLD = 10, 60  # beats between two looks at what is older, and at everything


class Collector(QObject):
    """Takes the place of the interpreter's own collector from `start` to `close`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._beats = 0
        self._timer = QTimer(self)
        self._timer.setInterval(_BEAT)
        self._timer.timeout.connect(self._beat)

    def start(self) -> None:
        """Begin, or begin anew: another window is being made, and the old one is to be collected."""
        gc.disable()
        gc.unfreeze()
        self._beats = 0
        self._timer.start()

    def close(self) -> None:
        """Let the interpreter collect as it is used to."""
        self._timer.stop()
        gc.unfreeze()
        gc.enable()

    def _beat(self) -> None:
        self._beats += 1
        if self._beats == _CALM:
            gc.collect()
            gc.freeze()
        elif self._beats % _OLD == 0:
            gc.collect()
        elif self._beats % _MIDDLE == 0:
            gc.collect(1)
        elif gc.get_count()[0] > _YOUNG:
            gc.collect(0)
