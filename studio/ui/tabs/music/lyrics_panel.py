"""The lyrics with all that belongs to them: parts to insert, the writer, what the line under the cursor is."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from studio.domain import lyrics_view
from studio.domain.sung_words import SKIPPED, SungLine
from studio.store import plain_file
from studio.ui.actions import Actions
from studio.ui.bridge.desk import Desk
from studio.ui.language import t, tn
from studio.ui.tabs.music.lyrics_deeds import MOST, LyricsDeeds
from studio.ui.tabs.music.lyrics_editor import LyricsEditor
from studio.ui.tabs.music.lyrics_writer import LyricsWriter
from studio.ui.theme import tokens
from studio.ui.theme.look import look
from studio.ui.widgets import basics

_FIRST = ("verse", "chorus", "bridge")
_COMMANDS = ("music.rewrite", "music.rhyme", "music.continue")  # on the line with the cursor


class LyricsPanel(QWidget):
    """Stands below the style."""

    def __init__(self, desk: Desk, actions: Actions) -> None:
        super().__init__()
        self._desk = desk
        self.editor = LyricsEditor(desk)
        self.editor.setMinimumHeight(look.px(80))
        self.editor.counted.connect(self._tell)
        self.editor.cursorPositionChanged.connect(self._tell)
        self.writer = LyricsWriter(desk, actions)
        self.deeds = LyricsDeeds(desk, self.editor, self.writer)
        self.writer.wanted.connect(self.deeds.write)
        self.writer.stopped.connect(self.deeds.stop)
        acts = (self.deeds.rewrite, self.deeds.rhyme, self.deeds.go_on)
        self.editor.commands = [actions.bind(name, act) for name, act in zip(_COMMANDS, acts, strict=True)]
        self._said = basics.label("", "caption")
        self._options = QScrollArea()
        self._options.setWidgetResizable(True)
        self._options.setFrameShape(QFrame.Shape.NoFrame)
        self._options.setFixedWidth(look.px(248))
        self._options.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Ignored)
        self._options.setWidget(self.writer.options)
        self.writer.toggle.setChecked(desk.memory.get("music.writer", False))
        self.writer.toggle.toggled.connect(self._show_options)
        middle = basics.row(self.editor, self._options, spacing=tokens.MARGIN)
        middle.setStretch(0, 1)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(tokens.GRID)
        inside.addLayout(self._head(actions))
        inside.addWidget(self.writer)
        inside.addLayout(middle, 1)
        inside.addWidget(self._said)
        self._options.setVisible(self.writer.toggle.isChecked())
        self._tell()

    def read(self, file: Path) -> None:
        """Put the text of a file into the editor."""

        def done(text: str) -> None:
            self.editor.put(text)
            self._desk.notices.toast.emit(t("The lyrics are those of {name}.", name=file.name), self.editor.way_back())

        self._desk.operations.run(self, lambda: _text_of(file), done)

    def _head(self, actions: Actions) -> QHBoxLayout:
        parts: list[QWidget] = [basics.label(t("Lyrics"), "heading")]
        for tag in _FIRST:
            chip = basics.button(t(tag.capitalize()), kind="chip", icon_name="plus", tip=t("Insert [{tag}]", tag=tag))
            chip.setProperty("tag", tag)
            chip.clicked.connect(self._insert)
            parts.append(chip)
        self._more = basics.icon_button("ellipsis", t("Insert another part"))
        self._more.clicked.connect(self._open_menu)
        return basics.row(*parts, self._more, None, *self._commands(actions))

    def _commands(self, actions: Actions) -> list[QWidget]:
        """What can be done with the line under the cursor."""
        if not self._desk.studio.registry.able("lyrics"):
            return []
        signs = ("pencil", "search", "plus")
        titles = (t("Rewrite this line"), t("Find a rhyme"), t("Continue the lyrics"))
        made: list[QWidget] = []
        for name, sign, title in zip(_COMMANDS, signs, titles, strict=True):
            one = basics.icon_button(sign, title, actions.get(name).trigger)
            one.setToolTip(actions.hint(name))
            made.append(one)
        return made

    def _insert(self) -> None:
        sender = self.sender()
        if sender is not None:
            self.editor.insert_tag(str(sender.property("tag")))

    def _open_menu(self) -> None:
        menu = QMenu(self)
        for tag in lyrics_view.TAGS:
            if tag not in _FIRST:
                menu.addAction(t(tag.capitalize()), lambda tag=tag: self.editor.insert_tag(tag))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self._more.mapToGlobal(self._more.rect().bottomLeft()))

    def _show_options(self, on: bool) -> None:  # noqa: FBT001 — a slot
        self._desk.memory.put("music.writer", on)
        self._options.setVisible(on)

    def _tell(self) -> None:
        """Say in words what stands beside the lines, for those who do not see it."""
        sung = [line for line in self.editor.lines if line.syllables]
        if not sung:
            self._said.setText(t("Without words an instrumental piece is made."))
            return
        whole = tn(len(sung), "{count} line to sing", "{count} lines to sing")
        here = self.editor.here
        if here and here.syllables:
            this = t(
                "this line: {syllables} syllables, rhyme {rhyme}", syllables=here.syllables, rhyme=here.rhyme or "–"
            )
            whole = f"{whole} · {this}"
        mark = self.editor.mark_of(self.editor.textCursor().blockNumber())
        if mark:
            whole = f"{whole} · {_told(mark)}"
        self._said.setText(whole)
        self.editor.setAccessibleDescription(whole)


def _told(mark: SungLine) -> str:
    """Say what became of a line in the take that is selected."""
    if mark.verdict == SKIPPED:
        return t("not heard in the selected take")
    return t("heard in the selected take: “{words}”", words=mark.heard)


def _text_of(file: Path) -> str:
    """Return the text of a file, whatever its marks and line ends."""
    return "\n".join(plain_file.read_plain(file, most=MOST).decode("utf-8-sig", errors="replace").splitlines())
