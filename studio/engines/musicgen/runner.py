"""Instrumental music by MusicGen."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from studio.engines.shared import music
from studio.engines.shared.neural.resident import Resident, Wanted, telling
from studio.worker.context import RunContext
from studio.worker.runner import Output

if TYPE_CHECKING:
    from machine import Machine

STAGE = "playing"


class Runner(Resident["Machine"]):
    """Holds the model."""

    wanted = Wanted(
        "musicgen", "config.json", "MusicGen", "musicgen-small", ("torch", "transformers"),
        "MusicgenForConditionalGeneration",
    )  # fmt: skip

    def made(self, folder: Path, device: str, form: str, rungs: frozenset[str]) -> Machine:
        """Load the model."""
        from machine import Machine

        return Machine(folder, device, form=form, rungs=rungs)

    def run(self, context: RunContext) -> Output:
        """Make one piece."""
        from machine import Order

        params = context.params
        if str(context.inputs.get("text", "")).strip():
            context.note("MusicGen does not sing: the lyrics are left out.")
        order = Order(
            style=str(params["style"]),
            seconds=float(params["duration"]),
            guidance=float(params["guidance"]),
            temperature=float(params["temperature"]),
            top_k=int(params["top_k"]),
            seed=context.seed,
        )
        tell = telling(context)
        sound = self.wait_for(context, self.machine.play, order, lambda share: tell(STAGE, share))
        output = music.finished(context, sound, rate=self.machine.rate)
        context.progress(STAGE, 1.0)
        return output
