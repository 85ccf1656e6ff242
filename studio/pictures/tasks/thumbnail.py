"""The task `thumbnail`: a small PNG of a picture."""

from __future__ import annotations

from PIL import Image

from studio.pictures import foreign
from studio.worker.answers import number_in, path_in
from studio.worker.context import RunContext
from studio.worker.runner import Output


def run(context: RunContext) -> Output:
    """Fit `file` into a square of `size` pixels; what is smaller stays as it is."""
    size = number_in(context, "size", 256, low=8, high=2048)
    image = foreign.load(path_in(context, "file")).image
    context.check_cancelled()
    image.thumbnail((size, size), Image.Resampling.LANCZOS, reducing_gap=3.0)
    image.info.clear()
    with context.create("thumbnail.png") as unfinished, unfinished.open("wb") as file:
        image.save(file, "PNG")
    return Output(context.scratch / "thumbnail.png", "image", {"width": image.width, "height": image.height})
