"""The command palette: type a few letters of what you want to do."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QPoint, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from studio.ui.actions import Actions, Entry
from studio.ui.language import t
from studio.ui.theme import tokens
from studio.ui.theme.icons import icon
from studio.ui.theme.look import look

_KEYS = Qt.ItemDataRole.UserRole + 1
_GAP = 6  # pixels beside a sign

_Index = QModelIndex | QPersistentModelIndex


def matches(wanted: str, title: str) -> int:
    """Return how well a title fits what was typed: 0 not at all, more is better. Pure."""
    wanted, title = wanted.casefold().strip(), title.casefold()
    if not wanted:
        return 1
    if title.startswith(wanted):
        return 4
    words = title.split()
    if all(any(word.startswith(part) for word in words) for part in wanted.split()):
        return 3
    if wanted in title:
        return 2
    letters = iter(title)
    return 1 if all(letter in letters for letter in wanted.replace(" ", "")) else 0


class _Delegate(QStyledItemDelegate):
    """A command with its key at the right edge."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Draw the command as lists do, then its key."""
        super().paint(painter, option, index)
        keys = str(index.data(_KEYS) or "")
        painter.save()
        painter.setPen(look.colour("muted"))
        place = option.rect.adjusted(0, 0, -12, 0)  # pyright: ignore[reportAttributeAccessIssue]
        painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, keys)
        painter.restore()


class Palette(QFrame):
    """Lies over the window; Escape or a click elsewhere closes it."""

    def __init__(self, over: QWidget, actions: Actions) -> None:
        super().__init__(over, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setObjectName("popup")
        self._over = over
        self._actions = actions
        self._edit = QLineEdit()
        self._edit.setPlaceholderText(t("What do you want to do?"))
        self._edit.setAccessibleName(t("Find a command"))
        self._edit.textChanged.connect(self._filter)
        self._edit.installEventFilter(self)
        self._list = QListWidget()
        self._list.setAccessibleName(t("Commands"))
        self._list.setItemDelegate(_Delegate(self._list))
        self._list.setIconSize(QSize(look.px(16) + _GAP, look.px(16)))
        self._list.itemActivated.connect(self._run)
        self._list.itemClicked.connect(self._run)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(tokens.GRID, tokens.GRID, tokens.GRID, tokens.GRID)
        inside.setSpacing(tokens.GRID)
        inside.addWidget(self._edit)
        inside.addWidget(self._list)

    def open(self) -> None:
        """Show it over the upper middle of the window."""
        over = self._over
        self.resize(min(look.px(560), over.width() - 64), min(look.px(420), over.height() - 128))
        corner = over.mapToGlobal(QPoint((over.width() - self.width()) // 2, 64))
        self.move(corner)
        self._edit.clear()
        self._filter("")
        self.show()
        self._edit.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The arrows move in the list while one types."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in {Qt.Key.Key_Down, Qt.Key.Key_Up}:
                step = 1 if event.key() == Qt.Key.Key_Down else -1
                self._list.setCurrentRow(max(0, min(self._list.count() - 1, self._list.currentRow() + step)))
                return True
            if event.key() == Qt.Key.Key_Escape:
                self.hide()
                return True
            if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
                if self._list.currentItem():
                    self._run(self._list.currentItem())
                return True
        return super().eventFilter(watched, event)

    def _filter(self, wanted: str) -> None:
        found = [(matches(wanted, t(entry.title)), entry) for entry in self._actions.usable() if entry.id != "palette"]
        found.sort(key=lambda pair: -pair[0])
        self._list.clear()
        for score, entry in found:
            if score:
                self._list.addItem(self._item(entry))
        if not self._list.count():
            none = QListWidgetItem(t("No command is called like that"))
            none.setFlags(Qt.ItemFlag.NoItemFlags)
            self._list.addItem(none)
        self._list.setCurrentRow(0)

    def _item(self, entry: Entry) -> QListWidgetItem:
        keys = self._actions.keys_of(entry.id)
        item = QListWidgetItem(t(entry.title))
        item.setData(_KEYS, keys)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{t(entry.title)}, {keys}" if keys else t(entry.title))
        if entry.icon:
            item.setIcon(icon(entry.icon, "muted"))
        item.setData(Qt.ItemDataRole.UserRole, entry.id)
        return item

    def _run(self, item: QListWidgetItem) -> None:
        action = str(item.data(Qt.ItemDataRole.UserRole) or "")
        if action:
            self.hide()
            self._actions.trigger(action)
