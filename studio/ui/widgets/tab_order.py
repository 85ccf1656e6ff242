"""In which order the Tab key visits what is shown: as it is read, whenever it was made. The GUI thread."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QComboBox,
    QLayout,
    QScrollArea,
    QSplitter,
    QStackedWidget,
    QWidget,
)


def step(root: QWidget, *, ahead: bool) -> bool:
    """Give the focus to the next widget, or the one before; return whether there is one."""
    order = tab_order(root)
    if not order:
        return False
    now = root.window().focusWidget()
    while now is not None and now not in order:  # something small inside a widget, or something that only clicks reach
        now = now.parentWidget()
    at = order.index(now) + (1 if ahead else -1) if now is not None else 0 if ahead else -1
    found = order[at % len(order)]
    found.setFocus(Qt.FocusReason.TabFocusReason if ahead else Qt.FocusReason.BacktabFocusReason)
    _reveal(found)
    return True


def tab_order(root: QWidget) -> list[QWidget]:
    """Return what Tab visits below a widget, in the order of the layouts."""
    found: list[QWidget] = []
    _visit(root, found)
    return found


def _visit(widget: QWidget, found: list[QWidget]) -> None:
    if not widget.isVisible() or not widget.isEnabled():
        return
    if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.focusProxy() is None:
        found.append(widget)
    if not isinstance(widget, (QComboBox, QAbstractSpinBox)):
        for part in _parts(widget):
            _visit(part, found)


def _parts(widget: QWidget) -> list[QWidget]:
    """Return the widgets inside one, as they are laid out; those without a layout as they lie."""
    kept: list[QWidget | None] | None = None
    if isinstance(widget, QStackedWidget):
        kept = [widget.currentWidget()]
    elif isinstance(widget, QSplitter):
        kept = [widget.widget(place) for place in range(widget.count())]
    elif isinstance(widget, QScrollArea):
        kept = [widget.widget()]
    if kept is not None:
        return [one for one in kept if one is not None]
    inside = widget.layout()
    placed = _in_layout(inside) if inside is not None else []
    loose = widget.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
    rest = [one for one in loose if one not in placed and not one.isWindow()]
    return placed + sorted(rest, key=lambda one: (one.y(), one.x()))


def _in_layout(layout: QLayout) -> list[QWidget]:
    found: list[QWidget] = []
    for place in range(layout.count()):
        item = layout.itemAt(place)
        widget, inner = (item.widget(), item.layout()) if item is not None else (None, None)
        if widget is not None:
            found.append(widget)
        elif inner is not None:
            found += _in_layout(inner)
    return found


def _reveal(widget: QWidget) -> None:
    above = widget.parentWidget()
    while above is not None:
        if isinstance(above, QScrollArea):
            above.ensureWidgetVisible(widget)
        above = above.parentWidget()
