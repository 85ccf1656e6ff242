"""How a thing of the library is painted: a row of the table, a tile of the grid. The GUI thread."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from studio.services.library_index import Item
from studio.ui.language import t
from studio.ui.tabs.library import model
from studio.ui.tabs.library.glances import Glances
from studio.ui.tabs.library.items_model import ITEM, LENGTH, ROW_HEIGHT, TITLE
from studio.ui.theme import tokens
from studio.ui.theme.icons import icon
from studio.ui.theme.look import look

TILE = QSize(176, 160)

Index = QModelIndex | QPersistentModelIndex
_FONTS: dict[int, QFont] = {}
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)


class RowDelegate(QStyledItemDelegate):
    """A row: a small picture, the title with its tags below it, and plain columns."""

    def __init__(self, glances: Glances, parent: QObject) -> None:
        super().__init__(parent)
        self._glances = glances

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """All rows are equally high."""
        return QSize(look.px(64), look.px(ROW_HEIGHT))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint a cell."""
        painter.save()
        _ground(painter, option, option.rect)
        item: Item | None = index.data(ITEM)
        area = option.rect.adjusted(look.px(8), 0, -look.px(8), 0)
        if item is None:
            painter.setPen(look.colour("muted"))
            painter.drawText(area, _LEFT, "…" if index.column() == TITLE else "")
        elif index.column() == TITLE:
            self._paint_title(painter, area, item)
        else:
            painter.setFont(_font(painter, tokens.SECONDARY))
            painter.setPen(look.colour("muted"))
            text = painter.fontMetrics().elidedText(index.data(), Qt.TextElideMode.ElideRight, area.width())
            painter.drawText(area, _RIGHT if index.column() == LENGTH else _LEFT, text)
        if option.state & QStyle.StateFlag.State_HasFocus and index.column() == TITLE:
            painter.setPen(QPen(look.colour("accent"), tokens.FOCUS))
            painter.drawRoundedRect(option.rect.adjusted(1, 1, -1, -1), 4, 4)
        painter.restore()

    def _paint_title(self, painter: QPainter, area: QRect, item: Item) -> None:
        picture = QRect(area.left(), area.top() + look.px(6), look.px(56), area.height() - look.px(12))
        _picture(painter, picture, item, self._glances)
        text = area.adjusted(picture.width() + look.px(12), 0, 0, 0)
        if item.starred:
            side = look.px(14)
            place = QRect(text.right() - side, text.center().y() - side // 2, side, side)
            icon("star", "warn").paint(painter, place)
            text.adjust(0, 0, -side - look.px(8), 0)
        below = _second_line(item)
        upper = (
            QRect(text.left(), text.top() + look.px(5), text.width(), text.height() // 2 - look.px(4))
            if below
            else text
        )
        _title(painter, upper, item)
        if below:
            lower = QRect(text.left(), text.center().y() + look.px(1), text.width(), text.height() // 2 - look.px(4))
            painter.setFont(_font(painter, tokens.CAPTION))
            painter.setPen(look.colour("muted" if item.there else "bad"))
            painter.drawText(
                lower, _LEFT, painter.fontMetrics().elidedText(below, Qt.TextElideMode.ElideRight, lower.width())
            )


class TileDelegate(QStyledItemDelegate):
    """A tile: a picture, the title, what it is."""

    def __init__(self, glances: Glances, parent: QObject) -> None:
        super().__init__(parent)
        self._glances = glances

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """All tiles are equally large."""
        return QSize(look.px(TILE.width()), look.px(TILE.height()))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint a tile."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        card = option.rect.adjusted(look.px(4), look.px(4), -look.px(4), -look.px(4))
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.setPen(QPen(look.colour("accent" if chosen else "line"), 2 if chosen else 1))
        painter.setBrush(look.colour("chosen" if chosen else "surface"))
        painter.drawRoundedRect(card, tokens.CARD_RADIUS, tokens.CARD_RADIUS)
        item: Item | None = index.data(ITEM)
        if item is not None:
            self._paint_item(painter, card.adjusted(look.px(8), look.px(8), -look.px(8), -look.px(8)), item)
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(look.colour("accent"), tokens.FOCUS))
            painter.drawRoundedRect(option.rect.adjusted(1, 1, -1, -1), tokens.CARD_RADIUS, tokens.CARD_RADIUS)
        painter.restore()

    def _paint_item(self, painter: QPainter, area: QRect, item: Item) -> None:
        words = look.px(38)
        _picture(painter, area.adjusted(0, 0, 0, -words - look.px(4)), item, self._glances)
        upper = QRect(area.left(), area.bottom() - words, area.width(), words // 2)
        if item.starred:
            side = look.px(14)
            icon("star", "warn").paint(painter, QRect(upper.right() - side, upper.center().y() - side // 2, side, side))
            upper.adjust(0, 0, -side - look.px(4), 0)
        _title(painter, upper, item)
        below = QRect(area.left(), area.bottom() - words // 2, area.width(), words // 2)
        painter.setFont(_font(painter, tokens.CAPTION))
        painter.setPen(look.colour("muted" if item.there else "bad"))
        told = [model.kind_of(item), model.length_of(item)] if item.there else [t("the file is missing")]
        text = " · ".join(part for part in told if part)
        painter.drawText(
            below, _LEFT, painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, below.width())
        )


def _ground(painter: QPainter, option: QStyleOptionViewItem, area: QRect) -> None:
    if option.state & QStyle.StateFlag.State_Selected:
        painter.fillRect(area, look.colour("chosen"))
    elif option.state & QStyle.StateFlag.State_MouseOver:
        painter.fillRect(area, look.colour("raised"))


def _picture(painter: QPainter, area: QRect, item: Item, glances: Glances) -> None:
    made = glances.get(item, area.size())
    if made is not None and not made.isNull():
        place = QRect(area.topLeft(), made.size())
        place.moveCenter(area.center())
        painter.drawPixmap(place.topLeft(), made)
        return
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.colour("raised"))
    painter.drawRoundedRect(area, 4, 4)
    side = min(look.px(20), area.height())
    place = QRect(0, 0, side, side)
    place.moveCenter(area.center())
    icon(model.sign_of(item) if item.there else "triangle-alert", "muted" if item.there else "bad").paint(
        painter, place
    )


def _title(painter: QPainter, area: QRect, item: Item) -> None:
    painter.setFont(_font(painter, tokens.BODY))
    painter.setPen(look.colour("text"))
    painter.drawText(
        area, _LEFT, painter.fontMetrics().elidedText(model.title_of(item), Qt.TextElideMode.ElideRight, area.width())
    )


def _second_line(item: Item) -> str:
    if not item.there:
        return t("the file is missing")
    return "  ".join(f"#{tag}" for tag in item.tags)


def _font(painter: QPainter, size: int) -> QFont:
    pixels = look.px(size)
    if pixels not in _FONTS:
        _FONTS[pixels] = QFont(painter.font())
        _FONTS[pixels].setPixelSize(pixels)
    return _FONTS[pixels]
