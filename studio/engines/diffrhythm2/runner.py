"""Songs by DiffRhythm 2: from lyrics with parts or times, and a style in words or as a sound."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import asking
import places
import surroundings

from studio.engines.shared import music
from studio.engines.shared.neural import checkpoint
from studio.engines.shared.neural.resident import Resident, Wanted, telling
from studio.protocol import messages
from studio.worker.context import RunContext
from studio.worker.runner import Output

if TYPE_CHECKING:
    from machine import Machine


class Runner(Resident):
    """Holds the model, and those that read for it."""

    wanted = Wanted("diffrhythm2", packages=("torch", "transformers", "diffrhythm2-fork", "muq"))
    machine: Machine

    def found(self, load: messages.Load) -> places.Folders:
        """Return where the model lies, and what belongs to it."""
        return places.folders(load.model, checkpoint.parts_of(load))

    def load(self, load: messages.Load) -> dict[str, Any]:
        """Find all of it and load it."""
        return {**super().load(load), "precision": self.machine.form}

    def run(self, context: RunContext) -> Output:
        """Make one song."""
        machine = self.machine
        order = asking.order(context.params, str(context.inputs.get("text", "")), context.seed)
        for sentence in order.lyrics.told:
            context.note(sentence)
        surroundings.keep_tables_in(context.scratch)
        reference = music.given(context, "reference", rate=machine.style.rate, channels=1)
        sound = self.wait_for(context, machine.sing, order, reference, telling(context), context.note)
        output = music.finished(context, sound, rate=machine.rate)
        context.progress("decoding", 1.0)
        return output
