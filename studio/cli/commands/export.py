"""`studio export`."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import Any

from studio.cli.main import open_studio
from studio.cli.output import Output
from studio.cli.waiting import finish
from studio.domain.export.options import Options
from studio.services.export import TAGS, Wish

_SIGNS = {True: "passed", False: "FAILED", None: "unknown"}


def run(args: Namespace, out: Output) -> int:
    """Write a project's sound to files."""
    studio = open_studio(args, out)
    try:
        job = studio.exports.ask(_wish(args))
        if args.detach:
            found = studio.jobs.get(job)
            queued: dict[str, Any] = {"job": job, "state": found.state, "outputs": [], "notes": [], "timing": {}}
            out.result(queued, f"Job {job} is {found.state}.")
            return 0
        data = finish(studio, job, out)
    finally:
        studio.close()
    for note in data["notes"]:
        out.tell(f"{note['level']}: {note['text']}")
    out.result(data, "\n".join(_lines(data)))
    return 0


def _wish(args: Namespace) -> Wish:
    def path(name: str) -> Path | None:
        given: str | None = getattr(args, name)
        return Path(given) if given is not None else None

    return Wish(
        project=Path(args.project),
        output=Path(args.output),
        options=Options(args.preset, args.loudness, args.peak, args.bits, args.bitrate, args.start, args.end),
        stems=path("stems"),
        chapters=path("chapters_to"),
        labels=path("labels"),
        otio=path("otio"),
        subtitles=path("subtitles"),
        tags={name: getattr(args, name) for name in TAGS},
        force=args.force,
    )


def _lines(data: dict[str, Any]) -> list[str]:
    figures = [f"{data['seconds']:.2f} s"]
    figures += [f"{data[name]:.1f} {unit}" for name, unit in _MEASURED if data[name] is not None]
    figures += [f"{data['realtime']:.0f}× realtime"] if data["realtime"] else []
    lines = [f"{data['path']}: {', '.join(figures)}"]
    lines += [made["path"] for made in data["outputs"][1:]]
    for verdict in data["verdicts"]:
        lines += [
            f"{Path(verdict['path']).name}: {_SIGNS[rule['passed']]}: {rule['title']}: {rule['figure']}"
            + (f". {rule['mend']}" if rule["mend"] else "")
            for rule in verdict["rules"]
        ]
    return [*lines, data["commercial"]["sentence"]]


_MEASURED = (("loudness", "LUFS"), ("true_peak", "dBTP"))
