"""The task `sheet`: many pictures on one, with words above the columns and beside the rows."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from PIL import Image

from studio.pictures import contact_sheet, foreign, writing
from studio.pictures.embedding import Told
from studio.pictures.writing import Format
from studio.worker.context import RunContext
from studio.worker.failures import UserMistake
from studio.worker.runner import Output

_MOST = 256
_STAGE = "laying out"


def run(context: RunContext) -> Output:
    """Lay out `files` row by row under `columns` and beside `rows`, in `format`."""
    files, columns, rows = (_texts(context, name) for name in ("files", "columns", "rows"))
    if not files or len(files) != len(columns) * len(rows):
        raise UserMistake("A sheet needs a picture for each row and column.")
    form = Format.of(context.inputs.get("format") or {})

    def load(number: int) -> Image.Image:
        return foreign.load(Path(files[number])).image

    def tick(done: int) -> None:
        context.check_cancelled()
        context.progress(_STAGE, done / len(files))

    image = contact_sheet.make(load, columns, rows, tick)
    name = f"sheet.{form.kind}"
    with context.create(name) as unfinished:
        writing.write(unfinished, image, form, Told())
    return Output(context.scratch / name, "image", {"width": image.width, "height": image.height})


def _texts(context: RunContext, name: str) -> list[str]:
    value = context.inputs.get(name)
    found = cast("list[object]", value) if isinstance(value, list) else []
    if len(found) > _MOST:
        raise UserMistake(f"A sheet has at most {_MOST} {name}.")
    return [str(one) for one in found]
