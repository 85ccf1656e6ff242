"""Instrumental music by MusicGen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studio.engines.shared import music
from studio.engines.shared.neural.resident import Resident, Wanted, telling
from studio.worker.context import RunContext
from studio.worker.runner import Output

if TYPE_CHECKING:
    from machine import Machine

STAGE = "playing"


class Runner(Resident):
    """Holds the model."""

    wanted = Wanted(
        "musicgen", "config.json", "MusicGen", "musicgen-small", ("torch", "transformers"),
        "MusicgenForConditionalGeneration",
    )  # fmt: skip
    machine: Machine

    def run(self, context: RunContext) -> Output:
        """Make one piece."""
        from machine import Order

        params = context.params
        music.leave_lyrics_out(context, self.wanted.title)
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
