"""Taking dead time out: gaps between clips, and silences inside them. Pure; any thread.

What was measured comes in as numbers: silences are stretches of seconds in media, as the sound process found them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from studio.domain import samples
from studio.domain.edits import clips as clip_edits
from studio.domain.edits import find, parts, ripple
from studio.domain.project import Clip, Fade, Project, media_of
from studio.errors import StudioError

Silences = Mapping[str, Sequence[tuple[float, float]]]
"""Media → where nothing is heard in it, in seconds, in order."""

_SOFT = 200  # a cut is softened over 1/_SOFT s on either side
_WORTH = 100  # less than 1/_WORTH s is not cut, nor left over


def close_gaps(
    project: Project,
    *,
    longest: int,
    clips: Iterable[str] = (),
    tracks: Iterable[str] = (),
    everywhere: bool = False,
) -> Project:
    """Shorten the gaps that are longer than `longest` between clips, or between all clips of tracks.

    Several tracks are seen as one, so that what is said on them stays in order: a gap is where none of them plays.
    Without clips and tracks these are the tracks for speech. What comes later on these tracks, or on all, follows.
    """
    if longest < 0:
        raise StudioError("A gap cannot be shorter than nothing.", "Give a length of 0 or more.")
    spots = find.spots(project, clips).values()
    rows = {spot.track for spot in spots} or {find.row(project, track) for track in tracks}
    rows = rows or {row for row, track in enumerate(project.tracks) if track.kind == "speech"}
    chosen = [project.tracks[spot.track].clips[spot.clip] for spot in spots]
    first = min((clip.start for clip in chosen), default=0)
    last = max((clip.end for clip in chosen), default=project.length)
    there = sorted((clip.start, clip.end) for row in rows for clip in project.tracks[row].clips)
    cuts: list[tuple[int, int]] = []
    reach: int | None = None
    for start, end in there:
        if reach is not None and first <= reach and start < last and start - reach > longest:
            cuts.append((reach + longest, start))
        reach = end if reach is None else max(reach, end)
    for row in rows:
        parts.check_track_unlocked(project.tracks[row])
    return ripple.cut_out(project, cuts, range(len(project.tracks)) if everywhere else rows, free=rows)


def remove_silences(
    project: Project, clip_ids: Iterable[str], silences: Silences, *, keep: int, everywhere: bool = False
) -> Project:
    """Cut the silences inside clips down to `keep`, half of it beside each word; what comes later follows.

    With `everywhere` the other tracks follow as well, but no time is taken from under somebody who speaks on another.
    """
    if keep < 0:
        raise StudioError("A silence cannot be shorter than nothing.", "Give a length of 0 or more.")
    spots = find.spots(project, clip_ids)
    parts.check_unlocked(project, spots.values())
    rows = {spot.track for spot in spots.values()}
    spans: list[tuple[int, int]] = []
    by_row = parts.left_on_tracks(project, spots.values())
    for spot in spots.values():
        clip = project.tracks[spot.track].clips[spot.clip]
        pieces = _pieces(project, clip, _cuts(project, clip, silences, keep))
        ends = [clip.start, *(at for piece in pieces for at in (piece.start, piece.end)), clip.end]
        spans += [(start, end) for start, end in zip(ends[::2], ends[1::2], strict=True) if start < end]
        for number, piece in enumerate(pieces):
            if number:
                project, new = parts.new_id(project, "c")
                project, effects = parts.with_new_effects(project, clip.effects)
                piece = replace(piece, id=new, effects=effects)  # noqa: PLW2901
            by_row[spot.track].append(piece)
    if not spans:
        return project
    project = parts.arranged(project, by_row)
    if not everywhere:
        return ripple.cut_out(project, spans, rows)
    speech = {row for row, track in enumerate(project.tracks) if track.kind == "speech"}
    return ripple.cut_out(project, spans, range(len(project.tracks)), free=speech | rows)


def _cuts(project: Project, clip: Clip, silences: Silences, keep: int) -> list[tuple[int, int]]:
    """Return what is to go of a clip, on the timeline, in order; a rest at either end that is no sound goes as well."""
    media = media_of(project, clip)
    origin = clip.start - samples.stretched(clip.offset, clip.stretch)
    least = project.rate // _WORTH
    found: list[tuple[int, int]] = []
    for silence in silences.get(media.id, ()) if media else ():
        start, end = (
            origin + samples.stretched(samples.from_seconds(seconds, project.rate), clip.stretch) for seconds in silence
        )
        start = clip.start if start < clip.start + least else start + keep // 2
        end = clip.end if end > clip.end - least else end - (keep - keep // 2)
        start, end = max(start, clip.start), min(end, clip.end)
        if end - start >= least and end - start < clip.length:
            found.append((start, end))
    return found


def _pieces(project: Project, clip: Clip, cuts: Sequence[tuple[int, int]]) -> list[Clip]:
    """Return what is left of a clip, with a short fade at each cut, unless there is one."""
    found: list[Clip] = []
    for start, end in cuts:
        if start <= clip.start:
            clip = clip_edits.trimmed(project, clip, start=end)
        elif end >= clip.end:
            clip = clip_edits.trimmed(project, clip, end=start)
            return [*found, _softened(clip, project.rate, last=True)]
        else:
            left, clip = clip_edits.halves(project, clip, start)
            clip = clip_edits.halves(project, clip, end)[1]
            found.append(_softened(left, project.rate, last=True))
        clip = _softened(clip, project.rate, last=False)
    return [*found, clip]


def _softened(clip: Clip, rate: int, *, last: bool) -> Clip:
    fade = Fade(min(rate // _SOFT, clip.length))
    if last:
        return clip if clip.fade_out.length else replace(clip, fade_out=fade)
    return clip if clip.fade_in.length else replace(clip, fade_in=fade)
