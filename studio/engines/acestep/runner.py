"""Songs by ACE-Step 1.5: from words, after another song, a part of one anew, or on from its end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import asking
from asking import COVER, EXTEND, SONG, Order

from studio.engines.shared import music
from studio.engines.shared.neural.resident import Resident, Wanted, telling
from studio.worker.context import RunContext
from studio.worker.failures import UserMistake
from studio.worker.runner import Output

if TYPE_CHECKING:
    from machine import Machine


class Runner(Resident):
    """Holds the pipeline."""

    wanted = Wanted(
        "acestep", "model_index.json", "ACE-Step", "acestep-1.5-xl-turbo", ("torch", "diffusers", "transformers"),
        "AceStepPipeline",
    )  # fmt: skip
    machine: Machine

    def run(self, context: RunContext) -> Output:
        """Make one song."""
        machine = self.machine
        order = asking.order(context.params, str(context.inputs.get("text", "")), context.seed)
        source, reference = (
            music.given(context, role, rate=machine.rate, channels=2) for role in ("source", "reference")
        )
        self._check(order, source)
        lasting = order.seconds if source is None or order.mode == EXTEND else source.shape[1] / machine.rate
        for sentence in machine.left_out(order, lasting):
            context.note(sentence)
        made = self.wait_for(context, machine.make, order, source, reference, telling(context))
        facts: dict[str, Any] = {}
        if made.anew:
            facts["anew"] = {"start": made.anew[0] / machine.rate, "end": made.anew[1] / machine.rate}
        output = music.finished(context, made.sound, rate=machine.rate, facts=facts)
        context.progress("decoding", 1.0)
        return output

    def _check(self, order: Order, source: Any) -> None:
        if order.mode == SONG:
            return
        if source is None:
            raise UserMistake("There is no song to work on.", "Name its file.")
        if order.mode == COVER and not self.machine.can_cover:
            raise UserMistake(
                "This model cannot make covers: it lacks the parts that listen to a song.",
                "Take a model that has `audio_tokenizer` and `audio_token_detokenizer`, or the mode song.",
            )
