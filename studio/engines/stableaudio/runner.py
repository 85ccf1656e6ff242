"""Sounds and loops by Stable Audio Open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studio.engines.shared import music
from studio.engines.shared.neural.resident import Resident, Wanted, telling
from studio.worker.context import RunContext
from studio.worker.runner import Output

if TYPE_CHECKING:
    from machine import Machine


class Runner(Resident):
    """Holds the pipeline."""

    wanted = Wanted(
        "stableaudio", "model_index.json", "Stable Audio", "stable-audio-open-1.0",
        ("torch", "diffusers", "transformers", "torchsde"), "StableAudioPipeline",
    )  # fmt: skip
    machine: Machine

    def run(self, context: RunContext) -> Output:
        """Make one sound."""
        from machine import Order

        params = context.params
        music.leave_lyrics_out(context, self.wanted.title)
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
