"""Exports of projects: checks first, then a row in the queue, then what came of it. Any thread.

A row holds a studio.domain.export.order.Order; studio.services.export_job does the work.
"""

from __future__ import annotations

import json
import math
import os
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from studio.domain.export import chapters, file_names, options, order, verdicts
from studio.domain.export.heard import heard
from studio.domain.export.options import Options
from studio.domain.export.order import Order, Piece
from studio.domain.project import Project, sounding
from studio.domain.requests import EXPORT, Request, Target
from studio.errors import StudioError
from studio.paths import DataPaths
from studio.services.jobs import Job, Jobs
from studio.services.library import check_file
from studio.services.projects import Projects
from studio.store import project_folder, project_media, snapshots
from studio.store.database import Database
from studio.worker.context import sha256_of

TAGS = ("title", "artist", "album", "year", "genre", "comment", "language")
CREDITS = ".CREDITS.txt"  # after the whole name of the sound file, so that no two exports share one
_MOST_SECONDARY = 500  # files of an export; each is open while it is made
_SILENT_LUFS, _SILENT_DB = -70.0, -120.0  # what the sound process says of silence
_SUBTITLES = ("srt", "vtt")
_YEAR = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")


@dataclass(frozen=True)
class Wish:
    """What a face wants, before any check. Paths that are None are not wanted."""

    project: Path
    output: Path
    options: Options = field(default_factory=Options)
    stems: Path | None = None  # a folder, which is made
    chapters: Path | None = None  # likewise
    labels: Path | None = None
    otio: Path | None = None
    subtitles: Path | None = None
    tags: Mapping[str, str] = field(default_factory=dict[str, str])  # stronger than the project's own
    force: bool = False


@dataclass(frozen=True)
class Written:
    """A file that a job made, or was about to make."""

    path: str
    use: str
    sha256: str
    facts: dict[str, Any]
    recipe: dict[str, Any] | None

    def to_output(self) -> dict[str, Any]:
        """Return the object that commands print."""
        found: dict[str, Any] = {"path": self.path, "kind": "audio" if self.use in order.SOUNDS else "text"}
        for name in ("seconds", "sample_rate", "channels", "loudness", "true_peak"):
            if name in self.facts:
                value: Any = self.facts[name]
                found[name] = round(value, 3) if isinstance(value, float) else value
        return found | {"use": self.use, "sha256": self.sha256, "recipe": self.recipe}


class Exports:
    """Turns wishes into jobs, and rows into results."""

    def __init__(self, projects: Projects, jobs: Jobs, database: Database, paths: DataPaths) -> None:
        self._projects = projects
        self._jobs = jobs
        self._database = database
        self._paths = paths

    def ask(self, wish: Wish) -> int:
        """Queue an export of a project as it is saved; raise StudioError for whatever is wrong with the wish."""
        folder = wish.project.absolute()
        with self._projects.open(folder, writing=False) as opened:
            project = opened.project
        settled = options.settle(wish.options, wish.output.suffix, project.rate)
        own_year = project.metadata.year
        if own_year and not wish.tags.get("year") and not _YEAR.fullmatch(own_year):
            odd = f"The project's year is {own_year!r}; some files can hold only a date, and say nothing then."
            settled = replace(settled, notes=(*settled.notes, odd))
        start, end = options.stretch(wish.options, project, whole=self._end_of_mix(project, folder))
        pieces = _pieces(project, wish, start, end)
        for piece in pieces:
            _check(piece, folder, force=wish.force)
        parents = dict.fromkeys(Path(piece.path).parent for piece in pieces)
        placed = Order(
            folder=str(folder),
            snapshot="",
            settled=settled,
            tags=_tags(project, wish.tags),
            pieces=pieces,
            force=wish.force,
            makes=tuple(str(parent) for parent in parents if not parent.exists()),
        )
        refuse_missing(project, placed)
        return self._enqueue(replace(placed, snapshot=snapshots.keep(self._paths.snapshots, project)))

    def retry(self, job: int) -> int:
        """Queue an export again, from the project as it was then."""
        old = self._jobs.get(job)
        if not old.final:
            raise StudioError(f"Job {job} is {old.state}.", "Only a job that is over can be retried.")
        before = order.from_dict(old.request.params)
        # What a job wrote itself may be written again; what the user put in its place may not.
        again = tuple(piece.path for piece in before.pieces if self._made(old, Path(piece.path)))
        placed = replace(before, again=again)
        for piece in placed.pieces:
            _check(piece, Path(placed.folder), force=placed.may_replace(piece))
        refuse_missing(snapshots.read(self._paths.snapshots, placed.snapshot), placed)
        return self._enqueue(placed, retry_of=job)

    def written(self, job: int) -> list[Written]:
        """Return the files of a job, the mix first; after a failure, those that may have taken their places."""
        rows = self._database.rows("select * from exported where job = ? order by id", (job,))
        return [
            Written(r["path"], r["use"], r["sha256"], json.loads(r["facts"]), json.loads(r["recipe"])) for r in rows
        ]

    def record(self, job: int, files: Iterable[Written]) -> None:
        """Say which files a job is about to put in place."""
        with self._database.transaction() as connection:
            connection.executemany(
                "insert into exported (job, path, use, sha256, facts, recipe) values (?, ?, ?, ?, ?, ?)",
                [
                    (job, f.path, f.use, f.sha256, json.dumps(f.facts), json.dumps(f.recipe, ensure_ascii=False))
                    for f in files
                ],
            )

    def result(self, job: Job) -> dict[str, Any]:
        """Return the object that commands print for an export that succeeded."""
        placed = order.from_dict(job.request.params)
        files = self.written(job.id)
        facts: dict[str, Any] = files[0].facts if files else {}
        wall = float(facts.get("wall") or job.timing.get("running") or 0.0)
        return {
            "path": placed.mix.path,
            "seconds": _rounded(facts.get("seconds")),
            "wall": round(wall, 3),
            "realtime": round(float(facts.get("seconds") or 0.0) / wall, 1) if wall else None,
            "loudness": _rounded(facts.get("loudness"), 2),
            "true_peak": _rounded(facts.get("true_peak"), 2),
            "peak_rss": facts.get("peak_rss"),
            "job": job.id,
            "state": job.state,
            "verdicts": [_verdict(placed, f) for f in files if f.use in {order.MIX, order.CHAPTER}],
            "credits": next((p.path for p in placed.pieces if p.use == order.CREDITS), None),
            "commercial": facts.get("commercial"),
            "outputs": [f.to_output() for f in files],
            "notes": list(job.notes),
            "timing": job.timing,
        }

    def forget(self) -> None:
        """Remove the snapshots that no row needs any more."""
        rows = self._database.rows(
            "select json_extract(request, '$.params.snapshot') from jobs where task = ?", ("export",)
        )
        snapshots.remove_unnamed(self._paths.snapshots, {str(r[0]) for r in rows})

    def _end_of_mix(self, project: Project, folder: Path) -> int:
        """Return where the mix ends, with what effects ring on; only those who have some wait for their libraries."""
        if not any(track.effects for track in sounding(project.tracks)):
            return project.length
        from studio.audio import plan

        return plan.make(project, folder, cache=self._paths.conformed).length

    def _enqueue(self, placed: Order, retry_of: int | None = None) -> int:
        mix, form = placed.mix, placed.settled.kind
        target = Target(mix.path, form, placed.force, detached=True)
        request = Request(task=EXPORT, engine="", params=placed.to_dict(), seed=0, format=form, target=target)
        units = sum(piece.end - piece.start for piece in placed.pieces if piece.is_sound) / 1000.0
        return self._jobs.enqueue(request, units=units, retry_of=retry_of)

    def _made(self, job: Job, path: Path) -> bool:
        """Whether a file is what this job wrote, or one that it repeats."""
        try:
            digest = sha256_of(path)
        except OSError:  # what cannot be read is not known to be ours
            return False
        while not any(file.sha256 == digest for file in self.written(job.id)):
            if job.retry_of is None:
                return False
            job = self._jobs.get(job.retry_of)
        return True


def refuse_missing(project: Project, placed: Order) -> None:
    """Raise StudioError where sound of an export is not there: it would be silent, and nobody would know."""
    folder = Path(placed.folder)
    if not folder.is_dir():
        raise StudioError(f"The project is no longer at {folder}.", "Put it back, or export it from where it is now.")
    used = {c.media.id: c.media for c in heard(project, 0, project.length) if c.media}
    gone = {media.id: media.name for media in used.values() if not project_media.is_there(folder, media.file)}
    if gone:
        named = ", ".join(f"{name} ({media})" for media, name in list(gone.items())[:5])
        if len(gone) > 5:
            named = f"{named} and {len(gone) - 5} more"
        raise StudioError(
            f"Files of the project are missing: {named}.",
            f"Say where each is with `studio project relink DIR {next(iter(gone))} FILE`, or mute its clips.",
        )


def _pieces(project: Project, wish: Wish, start: int, end: int) -> tuple[Piece, ...]:
    """Return all files that were asked for, with full paths."""
    output = wish.output.absolute()
    found = [Piece(str(output), order.MIX, start, end, title=project.metadata.title or project.name)]
    found += _chapter_pieces(project, wish, start, end)
    found += _stem_pieces(project, wish, start, end)
    for file, use in ((wish.labels, order.LABELS), (wish.otio, order.OTIO), (wish.subtitles, order.SUBTITLES)):
        if file is not None:
            found.append(Piece(str(file.absolute()), use, start, end))
    if wish.subtitles is not None and wish.subtitles.suffix.lower().lstrip(".") not in _SUBTITLES:
        raise StudioError(f"The ending of {wish.subtitles.name!r} names no form of subtitles.", "Use .srt or .vtt.")
    found.append(Piece(f"{output}{CREDITS}", order.CREDITS, start, end))
    if len(found) > _MOST_SECONDARY:
        raise StudioError(f"The export would be {len(found)} files.", f"At most {_MOST_SECONDARY} are made at once.")
    if len({_place(Path(piece.path)) for piece in found}) < len(found):
        raise StudioError("Two files of the export have the same name.", "Give each its own name.")
    return tuple(found)


def _place(path: Path) -> str:
    """Return the one spelling of a place, whatever links and dots lead there, on systems that tell no case too."""
    return unicodedata.normalize("NFC", str(Path(os.path.realpath(path.parent)) / path.name)).casefold()


def _chapter_pieces(project: Project, wish: Wish, start: int, end: int) -> list[Piece]:
    if wish.chapters is None:
        return []
    found = chapters.pieces(project, start, end)
    if not found:
        raise StudioError(
            "The project has no chapters there.", "Mark them: `studio project marker DIR NAME --at S --chapter`."
        )
    stems = chapters.file_stems(found)
    return [
        Piece(str(wish.chapters.absolute() / f"{stem}{wish.output.suffix}"), order.CHAPTER, c.start, c.end, c.title)
        for c, stem in zip(found, stems, strict=True)
    ]


def _stem_pieces(project: Project, wish: Wish, start: int, end: int) -> list[Piece]:
    if wish.stems is None:
        return []
    tracks = [track for track in sounding(project.tracks) if track.clips]
    if not tracks:
        raise StudioError("No track is heard, so there are no stems.", "Unmute a track, or leave out --stems.")
    names = file_names.unique(file_names.safe(track.name, otherwise="Track") for track in tracks)
    return [
        Piece(str(wish.stems.absolute() / f"{n}{wish.output.suffix}"), order.STEM, start, end, track.name, track.id)
        for track, n in zip(tracks, names, strict=True)
    ]


def _check(piece: Piece, project: Path, *, force: bool) -> None:
    path = Path(piece.path)
    inside = path.resolve().relative_to(project.resolve()).parts[:1] if _is_in(path, project) else ()
    if any(part.casefold() in project_folder.OWN for part in inside):
        raise StudioError(f"{path} belongs to the project itself.", "Choose a place outside its folder.")
    folder = path.parent
    if piece.use in {order.CHAPTER, order.STEM} and not folder.exists():
        if not folder.parent.is_dir():
            hint = "Make it first, or choose another place."
            raise StudioError(f"The folder {folder.parent} does not exist.", hint)
        return  # the folder is made when there is something to put in
    check_file(path, force=force)


def _is_in(path: Path, folder: Path) -> bool:
    try:
        return path.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError):  # a loop of links: writing there fails with words of its own
        return False


def _tags(project: Project, given: Mapping[str, str]) -> dict[str, str]:
    year = given.get("year", "")
    if year and not _YEAR.fullmatch(year):  # some files can hold nothing else, and would leave it out without a word
        raise StudioError(f"--year {year!r} is no year.", "Write for example 2026, or 2026-05-17.")
    own = asdict(project.metadata)
    found = {name: given.get(name, "") or own[name] for name in TAGS}
    return found | {"title": found["title"] or project.name}


def _verdict(placed: Order, file: Written) -> dict[str, Any]:
    rules = verdicts.judge(placed.settled, measured(placed, file.facts))
    return {
        "path": file.path,
        "preset": placed.settled.preset or None,
        "passed": verdicts.met(rules),
        "rules": [rule.to_dict() for rule in rules],
    }


def measured(placed: Order, facts: Mapping[str, Any]) -> verdicts.Measured:
    """Return what the sound process said of a file, as far as it said it."""

    def number(name: str, floor: float = -math.inf) -> float | None:
        value = facts.get(name)
        return float(value) if isinstance(value, (int, float)) and value > floor else None

    settled = placed.settled
    return verdicts.Measured(
        seconds=number("seconds") or 0.0,
        rate=int(facts.get("sample_rate") or settled.rate),
        channels=int(facts.get("channels") or settled.channels),
        kind=settled.kind,
        bitrate=settled.bitrate if settled.kind == "mp3" else 0,
        loudness=number("loudness", _SILENT_LUFS),
        true_peak=number("true_peak", _SILENT_DB),
        sample_peak=number("sample_peak_db", _SILENT_DB),
        rms=number("rms_db", _SILENT_DB),
        noise=number("noise_db", _SILENT_DB),
        head=number("head_seconds"),
        tail=number("tail_seconds"),
        clipped=int(facts.get("clipped") or 0),
    )


def _rounded(value: Any, digits: int = 3) -> float | None:
    return round(float(value), digits) if isinstance(value, (int, float)) else None
