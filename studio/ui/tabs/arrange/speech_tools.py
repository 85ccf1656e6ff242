"""What is done to the spoken piece as a whole: put together, tightened, levelled, with music below it.

The GUI thread.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu, QWidget

from studio.domain.edits import assembling, levelling, tightening
from studio.domain.project import Project
from studio.errors import StudioError
from studio.ui.bridge.desk import Desk
from studio.ui.language import decimal_point, figures, t, tn
from studio.ui.tabs.arrange.measuring import Measuring
from studio.ui.theme.icons import icon
from studio.ui.timeline.state import Timeline

_GAPS = (0.3, 0.5, 1.0)  # seconds that may stay
_KEPT = 0.2  # seconds of a silence that is shortened


class SpeechTools(QObject):
    """Works on the chosen clips, or on all that is spoken where none is chosen."""

    def __init__(self, desk: Desk, state: Timeline, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._state = state
        self.measuring = Measuring(desk, self)

    def menu(self, parent: QWidget) -> QMenu:
        """Return everything as a menu."""
        made = QMenu(parent)
        made.addAction(icon("text-quote"), t("Assemble from the script")).triggered.connect(self.assemble)
        made.addAction(t("Assemble, a track for each speaker")).triggered.connect(
            partial(self.assemble, per_speaker=True)
        )
        gaps = made.addMenu(icon("fold-horizontal"), t("Close gaps"))
        for seconds in _GAPS:
            told = t("Longer than {seconds} s", seconds=f"{seconds:g}".replace(".", decimal_point()))
            gaps.addAction(told).triggered.connect(partial(self.close_gaps, seconds))
        gaps.addAction(t("All gaps")).triggered.connect(partial(self.close_gaps, 0.0))
        made.addAction(icon("scissors"), t("Remove silences")).triggered.connect(self.remove_silences)
        made.addAction(icon("gauge"), t("Level speech")).triggered.connect(self.level)
        made.addSeparator()
        made.addAction(icon("volume-2"), t("Duck music under speech")).triggered.connect(partial(self.duck, -12.0))
        made.addAction(icon("volume-x"), t("End ducking")).triggered.connect(partial(self.duck, None))
        return made

    def assemble(self, _checked: object = None, *, per_speaker: bool = False) -> None:
        """Put the takes of the script's lines on the timeline."""
        missing = len(assembling.without_takes(self._state.project))
        told = tn(missing, "{count} line has no take yet.", "{count} lines have no take yet.") if missing else ""
        self._state.do(
            t("Assemble from the script"),
            lambda p: assembling.assemble(p, per_speaker=per_speaker),
            told=t("The script lies on the timeline. {more}", more=told).strip(),
        )

    def close_gaps(self, seconds: float, _checked: object = None) -> None:
        """Shorten the gaps between what is spoken."""
        before = self._state.project
        longest = round(seconds * before.rate)
        clips = self._state.clips if len(self._state.clips) > 1 else frozenset[str]()
        everywhere = self._state.ways.ripple
        if self._state.do(
            t("Close gaps"),
            lambda p: tightening.close_gaps(p, longest=longest, clips=sorted(clips), everywhere=everywhere),
        ):
            self._say_shorter(before)

    def level(self) -> None:
        """Let all that is spoken be equally loud."""
        project, folder, clips = self._state.project, self._desk.project.folder, self._clips()
        if not self._some(clips):
            return
        arranging = self._desk.studio.arranging
        self.measuring.begin(
            lambda tell, stopped: arranging.loudness_of(project, folder, clips, on_progress=tell, cancelled=stopped),
            partial(self._level, folder),
        )

    def remove_silences(self) -> None:
        """Cut the silences out of what is spoken."""
        project, folder, clips = self._state.project, self._desk.project.folder, self._clips()
        if not self._some(clips):
            return
        arranging = self._desk.studio.arranging
        self.measuring.begin(
            lambda tell, stopped: arranging.silences_of(project, folder, clips, on_progress=tell, cancelled=stopped),
            partial(self._cut, folder, clips),
        )

    def duck(self, depth: float | None, _checked: object = None) -> None:
        """Let music go down while somebody speaks, or no longer."""
        label = t("Duck music under speech") if depth is not None else t("End ducking")
        told = t("Music goes down while somebody speaks.") if depth is not None else t("Music stays as loud as it is.")
        self._state.do(label, lambda p: levelling.duck_music(p, depth_db=depth), told=told)

    # ---- inside

    def _clips(self) -> tuple[str, ...]:
        chosen = tuple(clip.id for clip in self._state.chosen)
        return chosen or levelling.spoken_clips(self._state.project)

    def _some(self, clips: Sequence[str]) -> bool:
        if not clips:
            hint = t("Put takes on the timeline first, or select clips.")
            self._desk.notices.tell(StudioError(t("Nothing is spoken here."), hint), key="project")
        return bool(clips)

    def _level(self, folder: Path, measured: Mapping[str, float]) -> None:
        if self._desk.project.folder != folder:
            return  # another project was opened meanwhile, and a copy has clips of the same names
        there = {clip.id for track in self._state.project.tracks for clip in track.clips}
        known = {clip: loudness for clip, loudness in measured.items() if clip in there}
        told = tn(len(known), "{count} clip is as loud as speech should be.", "{count} clips are equally loud now.")
        self._state.do(t("Level speech"), lambda p: levelling.level(p, known), told=told)

    def _cut(self, folder: Path, clips: Sequence[str], silences: Mapping[str, Sequence[tuple[float, float]]]) -> None:
        if self._desk.project.folder != folder:
            return  # another project was opened meanwhile, and a copy has clips of the same names
        before = self._state.project
        there = {clip.id for track in before.tracks for clip in track.clips}
        known = [clip for clip in clips if clip in there]
        keep, everywhere = round(_KEPT * before.rate), self._state.ways.ripple
        if self._state.do(
            t("Remove silences"),
            lambda p: tightening.remove_silences(p, known, silences, keep=keep, everywhere=everywhere),
        ):
            self._say_shorter(before)

    def _say_shorter(self, before: Project) -> None:
        after = self._state.project
        if after is before or after == before:
            self._desk.notices.toast.emit(t("There is nothing to shorten."), None)
            return
        seconds = (before.length - after.length) / before.rate
        self._desk.notices.toast.emit(t("The piece is {seconds} s shorter.", seconds=figures(seconds)), None)
