"""The part of a clip's menu that makes it again. The GUI thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from studio.domain.edits import find
from studio.domain.edits.live import Follow
from studio.domain.project import media_called
from studio.services.song_work import EXTEND, REPAINT
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


def fill_styles(menu: QMenu, act: Callable[[str], object], names: Sequence[str]) -> None:
    """Offer the styles that the project keeps."""
    for name in names:
        menu.addAction(name.replace("&", "&&")).triggered.connect(partial(_call, act, name))
    if not names:
        menu.addAction(t("None is kept yet: the room Music keeps them")).setEnabled(False)


def add_styles(menu: QMenu, clip_ids: Sequence[str], room: ArrangeRoom) -> None:
    """Offer to make songs again in a style; nothing where none of the clips is one."""
    deeds, project = room.live, room.state.project
    songs = [clip.id for clip in find.clips(project, clip_ids) if deeds.kind_of(clip.id) == "music"]
    if songs:
        styles = menu.addMenu(icon("bookmark"), t("In a style…"))
        styles.setEnabled(not model.all_locked(project, find.clips(project, songs)))
        fill_styles(styles, partial(deeds.in_style, songs), deeds.styles)


def _add_song(menu: QMenu, clip_id: str, room: ArrangeRoom, *, free: bool) -> None:
    """Offer what can be done with a song that is there; what its engine cannot is shown with the reason."""
    deeds, clip = room.live, find.clip(room.state.project, clip_id)
    menu.setToolTipsVisible(True)
    no_end, no_part = deeds.why_not(clip_id, EXTEND), deeds.why_not(clip_id, REPAINT)
    on = menu.addMenu(icon("move-horizontal"), t("Extend…"))
    fill_extend(on, partial(deeds.extend, clip_id), deeds.on_by(clip_id))
    _unless(on.menuAction(), no_end, free=free)
    most = deeds.longer_by(clip_id)
    if no_end and can_extend(most):
        longer = menu.addMenu(icon("refresh-cw"), t("Again, longer…"))
        longer.setEnabled(free)
        fill_extend(longer, partial(deeds.longer, clip_id), most)
    repaint = menu.addAction(icon("wand-sparkles"), t("Repaint selection"))
    repaint.triggered.connect(lambda: deeds.repaint(clip_id, deeds.range_in(clip)))
    if not no_part and not deeds.marked_in(clip):
        no_part = t("Mark a range of it with the loop first, on the ruler.")
    _unless(repaint, no_part, free=free)
    add_styles(menu, [clip_id], room)


def _unless(action: QAction, why: str, *, free: bool) -> None:
    action.setEnabled(free and not why)
    if why:
        action.setToolTip(why)
        action.setStatusTip(why)


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
        _add_song(menu, clip_id, room, free=free)
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
