"""What a large project costs: an edit, an undo, opening, saving at 10,000 clips; and the peaks of an hour of sound."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Literal

import numpy as np
import soundfile

from studio.app import Studio
from studio.audio import peaks
from studio.domain.edits import clips, fades, ripple
from studio.domain.history import History, begun_with
from studio.domain.project import Clip, Fade, Project
from studio.services.projects import OpenProject
from tests.bench import common
from tests.domain import projects

MEANINGS = {
    "clips": "clips in the project, on 8 tracks, each with a take and a sound of its own",
    "edit_ms": "an edit, done and put into the history, median (aim: at most 1)",
    "edit_slowest_ms": "the same for the slowest kind of edit",
    "undo_ms": "one step back, median (aim: at most 1)",
    "first_undo_ms": "one step back into a step that was just read from the file and is checked",
    "reopened_undo_ms": "one step back after reopening, where each is read and checked, median of 100 (aim: at most 1)",
    "reopened_undo_slowest_ms": "the slowest of them: a step after which other things exist",
    "ripple_ms": "removing a clip and closing the gap, which moves half of its track's clips, median",
    "one_track_edit_ms": "an edit where all the clips are on one track, median",
    "open_s": "opening with 200 steps of history, wall (aim: at most 1)",
    "save_s": "saving it, wall (aim: at most 0.5)",
    "open_cpu_s": "the CPU of that, which other work on the machine does not change",
    "save_cpu_s": "likewise; an autosave, on its own thread, takes the same",
    "peaks_ratio": "peaks of a 24-bit stereo WAV / decoding it once into float blocks, CPU (aim: at most 1.5)",
    "peaks_ratio_int16": "the same against decoding into 16-bit blocks",
    "peaks_minutes": "length of that sound",
}
_TRACKS = 8
_BLOCK = 1 << 16


def main() -> None:
    """Measure everything."""
    opts = common.options(__doc__ or "")
    opts.data_dir.mkdir(parents=True, exist_ok=True)
    figures: dict[str, object] = {}
    with tempfile.TemporaryDirectory(prefix="angen-project-", dir=opts.data_dir) as room:
        figures.update(_project(Path(room), count=10_000, rounds=40 if opts.quick else 100))
        figures.update(_peaks(Path(room), minutes=10 if opts.quick else 60, pairs=3))
    common.report(figures, as_json=opts.as_json, meanings=MEANINGS)


def _project(room: Path, *, count: int, rounds: int) -> dict[str, object]:
    studio = Studio(room / "data")
    folder = room / "Large.angen"
    with studio.projects.create(folder) as opened:
        opened.do("Fill", replace(projects.large(count, track_count=_TRACKS), name=opened.project.name))
        by_kind = _edits(opened, rounds)
        undo = [_seconds(opened.undo) for _ in range(min(150, len(opened.history.labels)))]
        while opened.history.can_redo:
            opened.redo()
        opened.save()
        saves = [_both(opened.save) for _ in range(5)]
    opens: list[tuple[float, float]] = []
    first, reopened_undo = 0.0, [0.0]
    for _ in range(5):
        reopened: list[OpenProject] = []
        opens.append(_both(lambda into=reopened: into.append(studio.projects.open(folder))))
        assert len(reopened[0].history.labels) == 200
        first = _seconds(reopened[0].undo)
        reopened_undo = [_seconds(reopened[0].undo) for _ in range(100)]
        reopened[0].close()
    studio.close()
    one_track = [spent for kind in _one_track(count, rounds) for spent in kind]
    everything = [spent for kind in by_kind for spent in kind]
    return {
        "clips": count,
        "edit_ms": 1000 * statistics.median(everything),
        "edit_slowest_ms": 1000 * max(statistics.median(kind) for kind in by_kind),
        "undo_ms": 1000 * statistics.median(undo),
        "first_undo_ms": 1000 * first,
        "reopened_undo_ms": 1000 * statistics.median(reopened_undo),
        "reopened_undo_slowest_ms": 1000 * max(reopened_undo),
        "ripple_ms": 1000 * statistics.median(_ripples(count)),
        "one_track_edit_ms": 1000 * statistics.median(one_track),
        "open_s": statistics.median(wall for wall, _ in opens),
        "save_s": statistics.median(wall for wall, _ in saves),
        "open_cpu_s": statistics.median(cpu for _, cpu in opens),
        "save_cpu_s": statistics.median(cpu for _, cpu in saves),
    }


def _one_track(count: int, rounds: int) -> list[list[float]]:
    return _edits(_Unstored(begun_with(projects.large(count, track_count=1))), rounds)


def _ripples(count: int) -> list[float]:
    project = projects.large(count, track_count=_TRACKS)
    found: list[float] = []
    for track in (*project.tracks, *project.tracks):
        clip = track.clips[len(track.clips) // 2]
        found.append(_seconds(lambda clip=clip: ripple.remove(project, [clip.id])))
    return found


class _Unstored:
    """A history without a folder."""

    def __init__(self, history: History) -> None:
        self._history = history

    @property
    def project(self) -> Project:
        """The project as it stands."""
        return self._history.now

    def do(self, label: str, project: Project) -> None:
        """Make this the project."""
        self._history = self._history.do(label, project)


def _edits(opened: OpenProject | _Unstored, rounds: int) -> list[list[float]]:
    """Do each kind of edit many times, all over the project; return what each took."""
    kinds: list[Callable[[Project, Clip], Project]] = [
        lambda project, clip: clips.set_gain(project, [clip.id], -4.5 if clip.gain_db == -4.0 else -4.0),
        lambda project, clip: clips.move(project, [clip.id], by=1000),
        lambda project, clip: clips.trim(project, clip.id, end=clip.end - 500),
        lambda project, clip: clips.split(project, clip.id, clip.start + clip.length // 2)[0],
        lambda project, clip: clips.remove(project, [clip.id]),
        lambda project, clip: fades.set_fades(project, clip.id, fade_in=Fade(100 + clip.fade_in.length)),
    ]
    spent: list[list[float]] = [[] for _ in kinds]
    for number in range(rounds):
        for kind, seconds in zip(kinds, spent, strict=True):
            track = opened.project.tracks[number % len(opened.project.tracks)]
            clip = track.clips[number * 7919 % len(track.clips)]
            begun = time.perf_counter()
            opened.do("Edit", kind(opened.project, clip))
            seconds.append(time.perf_counter() - begun)
    return spent


def _peaks(room: Path, *, minutes: int, pairs: int) -> dict[str, object]:
    sound = room / "sound.wav"
    _write_sound(sound, minutes)

    def ours() -> float:
        return _cpu(lambda: peaks.make(sound, room / "sound.peaks"))

    ours()
    return {
        "peaks_ratio": common.paired_ratio(ours, lambda: _cpu(lambda: _decode(sound, "float32")), pairs=pairs),
        "peaks_ratio_int16": common.paired_ratio(ours, lambda: _cpu(lambda: _decode(sound, "int16")), pairs=pairs),
        "peaks_minutes": minutes,
    }


def _write_sound(file: Path, minutes: int) -> None:
    second = np.random.default_rng(1).uniform(-0.5, 0.5, (48_000, 2)).astype(np.float32)
    with soundfile.SoundFile(str(file), "w", 48_000, 2, "PCM_24") as out:
        for _ in range(60 * minutes):
            out.write(second)


def _decode(file: Path, kind: Literal["float32", "int16"]) -> None:
    with soundfile.SoundFile(str(file)) as sound:
        block = np.empty((_BLOCK, 2), kind)
        while len(sound.read(dtype=kind, out=block)):
            pass


def _both(work: Callable[[], object]) -> tuple[float, float]:
    """Return wall and CPU seconds."""
    cpu, wall = time.process_time(), time.perf_counter()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


def _cpu(work: Callable[[], None]) -> float:
    return _both(work)[1]


def _seconds(work: Callable[[], object]) -> float:
    return _both(work)[0]


if __name__ == "__main__":
    main()
