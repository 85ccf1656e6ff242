"""What the commands that make something share: from options to a wish, from a finished job to what is printed."""

from __future__ import annotations

from argparse import Namespace
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from studio.app import Studio
from studio.cli.checking import add_quality, best_of
from studio.cli.output import Output
from studio.cli.waiting import failure_of, finish
from studio.domain import jobs as states
from studio.domain.edits import place
from studio.domain.requests import Target
from studio.errors import StudioError
from studio.services.generation import formats_of
from studio.services.library import check_target
from studio.services.tasks.work import Wish

if TYPE_CHECKING:
    from studio.cli.hearing import Ear
    from studio.services.projects import OpenProject


def pair(text: str, option: str, form: str, *, alone: bool = False) -> tuple[str, str]:
    """Take NAME=VALUE apart; `alone`: a value without a name is for the one there is."""
    name, equals, value = text.partition("=")
    if not equals and alone:
        return "", name.strip()
    if not equals or not name.strip():
        raise StudioError(f"{option} {text!r} is not of the form {form}.", f"Write {option} {form}.")
    return name.strip(), value


def params_of(args: Namespace, **named: object) -> dict[str, object]:
    """Return the parameters: those of options of their own where they were given, and those of --set."""
    given = {name: value for name, value in named.items() if value is not None}
    return given | dict(pair(text, "--set", "NAME=VALUE") for text in args.params)


def target_of(args: Namespace, task: str) -> Target:
    """Check where the result goes before anything is made."""
    target = check_target(Path(args.output), formats_of(task), force=args.force)
    return Target(target.path, target.format, target.force, detached=args.detach)


def wish_of(args: Namespace, task: str, **more: Any) -> Wish:
    """Return the wish that the options of every such command make up."""
    plain: dict[str, Any] = {"engine": args.engine, "seed": args.seed, "device": args.device or ""}
    return Wish(task=task, allow_cpu=not args.no_cpu, **{**plain, **more})


def make(studio: Studio, wish: Wish, args: Namespace, out: Output) -> dict[str, Any] | None:
    """Have it made, put it where it belongs and tell its notes; None when it was only queued, which is printed."""
    if wish.listened and args.detach:
        raise StudioError("--play needs a job that is waited for.", "Leave out --detach, or --play.")
    if getattr(args, "project", "") and args.detach:
        raise StudioError("--project needs a job that is waited for.", "Leave out --detach, or --project.")
    if args.detach and getattr(args, "best_of", 1) > 1:
        raise StudioError("--best-of needs jobs that are waited for.", "Leave out --detach, or --best-of.")
    if args.detach:
        _queue(studio, wish, out)
        return None
    # The project is opened first: who cannot have the take should know before it is made.
    project_dir = getattr(args, "project", "")
    with studio.projects.open(Path(project_dir)) if project_dir else nullcontext() as project:
        wish = best_of(studio, wish, getattr(args, "best_of", 1), out)
        with _listening(studio, out) if wish.listened else nullcontext() as ear:
            job = studio.generation.ask(wish)
            if ear:
                ear.follow(job)
            data = finish(studio, job, out)
            if ear:
                ear.whole()
            add_quality(studio, data, out)
            if project:
                data["take"] = _take(studio, job, project)
            if ear:  # last: whoever stops the listening keeps all that was made
                ear.to_the_end()
    tell_notes(data, out)
    return data


def summary(output: dict[str, Any]) -> str:
    """Say in a line what was made."""
    facts: list[str] = []
    if "seconds" in output:
        facts.append(f"{output['seconds']:.2f} s")
    if "width" in output:
        facts.append(f"{output['width']}×{output['height']}")
    if "similarity" in output:
        facts.append(f"similarity {output['similarity']:.2f}")
    facts.append(f"seed {output['recipe']['seed']}")
    return f"{output['path']}: {', '.join(facts)}"


def tell_notes(data: dict[str, Any], out: Output) -> None:
    """Say what the job had to say."""
    for note in data["notes"]:
        out.tell(f"{note['level']}: {note['text']}" + (f" (line {note['line']})" if "line" in note else ""))


def _take(studio: Studio, job: int, project: OpenProject) -> str:
    """Take a job's result into a project, which is stored."""
    made = studio.library.of_job(job)[0]
    speaker, text = place.spoken_words(made.recipe) or ("", "")
    take = project.take_from_library(made.file, recipe=made.recipe, speaker=speaker, text=text)
    project.save()
    return take


def _listening(studio: Studio, out: Output) -> AbstractContextManager[Ear]:
    from studio.cli.hearing import listening_to  # playing is for those who listen

    return listening_to(studio, out)


def _queue(studio: Studio, wish: Wish, out: Output) -> None:
    found = studio.jobs.get(studio.generation.ask(wish))
    if found.state == states.BLOCKED:
        raise failure_of(found)
    queued: dict[str, Any] = {
        "job": found.id, "state": found.state, "outputs": [], "notes": list(found.notes), "timing": {},
    }  # fmt: skip
    out.result(queued, f"Job {found.id} is {found.state}.")
