"""Sounds and loops by Stable Audio Open."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from studio.engines.shared import music
from studio.engines.shared.neural.resident import Resident, Wanted, telling
from studio.worker.context import RunContext
from studio.worker.runner import Output

if TYPE_CHECKING:
    from machine import Machine


class Runner(Resident["Machine"]):
    """Holds the pipeline."""

    wanted = Wanted(
        "stableaudio", "model_index.json", "Stable Audio", "stable-audio-open-1.0",
        ("torch", "diffusers", "transformers", "torchsde"), "StableAudioPipeline",
    )  # fmt: skip

    def made(self, folder: Path, device: str, form: str, rungs: frozenset[str]) -> Machine:
        """Load the pipeline."""
        from machine import Machine

        return Machine(folder, device, form=form, rungs=rungs)

    def run(self, context: RunContext) -> Output:
        """Make one sound."""
        from machine import Order

        params = context.params
        if str(context.inputs.get("text", "")).strip():
            context.note("Stable Audio does not sing: the lyrics are left out.")
        order = Order(
            style=str(params["style"]),
            negative=str(params["negative"]).strip(),
            seconds=float(params["duration"]),
            steps=int(params["steps"]),
            guidance=float(params["guidance"]),
            seed=context.seed,
        )
        sound = self.wait_for(context, self.machine.play, order, telling(context))
        output = music.finished(context, sound, rate=self.machine.rate)
        context.progress("decoding", 1.0)
        return output
