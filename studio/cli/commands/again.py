"""`studio again`."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from studio.cli.commands.recipe import stored_in
from studio.cli.main import open_studio
from studio.cli.making import params_of
from studio.cli.output import Output
from studio.cli.waiting import failure_of, finish
from studio.domain import jobs as states
from studio.errors import StudioError
from studio.services import again
from studio.services.generation import MODEL, formats_of
from studio.services.library import check_target

_WORDS = {
    "identical": "Identical: nothing differs.",
    "similar": "Similar: the difference is too small to notice.",
    "different": "Different.",
}


def run(args: Namespace, out: Output) -> int:
    """Make a file again from its recipe."""
    file = Path(args.file).absolute()
    given = params_of(args)
    if given.keys() - {MODEL}:
        raise StudioError("A file is made again with its own parameters.", "Only the model may be named: model=DIR.")
    again.check_apart(file, Path(args.output))
    studio = open_studio(args, out)
    try:
        recipe = again.understood(stored_in(studio, file), file)
        target = check_target(Path(args.output), formats_of(recipe.task), force=args.force)
        job = again.ask(studio.generation, recipe, target, device=args.device or "", model=str(given.get(MODEL, "")))
        if studio.jobs.get(job).state == states.BLOCKED:
            raise failure_of(studio.jobs.get(job))
        data = finish(studio, job, out)
        made = data["outputs"][0]
        kept = studio.library.of_job(job)[0].file
        verdict = again.compare(studio.makers(recipe.task), file, kept, recipe, made["recipe"])
    finally:
        studio.close()
    for note in data["notes"]:
        out.tell(f"{note['level']}: {note['text']}")
    data |= {"verdict": verdict.verdict, "changed": list(verdict.changed)}
    changed = f" Changed: {', '.join(verdict.changed)}." if verdict.changed else ""
    out.result(data, f"{made['path']}: {_WORDS[verdict.verdict]}{changed}")
    return 0
