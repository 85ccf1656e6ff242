"""One job in the drawer: state as sign and word, title, stage, bar, time left, what it made, what was tried."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QFrame, QLabel, QProgressBar, QVBoxLayout

from studio.domain import jobs as states
from studio.services import listening
from studio.services.jobs import Job
from studio.services.library import Media
from studio.ui.bridge.desk import Desk
from studio.ui.bridge.jobs_model import Progress
from studio.ui.bridge.player import Playable
from studio.ui.language import t
from studio.ui.theme import tokens
from studio.ui.theme.icons import icon
from studio.ui.theme.look import look
from studio.ui.widgets import basics
from studio.ui.widgets.waveform import Waveform

_STATES = {
    states.QUEUED: ("clock", "muted", "Waiting"),
    states.PREPARING: ("loader", "accent", "Preparing"),
    states.RUNNING: ("loader", "accent", "Running"),
    states.SUCCEEDED: ("circle-check", "good", "Done"),
    states.FAILED: ("circle-x", "bad", "Failed"),
    states.CANCELLED: ("ban", "muted", "Cancelled"),
    states.INTERRUPTED: ("triangle-alert", "warn", "Interrupted"),
    states.BLOCKED: ("circle-alert", "warn", "Blocked"),
}
TASKS = {
    "speech": "Speech", "clone": "Speech in a given voice", "music": "Music", "lyrics": "Lyrics", "image": "Picture",
    "transcribe": "Transcription", "clean": "Cleaning", "embed": "Comparing voices", "export": "Export",
}  # fmt: skip


def time_left(seconds: float) -> str:
    """Return a time as people estimate it."""
    if seconds < 10:
        return t("a few seconds left")
    if seconds < 90:
        return t("about {seconds} s left", seconds=round(seconds / 5) * 5)
    return t("about {minutes} min left", minutes=round(seconds / 60))


def title_of(job: Job) -> str:
    """Return what a job is about: its words, as far as they go."""
    about = job.request.script or str(job.request.params.get("prompt") or job.request.params.get("style") or "")
    about = " ".join(about.split())
    task = t(TASKS.get(job.task, job.task))
    return f"{task}: {about[:90]}" if about else task


class JobRow(QFrame):
    """Made once a job; told what changes."""

    menu_wanted = Signal(int, object)

    def __init__(self, desk: Desk, job: Job) -> None:
        super().__init__()
        self.setProperty("kind", "raised")
        self._desk = desk
        self._job = job
        self._made: Media | None = None
        self._sign, self._state = QLabel(), basics.label()
        self._state.setMinimumWidth(look.px(84))
        self._title = basics.ElidedLabel(title_of(job))
        self._stage = basics.ElidedLabel("", "secondary")
        self._bar = QProgressBar()
        self._bar.setRange(0, 1000)
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(look.px(140))
        self._bar.setAccessibleName(t("Progress"))
        self._wave = Waveform(t("What was made"), height=24)
        self._wave.setFixedWidth(look.px(140))
        self._wave.hide()
        self._thumb = QLabel()
        self._thumb.hide()
        self._play = basics.icon_button("play", t("Play what was made"), self._play_it)
        self._play.hide()
        self._cancel = basics.icon_button("x", t("Cancel this job"), lambda: desk.jobs.cancel(self._job.id))
        self._retry = basics.icon_button("rotate-ccw", t("Do it again"), lambda: desk.jobs.retry(self._job.id))
        more = basics.icon_button("ellipsis", t("More about this job"))
        more.clicked.connect(lambda: self.menu_wanted.emit(self._job.id, more))
        self._tried = basics.button(t("What was tried"), self._toggle_tried, kind="link")
        line = basics.row(
            self._sign, self._state, self._title, self._stage, self._bar, self._wave, self._thumb, self._play, self._tried,
            self._cancel, self._retry, more,
        )  # fmt: skip
        line.setStretch(2, 3)
        line.setStretch(3, 2)
        self._notes = basics.label("", "secondary", wrap=True)
        self._notes.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._notes.hide()
        inside = QVBoxLayout(self)
        inside.setContentsMargins(12, tokens.HALF, tokens.GRID, tokens.HALF)
        inside.setSpacing(tokens.HALF)
        inside.addLayout(line)
        inside.addWidget(self._notes)
        self.show_job(job)

    def show_job(self, job: Job) -> None:
        """Show a job as it is now."""
        self._job = job
        sign, token, word = _STATES[job.state]
        self._sign.setPixmap(icon(sign, token).pixmap(QSize(look.px(16), look.px(16))))
        self._state.setText(t(word))
        active = job.state in {states.QUEUED, *states.ACTIVE}
        self._bar.setVisible(job.state in states.ACTIVE)
        self._cancel.setVisible(active)
        self._retry.setVisible(job.final and job.state != states.SUCCEEDED)
        error = job.error or {}
        said = [str(error.get("message", "")), str(error.get("hint", ""))] if error else []
        notes = [str(note.get("text", "")) for note in job.notes]
        self._notes.setText("\n".join(part for part in [" ".join(filter(None, said)), *notes] if part))
        if error and job.state != states.CANCELLED:
            self._notes.show()
        elif not notes:
            self._notes.hide()
        self._tried.setVisible(bool(notes or said))
        self._stage.setText(self._words(job))
        self.setAccessibleName(f"{t(word)}. {self._title.text()}. {self._stage.text()}")
        if job.state == states.SUCCEEDED and self._made is None:
            self._show_result()

    def show_progress(self, progress: Progress) -> None:
        """Show how far it is."""
        if progress.fraction is None:
            self._bar.setRange(0, 0)
        else:
            self._bar.setRange(0, 1000)
            self._bar.setValue(round(1000 * progress.fraction))
        left = time_left(progress.seconds_left) if progress.seconds_left is not None else ""
        self._stage.setText(" · ".join(part for part in (t(progress.stage), left) if part))

    def _words(self, job: Job) -> str:
        if job.state == states.SUCCEEDED and not job.settled:
            return t("Listening to it")
        seconds = sum(float(s) for name, s in job.timing.items() if name in {"preparing", "running"})
        if job.final and seconds:
            return t("took {seconds:.1f} s", seconds=seconds)
        return ""

    def _toggle_tried(self) -> None:
        self._notes.setVisible(self._notes.isHidden())

    def _show_result(self) -> None:
        made = self._desk.studio.library.of_job(self._job.id)
        if not made:
            return
        self._made = made[0]
        paths, sound, pictures = self._desk.studio.paths, self._desk.studio.sound, self._desk.studio.pictures
        if self._made.kind == "audio":
            self._play.show()
            media = self._made
            self._desk.operations.run(
                self,
                lambda: listening.outline(paths, sound, media.master, media.master_sha256, 140),
                self._show_wave,
                lambda _error: None,
            )
        elif self._made.kind == "image":
            from studio.services import thumbnails

            media = self._made
            self._desk.operations.run(
                self,
                lambda: thumbnails.thumbnail(paths, pictures, media.file, media.sha256, 48),
                self._show_thumb,
                lambda _error: None,
            )

    def _show_wave(self, outline: tuple[tuple[int, int], ...]) -> None:
        self._wave.show_sound(outline)
        self._wave.show()

    def _show_thumb(self, file: object) -> None:
        picture = QPixmap(str(file))
        if not picture.isNull():
            self._thumb.setPixmap(picture.scaledToHeight(look.px(32), Qt.TransformationMode.SmoothTransformation))
            self._thumb.show()

    def _play_it(self) -> None:
        if self._made:
            self._desk.player.toggle(Playable(f"job {self._job.id}", self._title.text(), file=self._made.file))
