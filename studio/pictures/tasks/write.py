"""The task `write`: a plain master becomes the file that the user wants, with its recipe inside."""

from __future__ import annotations

from typing import Any, cast

from studio.domain.export import a1111
from studio.pictures import foreign, writing
from studio.pictures.embedding import Told
from studio.pictures.writing import Format
from studio.worker.answers import path_in
from studio.worker.context import RunContext
from studio.worker.failures import UserMistake
from studio.worker.runner import Output


def run(context: RunContext) -> Output:
    """Write `master` in `format` with `recipe` and `parameters`; these follow from the recipe when not given."""
    form = Format.of(context.inputs.get("format") or {})
    recipe = context.inputs.get("recipe")
    if recipe is not None and not isinstance(recipe, dict):
        raise UserMistake("A recipe is an object.")
    made_by = cast("dict[str, Any] | None", recipe)
    context.progress("writing", 0.0)
    image = foreign.load(path_in(context, "master")).image
    context.check_cancelled()
    parameters = context.inputs.get("parameters")
    if not isinstance(parameters, str):
        parameters = a1111.parameters(made_by, width=image.width, height=image.height) if made_by else ""
    told = Told(parameters, made_by)
    name = f"picture.{form.kind}"
    with context.create(name) as unfinished:
        notes = writing.write(unfinished, image, form, told)
    for note in notes:
        context.note(note)
    return Output(context.scratch / name, "image", {"width": image.width, "height": image.height})
