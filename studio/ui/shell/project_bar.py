"""The line above the rooms: the project and what can be done with it, undo, the device."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QMenu

from studio.ui.actions import Actions
from studio.ui.bridge.desk import Desk
from studio.ui.language import t
from studio.ui.shell.device_badge import DeviceBadge
from studio.ui.theme import tokens
from studio.ui.theme.icons import icon
from studio.ui.widgets import basics

_RECENT = 8
_IN_MENU = ("project.new", "project.open", "project.save", "project.save_as", "project.export")


class ProjectBar(QFrame):
    """Belongs to the open project."""

    def __init__(self, desk: Desk, actions: Actions) -> None:
        super().__init__()
        self._desk = desk
        self._actions = actions
        self._name = basics.button(t("Project"), self._menu, kind="quiet", icon_name="folder")
        self._undo = basics.icon_button("undo-2", t("Undo"), lambda: actions.trigger("undo"))
        self._redo = basics.icon_button("redo-2", t("Redo"), lambda: actions.trigger("redo"))
        self._state = basics.label("", "caption")
        export = basics.button(
            t("Export"), lambda: actions.trigger("project.export"), kind="quiet", icon_name="share-2"
        )
        export.setToolTip(actions.hint("project.export"))
        badge = DeviceBadge(desk, lambda: actions.trigger("room.engines"))
        inside = basics.row(self._name, self._undo, self._redo, self._state, None, badge, export)
        inside.setContentsMargins(tokens.GRID, tokens.HALF, tokens.GRID, tokens.HALF)
        self.setLayout(inside)
        desk.project.changed.connect(self._refresh)
        self._refresh()

    def _refresh(self, label: str = "") -> None:
        opened = self._desk.project.opened
        self._name.setText(f"{opened.project.name}  ▾" if opened else t("Project"))
        self._name.setAccessibleName(t("Project {name}", name=opened.project.name if opened else ""))
        history = opened.history if opened else None
        self._undo.setEnabled(bool(history and history.can_undo))
        self._redo.setEnabled(bool(history and history.can_redo))
        if history:
            undo = history.labels[history.at - 1] if history.can_undo else ""
            redo = history.labels[history.at] if history.can_redo else ""
            basics.rename(
                self._undo, self._actions.hint("undo", t("Undo: {what}", what=t(undo)) if undo else t("Undo"))
            )
            basics.rename(
                self._redo, self._actions.hint("redo", t("Redo: {what}", what=t(redo)) if redo else t("Redo"))
            )
        self._state.setText(t("Only to be read") if opened and opened.read_only else "")

    def _menu(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for action in _IN_MENU:
            menu.addAction(self._actions.get(action))
        recent = [Path(p) for p in self._desk.memory.get("recent", [])][:_RECENT]
        there = [folder for folder in recent if folder != self._desk.project.folder and folder.is_dir()]
        if there:
            menu.addSeparator()
            for folder in there:
                entry = menu.addAction(icon("folder", "muted"), folder.stem)
                entry.setToolTip(str(folder))
                entry.triggered.connect(lambda _checked=False, folder=folder: self._open(folder))
        menu.addSeparator()
        menu.addAction(self._actions.get("project.demo"))
        menu.popup(self._name.mapToGlobal(self._name.rect().bottomLeft()))

    def _open(self, folder: Path) -> None:
        from studio.errors import StudioError

        try:
            self._desk.project.open(folder)
        except StudioError as e:
            self._desk.notices.tell(e, key="open")
