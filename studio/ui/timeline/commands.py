"""What keys and menus do with the chosen clips: the project that comes of it, and what is chosen then. Pure.

`chosen` are ids of clips, whole groups among them; `at` is the playhead. StudioError says what cannot be done.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from typing import NamedTuple

from studio.domain.edits import clips, fades, find, grouping, pasting, ripple
from studio.domain.project import Clip, Project
from studio.errors import StudioError
from studio.ui.language import t

_FRAMES_A_SECOND = 30


class Done(NamedTuple):
    """What a command makes of the project, and which clips are chosen afterwards."""

    project: Project
    chosen: frozenset[str]


# ------------------------------------------------------------------------------------------------------------ choosing


def every_clip(project: Project) -> frozenset[str]:
    """Return all clips."""
    return frozenset(clip.id for track in project.tracks for clip in track.clips)


def clips_to_the_right(project: Project, at: int, *, track: str = "") -> frozenset[str]:
    """Return the clips that begin at the playhead or later, on all tracks or on one."""
    tracks = [find.track(project, track)] if track else project.tracks
    return frozenset(clip.id for one in tracks for clip in one.clips if clip.start >= at)


# ------------------------------------------------------------------------------------------------- splitting, trimming


def split(project: Project, chosen: Collection[str], at: int) -> Done:
    """Split the chosen clips at the playhead, or without any all unlocked ones; the right halves are chosen then."""
    halves: list[str] = []
    for clip in _under(project, chosen, at):
        project, half = clips.split(project, clip.id, at)
        halves.append(half)
    return Done(project, frozenset(halves))


def trim_start(project: Project, chosen: Collection[str], at: int, *, follow: bool = False) -> Done:
    """Let the clips under the playhead begin there; with ripple (`follow`) what is later closes up."""
    for clip in _under(project, chosen, at):
        if follow:
            start = find.clip(project, clip.id).start + at - clip.start  # an earlier one may have moved it
            project = ripple.trim_start(project, clip.id, start)
        else:
            project = clips.trim(project, clip.id, start=at)
    return Done(project, frozenset(chosen))


def trim_end(project: Project, chosen: Collection[str], at: int, *, follow: bool = False) -> Done:
    """Let the clips under the playhead end there; with ripple (`follow`) what is later closes up."""
    for clip in _under(project, chosen, at):
        if follow:
            project = ripple.trim_end(project, clip.id, find.clip(project, clip.id).end + at - clip.end)
        else:
            project = clips.trim(project, clip.id, end=at)
    return Done(project, frozenset(chosen))


def fade_in(project: Project, chosen: Collection[str], at: int) -> Done:
    """Let the clips under the playhead be faded in from their start to there, as far as their other fade."""
    for clip in _under(project, chosen, at):
        length = min(at - clip.start, clip.length - clip.fade_out.length)
        project = fades.set_fades(project, clip.id, fade_in=replace(clip.fade_in, length=length))
    return Done(project, frozenset(chosen))


def fade_out(project: Project, chosen: Collection[str], at: int) -> Done:
    """Let the clips under the playhead be faded out from there to their end, as far as their other fade."""
    for clip in _under(project, chosen, at):
        length = min(clip.end - at, clip.length - clip.fade_in.length)
        project = fades.set_fades(project, clip.id, fade_out=replace(clip.fade_out, length=length))
    return Done(project, frozenset(chosen))


def join(project: Project, chosen: Collection[str]) -> Done:
    """Make one clip of pieces that follow each other."""
    ordered = sorted(find.clips(project, _some(chosen)), key=lambda clip: (clip.start, clip.id))
    return Done(clips.join(project, [clip.id for clip in ordered]), frozenset([ordered[0].id]))


# ----------------------------------------------------------------------------------------- copying, removing, pasting


def duplicate(project: Project, chosen: Collection[str], *, follow: bool = False) -> Done:
    """Copy clips to right behind themselves; with ripple (`follow`) what is later makes room. The copies are chosen."""
    edit = ripple.duplicate if follow else clips.duplicate
    project, copies = edit(project, _some(chosen))
    return Done(project, frozenset(copies))


def remove(project: Project, chosen: Collection[str], *, follow: bool = False) -> Done:
    """Remove clips; with ripple (`follow`) what is later closes up."""
    edit = ripple.remove if follow else clips.remove
    return Done(edit(project, _some(chosen)), frozenset())


def copied(project: Project, chosen: Collection[str]) -> str:
    """Return what a copy puts on the clipboard, as a text of the kind `pasting.MIME`."""
    return pasting.copied(project, grouping.with_group(project, _some(chosen)))


def cut(project: Project, chosen: Collection[str], *, follow: bool = False) -> tuple[Done, str]:
    """Remove clips, and return what goes on the clipboard."""
    return remove(project, chosen, follow=follow), copied(project, chosen)


def paste(project: Project, text: str, at: int, *, track: str, follow: bool = False) -> Done:
    """Put what was copied at the playhead, on its tracks where they are there and unlocked, else on the chosen one.

    With ripple (`follow`) what is later on those tracks makes room.
    """
    edit = pasting.paste_insert if follow else pasting.paste
    project, new = edit(project, pasting.read(text), at, track=track)
    return Done(project, frozenset(new))


def paste_insert(project: Project, text: str, at: int, *, track: str) -> Done:
    """The same, and what is later on those tracks makes room, with ripple on or off."""
    return paste(project, text, at, track=track, follow=True)


# ------------------------------------------------------------------------------------------- what clips are and where


def group(project: Project, chosen: Collection[str]) -> Done:
    """Keep clips together from now on."""
    return Done(grouping.group(project, _some(chosen))[0], frozenset(chosen))


def ungroup(project: Project, chosen: Collection[str]) -> Done:
    """Let the clips of groups go their own ways."""
    return Done(grouping.ungroup(project, _some(chosen)), frozenset(chosen))


def switch_lock(project: Project, chosen: Collection[str]) -> Done:
    """Lock clips, or unlock them if all are locked."""
    ids = _some(chosen)
    on = not _all(project, ids, lambda clip: clip.locked)
    return Done(clips.set_locked(project, ids, on=on), frozenset(chosen))


def switch_mute(project: Project, chosen: Collection[str]) -> Done:
    """Silence clips, or let them sound if all are silent."""
    ids = _some(chosen)
    on = not _all(project, ids, lambda clip: clip.mute)
    return Done(clips.set_mute(project, ids, on=on), frozenset(chosen))


def nudge(project: Project, chosen: Collection[str], *, by: int, follow: bool = False) -> Done:
    """Move clips by a little, at most back to the begin; with ripple (`follow`) up to the next clip."""
    edit = ripple.move if follow else clips.move
    return Done(edit(project, _some(chosen), by=by), frozenset(chosen))


def to_track(project: Project, chosen: Collection[str], track: str, *, follow: bool = False) -> Done:
    """Move clips to other tracks, the first of them to one; with ripple (`follow`) gaps close and room is made."""
    edit = ripple.move if follow else clips.move
    lie = {clip.id: (row, clip.start) for row, one in enumerate(project.tracks) for clip in one.clips}
    ordered = sorted((name for name in _some(chosen) if name in lie), key=lie.__getitem__)
    return Done(edit(project, ordered, by=0, track=track), frozenset(chosen))


def frame(project: Project) -> int:
    """Return how long a picture of a film lasts, to nudge by."""
    return round(project.rate / _FRAMES_A_SECOND)


# --------------------------------------------------------------------------------------------------------------- parts


def _some(chosen: Collection[str]) -> list[str]:
    if not chosen:
        raise StudioError(t("No clip is chosen."), t("Click a clip first."))
    return sorted(chosen)


def _under(project: Project, chosen: Collection[str], at: int) -> list[Clip]:
    """Return the chosen clips that play across a moment; without any chosen, all that are not locked."""
    found = [clip for clip in _candidates(project, chosen) if clip.start < at < clip.end]
    if not found and chosen:
        raise StudioError(
            t("None of the chosen clips lies under the playhead."), t("Move the playhead there, or choose no clip.")
        )
    if not found:
        raise StudioError(t("No clip that can be changed lies under the playhead."), t("Move the playhead to one."))
    return found


def _candidates(project: Project, chosen: Collection[str]) -> Iterable[Clip]:
    for track in project.tracks:
        for clip in track.clips:
            if clip.id in chosen if chosen else not (track.locked or clip.locked):
                yield clip


def _all(project: Project, ids: list[str], holds: Callable[[Clip], bool]) -> bool:
    return all(holds(clip) for clip in find.clips(project, ids))
