"""The timeline as rows of text: each track, and below it its clips. The GUI thread; the values are the project's."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont

from studio.domain.edits import clips, fades, tracks
from studio.domain.project import Clip, Project, Track, media_of, take_called
from studio.errors import StudioError
from studio.ui.language import t, tn
from studio.ui.theme.icons import icon
from studio.ui.timeline.heads import SIGNS, gain_text, kind_title
from studio.ui.timeline.state import Timeline

Index = QModelIndex | QPersistentModelIndex

NAME, START, LENGTH, GAIN, FADE_IN, FADE_OUT, WORDS, STATE = range(8)
_COLUMNS = 8
_CLOCK = re.compile(r"(?:(?:(\d{1,3}):)?(\d{1,5}):)?(\d{1,9})(?:[.,](\d{1,6}))?")
_NUMBER = re.compile(r"[+\-−]?\d{1,3}(?:[.,]\d{1,3})?")


@dataclass(frozen=True)
class Row:
    """A row of the outline: a track, or one of its clips."""

    track: Track
    clip: Clip | None = None

    @property
    def id(self) -> str:
        """What tells it from others."""
        return self.clip.id if self.clip else self.track.id


def clock(samples: int, rate: int) -> str:
    """Return a time as m:ss.mmm, with hours where there are some. Pure."""
    thousandths = (samples * 1000 + rate // 2) // rate
    seconds, thousandths = divmod(thousandths, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    front = f"{hours}:{minutes:02}" if hours else f"{minutes}"
    return f"{front}:{seconds:02}.{thousandths:03}"


def samples_of(text: str, rate: int) -> int:
    """Return the time that was typed, as m:ss.mmm or in seconds; raise StudioError for what is none. Pure."""
    found = _CLOCK.fullmatch(text.strip())
    if not found:
        raise StudioError(f"{text.strip()[:40]!r} is no time.", "Write it as 1:05.250 or in seconds.")
    hours, minutes, seconds, rest = found.groups(default="0")
    whole = (int(hours) * 60 + int(minutes)) * 60 + int(seconds)
    return whole * rate + round(int(rest.ljust(6, "0")) * rate / 1_000_000)


def decibels_of(text: str) -> float:
    """Return the gain that was typed; raise StudioError for what is none. Pure."""
    bare = text.strip().removesuffix("dB").removesuffix("db").strip()
    if not _NUMBER.fullmatch(bare):
        raise StudioError(f"{text.strip()[:40]!r} is no gain.", "Write it in decibels, such as -3.5.")
    return float(bare.replace(",", ".").replace("−", "-"))


def clip_name(project: Project, clip: Clip) -> str:
    """Return what a clip is called: by its own name, who speaks, or its media; its words stand beside it. Pure."""
    take = take_called(project, clip.take) if clip.take else None
    media = media_of(project, clip)
    return clip.name or (take.speaker if take else "") or (media.name if media else clip.id)


def words_of(project: Project, clip: Clip) -> str:
    """Return what a clip says; empty for what says nothing. Pure."""
    take = take_called(project, clip.take) if clip.take else None
    return take.text if take else ""


class OutlineModel(QAbstractTableModel):
    """Rows of the open project. An edit of a cell is a step of the project."""

    def __init__(self, state: Timeline, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self.rows: list[Row] = []
        self._takes = state.project.takes
        self.titles = [
            t("Name"), t("Start"), t("Length"), t("Gain"), t("Fade in"), t("Fade out"), t("Words"), t("State"),
        ]  # fmt: skip
        self.refresh()

    def refresh(self) -> bool:
        """Show the project as it is; return whether other rows are there."""
        rows = [
            row
            for track in self._state.project.tracks
            for row in (Row(track), *(Row(track, clip) for clip in track.clips))
        ]
        takes = self._state.project.takes
        if [row.id for row in rows] == [row.id for row in self.rows]:
            before, self.rows = self.rows, rows
            same, self._takes = takes is self._takes, takes
            for place, (old, new) in enumerate(zip(before, rows, strict=True)):
                if not same or old != new:  # an open editor begins anew where its row is said to have changed
                    self.dataChanged.emit(self.index(place, 0), self.index(place, _COLUMNS - 1))
            return False
        self._takes = takes
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()
        return True

    def row_of(self, wanted: str) -> int:
        """Return where a clip or a track is; -1 where it is not."""
        return next((n for n, row in enumerate(self.rows) if row.id == wanted), -1)

    # ---- Qt

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 — as Qt has it
        """How many there are."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 — as Qt has it
        """How many there are."""
        return 0 if parent.isValid() else _COLUMNS

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a column is called."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self.titles[section]
        if role == Qt.ItemDataRole.TextAlignmentRole and START <= section <= FADE_OUT:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Say what can be typed over."""
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return flags | Qt.ItemFlag.ItemIsEditable if self._editable(index) else flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a cell."""
        row, column = self.rows[index.row()], index.column()
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole}:
            return self._cell(row, column)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._said(row, column)
        if role == Qt.ItemDataRole.ToolTipRole and column in {NAME, WORDS}:
            return self._cell(row, column)
        if role == Qt.ItemDataRole.FontRole and row.clip is None:
            font = QFont()
            font.setBold(True)
            return font
        if role == Qt.ItemDataRole.DecorationRole and column == NAME:
            return icon(SIGNS[row.track.kind]) if row.clip is None else icon("audio-waveform", "muted")
        if role == Qt.ItemDataRole.TextAlignmentRole and START <= column <= FADE_OUT:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Make what was typed a step of the project; what cannot be said becomes a banner."""
        row, text = self.rows[index.row()], str(value)
        if role != Qt.ItemDataRole.EditRole or text == self._cell(row, index.column()):
            return False
        labels = {
            NAME: t("Rename"), START: t("Move"), LENGTH: t("Trim"), GAIN: t("Change the gain"),
            FADE_IN: t("Change a fade"), FADE_OUT: t("Change a fade"),
        }  # fmt: skip
        column = index.column()
        done = self._state.do(labels[column], lambda project: edited(project, row, column, text))
        self.refresh()  # before the next cell is edited
        return done

    # ---- inside

    def _editable(self, index: Index) -> bool:
        row, column = self.rows[index.row()], index.column()
        if row.track.locked or (row.clip and row.clip.locked):
            return False
        return column in {NAME, GAIN} or (row.clip is not None and NAME < column < WORDS)

    def _cell(self, row: Row, column: int) -> str:
        project, clip, track = self._state.project, row.clip, row.track
        if clip is None:
            if column == NAME:
                return track.name
            if column == GAIN:
                return gain_text(track.gain_db)
            return state_text(track) if column == STATE else ""
        times = {START: clip.start, LENGTH: clip.length, FADE_IN: clip.fade_in.length, FADE_OUT: clip.fade_out.length}
        if column in times:
            return clock(times[column], project.rate)
        if column == NAME:
            return clip_name(project, clip)
        if column == GAIN:
            return gain_text(clip.gain_db)
        return words_of(project, clip) if column == WORDS else state_text(clip)

    def _said(self, row: Row, column: int) -> str:
        cell = self._cell(row, column)
        if column != NAME:
            return f"{self.titles[column]}: {cell or t('nothing')}"
        if row.clip is None:
            count = tn(len(row.track.clips), "{count} clip", "{count} clips")
            return t("{kind} track {name}, {count}", kind=kind_title(row.track.kind), name=cell, count=count)
        start = clock(row.clip.start, self._state.project.rate)
        return t("Clip {name} on {track}, from {start}", name=cell, track=row.track.name, start=start)


def state_text(thing: Track | Clip) -> str:
    """Return what else is to be known of a track or clip, in words."""
    said = [t("muted")] if thing.mute else []
    if isinstance(thing, Track):
        said += [t("solo")] if thing.solo else []
        said += [t("ducked")] if thing.duck else []
    elif thing.group:
        said.append(t("grouped"))
    return ", ".join([*said, t("locked")] if thing.locked else said)


def edited(project: Project, row: Row, column: int, text: str) -> Project:
    """Return the project with another value in a cell; raise StudioError where that cannot be. Pure."""
    clip = row.clip
    if clip is None:
        if column == NAME:
            return tracks.set_track(project, row.track.id, name=text.strip() or row.track.name)
        return tracks.set_track(project, row.track.id, gain_db=decibels_of(text))
    if column == NAME:
        return clips.rename(project, clip.id, text.strip())
    if column == GAIN:
        return clips.set_gain(project, [clip.id], decibels_of(text))
    at = samples_of(text, project.rate)
    if column == START:
        return clips.move(project, [clip.id], by=at - clip.start)
    if column == LENGTH:
        return clips.trim(project, clip.id, end=clip.start + at)
    if column == FADE_IN:
        return fades.set_fades(project, clip.id, fade_in=replace(clip.fade_in, length=at))
    return fades.set_fades(project, clip.id, fade_out=replace(clip.fade_out, length=at))
