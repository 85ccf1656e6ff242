"""Songs by DiffRhythm 2: from lyrics with parts or times, and a style in words or as a sound."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import asking
import places
import surroundings

from studio.engines.shared import music
from studio.engines.shared.neural import checkpoint, memory, proof
from studio.engines.shared.neural.beside import Beside
from studio.engines.shared.neural.resident import Resident, telling
from studio.protocol import messages
from studio.worker.context import RunContext
from studio.worker.runner import Output

if TYPE_CHECKING:
    from machine import Machine

_PACKAGES = ("torch", "transformers", "diffrhythm2-fork", "muq")


class Runner(Resident):
    """Holds the model, and those that read for it."""

    machine: Machine

    def load(self, load: messages.Load) -> dict[str, Any]:
        """Find all of it and load it."""
        parts = checkpoint.parts_of(load)
        self._folders = places.folders(load.model, parts)
        memory.begin(load.threads)
        rungs = frozenset(load.rungs)
        form = checkpoint.number_format(load, rungs)
        self._beside = Beside("diffrhythm2")
        self.machine = self.made(self._folders.own, load.device, form, rungs)
        return {**proof.versions(*_PACKAGES), "precision": self.machine.form}

    def made(self, folder: Path, device: str, form: str, rungs: frozenset[str]) -> Machine:
        """Load the model from its folder, with what belongs to it from theirs."""
        from machine import Machine

        del folder
        return Machine(self._folders, device, form=form, rungs=rungs)

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
