"""What commands do about the quality of spoken lines: listen to them, choose among takes. The main thread."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from studio.app import Studio
from studio.cli.output import Output
from studio.cli.waiting import cancel_on_signal, failure_of, wait
from studio.domain import best_takes, dialogue, seeds
from studio.domain import jobs as states
from studio.domain.quality import LineQuality
from studio.errors import Cancelled, StudioError
from studio.services import quality
from studio.services.tasks.work import Wish


def add_quality(studio: Studio, data: dict[str, Any], out: Output) -> None:
    """Listen to the lines of a job whose file is delivered, and add what was found to what is printed."""
    job = int(data["job"])
    judged, _ = _check(studio, job, out)
    if judged:
        data["outputs"][0]["lines"] = studio.library.of_job(job)[0].facts["lines"]
    data["notes"] = list(studio.jobs.get(job).notes)


def best_of(studio: Studio, wish: Wish, count: int, out: Output) -> Wish:
    """Make several takes, and return the wish for the one made of the best of each line."""
    if not 1 <= count <= best_takes.MOST:
        raise StudioError(
            f"--best-of is a whole number from 1 to {best_takes.MOST}, not {count}.",
            "For example --best-of 3: three takes, and the best of each line is kept.",
        )
    if count == 1:
        return wish
    if wish.task not in quality.TASKS:
        raise StudioError("--best-of compares spoken lines.", "Leave it out.")
    if not studio.settings.speech.check_lines:
        raise StudioError(
            "--best-of listens to the lines, which is turned off.", "Run `studio settings set speech.check_lines yes`."
        )
    seed = seeds.settle(wish.seed)
    takes: list[dict[int, LineQuality]] = []
    sounds: set[str] = set()
    job = 0
    for number in range(count):
        seed_of_it = seeds.of_take(seed, number)
        take = replace(wish, seed=seed_of_it, as_is=True, target=None, format="wav", listened=False)
        job = _take(studio, take, out)
        sounds.add(studio.library.of_job(job)[0].master_sha256)
        if number == 1 and len(sounds) == 1:
            out.tell("note: this engine speaks alike whatever the seed; one take is enough")
            break
        judged, stopped = _check(studio, job, out)
        if stopped:
            raise Cancelled("Choosing among the takes was stopped.", "The takes made so far are in the library.")
        takes.append(judged)
    return replace(wish, seed=seed, as_is=True, seeds={**wish.seeds, **_seeds(studio, job, takes, seed)})


def _take(studio: Studio, wish: Wish, out: Output) -> int:
    job = studio.generation.ask(wish)
    done, _ = wait(studio, job, out)
    if done.state != states.SUCCEEDED:
        raise failure_of(done)
    return job


def _check(studio: Studio, job: int, out: Output) -> tuple[dict[int, LineQuality], bool]:
    """Listen to a job's lines; return what was found, and whether a signal asked for the end."""
    with cancel_on_signal(studio, job) as asked:
        judged = studio.quality.check(
            job,
            cancelled=asked.is_set,
            progress=lambda fraction: out.progress("listening to the lines", fraction, None),
        )
        return judged, asked.is_set()


def _seeds(studio: Studio, job: int, takes: list[dict[int, LineQuality]], seed: int) -> dict[str, int]:
    request = studio.jobs.get(job).request
    manifest = studio.registry.manifest(request.engine)
    pieces, _ = dialogue.units(dialogue.parse(request.script), supported=frozenset(manifest.nonverbals))
    return best_takes.seeds_of(best_takes.chosen(takes), quality.line_numbers(pieces), seed)
