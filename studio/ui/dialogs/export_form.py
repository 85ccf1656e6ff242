"""What an export becomes: choices on the left, what comes of them on the right. The GUI thread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QCheckBox, QFileDialog, QLabel, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from studio.domain.effects import LONGEST_TAIL
from studio.domain.export.presets import NONE, PRESETS
from studio.errors import StudioError
from studio.ui.bridge.desk import Desk
from studio.ui.bridge.notices import Banner
from studio.ui.dialogs.export_choice import (
    BITS,
    KBITS,
    KINDS,
    Chosen,
    Outlook,
    Span,
    file_name,
    outlook,
    place_of,
    ranges,
)
from studio.ui.dialogs.export_cover import CoverChooser
from studio.ui.dialogs.export_fields import TimeBox, box, combo, field, number, scrolling
from studio.ui.dialogs.export_result import ANSWERS, sign, signed_row
from studio.ui.language import clock, t
from studio.ui.theme import tokens
from studio.ui.theme.icons import icon
from studio.ui.theme.look import look
from studio.ui.told import told, told_hint
from studio.ui.widgets import basics
from studio.ui.widgets.banner import Banners

_TAGS = {
    "title": "Title",
    "artist": "Artist",
    "album": "Album",
    "year": "Year",
    "genre": "Genre",
    "language": "Language",
    "comment": "Comment",
}
_LAZY = 120  # milliseconds after the last change
_UNUSABLE, _REFUSED = "unusable", "refused"  # banners: what is chosen cannot be; what was asked for was refused


class ExportForm(QWidget):
    """Keeps what is chosen from one export to the next; `wanted` is its one button."""

    wanted = Signal()
    left = Signal()

    def __init__(self, desk: Desk, chosen: Sequence[Span]) -> None:
        super().__init__()
        self._desk = desk
        self._spans = chosen
        self._lazy = QTimer(self)
        self._lazy.setSingleShot(True)
        self._lazy.setInterval(_LAZY)
        self._lazy.timeout.connect(self._look)
        left, right = self._choices(), self._result()
        top = basics.row(left, basics.rule(upright=True), right, spacing=0)
        top.setStretch(0, 5)
        top.setStretch(2, 4)
        self._go = basics.button(t("Export"), self.wanted.emit, kind="primary", icon_name="share-2")
        foot = basics.row(None, basics.button(t("Cancel"), self.left.emit), self._go)
        foot.setContentsMargins(tokens.MARGIN, 12, tokens.MARGIN, 12)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addLayout(top, 1)
        outer.addWidget(basics.rule())
        outer.addLayout(foot)
        self._recall()
        desk.project.changed.connect(self._changed)
        self._look()

    @property
    def tags(self) -> dict[str, str]:
        """What the file is to say of itself."""
        return {name: line.text().strip() for name, line in self._tags.items()}

    def wait(self) -> None:
        """Take no second click while the first one is worked on."""
        self._go.setEnabled(False)

    def ready(self) -> None:
        """Be there for another export."""
        self._look()
        self._go.setFocus()

    def refuse(self, error: StudioError) -> None:
        """Say why an export was not begun, or came to nothing."""
        self.ready()
        self._say(error, _REFUSED)

    def tell(self, text: str) -> None:
        """Say something that is no error."""
        self._banners.add(Banner(text, tone="info", key=_REFUSED))

    # ---- what can be chosen

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
        return scrolling(page)

    def _add_sound(self, inside: QVBoxLayout) -> None:
        self._preset = combo([(t(NONE.title), ""), *((t(p.title), p.id) for p in PRESETS.values())])
        self._kind = combo([(t(title), kind) for kind, title in KINDS.items()])
        self._depth = combo([])
        self._loud = combo([(t("As the preset says"), False), (t("Another loudness"), True)])
        self._lufs = number(-60.0, -5.0, -16.0, " LUFS")
        self._peak = number(-30.0, 0.0, -1.0, " dBTP")
        inside.addWidget(basics.label(t("Sound"), "heading"))
        inside.addLayout(field(t("Made for"), self._preset))
        inside.addLayout(basics.row(box(field(t("Format"), self._kind)), box(field(t("Quality"), self._depth))))
        inside.addLayout(field(t("Loudness"), self._loud))
        self._levels = box(
            basics.row(box(field(t("Loudness"), self._lufs)), box(field(t("Peaks at most"), self._peak)))
        )
        inside.addWidget(self._levels)
        self._preset.currentIndexChanged.connect(self._follow_preset)
        self._kind.currentIndexChanged.connect(self._follow_kind)
        self._depth.currentIndexChanged.connect(self._changed)
        self._loud.currentIndexChanged.connect(self._changed)
        for level in (self._lufs, self._peak):
            level.valueChanged.connect(self._changed)

    def _add_range(self, inside: QVBoxLayout) -> None:
        project = self._desk.project.value
        self._ranges = ranges(project, self._spans)
        names = [(name, n) for n, (name, _start, _end) in enumerate(self._ranges)]
        self._range = combo([*names, (t("From … to …"), -1)])
        seconds = project.length / project.rate
        self._from = TimeBox(seconds, 0.0)
        self._to = TimeBox(seconds + LONGEST_TAIL, seconds)  # behind the last clip lies quiet, which books need
        self._span = box(basics.row(box(field(t("Begins at"), self._from)), box(field(t("Ends at"), self._to))))
        inside.addWidget(basics.label(t("What"), "heading"))
        inside.addLayout(field(t("Stretch"), self._range))
        inside.addWidget(self._span)
        self._range.currentIndexChanged.connect(self._follow_range)
        for time in (self._from, self._to):
            time.valueChanged.connect(self._changed)

    def _add_beside(self, inside: QVBoxLayout) -> None:
        inside.addWidget(basics.label(t("Beside the sound"), "heading"))
        self._subtitles = combo([(t("No subtitles"), ""), ("SubRip (.srt)", "srt"), ("WebVTT (.vtt)", "vtt")])
        inside.addLayout(field(t("Subtitles"), self._subtitles))
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
                line.textEdited.connect(self._rename)
            self._tags[name] = line
            inside.addLayout(field(t(title), line))

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
        self._limits = basics.column()
        cover = CoverChooser(self._desk)
        cover.failed.connect(self._say)
        self._banners = Banners()
        page = QWidget()
        inside = basics.column(
            self._banners, self._length, self._contents, tokens.GRID,
            basics.label(t("Rights"), "heading"), margin=tokens.MARGIN,
        )  # fmt: skip
        verdict = basics.row(self._sign, self._answer)
        verdict.setStretch(1, 1)
        inside.addLayout(verdict)
        inside.addLayout(self._limits)
        inside.addWidget(basics.label(t("As far as the names of the licences say it."), "caption", wrap=True))
        inside.addSpacing(tokens.GRID)
        inside.addWidget(basics.label(t("Cover"), "heading"))
        inside.addWidget(cover)
        inside.addStretch(1)
        page.setLayout(inside)
        self._outlook = scrolling(page, words=True)
        right = QWidget()
        whole = basics.column(self._outlook, basics.rule(), self._place(), spacing=0)
        whole.setStretch(0, 1)
        right.setLayout(whole)
        return right

    def _place(self) -> QWidget:
        """Where it goes; always in sight."""
        self._file = QLineEdit()
        self._file.textChanged.connect(self._changed)
        self._file.textEdited.connect(self._follow_file)
        browse = basics.icon_button("folder-open", t("Choose a file…"), self._browse)
        line = basics.row(self._file, browse)
        line.setStretch(0, 1)
        caption = basics.label(t("File"), "secondary")
        caption.setBuddy(self._file)
        self._file.setAccessibleName(t("File"))
        inside = basics.column(caption, spacing=tokens.HALF)
        inside.addLayout(line)
        made = QWidget()
        made.setLayout(inside)
        inside.setContentsMargins(tokens.MARGIN, 12, tokens.MARGIN, 12)
        return made

    @property
    def chosen(self) -> Chosen:
        """The choices as they stand."""
        kind, depth = self._kind.currentData(), self._depth.currentData()
        place = self._range.currentData()
        own = bool(self._loud.currentData())
        _, start, end = self._ranges[place] if place >= 0 else ("", self._from.value(), self._to.value())
        return Chosen(
            output=place_of(self._file.text(), self._folder),
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
        self._levels.setVisible(bool(self._loud.currentData()))
        self._span.setVisible(self._range.currentData() < 0)
        self._banners.drop(_REFUSED)
        self._lazy.start()

    def _look(self) -> None:
        try:
            seen = outlook(self._desk.project.value, self.chosen)
        except StudioError as e:
            self._say(e)
            self._go.setEnabled(False)
            return
        if seen.seconds > 0:
            self._banners.drop(_UNUSABLE)
        else:
            self._say(StudioError(t("The end does not lie behind the start."), t("Let it end later.")))
        self._go.setEnabled(seen.seconds > 0)
        self._show(seen)

    def _show(self, seen: Outlook) -> None:
        self._length.setText(t("{length} long", length=clock(seen.seconds)))
        self._contents.setText("\n".join([*seen.lines, *seen.notes]))
        name, tone, words = ANSWERS[seen.answer]
        self._sign.setPixmap(icon(name, tone).pixmap(QSize(look.px(16), look.px(16))))
        self._answer.setText(t(words))
        basics.set_property(self._answer, "tone", tone)
        basics.clear(self._limits)
        for limit in seen.limits:
            name, tone, _ = ANSWERS[limit.answer]
            self._limits.addLayout(signed_row(sign(name, tone), f"{limit.what}: {limit.why}"))
        for owed in seen.names:
            self._limits.addLayout(signed_row(sign("user", "muted"), t("The author must be named: {what}", what=owed)))

    # ---- what follows

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
        if Path(text).name and Path(text).suffix.lower() != f".{kind}":
            self._file.setText(str(Path(text).with_suffix(f".{kind}")))
        self._changed()

    def _follow_range(self) -> None:
        """Whoever goes on to from and to begins with what was chosen by name."""
        place = self._range.currentData()
        if place >= 0:
            _, start, end = self._ranges[place]
            project = self._desk.project.value
            self._from.setValue(start or 0.0)
            self._to.setValue(project.length / project.rate if end is None else end)
        self._changed()

    def _follow_file(self, text: str) -> None:
        """An ending that is typed is a choice of the format."""
        kind = self._kind.findData(Path(text).suffix.lower().lstrip("."))
        if kind >= 0:
            self._kind.setCurrentIndex(kind)

    def _rename(self, title: str) -> None:
        """The file is called like the piece until somebody calls it otherwise."""
        project = self._desk.project.value
        named = replace(project, metadata=replace(project.metadata, title=title.strip()))
        file, kind = Path(self._file.text()), self._kind.currentData()
        if file.stem == self._own_name:
            self._own_name = Path(file_name(named, kind)).stem
            self._file.setText(str(file.with_name(file_name(named, kind))))

    def _recall(self) -> None:
        memory = self._desk.memory
        self._preset.setCurrentIndex(max(0, self._preset.findData(memory.get("export.preset", "podcast"))))
        self._follow_preset()
        self._kind.setCurrentIndex(max(0, self._kind.findData(memory.get("export.kind", self._kind.currentData()))))
        self._subtitles.setCurrentIndex(max(0, self._subtitles.findData(memory.get("export.subtitles", ""))))
        self._folder = Path(memory.get("export.folder", "") or Path.home())  # where a mere name goes
        self._file.setText(str(self._folder / file_name(self._desk.project.value, self._kind.currentData())))
        self._own_name = Path(self._file.text()).stem

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

    def _say(self, error: StudioError, key: str = _UNUSABLE) -> None:
        self._banners.add(Banner(told(error.message), told_hint(error), key=key))
        self._outlook.verticalScrollBar().setValue(0)

    def remember(self) -> None:
        """Begin with these choices next time."""
        chosen = self.chosen
        memory = self._desk.memory
        memory.put("export.folder", str(chosen.output.parent))
        memory.put("export.preset", chosen.preset)
        memory.put("export.kind", self._kind.currentData())
        memory.put("export.subtitles", chosen.subtitles)
