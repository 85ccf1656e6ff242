"""The part of a clip's menu that makes it again. The GUI thread."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMenu

from studio.domain.edits import find
from studio.domain.edits.live import Follow
from studio.domain.project import media_called
from studio.ui.language import t
from studio.ui.tabs.arrange import clip_panel_model as model
from studio.ui.theme.icons import icon

if TYPE_CHECKING:
    from studio.ui.tabs.arrange.view import ArrangeRoom

_COUNTS = (1, 2, 4, 8)
_SECONDS = (10, 30, 60)


def follow_words(follow: Follow) -> str:
    """Return what moves when a clip comes to last longer or shorter."""
    return {
        Follow.KEEP: t("Nothing else moves"),
        Follow.TRACK: t("What follows on its track moves"),
        Follow.ALL: t("Everything that follows moves"),
    }[follow]


def fill_variations(menu: QMenu, act: Callable[[int], object]) -> None:
    """Offer how many variations to make."""
    for count in _COUNTS:
        title = t("One variation") if count == 1 else t("{count} variations", count=count)
        menu.addAction(title).triggered.connect(partial(_call, act, count))


def can_extend(most: float) -> bool:
    """Whether there is anything to offer where a piece can be made so many seconds longer at most."""
    return most >= min(_SECONDS)


def fill_extend(menu: QMenu, act: Callable[[float], object], most: float) -> None:
    """Offer by how much to make a piece longer, as far as its engine goes."""
    for seconds in (one for one in _SECONDS if one <= most):
        menu.addAction(t("{seconds} s longer", seconds=seconds)).triggered.connect(partial(_call, act, seconds))


def add_live(menu: QMenu, clip_id: str, room: ArrangeRoom) -> None:
    """Offer what can be made of a clip; nothing for a file from outside."""
    deeds, project = room.live, room.state.project
    kind = deeds.kind_of(clip_id)
    if not kind:
        return
    clip = find.clip(project, clip_id)
    free = not model.all_locked(project, [clip])

    def add(sign: str, text: str, act: Callable[[], object], place: QMenu = menu) -> None:
        action = place.addAction(icon(sign), text)
        action.triggered.connect(partial(_call, act))
        action.setEnabled(free)

    add("refresh-cw", t("Regenerate"), partial(deeds.again, clip_id))
    _add_takes(menu, clip_id, room)
    if kind == "speech":
        add("users", t("Other voice…"), room.side.ask_for_voice)
        add("pencil", t("Edit the words…"), room.side.edit_words)
    else:
        few = menu.addMenu(icon("dices"), t("Variations…"))
        few.setEnabled(free)
        fill_variations(few, partial(deeds.vary, clip_id))
        most = deeds.longer_by(clip_id)
        if can_extend(most):
            longer = menu.addMenu(icon("move-horizontal"), t("Extend…"))
            longer.setEnabled(free)
            fill_extend(longer, partial(deeds.extend, clip_id), most)
    follows = menu.addMenu(t("When it comes to last longer or shorter"))
    for one in Follow:
        action = follows.addAction(follow_words(one))
        action.setCheckable(True)
        action.setChecked(one is deeds.follow)
        action.triggered.connect(partial(_call, deeds.set_follow, one.value))
    menu.addSeparator()


def _add_takes(menu: QMenu, clip_id: str, room: ArrangeRoom) -> None:
    deeds, project, player = room.live, room.state.project, room.desk.player
    clip = find.clip(project, clip_id)
    takes, versions = model.takes_of(project, clip), model.versions_of(project, clip)
    if len(takes) + len(versions) < 2:
        return
    others = menu.addMenu(icon("layers"), t("Other take") if takes else t("Other version"))
    found = [(t("Take {number}", number=n), take.media, {"take": take.id}, take.id == clip.take) for n, take in takes]
    found += [
        (t("Version {number}", number=n), media.id, {"media": media.id}, media.id == clip.media)
        for n, media in versions
    ]
    locked = model.all_locked(project, [clip])
    for title, media_id, what, now in found:
        one = others.addMenu(icon("check"), title) if now else others.addMenu(title)
        media = media_called(project, media_id)
        if media:
            heard = deeds.playable(media, title)
            one.addAction(icon("play"), t("Play")).triggered.connect(partial(_call, player.toggle, heard))
        use = one.addAction(icon("check"), t("Choose"))
        use.setEnabled(not now and not locked)
        use.triggered.connect(partial(_call, partial(deeds.use, clip_id, **what)))


def _call(act: Callable[..., object], *values: object) -> None:
    """Do it, without the bool that `triggered` brings behind what was given."""
    act(*(value for value in values if not isinstance(value, bool)))
