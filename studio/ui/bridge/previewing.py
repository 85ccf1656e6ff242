"""Pictures seen while they are made: the newest look at each job, read where it cannot hurt. The GUI thread."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QImage

from studio.app import Studio
from studio.domain import jobs as states
from studio.errors import StudioError
from studio.events import Event, JobPreview
from studio.services.jobs import Job
from studio.ui.bridge.jobs_model import JobsModel
from studio.ui.bridge.operations import Operations

_LARGEST = 2048  # pixels a side, of what is read and of what is shown
_CELL = 8  # pixels of a result for one of a look, where its size was not asked for


class Previews(QObject):
    """The newest look at each job that runs; an engine's file is decoded in the picture process, like any other.

    A look that comes while another one of its job is being read waits; of those that wait only the newest is read.
    """

    shown = Signal(int)
    gone = Signal(int)

    def __init__(self, studio: Studio, operations: Operations, jobs: JobsModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._studio = studio
        self._operations = operations
        self._jobs = jobs
        self._looks: dict[int, QImage] = {}
        self._waiting: dict[int, Path] = {}
        self._reading: set[int] = set()
        jobs.changed.connect(self._job_changed)
        jobs.finished.connect(self._drop)

    def hear(self, event: Event) -> None:
        """Take what services tell."""
        if isinstance(event, JobPreview):
            self._waiting[event.job] = Path(event.file)
            if event.job not in self._reading:
                self._read(event.job)

    def of(self, job: int) -> QImage | None:
        """Return the newest look at a job, as large as what is made will be."""
        return self._looks.get(job)

    def _read(self, number: int) -> None:
        file, job = self._waiting.pop(number), self._jobs.get(number)
        if job is None or job.task != "image" or job.state not in states.ACTIVE:
            return
        self._reading.add(number)
        studio, size = self._studio, _size_of(job)

        def work() -> QImage:
            with studio.pictures.task("thumbnail", {"file": str(file), "size": _LARGEST}) as done:
                return enlarged(QImage.fromData(done.file.read_bytes()), size)

        def have(look: QImage) -> None:
            self._reading.discard(number)
            row = self._jobs.get(number)
            if not look.isNull() and row is not None and row.state in states.ACTIVE:
                self._looks[number] = look
                self.shown.emit(number)
            self._read_next(number)

        def cannot(_error: StudioError) -> None:  # it was being written, or is no picture: the next one may be
            self._reading.discard(number)
            self._read_next(number)

        self._operations.run(self, work, have, cannot)

    def _read_next(self, number: int) -> None:
        if number in self._waiting:
            self._read(number)

    def _job_changed(self, number: int) -> None:
        job = self._jobs.get(number)
        if job is None or (job.final and job.state != states.SUCCEEDED):  # what succeeded is shown until its result is
            self._drop(number)

    def _drop(self, number: int) -> None:
        self._waiting.pop(number, None)
        if self._looks.pop(number, None) is not None:
            self.gone.emit(number)


def enlarged(look: QImage, size: QSize) -> QImage:
    """Return a look as large as what is made, the cells that are computed as soft spots. Any thread."""
    wanted = size if size.isValid() else look.size() * _CELL
    wanted = wanted.boundedTo(QSize(_LARGEST, _LARGEST))
    if look.isNull() or look.width() >= wanted.width():
        return look
    return look.scaled(wanted, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)


def _size_of(job: Job) -> QSize:
    width, height = (job.request.params.get(name) for name in ("width", "height"))
    return QSize(width, height) if isinstance(width, int) and isinstance(height, int) else QSize()
