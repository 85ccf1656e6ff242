"""The task `how_made`: how a picture was made, by whatever program, as far as it tells. Nothing of it is decoded."""

from __future__ import annotations

from pathlib import Path

from studio.domain.made_elsewhere import reading
from studio.pictures import embedding
from studio.pictures.headers import shown
from studio.worker.answers import facts_only, path_in
from studio.worker.context import RunContext
from studio.worker.runner import Output


def run(context: RunContext) -> Output:
    """Look at `file`, called `name` in what is said; `made` is a PictureRecipe as an object, or nothing."""
    path = path_in(context, "file")
    header, told = embedding.read(path, shown(Path(str(context.inputs.get("name") or path.name))))
    texts = {**told.elsewhere, embedding.PARAMETERS: told.parameters}
    found = reading.read(told.recipe, texts, (header.width, header.height))
    return facts_only(context, {"made": found.to_dict() if found else None})
