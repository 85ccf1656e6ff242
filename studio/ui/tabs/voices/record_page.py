"""Recording a voice with the microphone: which one, what to read, how loud it is. The GUI thread."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QFrame, QProgressBar, QVBoxLayout, QWidget

from studio.errors import StudioError
from studio.ui.language import clock, t
from studio.ui.tabs.voices import fields
from studio.ui.tabs.voices.shelf import Shelf
from studio.ui.theme import tokens
from studio.ui.theme.icons import icon
from studio.ui.theme.look import look
from studio.ui.widgets import basics

_QUIET_DB, _LOUD_DB = -60.0, -1.0
_PATIENCE = 3.0  # seconds without any sound from a microphone that is there
ENOUGH, MOST = 5.0, 60.0  # seconds
_TO_READ = (
    "When the sun came over the hill, the baker had already put the first loaves in the window. A small dog waited at"
    " the door, quite sure that something good would happen soon. Could it be a piece of warm bread? It usually was!"
)


class RecordPage(QWidget):
    """Records until somebody stops it."""

    recorded = Signal(object)  # the file
    left = Signal()

    def __init__(self, shelf: Shelf) -> None:
        super().__init__()
        self._shelf = shelf
        self._desk = shelf.desk
        self._file: Path | None = shelf.recorded_to  # another window began, and this one takes over what came of it
        self.recording = False
        self._seconds = self._grew = 0.0  # recorded, and when it became so much
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(tokens.MARGIN)
        title = basics.label(t("Record a voice"), "heading")
        leave = basics.button(t("Back to the voices"), self.left.emit, kind="quiet", icon_name="x")
        line = basics.row(title, None, leave)
        outer.addLayout(line)
        self.device = fields.Choice(t("Microphone"))
        self.device.addItem(t("The system's choice"), "")
        again = basics.icon_button("refresh-cw", t("Look for microphones again"), self.open)
        line = basics.row(fields.field(t("Microphone"), self.device), again, None)
        line.setAlignment(again, Qt.AlignmentFlag.AlignBottom)
        line.setStretch(0, 3)
        line.setStretch(2, 2)
        outer.addLayout(line)
        outer.addWidget(self._text())
        self.button = basics.button(t("Start recording"), self.toggle, icon_name="mic", kind="primary")
        self.button.setMinimumWidth(look.px(180))
        self._time = basics.label("0:00.0", "title")
        outer.addLayout(basics.row(self.button, tokens.GRID, self._time, None))
        self._level = QProgressBar()
        self._level.setTextVisible(False)
        self._level.setRange(0, 100)
        self._level.setAccessibleName(t("How loud it is"))
        outer.addWidget(self._level)
        self._hint = basics.label("", "secondary", wrap=True)
        outer.addWidget(self._hint)
        outer.addStretch(1)
        self._desk.player.report.connect(self._hear)
        self._show()

    def open(self) -> None:
        """Look which microphones there are."""
        self._desk.player.ask_for_devices()

    def toggle(self) -> None:
        """Begin, or end."""
        if self.recording:
            self._desk.player.stop_recording()
        elif self._file is None:
            self._desk.player.stop()
            self.button.setEnabled(False)
            self._shelf.run(self._shelf.work.place_for_recording, self._begin, key="microphone")

    def hideEvent(self, event: QHideEvent) -> None:
        """No microphone is left running behind somebody's back; what was recorded is prepared."""
        super().hideEvent(event)
        if self.recording and not event.spontaneous():
            self._desk.player.stop_recording()

    # ---- inside

    def _text(self) -> QFrame:
        frame, inside = basics.frame("card")
        inside.addWidget(
            basics.label(t("Read this aloud, or speak freely for 5 to 15 seconds:"), "secondary", wrap=True)
        )
        words = basics.label(t(_TO_READ), wrap=True)
        words.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        inside.addWidget(words)
        frame.setMaximumWidth(look.px(720))
        return frame

    def _begin(self, file: Path) -> None:
        if not self.isVisible():
            self._show()
            return
        self._file = self._shelf.recorded_to = file
        self._desk.notices.dropped.emit("microphone")
        device = str(self.device.currentData() or "")
        self._desk.memory.put("voices.microphone", device)
        try:
            self._desk.player.record(file, device)
        except (StudioError, OSError) as e:
            self._failed(StudioError(str(e), t("Try again, or drop a recording.")))

    def _hear(self, topic: str, values: dict[str, Any]) -> None:
        if topic == "devices":
            self._show_devices(values["devices"])
        elif topic == "position" and self.recording and isinstance(values.get("recording"), dict):
            self._show_level(values["recording"])
        elif topic == "recording" and values.get("file") == str(self._file):
            self.recording = True
            self._seconds, self._grew = 0.0, time.monotonic()
            self._show()
        elif topic == "recorded" and values.get("file") == str(self._file):
            self._ended(float(values["seconds"]))
        elif topic == "failed" and self._file is not None and values.get("order") in {"record", "process"}:
            self._failed(StudioError(str(values["message"]), str(values["hint"])))

    def _ended(self, seconds: float) -> None:
        file, self._file, self.recording = self._file, None, False
        self._shelf.recorded_to = None
        self._show()
        if file is None:
            return
        if seconds > 0:
            self.recorded.emit(file)
        else:
            self._shelf.run(lambda: self._shelf.work.discard(file), lambda _: None)

    def _failed(self, error: StudioError) -> None:
        self._file, self.recording = None, False
        self._shelf.recorded_to = None
        self._show()
        self._shelf.tell(error, "microphone")

    def _show_devices(self, devices: list[dict[str, Any]]) -> None:
        chosen = self.device.currentData() or self._desk.memory.get("voices.microphone", "")
        self.device.clear()
        self.device.addItem(t("The system's choice"), "")
        for one in devices:
            if one.get("kind") == "input":
                self.device.addItem(str(one.get("title") or one.get("name")), str(one.get("name")))
        self.device.choose(chosen)
        if self.device.count() == 1:
            self._hint.setText(t("No microphone was found. Plug one in and look again, or drop a recording."))

    def _show_level(self, state: dict[str, Any]) -> None:
        seconds, peak = float(state.get("seconds", 0.0)), float(state.get("peak", 0.0))
        self._time.setText(clock(seconds, 1))
        self._level.setValue(round(100 * min(1.0, max(0.0, 1 - peak / _QUIET_DB))))
        if peak > _LOUD_DB:
            self._hint.setText(t("Too loud: go back from the microphone."))
        elif seconds < ENOUGH:
            self._hint.setText(t("Go on: at least 5 seconds are needed."))
        else:
            self._hint.setText(t("That is enough; stop when the sentence is done."))
        now = time.monotonic()
        if seconds > self._seconds:
            self._seconds, self._grew = seconds, now
        if seconds > MOST:
            self._desk.player.stop_recording()
        elif now - self._grew > _PATIENCE:
            self._grew = now
            self._desk.player.stop_recording()
            message = t("Nothing comes from the microphone any more.")
            self._shelf.tell(StudioError(message, t("Plug it in again, then start the recording anew.")), "microphone")

    def _show(self) -> None:
        self.button.setEnabled(True)
        text = t("Stop recording") if self.recording else t("Start recording")
        self.button.setText(text)
        self.button.setAccessibleName(text)
        self.button.setIcon(icon("square" if self.recording else "mic", "on_accent"))
        self._level.setValue(0)
        self._time.setText(clock(0.0, 1))
        self._hint.setText(t("A quiet room, a hand's breadth from the microphone, in your usual voice."))
