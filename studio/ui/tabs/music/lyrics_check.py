"""Whether a take sings its words: what was heard below the take, marks in the lyrics, and lines sung again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import shiboken6
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.domain import sung_words
from studio.domain.project import Project
from studio.domain.sung_words import GARBLED, SKIPPED, SUNG, SungLine
from studio.errors import StudioError
from studio.services import song_work, sung_check
from studio.services.library import Media
from studio.services.library_index import Item
from studio.services.tasks.work import Wish
from studio.ui.bridge.asking import Asking, Stopped
from studio.ui.bridge.desk import Desk
from studio.ui.bridge.player import Playable
from studio.ui.language import clock, t, tn
from studio.ui.tabs.music.lyrics_editor import LyricsEditor
from studio.ui.tabs.music.take_list import TakeList
from studio.ui.theme import tokens
from studio.ui.theme.look import look
from studio.ui.widgets import basics
from studio.ui.widgets.flow_layout import FlowLayout

_MOST = 60  # lines that are listed; a song that sings none of its words is not mended line by line


class SungChecks(QObject):
    """Listens to takes on request, one after the other, and shows what was found."""

    def __init__(self, desk: Desk, takes: TakeList, editor: LyricsEditor, ask: Callable[[list[Wish]], None]) -> None:
        super().__init__(takes)
        self._desk = desk
        self._takes = takes
        self._editor = editor
        self._ask = ask
        self._asking = Asking(desk, self)
        self._found: dict[int, tuple[SungLine, ...]] = {}  # by take
        self._panels: dict[int, SungPanel] = {}
        self._listening: set[int] = set()
        takes.selected.connect(self._mark)

    def toggle(self, item: Item) -> None:
        """Show what became of a take's words, having listened where nobody did; or take that away again."""
        panel = self._panels.pop(item.id, None)
        if panel and shiboken6.isValid(panel):  # it goes with its row
            panel.hide()
            panel.deleteLater()
        elif self._known(item):
            self._show(item)
        elif not sung_words.lines_to_sing(str(item.recipe.get("script", ""))):
            self._desk.notices.toast.emit(t("This piece has no words to check."), None)
        elif item.id not in self._listening:
            self._listen(item)

    def _known(self, item: Item) -> tuple[SungLine, ...]:
        return self._found.get(item.id) or sung_check.kept(item.facts)

    def _listen(self, item: Item) -> None:
        self._listening.add(item.id)
        self._desk.notices.toast.emit(t("The take is being listened to."), None)
        index = self._desk.studio.library_index

        def ask(parts: list[Item]) -> None:
            wish = sung_check.listening(sung_check.voice_of(item.file, parts), item.recipe)
            self._asking.ask(wish, lambda made: self._heard(item, made), failed)

        def failed(error: StudioError) -> None:
            self._failed(item, error)

        self._desk.operations.run(self, lambda: index.parts(item.id), ask, failed)

    def _heard(self, item: Item, made: list[Media]) -> None:
        database = self._desk.studio.database

        def work() -> tuple[SungLine, ...]:
            lines = sung_check.judged(made[0], str(item.recipe.get("script", "")))
            sung_check.keep(database, item.sha256, lines)
            return lines

        def done(lines: tuple[SungLine, ...]) -> None:
            self._listening.discard(item.id)
            self._found[item.id] = lines
            self._show(item)
            self._mark()

        self._desk.operations.change(self, work, done, lambda error: self._failed(item, error))

    def _failed(self, item: Item, error: StudioError) -> None:
        self._listening.discard(item.id)
        if not isinstance(error, Stopped):
            self._desk.notices.tell(error, room="music", key="sung")

    def _show(self, item: Item) -> None:
        row = self._takes.row_of(item.id)
        panel = self._panels.get(item.id)
        if row is None or (panel and shiboken6.isValid(panel)):
            return
        can = sung_check.can_sing_again(self._desk.studio.registry, item.recipe)
        panel = SungPanel(self._known(item), can=can)
        panel.play_wanted.connect(partial(self._play, row.playable))
        panel.again_wanted.connect(partial(self._sing, item))
        self._panels[item.id] = panel
        row.inside.addWidget(panel)

    def _mark(self) -> None:
        item = self._takes.item
        self._editor.mark(self._known(item) if item else ())

    def _play(self, playable: Playable, line: SungLine) -> None:
        self._desk.player.select(playable)
        self._desk.player.put(round(line.start * Project("").rate))
        if not self._desk.player.playing:
            self._desk.player.toggle()

    def _sing(self, item: Item, line: SungLine) -> None:
        try:
            wish = sung_check.sing_again(item.recipe, item.file, line, float(item.facts.get("seconds", 0.0)))
        except StudioError as e:
            self._desk.notices.tell(e, room="music", key="sung")
            return
        self._ask([wish])
        start, end = (clock(float(str(wish.params[name]))) for name in (song_work.FROM, song_work.TO))
        self._desk.notices.toast.emit(
            t("The line is sung again, from {start} to {end}. It becomes a take of its own.", start=start, end=end),
            None,
        )


class SungPanel(QWidget):
    """Lies below the row of a take: how many lines were heard as written, and each of the others."""

    play_wanted = Signal(object)  # a line
    again_wanted = Signal(object)

    def __init__(self, lines: Sequence[SungLine], *, can: bool) -> None:
        super().__init__()
        bad = [line for line in lines if line.verdict != SUNG]
        count = len(lines) - len(bad)
        said = tn(count, "{count} line was heard as written", "{count} lines were heard as written")
        others = tn(len(bad), "{count} was not", "{count} were not")
        inside = QVBoxLayout(self)
        inside.setContentsMargins(look.px(32), tokens.HALF, 0, tokens.HALF)
        inside.setSpacing(tokens.HALF)
        summary = basics.label(f"{said}, {others}." if bad else f"{said}.", "secondary", wrap=True)
        inside.addWidget(summary)
        self.setAccessibleName(summary.text())
        for line in bad[:_MOST]:
            inside.addLayout(self._row(line, can=can))
        if bad:
            hint = t("Singing is often misheard: listen before you have a line sung again.")
            if not can:
                hint += " " + t("The engine of this song cannot make a part of it anew.")
            inside.addWidget(basics.label(hint, "caption", wrap=True))

    def _row(self, line: SungLine, *, can: bool) -> QVBoxLayout:
        where = f"{clock(line.start)}–{clock(line.end)}"
        play = basics.icon_button("play", t("Hear line {number}", number=line.number))
        play.clicked.connect(lambda: self.play_wanted.emit(line))
        words = basics.label(f"{line.text} · {told(line)}", wrap=True)
        words.setAccessibleName(words.text())
        parts: list[QWidget] = [play, basics.label(where, "caption")]
        acts = FlowLayout(spacing=tokens.HALF)
        for part in parts:
            acts.addWidget(part)
        if can:
            again = basics.button(t("Sing this line again"), kind="quiet", icon_name="rotate-ccw")
            basics.rename(again, t("Sing line {number} again", number=line.number))
            again.clicked.connect(lambda: self.again_wanted.emit(line))
            acts.addWidget(again)
        row = basics.column(words, spacing=0)
        row.addLayout(acts)
        return row


def told(line: SungLine) -> str:
    """Say what became of a line."""
    if line.verdict == SKIPPED:
        return t("not heard")
    if line.verdict == GARBLED:
        return t("heard: “{words}”", words=line.heard)
    return t("heard as written")
