"""Other takes of a clip, or other versions of its music: heard without leaving the timeline, then chosen."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QToolButton, QVBoxLayout, QWidget

from studio.domain.project import Clip, Media, Project, Take, media_called, media_length
from studio.ui.bridge.desk import Desk
from studio.ui.language import t
from studio.ui.tabs.arrange import clip_panel_model as model
from studio.ui.tabs.arrange.live_deeds import LiveDeeds
from studio.ui.theme import tokens
from studio.ui.theme.icons import icon
from studio.ui.theme.look import look
from studio.ui.timeline.state import Timeline
from studio.ui.widgets import basics


class TakesPart(QWidget):
    """A row for each; the one that is played is marked. The GUI thread."""

    def __init__(self, desk: Desk, state: Timeline, deeds: LiveDeeds) -> None:
        super().__init__()
        self._desk, self._state, self._deeds = desk, state, deeds
        self._clip: Clip | None = None
        self._shown: object = None
        self._plays: dict[str, tuple[QToolButton, str]] = {}  # key of the player → its button and its title
        self._inside = QVBoxLayout(self)
        self._inside.setContentsMargins(0, 0, 0, 0)
        self._inside.setSpacing(tokens.HALF)
        self.count = 0
        desk.player.changed.connect(self._show_playing)

    def show_clip(self, project: Project, clip: Clip, *, locked: bool) -> None:
        """Show what a clip might play; `count` says how many there are."""
        takes, versions = model.takes_of(project, clip), model.versions_of(project, clip)
        self.count = max(len(takes), len(versions))
        shape = (clip.id, clip.take, clip.media, tuple(takes), tuple(versions), locked, look.theme.name)
        self._clip = clip
        if shape == self._shown:
            return
        self._shown = shape
        focus = QApplication.focusWidget()
        focused = focus is not None and self.isAncestorOf(focus)
        basics.clear(self._inside)
        self._plays.clear()
        for number, take in takes:
            media = media_called(project, take.media)
            if media:
                title = t("Take {number}", number=number)
                self._add(project, media, title, take=take, chosen=take.id == clip.take, locked=locked)
        for number, media in versions:
            title = t("Version {number}", number=number)
            self._add(project, media, title, take=None, chosen=media.id == clip.media, locked=locked)
        self._show_playing()
        if focused and self._plays:
            next(iter(self._plays.values()))[0].setFocus()

    def _add(
        self, project: Project, media: Media, title: str, *, take: Take | None, chosen: bool, locked: bool
    ) -> None:
        what = self._deeds.playable(media, title)
        play = basics.icon_button("play", t("Play {title}", title=title), partial(self._desk.player.toggle, what))
        self._plays[what.key] = (play, title)
        said = basics.label(title, "heading" if chosen else "")
        length = basics.label(model.lasting(media_length(media, project.rate), project.rate), "secondary")
        line = basics.row(play)
        line.addLayout(basics.column(said, length, spacing=0))
        sign, tone, sentence = model.judged(take)
        if sentence:
            picture = basics.label()
            picture.setPixmap(icon(sign, tone or "muted").pixmap(look.px(16), look.px(16)))
            basics.rename(picture, sentence)
            line.addWidget(picture)
        line.addStretch(1)
        if chosen:
            mark = basics.label()
            mark.setPixmap(icon("check", "good").pixmap(look.px(16), look.px(16)))
            line.addWidget(mark)
            line.addWidget(basics.label(t("chosen"), "secondary", tone="good"))
        else:
            use = basics.button(t("Choose"), partial(self._use, media, take), kind="quiet")
            use.setAccessibleName(t("Choose {title}", title=title))
            use.setEnabled(not locked)
            line.addWidget(use)
        row = QWidget()
        row.setLayout(line)
        row.setMinimumHeight(look.px(40))
        self._inside.addWidget(row, 0, Qt.AlignmentFlag.AlignTop)

    def _use(self, media: Media, take: Take | None) -> None:
        if self._clip is None:
            return
        if take:
            self._deeds.use(self._clip.id, take=take.id)
        else:
            self._deeds.use(self._clip.id, media=media.id)

    def _show_playing(self) -> None:
        player = self._desk.player
        heard = player.selected.key if player.selected and player.playing else ""
        for key, (button, title) in self._plays.items():
            button.setIcon(icon("pause" if key == heard else "play"))
            basics.rename(button, t("Pause {title}", title=title) if key == heard else t("Play {title}", title=title))
