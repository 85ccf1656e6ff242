"""The small pictures of the gallery, and the tiles of those that are being made."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QAbstractButton, QFrame, QProgressBar, QVBoxLayout

from studio.domain import jobs as states
from studio.services import thumbnails
from studio.services.jobs import Job
from studio.services.library_index import Item
from studio.ui.bridge.desk import Desk
from studio.ui.language import t
from studio.ui.tabs.images import model
from studio.ui.theme import tokens
from studio.ui.theme.icons import icon
from studio.ui.theme.look import look
from studio.ui.told import told
from studio.ui.widgets import basics
from studio.ui.widgets.file_drag import FileDrag

SIDE = 112  # of a tile at normal text
_POINTS = 256  # of a small picture


class Tile(QAbstractButton):
    """A small picture. Chosen, or the second of two that are compared."""

    stepped = Signal(int)
    picked = Signal(int, bool)  # and whether to compare
    menu_wanted = Signal(int, object)
    wanted = Signal(str, int)

    def __init__(self, desk: Desk, item: Item) -> None:
        super().__init__()
        self._desk = desk
        self.item = item
        self._picture: QImage | None = None
        self._asked = False
        self.second = False
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFixedSize(self.sizeHint())
        self.show_item(item)
        look.changed.connect(self.update)
        FileDrag(self, item.file)

    def sizeHint(self) -> QSize:
        """A square."""
        return QSize(look.px(SIDE), look.px(SIDE))

    def show_item(self, item: Item) -> None:
        """Show what is known of the picture by now: what it is called, whether it is dear."""
        self.item = item
        words = item.title or t("Picture")
        basics.rename(self, t("{words}, seed {seed}", words=words, seed=item.recipe.get("seed", 0)))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the small picture, which is made when the tile is first seen."""
        del event
        if not self._asked:
            self._asked = True
            self._ask()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        inside = QRectF(self.rect()).adjusted(4, 4, -4, -4)
        shape = QPainterPath()
        shape.addRoundedRect(inside, tokens.RADIUS, tokens.RADIUS)
        painter.fillPath(shape, look.colour("raised"))
        if self._picture is not None:
            painter.save()
            painter.setClipPath(shape)
            painter.drawImage(inside, self._picture, _middle(self._picture))
            painter.restore()
        if self.item.starred:
            icon("star", "warn").paint(painter, self.width() - look.px(26), look.px(8), look.px(16), look.px(16))
        self._frame(painter, inside)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Select it; with Ctrl compare it with the selected one."""
        self.setFocus()
        if event.button() == Qt.MouseButton.LeftButton:
            self.picked.emit(self.item.id, bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The arrows go through the gallery, Return selects, Delete throws away."""
        key = event.key()
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -1000, Qt.Key.Key_Down: 1000}
        if key in steps:
            self.stepped.emit(steps[Qt.Key(key)])
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space} and not event.modifiers():
            self.picked.emit(self.item.id, False)
        elif key == Qt.Key.Key_Delete:
            self.wanted.emit("trash", self.item.id)
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """What can be done with it."""
        self.picked.emit(self.item.id, False)
        self.menu_wanted.emit(self.item.id, event.globalPos())

    def _frame(self, painter: QPainter, inside: QRectF) -> None:
        colour: QColor | None = None
        if self.isChecked() or self.hasFocus():
            colour = look.colour("accent")
        elif self.second:
            colour = look.colour("text")
        if colour is not None:
            painter.setPen(QPen(colour, 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(inside.adjusted(-2, -2, 2, 2), tokens.CARD_RADIUS, tokens.CARD_RADIUS)
        if self.isChecked() or self.second:  # told apart by more than a colour
            sign = "circle-check" if self.isChecked() else "columns-2"
            spot = QRectF(look.px(8), look.px(8), look.px(20), look.px(20))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.colour("canvas"))
            painter.drawEllipse(spot)
            icon(sign, "accent").paint(painter, spot.adjusted(2, 2, -2, -2).toRect())

    def _ask(self) -> None:
        studio, item = self._desk.studio, self.item

        def work() -> QImage:
            return QImage(str(thumbnails.thumbnail(studio.paths, studio.pictures, item.file, item.sha256, _POINTS)))

        self._desk.operations.run(self, work, self._have, self._cannot)

    def _have(self, picture: QImage) -> None:
        self._picture = picture
        self.update()

    def _cannot(self, error: Exception) -> None:
        self.setToolTip(f"{self.accessibleName()}\n{told(str(error))}")


class JobTile(QFrame):
    """A picture that is being made: per cent, or what it is becoming, and a way to stop it. A click watches it."""

    picked = Signal(int)

    def __init__(self, desk: Desk, job: Job) -> None:
        super().__init__()
        self.setProperty("kind", "raised")
        self.setFixedSize(look.px(SIDE), look.px(SIDE))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._desk = desk
        self._look: QImage | None = None
        self.watched = False
        self.job = job.id
        self._words = model.prompt_of(job.request.params)
        self._said = basics.label("", "heading")
        self._said.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._stage = basics.ElidedLabel("", "caption")
        self._stage.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setToolTip(t("Watch it being made"))
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(t("Progress"))
        cancel = self._cancel = basics.icon_button("x", t("Cancel this job"), self._stop)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(tokens.GRID, tokens.HALF, tokens.HALF, tokens.GRID)
        inside.setSpacing(tokens.HALF)
        inside.addWidget(cancel, alignment=Qt.AlignmentFlag.AlignRight)
        inside.addWidget(self._said)
        inside.addWidget(self._stage)
        inside.addWidget(self._bar)
        self.follow()

    def follow(self) -> None:
        """Show how far it is."""
        job = self._desk.jobs.get(self.job)
        if job is None:
            return
        progress = self._desk.jobs.progress(self.job)
        if job.state == states.QUEUED or progress.fraction is None:
            self._bar.setRange(0, 1 if job.state == states.QUEUED else 0)
            self._bar.setValue(0)
            self._said.setText("…")
            self._stage.setText(t("Waiting") if job.state == states.QUEUED else t("Preparing"))
        else:
            self._bar.setRange(0, 1000)
            self._bar.setValue(round(1000 * progress.fraction))
            self._said.setText(f"{round(100 * progress.fraction)} %")
            self._stage.setText(t(progress.stage))
        self.setAccessibleName(f"{self._words}, {self._said.text()} {self._stage.text()}")

    def show_look(self, picture: QImage | None) -> None:
        """Show what it is becoming."""
        self._look = picture
        for one in (self._said, self._stage):
            one.setVisible(picture is None)
        self.update()

    def show_watched(self, *, on: bool) -> None:
        """Show whether it is the one that is seen large."""
        if on != self.watched:
            self.watched = on
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw what it is becoming below the words, and a frame where it is watched."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        inside = QRectF(self.rect()).adjusted(4, 4, -4, -4)
        if self._look is not None:
            shape = QPainterPath()
            shape.addRoundedRect(inside, tokens.RADIUS, tokens.RADIUS)
            painter.setClipPath(shape)
            painter.drawImage(inside, self._look, _middle(self._look))
            painter.setClipping(False)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.colour("canvas"))
            painter.drawEllipse(self._cancel.geometry().adjusted(4, 4, -4, -4))
        if self.watched or self.hasFocus():
            painter.setPen(QPen(look.colour("accent"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(inside.adjusted(-2, -2, 2, 2), tokens.CARD_RADIUS, tokens.CARD_RADIUS)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Watch it."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.setFocus()
            self.picked.emit(self.job)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return watches it."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and not event.modifiers():
            self.picked.emit(self.job)
        else:
            super().keyPressEvent(event)

    def _stop(self) -> None:
        self._desk.jobs.cancel(self.job)


def picture_in(file: Path) -> QImage:
    """Read one of our own pictures. Any thread."""
    return QImage(str(file))


def _middle(picture: QImage) -> QRectF:
    """Return the square in the middle of a picture."""
    side = min(picture.width(), picture.height())
    return QRectF((picture.width() - side) / 2, (picture.height() - side) / 2, side, side)
