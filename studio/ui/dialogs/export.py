"""The export: what the piece becomes, what that will contain, and whether it may be sold. The GUI thread.

The work is a job like any other; this dialog is gone when it begins, and a toast says when it is over.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, QSize, Qt, QTimer, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDoubleSpinBox,
    QFileDialog,
    QLabel,
    QLayout,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from studio.domain import jobs as states
from studio.domain.edits import whole
from studio.domain.export import licences
from studio.domain.export.presets import NONE, PRESETS
from studio.domain.project import Metadata
from studio.errors import StudioError
from studio.ui.actions import Actions
from studio.ui.bridge.desk import Desk
from studio.ui.bridge.notices import Banner, Choice
from studio.ui.dialogs import question
from studio.ui.dialogs.export_choice import BITS, KBITS, KINDS, Chosen, Outlook, file_name, outlook, ranges
from studio.ui.dialogs.export_cover import CoverChooser
from studio.ui.language import clock, t
from studio.ui.theme import tokens
from studio.ui.theme.icons import icon
from studio.ui.theme.look import look
from studio.ui.widgets import basics
from studio.ui.widgets.banner import Banners
from studio.ui.widgets.chooser import Chooser
from studio.ui.widgets.empty_state import EmptyState

_TAGS = {
    "title": "Title",
    "artist": "Artist",
    "album": "Album",
    "year": "Year",
    "genre": "Genre",
    "language": "Language",
    "comment": "Comment",
}
_ANSWERS = {
    licences.YES: ("circle-check", "good", "May be used commercially"),
    licences.NO: ("circle-x", "bad", "May not be used commercially"),
    licences.UNKNOWN: ("triangle-alert", "warn", "Not known whether it may be used commercially"),
}
_LAZY = 120  # milliseconds after the last change
_UNUSABLE, _REFUSED = "unusable", "refused"  # banners: what is chosen cannot be; what was asked for was refused


class ExportDialog(QDialog):
    """Choices on the left, what comes of them on the right."""

    def __init__(self, parent: QWidget, desk: Desk, actions: Actions) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(t("Export"))
        self._desk = desk
        self._actions = actions
        self._window = parent
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        if not desk.project.value.length:
            outer.addWidget(self._nothing())
            self.resize(look.px(480), look.px(320))
            return
        self._lazy = QTimer(self)
        self._lazy.setSingleShot(True)
        self._lazy.setInterval(_LAZY)
        self._lazy.timeout.connect(self._look)
        left, right = self._choices(), self._result()
        top = basics.row(left, basics.rule(upright=True), right, spacing=0)
        top.setStretch(0, 5)
        top.setStretch(2, 4)
        outer.addLayout(top, 1)
        outer.addWidget(basics.rule())
        self._go = basics.button(t("Export"), self._begin, kind="primary", icon_name="share-2")
        foot = basics.row(None, basics.button(t("Cancel"), self.reject), self._go)
        foot.setContentsMargins(tokens.MARGIN, 12, tokens.MARGIN, 12)
        outer.addLayout(foot)
        self._recall()
        self.resize(min(look.px(880), parent.width() - 48), min(look.px(660), parent.height() - 48))
        desk.project.changed.connect(self._changed)
        self._look()

    # ---- what can be chosen

    def _nothing(self) -> EmptyState:
        words = t(
            "An export is made from the timeline. Send the dialogue there: its takes are laid one after the other."
        )
        return EmptyState(
            "share-2", t("Nothing is on the timeline yet"), words, (t("Send the dialogue there"), self._send)
        )

    def _send(self) -> None:
        self.reject()
        self._actions.trigger("room.dialogue")
        self._actions.trigger("dialogue.send")

    def _choices(self) -> QScrollArea:
        page = QWidget()
        inside = QVBoxLayout(page)
        inside.setContentsMargins(tokens.MARGIN, tokens.MARGIN, tokens.MARGIN, tokens.MARGIN)
        inside.setSpacing(12)
        self._add_sound(inside)
        inside.addSpacing(12)
        self._add_range(inside)
        inside.addSpacing(12)
        self._add_beside(inside)
        inside.addSpacing(12)
        self._add_tags(inside)
        inside.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(page)
        return scroll

    def _add_sound(self, inside: QVBoxLayout) -> None:
        self._preset = _combo([(t(NONE.title), ""), *((t(p.title), p.id) for p in PRESETS.values())])
        self._kind = _combo([(title, kind) for kind, title in KINDS.items()])
        self._depth = _combo([])
        self._loud = _combo([(t("As the preset says"), False), (t("Another loudness"), True)])
        self._lufs = _number(-60.0, -5.0, -16.0, " LUFS")
        self._peak = _number(-30.0, 0.0, -1.0, " dBTP")
        inside.addWidget(basics.label(t("Sound"), "heading"))
        inside.addLayout(_field(t("Made for"), self._preset))
        inside.addLayout(basics.row(_box(_field(t("Format"), self._kind)), _box(_field(t("Quality"), self._depth))))
        inside.addLayout(_field(t("Loudness"), self._loud))
        self._levels = _box(
            basics.row(_box(_field(t("Loudness"), self._lufs)), _box(_field(t("Peaks at most"), self._peak)))
        )
        inside.addWidget(self._levels)
        self._preset.currentIndexChanged.connect(self._follow_preset)
        self._kind.currentIndexChanged.connect(self._follow_kind)
        self._depth.currentIndexChanged.connect(self._changed)
        self._loud.currentIndexChanged.connect(self._changed)
        for number in (self._lufs, self._peak):
            number.valueChanged.connect(self._changed)

    def _add_range(self, inside: QVBoxLayout) -> None:
        project = self._desk.project.value
        self._ranges = ranges(project)
        names = [(name, n) for n, (name, _start, _end) in enumerate(self._ranges)]
        self._range = _combo([*names, (t("From … to …"), -1)])
        seconds = project.length / project.rate
        self._from = _number(0.0, seconds, 0.0, " s")
        self._to = _number(0.0, seconds, round(seconds, 2), " s")
        self._span = _box(basics.row(_box(_field(t("Begins at"), self._from)), _box(_field(t("Ends at"), self._to))))
        inside.addWidget(basics.label(t("What"), "heading"))
        inside.addLayout(_field(t("Stretch"), self._range))
        inside.addWidget(self._span)
        self._range.currentIndexChanged.connect(self._changed)
        for number in (self._from, self._to):
            number.valueChanged.connect(self._changed)

    def _add_beside(self, inside: QVBoxLayout) -> None:
        inside.addWidget(basics.label(t("Beside the sound"), "heading"))
        self._subtitles = _combo([(t("No subtitles"), ""), ("SubRip (.srt)", "srt"), ("WebVTT (.vtt)", "vtt")])
        inside.addLayout(_field(t("Subtitles"), self._subtitles))
        self._subtitles.currentIndexChanged.connect(self._changed)
        self._chapters = self._check(inside, t("A file for each chapter"))
        self._stems = self._check(inside, t("A file for each track"))
        self._labels = self._check(inside, t("Labels for Audacity"))
        self._otio = self._check(inside, t("The timeline for video editors (OpenTimelineIO)"))
        self._chapters.setEnabled(any(m.chapter for m in self._desk.project.value.markers))

    def _add_tags(self, inside: QVBoxLayout) -> None:
        inside.addWidget(basics.label(t("What the file says of itself"), "heading"))
        self._tags: dict[str, QLineEdit] = {}
        metadata = self._desk.project.value.metadata
        for name, title in _TAGS.items():
            line = QLineEdit(getattr(metadata, name))
            line.setAccessibleName(t(title))
            if name == "title":
                line.setPlaceholderText(self._desk.project.value.name)
                line.editingFinished.connect(self._rename)
            self._tags[name] = line
            inside.addLayout(_field(t(title), line))

    def _check(self, inside: QVBoxLayout, title: str) -> QCheckBox:
        made = QCheckBox(title)
        made.toggled.connect(self._changed)
        inside.addWidget(made)
        return made

    # ---- what comes of it

    def _result(self) -> QWidget:
        self._length = basics.label("", "title")
        self._contents = basics.label("", wrap=True)
        self._sign, self._answer = QLabel(), basics.label("", "heading", wrap=True)
        self._limits = basics.label("", "secondary", wrap=True)
        cover = CoverChooser(self._desk)
        cover.failed.connect(self._say)
        self._banners = Banners()
        self._file = QLineEdit()
        self._file.setAccessibleName(t("File"))
        self._file.textChanged.connect(self._changed)
        browse = basics.icon_button("folder-open", t("Choose a file…"), self._browse)
        page = QWidget()
        inside = basics.column(
            self._banners, self._length, self._contents, tokens.GRID,
            basics.label(t("Rights"), "heading"), margin=tokens.MARGIN,
        )  # fmt: skip
        verdict = basics.row(self._sign, self._answer)
        verdict.setStretch(1, 1)
        inside.addLayout(verdict)
        inside.addWidget(self._limits)
        inside.addSpacing(tokens.GRID)
        inside.addWidget(basics.label(t("Cover"), "heading"))
        inside.addWidget(cover)
        inside.addStretch(1)
        place = basics.row(self._file, browse)
        place.setStretch(0, 1)
        inside.addWidget(basics.label(t("File"), "secondary"))
        inside.addLayout(place)
        page.setLayout(inside)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(page)
        return scroll

    @property
    def _chosen(self) -> Chosen:
        kind, depth = self._kind.currentData(), self._depth.currentData()
        place = self._range.currentData()
        own = bool(self._loud.currentData())
        _, start, end = self._ranges[place] if place >= 0 else ("", self._from.value(), self._to.value())
        return Chosen(
            output=Path(self._file.text().strip()).expanduser(),
            preset=self._preset.currentData(),
            bits=depth if kind in BITS else None,
            bitrate=None if kind in BITS else depth,
            loudness=self._lufs.value() if own else None,
            peak=self._peak.value() if own else None,
            start=start,
            end=end,
            chapters=self._chapters.isChecked(),
            stems=self._stems.isChecked(),
            subtitles=self._subtitles.currentData(),
            labels=self._labels.isChecked(),
            otio=self._otio.isChecked(),
        )

    def _changed(self, *_ignored: object) -> None:
        self._banners.drop(_REFUSED)
        self._lazy.start()

    def _look(self) -> None:
        self._levels.setVisible(bool(self._loud.currentData()))
        self._span.setVisible(self._range.currentData() < 0)
        try:
            seen = outlook(self._desk.project.value, self._chosen)
        except StudioError as e:
            self._say(e)
            self._go.setEnabled(False)
            return
        self._banners.drop(_UNUSABLE)
        self._go.setEnabled(seen.seconds > 0)
        self._show(seen)

    def _show(self, seen: Outlook) -> None:
        self._length.setText(t("{length} long", length=clock(seen.seconds)))
        self._contents.setText("\n".join([*seen.lines, *seen.notes]))
        sign, tone, words = _ANSWERS[seen.answer]
        self._sign.setPixmap(icon(sign, tone).pixmap(QSize(look.px(16), look.px(16))))
        self._answer.setText(t(words))
        basics.set_property(self._answer, "tone", tone)
        limits = [f"{limit.what}: {limit.why}" for limit in seen.limits]
        names = [t("Must be named: {who}", who=who) for who in seen.names]
        self._limits.setText("\n".join([*limits, *names, t("As far as the names of the licences say it.")]))

    # ---- what happens

    def _follow_preset(self) -> None:
        chosen = PRESETS.get(self._preset.currentData(), NONE)
        self._kind.setCurrentIndex(max(0, self._kind.findData(chosen.kind)))
        self._loud.setCurrentIndex(0)
        if chosen.loudness is not None:
            self._lufs.setValue(chosen.loudness)
        self._peak.setValue(-1.0 if chosen.peak is None else chosen.peak)
        self._follow_kind()

    def _follow_kind(self) -> None:
        kind = self._kind.currentData()
        self._depth.blockSignals(True)
        self._depth.clear()
        self._depth.addItem(t("As the preset says"), None)
        for value in BITS.get(kind, ()):
            self._depth.addItem(t("{bits} bit", bits=value) if value < 32 else t("32 bit, floating point"), value)
        for value in () if kind in BITS else KBITS:
            self._depth.addItem(f"{value} kbit/s", value)
        self._depth.blockSignals(False)
        text = self._file.text()
        if text:
            self._file.setText(str(Path(text).with_suffix(f".{kind}")))
        self._changed()

    def _rename(self) -> None:
        """The file is called like the piece until somebody calls it otherwise."""
        project, kind = self._desk.project.value, self._kind.currentData()
        file = Path(self._file.text())
        if file.name == file_name(project, kind):
            title = self._tags["title"].text().strip()
            named = replace(project, metadata=replace(project.metadata, title=title))
            self._file.setText(str(file.with_name(file_name(named, kind))))

    def _recall(self) -> None:
        memory = self._desk.memory
        self._preset.setCurrentIndex(max(0, self._preset.findData(memory.get("export.preset", "podcast"))))
        self._follow_preset()
        self._kind.setCurrentIndex(max(0, self._kind.findData(memory.get("export.kind", self._kind.currentData()))))
        self._subtitles.setCurrentIndex(max(0, self._subtitles.findData(memory.get("export.subtitles", ""))))
        folder = Path(memory.get("export.folder", "") or Path.home())
        self._file.setText(str(folder / file_name(self._desk.project.value, self._kind.currentData())))

    def _browse(self) -> None:
        dialog = QFileDialog(self, t("Export"), self._file.text())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
        dialog.selectFile(Path(self._file.text()).name)
        dialog.fileSelected.connect(self._take_place)
        dialog.open()

    def _take_place(self, file: str) -> None:
        chosen = Path(file)
        ending = chosen.suffix.lower().lstrip(".")
        if ending in KINDS:
            self._kind.setCurrentIndex(self._kind.findData(ending))
            self._file.setText(file)
        else:
            self._file.setText(f"{file}.{self._kind.currentData()}")

    def _begin(self) -> None:
        """Ask before something is replaced; then store what the file says of itself, save, and queue the work."""
        chosen = self._chosen
        self._go.setEnabled(False)
        self._desk.operations.run(self, chosen.in_the_way, self._ask)

    def _ask(self, there: list[Path]) -> None:
        self._go.setEnabled(True)
        if not there:
            self._queue(force=False)
            return
        names = "\n".join(place.name for place in there)
        words = t("These are there already and would be replaced, for good:\n{names}", names=names)
        question.ask(self, t("Replace what is there?"), words, t("Replace"), lambda: self._queue(force=True))

    def _queue(self, *, force: bool) -> None:
        desk, chosen = self._desk, self._chosen
        self._remember(chosen)
        said = {name: line.text().strip() for name, line in self._tags.items()}
        metadata: Metadata = desk.project.value.metadata
        if any(getattr(metadata, name) != value for name, value in said.items()):
            desk.project.do(t("Describe the piece"), lambda project: whole.set_metadata(project, **said))
        opened, exports = desk.project.opened, desk.studio.exports
        if opened is None:
            return

        def work() -> int:
            if opened.unsaved and not opened.read_only:
                opened.save()
            return exports.ask(chosen.wish(opened.folder, force=force))

        self._go.setEnabled(False)
        desk.operations.run(self, work, self._queued, self._refused)

    def _queued(self, job: int) -> None:
        _Watch(self._desk, job)
        self._desk.notices.toast.emit(
            t("The export has begun."), Choice(t("Show the jobs"), lambda: self._actions.trigger("jobs"))
        )
        self.accept()

    def _refused(self, error: StudioError) -> None:
        self._go.setEnabled(True)
        self._say(error, _REFUSED)

    def _say(self, error: StudioError, key: str = _UNUSABLE) -> None:
        hint = "" if "`studio " in error.hint or " --" in error.hint else error.hint  # commands help nobody here
        self._banners.add(Banner(error.message, hint, key=key))

    def _remember(self, chosen: Chosen) -> None:
        memory = self._desk.memory
        memory.put("export.folder", str(chosen.output.parent))
        memory.put("export.preset", chosen.preset)
        memory.put("export.kind", self._kind.currentData())
        memory.put("export.subtitles", chosen.subtitles)


class _Watch(QObject):
    """Says when an export is over, whatever room is shown then."""

    def __init__(self, desk: Desk, job: int) -> None:
        super().__init__(desk)
        self._desk = desk
        self._job = job
        desk.jobs.finished.connect(self._finished)

    def _finished(self, number: int) -> None:
        if number != self._job:
            return
        job = self._desk.jobs.get(number)
        if job is not None and job.state == states.SUCCEEDED:
            exports = self._desk.studio.exports
            self._desk.operations.run(self, lambda: exports.result(job), self._tell)
        else:
            self.deleteLater()  # the job's row says what happened

    def _tell(self, result: dict[str, object]) -> None:
        file = Path(str(result["path"]))
        folder = QUrl.fromLocalFile(str(file.parent))
        said = t("Exported: {file}", file=file.name)
        self._desk.notices.toast.emit(said, Choice(t("Show in folder"), lambda: _reveal(folder)))
        self.deleteLater()


def _reveal(folder: QUrl) -> None:
    QDesktopServices.openUrl(folder)


def _combo(choices: list[tuple[str, object]]) -> QComboBox:
    made = Chooser()
    made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    for title, value in choices:
        made.addItem(title, value)
    return made


def _number(low: float, high: float, value: float, unit: str) -> QDoubleSpinBox:
    made = basics.inset(QDoubleSpinBox())
    made.setRange(low, high)
    made.setDecimals(2 if unit == " s" else 1)
    made.setSuffix(unit)
    made.setValue(value)
    return made


def _field(title: str, editor: QWidget) -> QVBoxLayout:
    caption = basics.label(title, "secondary")
    caption.setBuddy(editor)
    editor.setAccessibleName(title)
    return basics.column(caption, editor, spacing=tokens.HALF)


def _box(layout: QLayout) -> QWidget:
    made = QWidget()
    layout.setContentsMargins(0, 0, 0, 0)
    made.setLayout(layout)
    return made
