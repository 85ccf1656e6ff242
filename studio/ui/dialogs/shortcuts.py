"""All shortcuts, to look them up and to change them. The GUI thread."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialog, QKeySequenceEdit, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from studio.ui.actions import TABLE, Actions, Entry, changed_keys, clashes
from studio.ui.language import t
from studio.ui.theme import tokens
from studio.ui.theme.look import look
from studio.ui.widgets import basics

Change = Callable[[str, object], None]

_ROOMS = {
    "": "Everywhere",
    "dialogue": "Dialogue",
    "voices": "Voices",
    "music": "Music",
    "images": "Images",
    "library": "Library",
    "engines": "Engines",
}
_ENTRIES = {entry.id: entry for entry in TABLE}


def written(keys: Mapping[str, str]) -> str:
    """Return the setting's form; what is as in the table is left out. Pure."""
    own = {name: key for name, key in keys.items() if name in _ENTRIES and key != _default(_ENTRIES[name])}
    return ";".join(f"{name}={key}" for name, key in sorted(own.items()))


def clash_sentences(keys: Mapping[str, str]) -> list[str]:
    """Say in words which actions share a key and could both be meant."""
    return [
        t(
            "{key} does two things: “{one}” and “{other}”. Neither works until one has another key.",
            key=QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText),
            one=t(_ENTRIES[one].title),
            other=t(_ENTRIES[other].title),
        )
        for key, one, other in clashes(dict(keys))
    ]


class ShortcutsDialog(QDialog):
    """A row an action, grouped by room; what is changed holds at once."""

    def __init__(self, parent: QWidget, actions: Actions, keys: str, change: Change) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(t("Shortcuts"))
        self._actions = actions
        self._change = change
        self._keys = changed_keys(keys)
        self._rows: dict[str, _Row] = {}
        self._groups: list[tuple[QWidget, list[_Row]]] = []
        self._find = QLineEdit()
        self._find.setPlaceholderText(t("Search the shortcuts"))
        self._find.setAccessibleName(t("Search the shortcuts"))
        self._find.setClearButtonEnabled(True)
        self._find.textChanged.connect(self._filter)
        self._clash = basics.label("", wrap=True, tone="warn")
        self._clash.setAccessibleName(t("Clashes"))
        top = basics.column(self._find, self._clash, margin=tokens.MARGIN)
        page = QWidget()
        self._inside = QVBoxLayout(page)
        self._inside.setContentsMargins(tokens.MARGIN, 0, tokens.MARGIN, tokens.MARGIN)
        self._inside.setSpacing(tokens.HALF)
        for room in _ROOMS:
            self._add_room(room)
        self._inside.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(page)
        reset = basics.button(t("All back to the defaults"), self._reset, kind="quiet", icon_name="rotate-ccw")
        foot = basics.row(reset, None, basics.button(t("Close"), self.accept))
        foot.setContentsMargins(tokens.MARGIN, 12, tokens.MARGIN, 12)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addLayout(top)
        outer.addWidget(scroll, 1)
        outer.addWidget(basics.rule())
        outer.addLayout(foot)
        self.resize(min(look.px(600), parent.width() - 64), min(look.px(640), parent.height() - 64))
        self._show_clashes()

    def keyPressEvent(self, event: object) -> None:
        """Return in the search is no answer to the dialog."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:  # pyright: ignore[reportAttributeAccessIssue]
            return
        super().keyPressEvent(event)  # pyright: ignore[reportArgumentType]

    def _add_room(self, room: str) -> None:
        heading = basics.label(t(_ROOMS[room]), "heading")
        heading.setContentsMargins(0, 12, 0, tokens.HALF)
        self._inside.addWidget(heading)
        rows: list[_Row] = []
        for entry in TABLE:
            if entry.room == room:
                row = _Row(entry, self._keys.get(entry.id, _default(entry)))
                row.changed.connect(self._set)
                self._rows[entry.id] = row
                self._inside.addWidget(row)
                rows.append(row)
        self._groups.append((heading, rows))

    def _set(self, action: str, key: str) -> None:
        self._keys[action] = key
        self._store()

    def _reset(self) -> None:
        self._keys = {}
        for action, row in self._rows.items():
            row.show_key(_default(_ENTRIES[action]))
        self._store()

    def _store(self) -> None:
        text = written(self._keys)
        self._keys = changed_keys(text)
        self._change("window.keys", text)
        self._show_clashes()

    def _show_clashes(self) -> None:
        said = clash_sentences(self._keys)
        self._clash.setText("\n".join(said))
        self._clash.setVisible(bool(said))

    def _filter(self, wanted: str) -> None:
        wanted = wanted.casefold().strip()
        for heading, rows in self._groups:
            for row in rows:
                row.setVisible(wanted in row.words)
            heading.setVisible(any(not row.isHidden() for row in rows))


class _Row(QWidget):
    """One action: its name, its key, and the way back."""

    changed = Signal(str, str)

    def __init__(self, entry: Entry, key: str) -> None:
        super().__init__()
        self._entry = entry
        title = t(entry.title)
        name = basics.ElidedLabel(title)
        self._edit = QKeySequenceEdit(QKeySequence(key))
        self._edit.setMaximumSequenceLength(1)
        self._edit.setFixedWidth(look.px(200))
        self._edit.setAccessibleName(t("Keys of “{action}”", action=title))
        inner = self._edit.findChild(QLineEdit)
        if inner is not None:
            inner.setPlaceholderText(t("none"))
            inner.setAccessibleName(self._edit.accessibleName())
        self._none = basics.icon_button("x", t("No keys for “{action}”", action=title), self._clear)
        self._back = basics.icon_button("rotate-ccw", t("Back to the default of “{action}”", action=title), self._reset)
        inside = basics.row(name, self._edit, self._none, self._back, spacing=tokens.HALF)
        inside.setStretch(0, 1)
        self.setLayout(inside)
        self._edit.keySequenceChanged.connect(self._tell)
        self._show_back()

    @property
    def words(self) -> str:
        """What the search looks at."""
        return f"{t(self._entry.title)} {self._native()}".casefold()

    def show_key(self, key: str) -> None:
        """Show another key without telling."""
        self._edit.blockSignals(True)
        self._edit.setKeySequence(QKeySequence(key))
        self._edit.blockSignals(False)
        self._show_back()

    def _native(self) -> str:
        return self._edit.keySequence().toString(QKeySequence.SequenceFormat.NativeText)

    def _key(self) -> str:
        return self._edit.keySequence().toString(QKeySequence.SequenceFormat.PortableText)

    def _reset(self) -> None:
        self._edit.setKeySequence(QKeySequence(_default(self._entry)))

    def _clear(self) -> None:
        self._edit.clear()

    def _tell(self) -> None:
        self._show_back()
        self.changed.emit(self._entry.id, self._key())

    def _show_back(self) -> None:
        same = QKeySequence(_default(self._entry)) == self._edit.keySequence()
        self._back.setEnabled(not same)
        self._none.setEnabled(not self._edit.keySequence().isEmpty())


def _default(entry: Entry) -> str:
    return entry.keys[0] if entry.keys else ""
