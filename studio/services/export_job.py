"""One export from claimed to final: the sound in the sound process, the texts beside it here. The dispatcher's thread.

Everything is written beside its place under an unfinished name. When all is whole the row says what will be put where;
then the files take their places, the mix last; then the row says succeeded. A failure or a cancel before that leaves
nothing, and a retry after a crash in between knows the files that are its own.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any, cast

from studio.domain import jobs as states
from studio.domain.export import order
from studio.domain.export.credits import verdict
from studio.domain.export.heard import heard
from studio.domain.export.order import Order
from studio.domain.project import Project
from studio.domain.requests import EXPORT
from studio.errors import Cancelled, EngineFailure, StudioError
from studio.protocol import messages
from studio.services import export_content
from studio.services.execution import Tools, plain, seconds_left
from studio.services.export import Written, measured, refuse_missing
from studio.services.jobs import Job
from studio.store import atomic, snapshots
from studio.worker.context import sha256_of

_CANCEL_GAP = 0.2  # seconds between two looks at the row
_RMS_ROOM = 1.0  # dB by which a level may miss its aim before everything is made again
_RMS_TO_LUFS = 1.0  # how far the loudness of speech lies above its level: the gate leaves the pauses out
_LOUDEST = -5.0  # LUFS that may be aimed at
_SILENT = -70.0  # dB; no gain makes anything of that
_LONGEST_STAGE = 80
_LONGEST_NOTE = 2_000
_MOST_NOTES = 50
_UNIT = "LUFS"  # in what the sound process notes of a loudness
_ANEW = "`studio jobs retry` makes it from the start."
_Made = tuple[list[dict[str, Any]], list[str]]  # what is said of each file, and what was noted of all


class ExportWork:
    """The work on one claimed export. `run` leaves the row in a final state, whatever happens."""

    def __init__(self, tools: Tools, job: Job, *, stop: Callable[[], bool]) -> None:
        self._t = tools
        self._job = job
        self._stop = stop
        self._order = order.from_dict(job.request.params)
        self._state = states.PREPARING
        self._begun = time.monotonic()
        self._cancel_seen = False
        self._cancel_looked = 0.0
        self._expected: float | None = None  # seconds, as past exports have it

    def run(self) -> None:
        """Do the job."""
        try:
            self._do()
        except Cancelled:
            self._end_cancelled()
        except StudioError as e:
            self._t.jobs.set_state(self._job.id, self._state, states.FAILED, error=e, timing=self._timing())

    def _do(self) -> None:
        project = snapshots.read(self._t.paths.snapshots, self._order.snapshot)
        refuse_missing(project, self._order)
        pace = self._t.jobs.pace(None, "")
        self._expected = None if pace is None else pace * self._t.jobs.units(self._job.id)
        self._move(states.RUNNING)
        for note in self._order.settled.notes:
            self._t.jobs.note(self._job.id, note, level="info")
        silent = not heard(project, self._order.mix.start, self._order.mix.end)
        if silent and self._order.settled.loudness is None:  # with one, the sound process says what became of it
            self._t.jobs.note(self._job.id, "Nothing is heard: no clip lies there that is not muted.")
        with _unfinished(self._order) as files:
            placed = self._make(project, files)
            if self._cancelled():
                raise Cancelled("Stopped.")
            self._t.exports.record(self._job.id, placed)
        self._move(states.SUCCEEDED)

    def _make(self, project: Project, files: Mapping[str, Path]) -> list[Written]:
        """Fill the unfinished files; return what each is."""
        recipes = export_content.recipes(project, self._order)
        sounds = [piece for piece in self._order.pieces if piece.is_sound]
        texts = [piece for piece in self._order.pieces if not piece.is_sound]
        facts = self._sound([
            export_content.output(project, self._order, p, files[p.path], recipes[p.path]) for p in sounds
        ])  # fmt: skip
        for piece in texts:
            with _explained(files[piece.path]):
                files[piece.path].write_text(export_content.text(project, self._order, piece), encoding="utf-8")
        self._t.jobs.progress(self._job.id, "checking", 1.0, None)
        judged = verdict(heard(project, self._order.mix.start, self._order.mix.end), project.cover)
        facts[0] |= {"commercial": asdict(judged)}
        form = {"sample_rate": self._order.settled.rate, "channels": self._order.settled.channels}
        made = [Written(p.path, p.use, "", said | form, recipes[p.path]) for p, said in zip(sounds, facts, strict=True)]
        made += [Written(p.path, p.use, "", {}, None) for p in texts]
        self._warn(facts[0])
        return [_hashed(written, files[written.path]) for written in made]

    def _sound(self, outputs: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Have the sounds made, and pass on what was noted of those that stay."""
        if self._order.settled.rms is None:
            facts, notes = self._run_task(outputs, self._order.settled.loudness)
        else:
            facts, notes = self._at_level(outputs, self._order.settled.rms)
        for note in notes[:_MOST_NOTES]:
            self._t.jobs.note(self._job.id, plain(note, _LONGEST_NOTE))
        return facts

    def _at_level(self, outputs: list[dict[str, Any]], wanted: float) -> _Made:
        """Have the sounds made at a level; once more when the first try has missed it."""
        aim = wanted + _RMS_TO_LUFS
        facts, notes = self._run_task(outputs, aim)
        rms = measured(self._order, facts[0]).rms
        if rms is not None and rms >= _SILENT and abs(rms - wanted) > _RMS_ROOM:
            first = facts[0].get("wall")
            facts, notes = self._run_task(outputs, min(_LOUDEST, aim + wanted - rms))
            if isinstance(first, (int, float)) and isinstance(facts[0].get("wall"), (int, float)):
                facts[0]["wall"] += first
            rms = measured(self._order, facts[0]).rms
        notes = [note for note in notes if _UNIT not in note]  # of an aim that nobody asked for
        if rms is not None and abs(rms - wanted) > _RMS_ROOM:
            notes.append(f"The level came to {rms:.1f} dB RMS instead of {wanted:g}.")
        return facts, notes

    def _run_task(self, outputs: list[dict[str, Any]], loudness: float | None) -> _Made:
        settled, paths = self._order.settled, self._t.paths
        inputs: dict[str, Any] = {
            "project": str(snapshots.path(paths.snapshots, self._order.snapshot)),
            "folder": self._order.folder,
            "cache": str(paths.conformed),
            "loudness": loudness,
            "peak": settled.peak,
            "format": settled.form(),
            "rate": settled.rate,
            "channels": settled.channels,
            "outputs": outputs,
        }
        watched = self._t.sound.task(EXPORT, inputs, on_progress=self._on_progress, cancelled=self._cancelled)
        with watched as done:
            return _facts_of(done.facts, outputs), list(done.notes)

    def _warn(self, facts: Mapping[str, Any]) -> None:
        clipped = facts.get("clipped")
        if isinstance(clipped, int) and clipped > 0 and self._order.settled.peak is None:
            text = f"{clipped} samples were too loud for the file and were cut off; --peak -1 holds them."
            self._t.jobs.note(self._job.id, text)

    def _on_progress(self, progress: messages.Progress) -> None:
        fraction = None if progress.fraction is None else min(1.0, max(0.0, progress.fraction))
        left = seconds_left(fraction, time.monotonic() - self._begun, self._expected)
        self._t.jobs.progress(self._job.id, plain(progress.stage, _LONGEST_STAGE), fraction, left)

    def _cancelled(self) -> bool:
        now = time.monotonic()
        if not self._cancel_seen and (self._stop() or now - self._cancel_looked > _CANCEL_GAP):
            self._cancel_looked = now
            self._cancel_seen = self._stop() or self._t.jobs.cancel_wanted(self._job.id)
        return self._cancel_seen

    def _end_cancelled(self) -> None:
        if self._stop() and not self._t.jobs.cancel_wanted(self._job.id):
            told = "The studio was closed while it worked on this export."
            new, error = states.INTERRUPTED, StudioError(told, _ANEW)
        else:
            new, error = states.CANCELLED, Cancelled("The export was cancelled; it left no file.", _ANEW)
        self._t.jobs.set_state(self._job.id, self._state, new, error=error, timing=self._timing())

    def _move(self, new: str) -> None:
        timing = self._timing() if new in states.FINAL else None
        if not self._t.jobs.set_state(self._job.id, self._state, new, timing=timing):
            raise StudioError(f"Job {self._job.id} was changed by another process.")
        self._state = new

    def _timing(self) -> dict[str, float]:
        queued = max(0.0, (self._job.started or self._job.created) - self._job.created)
        found = {"queued": queued, "loading": 0.0, "running": time.monotonic() - self._begun}
        return {name: round(value, 4) for name, value in found.items()}


@contextmanager
def _unfinished(placed: Order) -> Generator[dict[str, Path], None, None]:
    """Give an unfinished file for each piece; when the block ends well they take their places, the mix last."""
    folders: list[Path] = []
    new: dict[Path, tuple[int, int]] = {}
    try:
        with ExitStack() as stack:
            files: dict[str, Path] = {}
            for piece in placed.pieces:
                path = Path(piece.path)
                stack.enter_context(_explained(path))
                if not path.parent.is_dir():
                    path.parent.mkdir()
                    folders.append(path.parent)
                replace = placed.may_replace(piece)
                files[piece.path] = stack.enter_context(atomic.written(path, replace=replace, guarded=True))
                files[piece.path].touch()
            yield files
            _refuse_what_appeared(placed)
            new |= {Path(p.path): _identity(files[p.path]) for p in placed.pieces if not placed.may_replace(p)}
    except BaseException:
        _take_back(new, folders)
        raise


def _refuse_what_appeared(placed: Order) -> None:
    """Look before any file takes its place: the one to be named is the first that was asked for."""
    for piece in placed.pieces:
        if not placed.may_replace(piece) and os.path.lexists(piece.path):
            raise _appeared(Path(piece.path))


def _appeared(path: Path) -> StudioError:
    return StudioError(f"{path} appeared meanwhile.", "Add --force to replace it.")


def _identity(file: Path) -> tuple[int, int]:
    status = file.stat()
    return status.st_dev, status.st_ino


def _take_back(new: Mapping[Path, tuple[int, int]], folders: Sequence[Path]) -> None:
    """Remove what took its place before another could not, and the folders made for it."""
    for path, identity in new.items():
        with suppress(OSError):
            if _identity(path) == identity:
                path.unlink()
    for folder in folders:
        with suppress(OSError):  # it holds something
            folder.rmdir()


@contextmanager
def _explained(path: Path) -> Generator[None, None, None]:
    try:
        yield
    except FileExistsError as e:
        raise _appeared(path) from e
    except OSError as e:
        raise atomic.explain(e, f"{path} could not be written") from e


def _hashed(written: Written, unfinished: Path) -> Written:
    with _explained(Path(written.path)):
        if written.facts and not unfinished.stat().st_size:
            raise EngineFailure("The sound process announced a file and wrote none.", "Try again.", written.path)
        return Written(written.path, written.use, sha256_of(unfinished), written.facts, written.recipe)


def _facts_of(facts: Mapping[str, Any], outputs: Sequence[object]) -> list[dict[str, Any]]:
    """Return what the sound process says of each file; what holds for all goes with the first."""
    said = facts.get("outputs")
    found = cast("list[Any]", said) if isinstance(said, list) else []
    if len(found) != len(outputs) or not all(isinstance(one, dict) for one in found):
        raise EngineFailure("The sound process did not say what it wrote.", "Try again.")
    kept = [{name: value for name, value in one.items() if name != "file"} for one in found]
    return [kept[0] | {name: facts[name] for name in ("wall", "peak_rss") if name in facts}, *kept[1:]]
