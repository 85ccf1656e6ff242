"""What is written into the lyrics: a song, the next part, a line anew, a rhyme; one at a time. The GUI thread.

A song and a part are seen while they are written. Each deed touches only what it means, and is one step to undo.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QMenu

from studio.domain import lyrics_view
from studio.errors import StudioError
from studio.events import Event, JobPreview
from studio.services.library import Media
from studio.services.tasks.work import Wish
from studio.ui.bridge.asking import Asking, Stopped
from studio.ui.bridge.desk import Desk
from studio.ui.language import t
from studio.ui.tabs.music import lyrics_places
from studio.ui.tabs.music.lyrics_editor import LyricsEditor
from studio.ui.tabs.music.lyrics_live import LiveText
from studio.ui.tabs.music.lyrics_writer import MODE, LyricsWriter

_OTHER_LINES, _RHYMES = 3, 10
MOST = 1_000_000  # bytes of a text


class LyricsDeeds(QObject):
    """The editor's writer."""

    def __init__(self, desk: Desk, editor: LyricsEditor, writer: LyricsWriter) -> None:
        super().__init__(editor)
        self._desk = desk
        self._editor = editor
        self._writer = writer
        self._asking = Asking(desk, self)
        self._ticket = 0  # of what is being written
        self._live: LiveText | None = None
        self._shaped: Callable[[str], str | None] = lambda text: text
        self._reading = False
        self._newest = ""  # a look that waits until the one before was read
        desk.events.happened.connect(self._hear)

    def write(self) -> None:
        """Write a song in the place of these lyrics."""
        if not self._ticket:
            place = self._editor.textCursor()
            place.select(QTextCursor.SelectionType.Document)
            self._begin({}, place, lambda text: text.strip("\n") + "\n", t("The lyrics are written."))

    def go_on(self) -> None:
        """Write the next part behind the one with the cursor."""
        spot = lyrics_places.going_on(
            self._editor.toPlainText(), self._editor.textCursor().blockNumber(), self._writer.structure
        )
        if spot is None:
            self._say(t("There are no lyrics to go on from. Write a line, or a part's title."))
        elif self._able("continue"):
            place = QTextCursor(self._editor.document().findBlockByNumber(spot.line))
            place.movePosition(QTextCursor.MoveOperation.EndOfBlock)
            given: dict[str, object] = {"structure": spot.structure}
            if spot.given.strip():
                given |= {MODE: "continue", "given": spot.given}
            self._begin(given, place, lambda text: lyrics_places.addition(text, spot), t("The next part is written."))

    def rewrite(self) -> None:
        """Write the line with the cursor anew; where there are several new ones, one of them is chosen."""
        place = self._editor.textCursor()
        _take_line(place)
        if not place.selectedText().strip() or lyrics_view.tag_of(place.selectedText()):
            self._say(t("Put the cursor into a line that is sung."))
        elif self._able("rewrite"):
            given = {"given": self._editor.toPlainText(), "line": place.blockNumber() + 1, "count": _OTHER_LINES}
            old = place.selectedText()

            def put(line: str) -> None:
                _take_line(place)  # with what was typed into it meanwhile
                if self._replace(place, old, line):
                    self._say(t("The line is rewritten."), undo=True)

            def offer(found: list[str]) -> None:
                _take_line(place)
                if len(found) == 1 or place.selectedText() != old:
                    put(found[0])
                else:
                    self._offer(found, place, t("Other lines for “{line}”", line=old.strip()), put)

            self._suggest("rewrite", given, offer)

    def rhyme(self) -> None:
        """Find words that rhyme with what is selected, or with the last word; one of them takes its place."""
        place, word = self._meant()
        if not word:
            self._say(t("Select a word, or put the cursor into a line that is sung."))
        elif self._able("rhyme"):
            old = place.selectedText()
            self._suggest(
                "rhyme",
                {"given": word, "count": _RHYMES},
                lambda found: self._offer(
                    found, place, t("Rhymes with {word}", word=word), lambda one: self._replace(place, old, one)
                ),
            )

    def stop(self) -> None:
        """Have it end; what is there stays."""
        if self._ticket:
            job = self._asking.job_of(self._ticket)
            if job:
                self._desk.jobs.cancel(job)
            else:
                self._asking.drop(self._ticket)
                self._end()

    # ---- asking

    def _able(self, mode: str) -> bool:
        if self._ticket:
            return False
        if not self._writer.can(mode):
            self._say(
                t("The sketch writer writes songs and finds rhymes. For this there are models in the room Engines.")
            )
            return False
        return True

    def _begin(
        self, given: dict[str, object], place: QTextCursor, shaped: Callable[[str], str | None], told: str
    ) -> None:
        wish = self._writer.wish(**given)
        if wish is None:
            return
        self._live, self._shaped = LiveText(self._editor, place), shaped

        def done(text: str) -> None:
            self._show(text)
            if self._live:
                self._end()
                self._say(told, undo=True)

        self._ask(wish, done)

    def _suggest(self, mode: str, given: dict[str, object], use: Callable[[list[str]], None]) -> None:
        wish = self._writer.wish(**{MODE: mode, **given})
        if wish is None:
            return

        def done(text: str) -> None:
            self._end()
            found = [line.strip() for line in text.split("\n") if line.strip()]
            if found:
                use(found)

        self._ask(wish, done)

    def _ask(self, wish: Wish, done: Callable[[str], None]) -> None:
        """Have it written, and hand over the text; an answer that comes late is nothing to what is written next."""

        def now(text: str) -> None:
            if ticket == self._ticket:
                done(text)

        def failed(error: StudioError) -> None:
            if ticket == self._ticket:
                self._failed(error)

        def read(made: list[Media]) -> None:
            file = made[0].file
            self._desk.operations.run(self, lambda: file.read_text(encoding="utf-8"), now, failed)

        ticket = self._ticket = self._asking.ask(wish, read, failed)
        self._writer.set_busy(busy=True)

    def _failed(self, error: StudioError) -> None:
        began = self._live is not None and self._live.began
        self._end()
        if not isinstance(error, Stopped):
            self._desk.notices.tell(error, room="music", key="lyrics")
        elif began:
            self._say(t("It was stopped. What was written stays."), undo=True)

    def _end(self) -> None:
        self._ticket, self._newest = 0, ""
        live, self._live = self._live, None
        if live:
            live.end()
        self._writer.set_busy(busy=False)

    # ---- what is seen while it is written

    def _hear(self, event: Event) -> None:
        if isinstance(event, JobPreview) and self._live and event.job == self._asking.job_of(self._ticket):
            self._newest = event.file
            self._look()

    def _look(self) -> None:
        """Read the newest look, one at a time: an older one must not come after it."""
        if self._reading or not self._newest:
            return
        file, self._newest, self._reading = Path(self._newest), "", True
        ticket = self._ticket

        def done(text: str) -> None:
            self._reading = False
            if ticket == self._ticket:
                self._show(text)
                self._look()

        def failed(_error: StudioError) -> None:
            self._reading = False

        self._desk.operations.run(self, lambda: _text_of(file), done, failed)

    def _show(self, text: str) -> None:
        shown = self._shaped(text) if text.strip() else None
        if self._live and shown is not None and not self._live.show(shown):
            self._asking.drop(self._ticket)
            self._end()
            self._say(t("The text was changed meanwhile; nothing was replaced."))

    # ---- lines and words

    def _meant(self) -> tuple[QTextCursor, str]:
        """Return the place that a rhyme is for, and the word to rhyme with."""
        place = self._editor.textCursor()
        if place.selectedText().strip():
            return place, " ".join(place.selectedText().replace("\u2029", " ").split())
        block = place.block()
        if block.text().strip():
            start, end = (0, 0) if lyrics_view.tag_of(block.text()) else lyrics_places.last_word(block.text())
            place.setPosition(block.position() + start)
            place.setPosition(block.position() + end, QTextCursor.MoveMode.KeepAnchor)
            return place, place.selectedText()
        above = block.previous()
        while above.isValid() and not above.text().strip():
            above = above.previous()
        text = above.text() if above.isValid() and not lyrics_view.tag_of(above.text()) else ""
        start, end = lyrics_places.last_word(text)
        return place, text[start:end]

    def _offer(self, found: list[str], place: QTextCursor, name: str, use: Callable[[str], object]) -> None:
        menu = QMenu(self._editor)
        menu.setAccessibleName(name)
        for one in found:
            menu.addAction(one.replace("&", "&&"), lambda one=one: use(one))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self._editor.viewport().mapToGlobal(self._editor.cursorRect(place).bottomLeft()))
        if menu.actions():
            menu.setActiveAction(menu.actions()[0])

    def _replace(self, place: QTextCursor, old: str, new: str) -> bool:
        """Put this in the place of what was meant, if that is still there."""
        if place.selectedText() != old:
            self._say(t("The text was changed meanwhile; nothing was replaced."))
            return False
        place.beginEditBlock()
        place.insertText(new)
        place.endEditBlock()
        self._editor.setTextCursor(place)
        return True

    def _say(self, text: str, *, undo: bool = False) -> None:
        self._desk.notices.toast.emit(text, self._editor.way_back() if undo else None)


def _take_line(place: QTextCursor) -> None:
    """Select the line that a cursor is in."""
    place.setPosition(place.selectionStart())
    place.movePosition(QTextCursor.MoveOperation.StartOfBlock)
    place.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)


def _text_of(file: Path) -> str:
    """Return a text that somebody may be writing: what cannot be read now comes again soon."""
    try:
        with file.open("rb") as opened:
            return opened.read(MOST).decode("utf-8")
    except (OSError, ValueError):
        return ""
