"""The task `inspect`: what a picture is and what it tells of itself, without decoding it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from studio.pictures import embedding, foreign
from studio.pictures.headers import shown
from studio.worker.answers import facts_only, path_in
from studio.worker.context import RunContext
from studio.worker.runner import Output


def run(context: RunContext) -> Output:
    """Look at `file`, called `name` in what is said."""
    path = path_in(context, "file")
    name = shown(Path(str(context.inputs.get("name") or path.name)))
    header, told = embedding.read(path, name)
    width, height = header.width, header.height
    if not width:  # a kind that tells its size only to a decoder
        width, height = foreign.load(path, name=name).image.size
    facts: dict[str, Any] = {
        "format": header.kind,
        "width": width,
        "height": height,
        "recipe": told.recipe,
        "parameters": told.parameters or None,
    }
    return facts_only(context, facts)
