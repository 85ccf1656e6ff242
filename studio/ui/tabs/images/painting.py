"""A picture to start from with what was painted on it: a mask, and a frame beyond its edges; as files for a job.

`Painted` is a value that any thread may write; the rest belongs to the GUI thread.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from studio.errors import StudioError
from studio.ui.language import t
from studio.ui.tabs.images.framing import Frame
from studio.ui.tabs.images.history import History, Step
from studio.ui.tabs.images.mask import Change, Mask

_SEAM = 8  # pixels over which a picture mixes with what continues it
_WHITE, _CLEAR = QColor.fromRgba(0xFFFFFFFF), QColor.fromRgba(0)  # of pixels in a file, not of the window


@dataclass(frozen=True)
class Painted:
    """What a job is given. `greys` is None where nothing was painted; `clears` says that clear parts are continued."""

    file: Path
    picture: QImage
    greys: QImage | None
    frame: Frame
    clears: bool = False

    def written(self, folder: Path) -> dict[str, Path]:
        """Write what differs from the picture itself into a folder; return the files by role. Any thread."""
        files = {"init": self.file}
        if not self.frame.extended:
            return files if self.greys is None else files | {"mask": _saved(self.greys, folder / "mask.png")}
        below = not self.clears or self.greys is not None
        files["init"] = _saved(on_canvas(self.picture, self.frame, below=below), folder / "start.png")
        if below:
            files["mask"] = _saved(mask_on_canvas(self.greys, self.frame), folder / "mask.png")
        return files


@dataclass
class Painting:
    """The picture as it is painted on, at most 2048 pixels a side, its mask and its frame, and what was done to them.

    What changes the mask returns where.
    """

    file: Path
    picture: QImage
    mask: Mask
    frame: Frame
    history: History = field(default_factory=History)

    @property
    def touched(self) -> bool:
        """Whether there is more to it than the picture."""
        return self.frame.extended or not self.mask.empty

    def painted(self, *, clears: bool) -> Painted:
        """Return it as it is now."""
        greys = None if self.mask.empty else self.mask.greys()
        return Painted(self.file, self.picture, greys, self.frame, clears)

    def lift(self) -> None:
        """Lift the brush: the stroke is one step."""
        self._keep(self.mask.end())

    def framed(self, before: Frame) -> None:
        """The frame was drawn elsewhere, from `before` to where it is: one step, however many places it was in."""
        self._keep(None, before)

    def invert(self) -> QRect:
        """Paint where nothing was painted, and the other way round."""
        return self._keep(self.mask.invert())

    def clear(self) -> QRect:
        """Paint nowhere, and take the frame back to the picture, in one step."""
        before, self.frame = self.frame, self.frame.alone
        return self._keep(self.mask.clear(), before)

    def undo(self) -> QRect:
        """Go a step back."""
        step = self.history.back()
        if step and step.frames:
            self.frame = step.frames[0]
        return self.mask.put(step.change.place, step.change.before) if step and step.change else QRect()

    def redo(self) -> QRect:
        """Go a step forward again."""
        step = self.history.forth()
        if step and step.frames:
            self.frame = step.frames[1]
        return self.mask.put(step.change.place, step.change.after) if step and step.change else QRect()

    def hold(self, most: int) -> None:
        """Take the frame back to the picture where it is larger than an engine makes; 0 allows none."""
        if max(self.frame.size) > most:
            self.frame = self.frame.alone

    def _keep(self, change: Change | None, before: Frame | None = None) -> QRect:
        frames = (before, self.frame) if before and before != self.frame else None
        if change or frames:
            self.history.keep(Step(change, frames))
        return change.place if change else QRect()


def on_canvas(picture: QImage, frame: Frame, *, below: bool) -> QImage:
    """Return a picture in its frame: around it clear, or with the picture itself drawn out `below`. Any thread."""
    canvas = QImage(*frame.size, QImage.Format.Format_ARGB32)
    canvas.fill(_CLEAR)
    painter = QPainter(canvas)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    if below:
        painter.drawImage(canvas.rect(), picture)
    smooth = Qt.TransformationMode.SmoothTransformation
    whole = picture.scaled(frame.width, frame.height, Qt.AspectRatioMode.IgnoreAspectRatio, smooth)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
    painter.drawImage(QPoint(frame.left, frame.top), whole)
    painter.end()
    return canvas.convertToFormat(QImage.Format.Format_RGB32) if below else canvas


def mask_on_canvas(greys: QImage | None, frame: Frame) -> QImage:
    """Return where to paint: all around the picture, over a seam into it, and what was painted on it. Any thread."""
    canvas = QImage(*frame.size, QImage.Format.Format_RGB32)
    canvas.fill(_WHITE)
    painter = QPainter(canvas)
    inner = QRect(frame.left, frame.top, frame.width, frame.height)
    for number in range(_SEAM, -1, -1):
        level = 255 * number // (_SEAM + 1)
        in_by = _SEAM - number
        sides = [in_by if getattr(frame, side) else 0 for side in ("left", "top", "right", "bottom")]
        painter.fillRect(inner.adjusted(sides[0], sides[1], -sides[2], -sides[3]), QColor(level, level, level))
    if greys is not None:
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Lighten)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(inner, greys.convertToFormat(QImage.Format.Format_RGB32))
    painter.end()
    return canvas.convertToFormat(QImage.Format.Format_Grayscale8)


def _saved(image: QImage, file: Path) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    if not image.save(str(file), "PNG"):  # pyright: ignore[reportArgumentType, reportCallIssue]
        raise StudioError(t("What was painted could not be written."), t("Make room on the disk, then try again."))
    return file
