# pyright: reportMissingImports=false
"""Pictures made larger by Swin2SR."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from studio.engines.shared import enlarging, pictures
from studio.engines.shared.neural import checkpoint, placing
from studio.engines.shared.neural.resident import Resident, Wanted, telling
from studio.protocol import messages
from studio.worker.context import RunContext
from studio.worker.runner import Output

if TYPE_CHECKING:
    from machine import Machine
    from PIL import Image

STAGE = "enlarging"
_FORMAT = "number_format"


class Runner(Resident):
    """Holds the model."""

    wanted = Wanted(
        "swin2sr", "config.json", "Swin2SR", "swin2sr-x2", ("torch", "transformers"), "Swin2SRForImageSuperResolution"
    )
    machine: Machine

    def load(self, load: messages.Load) -> dict[str, Any]:
        """Load it; on a card in fp16, since bf16 tells fewer steps of a colour apart than a picture has."""
        if placing.kind_of(load.device) != "cpu" and checkpoint.wanted_format(load, load.rungs) == checkpoint.AUTO:
            load = replace(load, settings={**load.settings, _FORMAT: "fp16"})
        return super().load(load)

    def run(self, context: RunContext) -> Output:
        """Enlarge one picture."""
        from PIL import Image

        context.progress(STAGE, 0.0)
        files: dict[str, str] = context.inputs.get("files") or {}
        times = enlarging.factor({"upscale": "2", **context.params}, files)
        side = pictures.whole(context.params.get("tile", 256), "tile", 32, 1024)
        image = enlarging.picture(Path(files["init"]), times)
        told, machine = telling(context), self.machine
        made = self.wait_for(
            context, machine.enlarge, _colours(image), times, side, lambda share: told(STAGE, 0.97 * share)
        )
        self._tell(context, times, made.redone)
        larger = Image.fromarray(made.pixels)
        if pictures.is_clear(image):
            larger.putalpha(image.getchannel("A").resize(larger.size, Image.Resampling.LANCZOS))
        context.check_cancelled()
        name = pictures.name_of(0)
        with context.create(name) as unfinished, unfinished.open("wb") as file:
            larger.save(file, "PNG", compress_level=4)
        context.progress(STAGE, 1.0)
        facts = {"width": larger.width, "height": larger.height, "seed": context.seed}
        return Output(context.scratch / name, "image", facts)

    def _tell(self, context: RunContext, times: int, redone: int) -> None:
        """Say what was not done in the plain way."""
        own = self.machine.times
        if own > times:
            context.note(f"This model enlarges {own} times; what it made was reduced to {times} times.", level="info")
        elif own < times:
            context.note(f"This model enlarges {own} times, so it worked more than once.", level="info")
        if redone:
            context.note(f"Tiles that came to nothing were computed again in fp32 ({redone}).", level="info")


def _colours(image: Image.Image) -> Any:
    """Return a picture's colours; under what is wholly clear lie those around it, so that no edge gets a fringe."""
    import numpy as np

    from studio.engines.shared import holes

    pixels = np.asarray(image.convert("RGB"))
    if not pictures.is_clear(image):
        return pixels
    clear = np.asarray(image.getchannel("A")) == 0
    return holes.filled(pixels, clear) if clear.any() and not clear.all() else pixels
