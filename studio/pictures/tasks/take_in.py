"""The task `take_in`: a picture from outside becomes a plain PNG, upright, eight bits, RGB or RGBA."""

from __future__ import annotations

from pathlib import Path

from studio.pictures import foreign
from studio.pictures.headers import shown
from studio.worker.answers import number_in, path_in
from studio.worker.context import RunContext
from studio.worker.runner import Output


def run(context: RunContext) -> Output:
    """Decode `file`, called `name` in what is said, of at most `most_pixels`."""
    path = path_in(context, "file")
    name = shown(Path(str(context.inputs.get("name") or path.name)))
    most = number_in(context, "most_pixels", foreign.MOST_PIXELS, low=1, high=foreign.MOST_PIXELS)
    context.progress("reading", 0.0)
    plain = foreign.load(path, name=name, most_pixels=most)
    context.check_cancelled()
    context.progress("reading", 0.7)
    with context.create("picture.png") as unfinished, unfinished.open("wb") as file:
        plain.image.info.clear()
        plain.image.save(file, "PNG", compress_level=3)
    for note in plain.notes:
        context.note(note)
    facts = {
        "format": plain.kind,
        "width": plain.image.width,
        "height": plain.image.height,
        "mode": plain.mode,
        "frames": plain.frames,
        "notes": list(plain.notes),
    }
    return Output(context.scratch / "picture.png", "image", facts)
