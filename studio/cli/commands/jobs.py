"""`studio jobs`."""

from __future__ import annotations

import json
from argparse import Namespace
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from studio.app import Studio
from studio.cli.checking import add_quality
from studio.cli.main import open_studio
from studio.cli.making import summary
from studio.cli.output import Output, table
from studio.cli.waiting import failure_of, finish, wait
from studio.domain import jobs as states
from studio.domain.requests import EXPORT
from studio.errors import Cancelled, EngineFailure
from studio.services import library
from studio.services.jobs import Job


def run(args: Namespace, out: Output) -> int:
    """Look at the queue, or change it."""
    studio = open_studio(args, out)
    try:
        return _VERBS[args.verb](studio, args, out)
    finally:
        studio.close()


def _list(studio: Studio, _args: Namespace, out: Output) -> int:
    found = [item(studio, j) for j in studio.jobs.newest()]
    rows = [[str(j["id"]), j["state"], j["engine"] or "", j["task"], j["created"]] for j in found]
    out.result({"jobs": found}, table(rows, ["id", "state", "engine", "task", "created"]))
    return 0


def _show(studio: Studio, args: Namespace, out: Output) -> int:
    job = studio.jobs.get(args.job)
    shown = item(studio, job) | {"request": asdict(job.request), "notes": list(job.notes)}
    out.result(shown, json.dumps(shown, indent=2, ensure_ascii=False))
    return 0


def _cancel(studio: Studio, args: Namespace, out: Output) -> int:
    job = studio.jobs.cancel(args.job)
    wanted = job.state in states.ACTIVE
    text = f"Job {job.id} will end soon." if wanted else f"Job {job.id} is {job.state}."
    out.result(item(studio, job) | {"notes": list(job.notes)}, text)
    return 0


def _retry(studio: Studio, args: Namespace, out: Output) -> int:
    exporting = studio.jobs.get(args.job).task == EXPORT
    new = studio.exports.retry(args.job) if exporting else studio.generation.retry(args.job)
    job = studio.jobs.get(new)
    if job.state == states.BLOCKED:
        raise failure_of(job)
    data = finish(studio, new, out)
    if not exporting:
        add_quality(studio, data, out)
    made = data["outputs"][0]
    out.result(data, f"{made['path']}: {made['seconds']:.2f} s" if exporting else summary(made))
    return 0


def _clear(studio: Studio, _args: Namespace, out: Output) -> int:
    gone = studio.jobs.clear()
    studio.exports.forget()
    out.result({"cleared": gone}, f"{gone} jobs forgotten; their results stay in the library.")
    return 0


def _run(studio: Studio, _args: Namespace, out: Output) -> int:
    done: list[Job] = []
    stopped = False
    while not stopped and (waiting := [j for j in reversed(studio.jobs.newest()) if not j.settled]):
        job, stopped = wait(studio, waiting[0].id, out)
        done.append(job)
    found = [item(studio, j) for j in done]
    out.result({"jobs": found}, "\n".join(f"Job {j['id']} is {j['state']}." for j in found) or "Nothing waits.")
    if stopped:
        return Cancelled.exit_code
    return max((_exit_code(j) for j in done if j.state == states.FAILED), default=0)


def _exit_code(job: Job) -> int:
    return int((job.error or {}).get("exit_code", EngineFailure.exit_code))


def item(studio: Studio, job: Job) -> dict[str, Any]:
    """Return the object that lists print for a job."""
    if job.task == EXPORT:
        outputs = [f.to_output() for f in studio.exports.written(job.id)] if job.state == states.SUCCEEDED else []
    else:
        made = studio.library.of_job(job.id)
        paths = library.places(made, job.request.target)
        outputs = [m.to_output(path) for m, path in zip(made, paths, strict=True)]
    return {
        "id": job.id,
        "state": job.state,
        "engine": job.engine,
        "task": job.task,
        "created": datetime.fromtimestamp(job.created, UTC).isoformat(timespec="seconds"),
        "error": job.error,
        "outputs": outputs,
        "retry_of": job.retry_of,
        "progress": job.progress or None,
        "timing": job.timing,
    }


_VERBS = {"list": _list, "show": _show, "cancel": _cancel, "retry": _retry, "clear": _clear, "run": _run}
