"""`studio project`: the timeline without a window."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from studio.app import Studio
from studio.cli.main import open_studio
from studio.cli.output import Output, table
from studio.domain import samples
from studio.domain.edits import (
    assembling,
    clips,
    fades,
    find,
    levelling,
    marks,
    pace,
    place,
    ripple,
    takes,
    tightening,
    tracks,
    whole,
)
from studio.domain.project import Duck, Fade, Media, Picture, Project
from studio.errors import StudioError
from studio.services.project_info import info
from studio.services.projects import OpenProject

Edit = Callable[[Project, Namespace], Project]


def run(args: Namespace, out: Output) -> int:
    """Look at a project, or change it."""
    studio = open_studio(args, out)
    try:
        return _VERBS[args.verb](studio, args, out)
    finally:
        studio.close()


def _new(studio: Studio, args: Namespace, out: Output) -> int:
    with studio.projects.create(_folder(args), rate=args.rate) as opened:
        return _show(opened, out)


def _info(studio: Studio, args: Namespace, out: Output) -> int:
    with studio.projects.open(_folder(args), writing=False) as opened:
        _tell(opened, out)
        if opened.newer:
            out.tell(f"note: {opened.newer}")
        return _show(opened, out)


def _check(studio: Studio, args: Namespace, out: Output) -> int:
    with studio.projects.open(_folder(args), writing=False) as opened:
        missing = opened.missing(thorough=True)
        problems = [*opened.damage, *_unreadable(opened), *(_gone(one) for one in missing)]
        notes = [note for note in (*opened.told, opened.newer) if note and note not in problems]
        shown = info(opened.history, missing=missing) | _about(opened) | {"problems": problems}
        out.result(shown, "\n".join([*notes, *(problems or ["Everything is as it should be."])]))
        return 2 if problems else 0


def _gone(one: Media | Picture) -> str:
    if isinstance(one, Media):
        return f"{one.id} ({one.name}) is missing or not what it was: {one.file}. `studio project relink` mends it."
    return f"The cover is missing or not what it was: {one.file}. `studio project cover` sets it again."


def _unreadable(opened: OpenProject) -> list[str]:
    try:
        opened.history.all_read()
    except StudioError as e:
        return [f"{e.message} {e.hint}"]
    return []


def _undo(studio: Studio, args: Namespace, out: Output) -> int:
    with _opened(studio, args, out) as opened:
        label = _gone_back(opened, opened.undo)
        opened.save()
        return _show(opened, out, f"Took back: {label}")


def _redo(studio: Studio, args: Namespace, out: Output) -> int:
    with _opened(studio, args, out) as opened:
        label = _gone_back(opened, opened.redo)
        opened.save()
        return _show(opened, out, f"Did again: {label}")


def _gone_back(opened: OpenProject, go: Callable[[], str]) -> str:
    try:
        return go()
    except StudioError:
        if opened.unsaved:  # a damaged step was given up; the next command must not meet it again
            opened.save()
        raise


def _history(studio: Studio, args: Namespace, out: Output) -> int:
    with studio.projects.open(_folder(args), writing=False) as opened:
        done, undone = opened.history.labels[: opened.history.at], opened.history.labels[opened.history.at :]
        lines = [*(f"  {label}" for label in done), "> now", *(f"  {label} (taken back)" for label in undone)]
        out.result(info(opened.history) | {"done": [*done], "undone": [*undone]}, "\n".join(lines))
        return 0


def _add(studio: Studio, args: Namespace, out: Output) -> int:
    with _opened(studio, args, out) as opened:
        at = None if args.at is None else _at(opened.project, args.at)
        for file in args.files:
            step = f"add {opened.project.next_id}"  # one step for the sound and its clip
            media = opened.take_in(
                Path(file),
                merge=step,
                licence=args.licence,
                on_progress=lambda p: out.progress("checking", p.fraction, None),
            )
            changed, track = _track_for(opened.project, args.track, media)
            changed, clip = place.media(changed, media, track=track, at=at)
            at = None if at is None else find.clip(changed, clip).end
            opened.do(f"Add {Path(file).name}", changed, merge=step)
        opened.save()
        return _show(opened, out)


def _track(studio: Studio, args: Namespace, out: Output) -> int:
    def edit(project: Project, args: Namespace) -> Project:
        there = [t.id for t in project.tracks if t.name == args.name]
        if there:
            track = there[0]
        else:
            project, track = tracks.add_track(project, args.name, kind=args.kind or "sound")
        wanted: dict[str, Any] = {"kind": args.kind, "gain_db": args.gain, "pan": args.pan}
        wanted |= {
            name: None if value is None else value == "on" for name, value in (("mute", args.mute), ("solo", args.solo))
        }
        if args.duck is not None:
            wanted["duck"] = Duck.at_rate(project.rate, depth_db=-abs(args.duck)) if args.duck else False
        changes = {name: value for name, value in wanted.items() if value is not None}
        if changes.get("duck") is False:
            changes["duck"] = None
        return tracks.set_track(project, track, **changes) if changes else project

    return _edit(studio, args, out, edit, f"Change track {args.name}")


def _edit(studio: Studio, args: Namespace, out: Output, edit: Edit, label: str) -> int:
    with _opened(studio, args, out) as opened:
        opened.do(label, edit(opened.project, args))
        opened.save()
        return _show(opened, out)


def _split(project: Project, args: Namespace) -> Project:
    return clips.split(project, args.clip, _at(project, args.at))[0]


def _trim(project: Project, args: Namespace) -> Project:
    if args.start is None and args.end is None:
        raise StudioError("Nothing was said about either end.", "Give --start S, --end S or both.")
    start = None if args.start is None else _at(project, args.start)
    end = None if args.end is None else _at(project, args.end)
    return clips.trim(project, args.clip, start=start, end=end)


def _move(project: Project, args: Namespace) -> Project:
    by = _at(project, args.at) - find.clip(project, args.clip).start
    track = _track_named(project, args.track) if args.track else None
    return clips.move(project, [args.clip], by=by, track=track)


def _remove(project: Project, args: Namespace) -> Project:
    return (ripple if args.ripple else clips).remove(project, [args.clip])


def _gain(project: Project, args: Namespace) -> Project:
    return clips.set_gain(project, [args.clip], args.db)


def _fade(project: Project, args: Namespace) -> Project:
    if args.fade_in is None and args.fade_out is None:
        raise StudioError("Nothing was said about either end.", "Give --in S, --out S or both.")
    clip = find.clip(project, args.clip)
    wanted: dict[str, Fade] = {}
    for name, seconds, old in (("fade_in", args.fade_in, clip.fade_in), ("fade_out", args.fade_out, clip.fade_out)):
        if seconds is not None:
            wanted[name] = replace(old, length=_at(project, seconds))
    return fades.set_fades(project, args.clip, **wanted)


def _stretch(project: Project, args: Namespace) -> Project:
    return pace.set_pitch(pace.set_stretch(project, args.clip, args.factor), args.clip, args.pitch)


def _marker(project: Project, args: Namespace) -> Project:
    return marks.add_marker(project, _at(project, args.at), args.name, chapter=args.chapter)[0]


def _assemble(project: Project, args: Namespace) -> Project:
    return assembling.assemble(project, per_speaker=args.per_speaker, chapters=args.chapters)


def _close_gaps(project: Project, args: Namespace) -> Project:
    named = [_track_named(project, name) for name in args.track]
    return tightening.close_gaps(project, longest=_at(project, args.longest), tracks=named, everywhere=args.everywhere)


def _level(studio: Studio, args: Namespace, out: Output) -> int:
    with _opened(studio, args, out) as opened:
        wanted = _spoken_clips(opened.project, args.track)
        measured = studio.arranging.loudness_of(
            opened.project, opened.folder, wanted, on_progress=lambda share: out.progress("measuring", share, None)
        )
        opened.do("Level speech", levelling.level(opened.project, measured, target=args.target))
        opened.save()
        return _show(opened, out)


def _silences(studio: Studio, args: Namespace, out: Output) -> int:
    with _opened(studio, args, out) as opened:
        project, wanted = opened.project, _spoken_clips(opened.project, args.track)
        found = studio.arranging.silences_of(
            project,
            opened.folder,
            wanted,
            shortest=args.shortest,
            on_progress=lambda share: out.progress("listening", share, None),
        )
        keep = _at(project, args.keep)
        changed = tightening.remove_silences(project, wanted, found, keep=keep, everywhere=args.everywhere)
        opened.do("Remove silences", changed)
        opened.save()
        return _show(opened, out)


def _spoken_clips(project: Project, names: Sequence[str]) -> tuple[str, ...]:
    """Return the clips in which somebody speaks, of the named tracks or of all."""
    wanted = {_track_named(project, name) for name in names} or {track.id for track in project.tracks}
    there = {clip.id for track in project.tracks if track.id in wanted for clip in track.clips}
    found = tuple(clip for clip in levelling.spoken_clips(project) if clip in there)
    if not found:
        raise StudioError(
            "Nobody speaks there.", "Name a track with speech, or say that one is: `studio project track`."
        )
    return found


def _meta(project: Project, args: Namespace) -> Project:
    pairs = [value.partition("=") for value in args.values]
    wrong = next((name for name, equals, _ in pairs if not equals), None)
    if wrong is not None:
        raise StudioError(f"{wrong!r} is not of the form NAME=VALUE.", "For example title='My piece'.")
    return whole.set_metadata(project, **{name.strip(): value for name, _, value in pairs})


def _collect(studio: Studio, args: Namespace, out: Output) -> int:
    target = Path(args.zip).absolute()
    if target.exists() and not args.force:
        raise StudioError(f"{target} exists.", "Choose another name, or add --force to replace it.")
    with studio.projects.open(_folder(args), writing=False) as opened:
        opened.collect(target, replace=args.force)
        _tell(opened, out)
        out.result(_shown(opened) | {"path": str(target)}, f"{target}: the project with its media.")
        return 0


def _expand(studio: Studio, args: Namespace, out: Output) -> int:
    studio.projects.expand(Path(args.zip), _folder(args))
    return _info(studio, args, out)


def _relink(studio: Studio, args: Namespace, out: Output) -> int:
    with _opened(studio, args, out) as opened:
        opened.relink(args.media, Path(args.file))
        opened.save()
        return _show(opened, out)


def _cover(studio: Studio, args: Namespace, out: Output) -> int:
    if bool(args.file) == args.remove:
        raise StudioError(
            "Either a picture or --remove is needed.", "For example `studio project cover DIR cover.png`."
        )
    with _opened(studio, args, out) as opened:
        opened.set_cover(Path(args.file) if args.file else None, licence=args.licence)
        opened.save()
        return _show(opened, out)


def _licence(project: Project, args: Namespace) -> Project:
    return takes.set_media_notes(project, args.media, licence=args.name)


def _tell(opened: OpenProject, out: Output) -> None:
    for sentence in opened.told:
        out.tell(f"note: {sentence}")


def _opened(studio: Studio, args: Namespace, out: Output) -> OpenProject:
    opened = studio.projects.open(_folder(args))
    _tell(opened, out)
    if opened.read_only:
        opened.close()
        raise StudioError(opened.read_only, "Open it with a newer version of the studio, or look at it with `info`.")
    return opened


def _show(opened: OpenProject, out: Output, text: str = "") -> int:
    shown = _shown(opened)
    rows = [
        [t["name"], c["id"], f"{c['start']:.3f}", f"{c['length']:.3f}", c["name"]]
        for t in shown["tracks"]
        for c in t["clips"]
    ]
    lines = [text] if text else []
    lines.append(f"{shown['name']}: {shown['seconds']:.3f} s, {len(shown['tracks'])} tracks, {len(rows)} clips")
    if rows:
        lines.append(table(rows, ["track", "clip", "at", "length", "what"]))
    lines += [f"missing: {m['name']} ({m['id']})" for m in shown["media"] if m["missing"]]
    out.result(shown, "\n".join(lines))
    return 0


def _shown(opened: OpenProject) -> dict[str, Any]:
    return info(opened.history, missing=opened.missing()) | _about(opened)


def _about(opened: OpenProject) -> dict[str, Any]:
    return {"told": [*opened.told], "read_only": opened.newer}


def _track_for(project: Project, name: str, media: str) -> tuple[Project, str]:
    """Return the track a user named, made if need be; without a name the first one.

    A track that is made for speech says so, so that music can go down under it.
    """
    found = [t.id for t in project.tracks if not name or t.name == name]
    if found:
        return project, found[0]
    spoken = place.spoken_words(find.media(project, media).recipe) is not None
    title = "Speech" if spoken else "Sound"
    return tracks.add_track(project, name or title, kind="speech" if spoken else "sound")


def _track_named(project: Project, name: str) -> str:
    found = [t.id for t in project.tracks if name in {t.name, t.id}]
    if not found:
        there = ", ".join(t.name for t in project.tracks)
        raise StudioError(f"There is no track {name!r}.", f"There are: {there}. `studio project track` makes one.")
    return found[0]


def _at(project: Project, seconds: float) -> int:
    at = samples.from_seconds(seconds, project.rate)
    if at < 0:
        raise StudioError(f"{seconds} s lies before the timeline.", "Times begin at 0.")
    return at


def _folder(args: Namespace) -> Path:
    return Path(args.project).absolute()


def _editing(edit: Edit, label: str) -> Callable[[Studio, Namespace, Output], int]:
    def verb(studio: Studio, args: Namespace, out: Output) -> int:
        return _edit(studio, args, out, edit, label.format(**vars(args)))

    return verb


_VERBS: dict[str, Callable[[Studio, Namespace, Output], int]] = {
    "new": _new,
    "info": _info,
    "check": _check,
    "undo": _undo,
    "redo": _redo,
    "history": _history,
    "add": _add,
    "track": _track,
    "split": _editing(_split, "Split {clip}"),
    "trim": _editing(_trim, "Trim {clip}"),
    "move": _editing(_move, "Move {clip}"),
    "remove": _editing(_remove, "Remove {clip}"),
    "gain": _editing(_gain, "Change the gain of {clip}"),
    "fade": _editing(_fade, "Fade {clip}"),
    "stretch": _editing(_stretch, "Stretch {clip}"),
    "marker": _editing(_marker, "Add marker {name}"),
    "assemble": _editing(_assemble, "Assemble from the script"),
    "close-gaps": _editing(_close_gaps, "Close gaps"),
    "level": _level,
    "silences": _silences,
    "meta": _editing(_meta, "Change the description"),
    "licence": _editing(_licence, "Change the licence of {media}"),
    "cover": _cover,
    "collect": _collect,
    "expand": _expand,
    "relink": _relink,
}
