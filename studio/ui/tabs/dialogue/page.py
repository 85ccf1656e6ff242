"""The script with what stands beside its lines and the takes unfolded below one. The GUI thread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QTextBlock
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.domain import dialogue
from studio.domain.lint import Problem
from studio.domain.project import Project
from studio.services.jobs import Job
from studio.ui.bridge.jobs_model import Progress
from studio.ui.language import t
from studio.ui.tabs.dialogue import model, problems, rows
from studio.ui.tabs.dialogue.editor import ScriptEdit
from studio.ui.tabs.dialogue.model import Cast, Row, State
from studio.ui.tabs.dialogue.rows import Column, Gutter, Mark, Shown
from studio.ui.tabs.dialogue.strip import TakeStrip
from studio.ui.theme.look import look
from studio.ui.told import told

_NARROW = 640  # pixels at 100 %, below which a row leaves out how long a line is


@dataclass(frozen=True)
class View:
    """What the page shows beside the text."""

    project: Project
    rows: Sequence[Row] = ()
    cast: Cast = field(default_factory=Cast)
    jobs: Mapping[str, tuple[Job, Progress]] = field(default_factory=dict[str, tuple[Job, Progress]])
    asked: frozenset[str] = frozenset()
    playing: str = ""  # a take
    early: str = ""  # a line that is heard while it is made
    folder: Path = Path()  # of the project


class ScriptPage(QWidget):
    """The editor with its rows. `acted`: what is wanted of which line; `take_acted`: of which take of which line."""

    acted = Signal(str, str)
    take_acted = Signal(str, str, str)
    fixes_wanted = Signal(int)  # the problems of a block

    def __init__(self) -> None:
        super().__init__()
        self.edit = ScriptEdit()
        self.gutter = Gutter(self.edit.left)
        rows.beside(self.edit.left, self.gutter)
        self.column = Column(self.edit.right)
        rows.beside(self.edit.right, self.column)
        self.strip = TakeStrip(self.edit)
        self._view = View(Project(""))
        self._by_block: dict[int, list[Row]] = {}
        self._speakers: dict[str, int] = {}
        self._unfolded = ""
        self._widths: dict[bool, int] = {}
        inside = QVBoxLayout(self)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(self.edit)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self._follow)
        self.edit.moved.connect(self._soon.start)
        self.column.acted.connect(self._acted)
        self.gutter.asked.connect(self.fixes_wanted)
        self.strip.acted.connect(self._take_acted)
        self.strip.closed.connect(self.fold)
        look.changed.connect(self._look_changed)

    def _look_changed(self) -> None:
        self._widths = {}
        self._soon.start()

    # ---- what is shown

    def show_view(self, view: View) -> None:
        """Show lines; the text itself is the editor's."""
        if view.rows is not self._view.rows:
            self._by_block = {}
            for row in view.rows:
                self._by_block.setdefault(row.line.number - 1, []).append(row)
            self._speakers = {name: number for number, name in enumerate(model.speakers_of(view.rows))}
            self.edit.highlighter.show_speakers(self._speakers)
        self._view = view
        if self._unfolded and not self._row(self._unfolded):
            self.fold()
        self._soon.start()

    def rows_at(self, block: int) -> list[Row]:
        """Return the lines of a block."""
        return self._by_block.get(block, [])

    @property
    def current(self) -> list[Row]:
        """The lines in which the cursor is; on an empty or a chapter's line none."""
        return self.rows_at(self.edit.textCursor().blockNumber())

    @property
    def selected(self) -> list[Row]:
        """The lines that the selection touches."""
        cursor = self.edit.textCursor()
        document = self.edit.document()
        first = document.findBlock(cursor.selectionStart()).blockNumber()
        last = document.findBlock(cursor.selectionEnd()).blockNumber()
        return [row for block in range(first, last + 1) for row in self.rows_at(block)]

    # ---- takes

    def unfold(self, line: str) -> None:
        """Show the takes of a line below it."""
        row = self._row(line)
        if not row:
            return
        self._unfolded = line
        block = self.edit.document().findBlockByNumber(row.line.number - 1)
        self.edit.unfold(block, TakeStrip.height_for(len(row.takes)) + 8)
        self._soon.start()

    def fold(self) -> None:
        """Hide the takes."""
        self._unfolded = ""
        self.strip.hide()
        self.edit.unfold(None, 0)

    def _row(self, line: str) -> Row | None:
        return next((row for row in self._view.rows if row.id == line), None)

    def _acted(self, what: str, line: str) -> None:
        if what != "takes":
            self.acted.emit(what, line)
        elif line == self._unfolded:
            self.fold()
        else:
            self.unfold(line)

    def _take_acted(self, what: str, take: str) -> None:
        self.take_acted.emit(what, take, self._unfolded)

    # ---- beside the text

    def _follow(self) -> None:
        """Put everything where its line is now."""
        narrow = self.edit.width() < look.px(_NARROW)
        if narrow not in self._widths:
            self._widths[narrow] = rows.width_of(narrow=narrow)
        self.edit.set_widths(look.px(64), self._widths[narrow])
        self.edit.freshen()
        current = self.edit.textCursor().blockNumber()
        marks: list[Mark] = []
        lines: list[tuple[Shown, int]] = []
        place: tuple[QTextBlock, int] | None = None
        for block, top, _height in self.edit.seen():
            found = self._rows_of(block)
            marks.append(self._mark(block, top, found, current))
            if found:
                lines.append((self._shown(found), top))
                if found[0].id == self._unfolded:
                    place = (block, top)
        self.gutter.show_marks(marks)
        here = self.current
        self.column.show_lines(lines, here[0].id if here else "", narrow=narrow)
        self._place_strip(place)

    def _rows_of(self, block: QTextBlock) -> list[Row]:
        """Return the rows of a block, unless it was changed since; then they come a moment later."""
        return self.rows_at(block.blockNumber()) if block.text().strip() else []

    def _place_strip(self, place: tuple[QTextBlock, int] | None) -> None:
        row = self._row(self._unfolded) if self._unfolded else None
        if place is None or row is None:
            self.strip.hide()
            return
        block, top = place
        height = TakeStrip.height_for(len(row.takes))
        if self.edit.spaced.below != height + 8 or not self.edit.spaced.is_open(block):
            self.edit.unfold(block, height + 8)
        self.strip.show_takes(self._view.project, row, self._view.cast, self._view.playing, self._view.folder)
        inside = self.edit.viewport().geometry()
        left = inside.left() - self.edit.left.width() + look.px(48)
        width = inside.right() + self.edit.right.width() - left
        self.strip.setGeometry(left, inside.top() + top + self.edit.height_of_text(block), width, height)
        self.strip.show()
        self.strip.raise_()

    def _mark(self, block: QTextBlock, top: int, found: list[Row], current: int) -> Mark:
        number = block.blockNumber()
        speaker = self._speakers.get(found[0].speaker, -1) if found else -1
        name = found[0].speaker if found else ""
        wrong = self.edit.problems_at(block)
        if not wrong:
            return Mark(number, top, number + 1, speaker, tip=name, current=number == current)
        worst = min(wrong, key=lambda problem: ("error", "warning", "note").index(problem.level))
        tip = "\n".join(problems.words(problem, block.text()) for problem in wrong)
        sign = "lightbulb" if any(problem.fix for problem in wrong) else problems.sign_of(worst)
        return Mark(number, top, number + 1, speaker, sign, problems.tone_of(worst), tip, number == current)

    def _shown(self, found: list[Row]) -> Shown:
        view, row = self._view, found[0]
        if len(found) > 1:
            return Shown(row.id, row.line.number, word=t("several speakers"), turns=len(found))
        job, progress = view.jobs.get(row.id, (None, Progress()))
        state = model.state_of(view.project, row, job, view.cast)
        if row.id in view.asked and state is not State.RUNNING:
            state = State.WAITING
        sign, tone, word = model.state_words(state)
        tip = ""
        take = row.take
        difference = model.difference(view.project, row, view.cast) if take else ""
        if state is State.RUNNING and progress.fraction is not None:
            word = t("running {percent} %", percent=round(100 * progress.fraction))
        elif state is State.MADE and take:
            sign, tone, word, tip = model.badge_words(model.badge_of(take))
        elif state is State.FAILED and job:
            tip = told(str((job.error or {}).get("message", "")))
        if difference:
            tip = f"{tip}\n{model.difference_words(difference)}".strip()
        return Shown(
            row.id,
            row.line.number,
            sign,
            tone,
            word,
            tip,
            model.length(model.seconds_of(view.project, take)) if take else "",
            len(row.takes),
            playing=bool(take and take.id == view.playing) or row.id == view.early,
            busy=state in {State.WAITING, State.RUNNING},
            early=bool(job and job.request.listened and not job.final),
            silent=state is State.SILENT,
            unfolded=row.id == self._unfolded,
        )


def sections_of(text: str) -> list[tuple[int, str]]:
    """Return the chapters of a text: source line (from 1) and title."""
    return [
        (number, dialogue.tokens(source)[0].value)
        for number, (_, source) in enumerate(dialogue.source_lines(text), 1)
        if dialogue.is_section(source)
    ]


def in_order(found: Sequence[Problem], line: int) -> list[Problem]:
    """Return problems, those after a source line first."""
    return [p for p in found if p.line > line] + [p for p in found if p.line <= line]
