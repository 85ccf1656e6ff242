"""The task `export`: makes finished files of a project. The sound process's main thread."""

from __future__ import annotations

import json
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from studio.audio import exporting, plan
from studio.audio.exporting import Done, Ears, Order, Output
from studio.audio.writing import Format
from studio.domain import project_json
from studio.domain.project import Project
from studio.errors import StudioError
from studio.store import atomic
from studio.worker.context import RunContext
from studio.worker.failures import UserMistake
from studio.worker.runner import Output as Result

NAME = "export.json"


def run(context: RunContext) -> Result:
    """Export as the inputs say; the result is the facts as JSON."""
    _forget_peak_memory()
    begun = time.monotonic()

    def progress(stage: str, fraction: float) -> None:
        context.check_cancelled()
        context.progress(stage, fraction)

    order = order_of(context.inputs)
    try:
        done = exporting.export(order, context.scratch, Ears(progress, context.note))
    except OSError as e:
        told = atomic.explain(e, "The export could not be written")
        raise UserMistake(told.message, told.hint) from e
    facts = {
        "outputs": [_facts(one) for one in done],
        "wall": round(time.monotonic() - begun, 3),
        "peak_rss": peak_memory(),
    }
    with context.create(NAME) as unfinished:
        unfinished.write_text(json.dumps(facts), encoding="utf-8")
    return Result(context.scratch / NAME, "text", facts)


def order_of(inputs: dict[str, Any]) -> Order:
    """Read the task's inputs."""
    project = _project(Path(inputs["project"]))
    folder, cache = Path(inputs["folder"]), Path(inputs["cache"])
    whole = plan.make(project, folder, cache=cache).length  # with what effects ring on
    return Order(
        project=project,
        folder=folder,
        cache=cache,
        form=Format.of(inputs.get("format") or {}),
        rate=int(inputs.get("rate") or project.rate),
        channels=int(inputs.get("channels") or 2),
        outputs=tuple(_output(item, whole) for item in inputs["outputs"]),
        loudness=_number(inputs.get("loudness")),
        peak=_number(inputs.get("peak")),
    )


def _project(file: Path) -> Project:
    try:
        return project_json.from_dict(json.loads(file.read_text(encoding="utf-8")))
    except StudioError as e:
        raise UserMistake(e.message, e.hint) from e


def _output(item: dict[str, Any], whole: int) -> Output:
    """Read one output; without an end it goes to the end of the mix."""
    tracks = item.get("tracks")
    return Output(
        file=Path(item["file"]),
        start=int(item["start"]),
        end=whole if item["end"] is None else int(item["end"]),
        tracks=None if tracks is None else frozenset(str(name) for name in tracks),
        stem=bool(item.get("stem")),
        tags=dict(item.get("tags") or {}),
        recipe=item.get("recipe"),
    )


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def _facts(done: Done) -> dict[str, Any]:
    measured = done.measured
    return {
        "file": str(done.file),
        "seconds": done.seconds,
        "frames": measured.frames,
        "loudness": round(measured.loudness, 3),
        "true_peak": round(measured.true_peak, 3),
        "sample_peak_db": round(measured.sample_peak, 3),
        "rms_db": round(measured.rms, 3),
        "noise_db": round(measured.noise, 3),
        "head_seconds": round(measured.head * done.seconds / max(1, measured.frames), 3),
        "tail_seconds": round(measured.tail * done.seconds / max(1, measured.frames), 3),
        "gain_db": round(done.gain, 3),
        "clipped": done.clipped,
    }


def peak_memory() -> int:
    """Return the most memory that this process had at once, in bytes; 0 where that cannot be known."""
    with suppress(OSError, ValueError):  # of this program alone: getrusage also counts what the parent had
        for line in Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    if sys.platform == "win32":
        return 0
    import resource

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


def _forget_peak_memory() -> None:
    """Let the peak begin anew with this job, where the system can; the process may have done others."""
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
