"""Waiting for jobs of one's own: run them as the owner of the data folder, or watch while another process does.

The main thread. One short thread besides: a signal arrives in the middle of anything, so the cancel it means is written
by a thread with a database connection of its own.
"""

from __future__ import annotations

import signal
import threading
import time
from argparse import Namespace
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import Any

from studio.app import Studio
from studio.cli.main import CommandError
from studio.cli.output import Output
from studio.domain import jobs as states
from studio.domain.requests import EXPORT
from studio.errors import Cancelled, EngineFailure, StudioError
from studio.events import Event, JobProgress
from studio.services import library
from studio.services.jobs import Job
from studio.services.library import Media
from studio.services.tasks.work import Wish

_POLL = 0.1  # seconds


def wait(studio: Studio, job: int, out: Output) -> tuple[Job, bool]:
    """Stay until a job is over, running it if nobody else does; return it, and whether a signal asked for the end."""

    def listen(event: Event) -> None:
        if isinstance(event, JobProgress):
            first = "" if event.job == job else f"job {event.job}, which came first: "
            out.progress(f"{first}{event.stage}", event.fraction, event.seconds_left)

    end_listening = studio.bus.subscribe(listen)
    try:
        with cancel_on_signal(studio, job) as asked:
            while not studio.jobs.get(job).settled:
                if studio.ownership.try_take():
                    studio.dispatcher.run(until=lambda: studio.jobs.get(job).settled)
                else:
                    _watch(studio, job, out)
    finally:
        end_listening()
    return studio.jobs.get(job), asked.is_set()


def finish(studio: Studio, job: int, out: Output) -> dict[str, Any]:
    """Wait for a job, write its output file, return the object to print; raise CommandError if it did not succeed."""
    done, _ = wait(studio, job, out)
    data = {"job": done.id, "state": done.state, "notes": list(done.notes)}
    if done.state != states.SUCCEEDED:
        raise failure_of(done)
    if done.task == EXPORT:  # whoever ran it has written its files
        return studio.exports.result(done)
    made = studio.library.of_job(job)
    if not made:
        gone = StudioError("The job was forgotten meanwhile; its result is in the library.", "Run the command again.")
        raise CommandError(gone, gone.exit_code, data)
    target = done.request.target
    try:
        places = library.deliver(made, target) if target else [str(one.file) for one in made]
    except StudioError as e:
        raise CommandError(e, e.exit_code, data) from e
    outputs = [one.to_output(place) for one, place in zip(made, places, strict=True)]
    return {"job": done.id, "state": done.state, "outputs": outputs, "notes": list(done.notes), "timing": done.timing}


def made_aside(studio: Studio, wish: Wish, args: Namespace, out: Output) -> list[Media]:
    """Have something made that a command needs for what it was asked for, on the device that it was given."""
    job = studio.generation.ask(replace(wish, device=args.device or ""))
    finish(studio, job, out)
    return studio.library.of_job(job)


def hearer(studio: Studio, args: Namespace, out: Output) -> Callable[[Path], str]:
    """Return what has the recogniser listen to a file."""

    def hear(file: Path) -> str:
        wish = Wish(task="transcribe", files={"source": file}, format="txt")
        return made_aside(studio, wish, args, out)[0].file.read_text(encoding="utf-8")

    return hear


def failure_of(job: Job) -> CommandError:
    """Turn the row of a job that did not succeed into the command's error."""
    stored = job.error or {"message": f"Job {job.id} is {job.state}.", "hint": "`studio jobs retry` tries again."}
    codes = {states.CANCELLED: Cancelled.exit_code, states.INTERRUPTED: EngineFailure.exit_code}
    code = codes.get(job.state, int(stored.get("exit_code", EngineFailure.exit_code)))
    hint = stored.get("hint") or "`studio jobs retry` goes on with it."
    hint = hint.replace("`studio jobs retry`", f"`studio jobs retry {job.id}`")
    error = StudioError(stored["message"], hint, stored.get("details", ""), log=stored.get("log", ""))
    return CommandError(error, code, {"job": job.id, "state": job.state, "notes": list(job.notes)})


def _watch(studio: Studio, job: int, out: Output) -> None:
    progress = studio.jobs.get(job).progress
    if progress:
        out.progress(progress["stage"], progress["fraction"], progress["seconds_left"])
    else:
        out.progress("waiting for another studio process", None, None)
    time.sleep(_POLL)


@contextmanager
def cancel_on_signal(studio: Studio, job: int) -> Generator[threading.Event, None, None]:
    """Have Ctrl+C cancel a job as long as the block lasts; the event says that it came."""
    asked = threading.Event()

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        asked.set()
        threading.Thread(target=studio.jobs.cancel, args=(job,), name="cancel").start()

    if threading.current_thread() is not threading.main_thread():
        yield asked
        return
    before = {number: signal.signal(number, on_signal) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
