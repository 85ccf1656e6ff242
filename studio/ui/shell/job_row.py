"""One job in the drawer: state as sign and word, title, stage, bar, time left, what it made, what was tried."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPixmap
from PySide6.QtWidgets import QFrame, QLabel, QProgressBar, QVBoxLayout, QWidget

from studio.domain import jobs as states
from studio.services import listening, thumbnails
from studio.services.jobs import Job
from studio.services.library import Media
from studio.ui.bridge.asking import failure_of
from studio.ui.bridge.desk import Desk
from studio.ui.bridge.jobs_model import Progress
from studio.ui.bridge.player import Playable
from studio.ui.language import figures, t, time_left, tn
from studio.ui.theme import tokens
from studio.ui.theme.icons import icon
from studio.ui.theme.look import look
from studio.ui.told import told
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
_KEPT_PICTURES = ("{count} of {of} pictures is finished and kept.", "{count} of {of} pictures are finished and kept.")
_KEPT_SENTENCES = (
    "{count} of {of} sentences is finished and kept.", "{count} of {of} sentences are finished and kept.",
)  # fmt: skip
_NAMED = re.compile(r"^\[([^\]]+)\]")  # who speaks, as scripts write it
_PREVIEW = 140  # pixels of a bar or a wave
_MOST_TOOLS = 3  # buttons that a row shows at a time


def title_of(job: Job) -> str:
    """Return what a job is about: its words, as far as they go."""
    about = job.request.script or str(job.request.params.get("prompt") or job.request.params.get("style") or "")
    about = _NAMED.sub(r"\1:", " ".join(about.split()))
    task = t(TASKS.get(job.task, job.task))
    return f"{task}: {about[:90]}" if about else task


def what_happened(job: Job) -> str:
    """Return what went wrong with a job, or what of it is kept, and what to do; "" where there is nothing to say."""
    if not job.error:
        return ""
    if job.state == states.CANCELLED:
        return _kept(job.error.get("kept") or {})
    failure = failure_of(job)
    return f"{failure.message} {failure.hint}".strip()


def _kept(parts: Mapping[str, Any]) -> str:
    """Return what of a cancelled job is finished and kept; "" where nothing is."""
    done, of = int(parts.get("done", 0)), int(parts.get("of", 0))
    if not done:
        return ""
    texts = _KEPT_PICTURES if parts.get("part") == "picture" else _KEPT_SENTENCES
    found = tn(done, *texts, of=of)
    return f"{found} {t('Do it again to go on with the rest.')}" if done < of else found


class JobRow(QFrame):
    """Made once a job; told what changes."""

    menu_wanted = Signal(int, object)

    def __init__(self, desk: Desk, job: Job) -> None:
        super().__init__()
        self.setProperty("kind", "raised")
        self._desk = desk
        self._job = job
        self._shown = ""  # the state whose sign is shown
        self._made: Media | None = None
        self._notes: QLabel | None = None
        self._build()
        self.show_job(job)

    def show_job(self, job: Job) -> None:
        """Show a job as it is now."""
        self._job = job
        sign, token, word = _STATES[job.state]
        if self._shown != job.state:
            self._shown = job.state
            self._sign.setPixmap(icon(sign, token).pixmap(QSize(look.px(16), look.px(16))))
            self._state.setText(t(word))
            waits, works = job.state == states.QUEUED, job.state in states.ACTIVE
            self._bar.setVisible(works)
            self._cancel.setVisible(waits or works)
            self._front.setVisible(waits)
            self._retry.setVisible(job.final and job.state != states.SUCCEEDED)
        said = what_happened(job)
        tried = [told(str(note.get("text", ""))) for note in job.notes]
        self._tried.setVisible(bool(tried))
        self._tell("\n".join(part for part in (said, *tried) if part), shown=bool(said))
        if job.state not in states.ACTIVE:
            self._stage.setText(self._words(job))
        self.setAccessibleName(f"{t(word)}. {self._title.text()}. {self._stage.text()}")
        if job.state == states.SUCCEEDED and self._made is None:
            self._show_result()

    def show_progress(self, progress: Progress) -> None:
        """Show how far it is."""
        if self._job.state not in states.ACTIVE:
            return
        if progress.fraction is None:
            self._bar.setRange(0, 0)
        else:
            self._bar.setRange(0, 1000)
            self._bar.setValue(round(1000 * progress.fraction))
        left = time_left(progress.seconds_left) if progress.seconds_left is not None else ""
        self._stage.setText(" · ".join(part for part in (t(progress.stage) if progress.stage else "", left) if part))

    def _build(self) -> None:
        self._sign, self._state = QLabel(), basics.label()
        font = self.font()
        font.setPixelSize(look.px(tokens.BODY))
        metrics = QFontMetrics(font)
        self._state.setMinimumWidth(max(metrics.horizontalAdvance(t(word)) for _, _, word in _STATES.values()) + 8)
        self._title = basics.ElidedLabel(title_of(self._job))
        self._stage = basics.ElidedLabel("", "secondary")
        self._bar = QProgressBar()
        self._bar.setRange(0, 1000)
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(look.px(_PREVIEW))
        self._bar.setAccessibleName(t("Progress"))
        self._play = basics.icon_button("play", t("Play what was made"), self._play_it)
        self._front = basics.icon_button("arrow-up", t("To the front of the queue"), self._to_front)
        self._cancel = basics.icon_button("x", t("Cancel this job"), self._stop)
        self._retry = basics.icon_button("rotate-ccw", t("Do it again"), self._again)
        more = basics.icon_button("ellipsis", t("More about this job"), self._menu)
        self._more = more
        self._tried = basics.button(t("What was tried"), self._toggle_tried, kind="link")
        self._preview, tools = QWidget(), QWidget()  # as wide in every row: columns
        self._line = basics.row(None, self._bar)
        self._preview.setLayout(self._line)
        self._preview.setFixedWidth(look.px(_PREVIEW))
        tools.setLayout(basics.row(None, self._play, self._front, self._cancel, self._retry, more))
        tools.setFixedWidth(_MOST_TOOLS * more.width() + (_MOST_TOOLS - 1) * tokens.GRID)
        line = basics.row(self._sign, self._state, self._title, self._stage, self._tried, self._preview, tools)
        line.setStretch(2, 3)
        line.setStretch(3, 2)
        for part in (self._tried, self._bar, self._play, self._front, self._retry):
            part.hide()
        inside = self._inside = QVBoxLayout(self)
        inside.setContentsMargins(12, tokens.HALF, tokens.GRID, tokens.HALF)
        inside.setSpacing(tokens.HALF)
        inside.addLayout(line)

    def _words(self, job: Job) -> str:
        if job.state == states.SUCCEEDED and not job.settled:
            return t("Listening to it")
        seconds = sum(float(s) for name, s in job.timing.items() if name in {"preparing", "running"})
        if job.final and seconds:
            return t("took {seconds} s", seconds=figures(seconds))
        return ""

    def _tell(self, text: str, *, shown: bool) -> None:
        """Say what happened; few rows need it, and many rows may come at once, so it is made when it is wanted."""
        if text and self._notes is None:
            self._notes = basics.label("", "secondary", wrap=True)
            self._notes.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._notes.hide()
            self._inside.addWidget(self._notes)
        if self._notes is not None:
            self._notes.setText(text)
            self._notes.setVisible(bool(text) and (shown or self._notes.isVisible()))

    def _toggle_tried(self) -> None:
        if self._notes is not None:
            self._notes.setVisible(self._notes.isHidden())

    def _stop(self) -> None:
        self._desk.jobs.cancel(self._job.id)

    def _again(self) -> None:
        self._desk.jobs.retry(self._job.id)

    def _to_front(self) -> None:
        self._desk.jobs.to_front(self._job.id)

    def _menu(self) -> None:
        self.menu_wanted.emit(self._job.id, self._more)

    def _show_result(self) -> None:
        studio = self._desk.studio
        made = studio.library.of_job(self._job.id)
        if not made:
            return
        self._made = made[0]
        paths, sound, pictures, media = studio.paths, studio.sound, studio.pictures, made[0]
        if media.kind == "audio":
            self._play.show()
            file, digest = media.master, media.master_sha256
            self._desk.operations.run(
                self, lambda: listening.outline(paths, sound, file, digest, 140), self._show_wave, _nothing
            )
        elif media.kind == "image":
            file, digest, size = media.file, media.sha256, look.px(64)
            self._desk.operations.run(
                self, lambda: thumbnails.thumbnail(paths, pictures, file, digest, size), self._show_thumb, _nothing
            )

    def _show_wave(self, outline: tuple[tuple[int, int], ...]) -> None:
        wave = Waveform(t("What was made"), height=24)
        wave.setFixedWidth(look.px(_PREVIEW))
        wave.sought.connect(self._seek)
        wave.show_sound(outline)
        self._line.addWidget(wave)

    def _show_thumb(self, file: object) -> None:
        picture = QPixmap(str(file))
        if not picture.isNull():
            thumb = QLabel()
            thumb.setAccessibleName(t("What was made"))
            thumb.setPixmap(picture.scaledToHeight(look.px(32), Qt.TransformationMode.SmoothTransformation))
            self._line.addWidget(thumb)

    def _play_it(self) -> None:
        if self._made:
            self._desk.player.toggle(self._playable(self._made))

    def _seek(self, share: float) -> None:
        """A click into the wave selects it; once it is loaded, it goes there."""
        if self._made:
            self._desk.player.select(self._playable(self._made))
            self._desk.player.seek(share * self._desk.player.seconds)

    def _playable(self, made: Media) -> Playable:
        return Playable(f"job {self._job.id}", self._title.text(), file=made.file)


def _nothing(_error: object) -> None:
    """A preview that cannot be made is no news: the result itself is in the library."""
