"""The runner of an engine that is one model: found, loaded in its number format, asked on a thread. Main thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any, TypeVar

from studio.engines.shared.neural import checkpoint, memory, proof
from studio.engines.shared.neural.beside import Beside
from studio.protocol import messages
from studio.worker.context import RunContext
from studio.worker.runner import Runner

T = TypeVar("T")
Tell = Callable[[str, float], None]
"""Hears the stage and how far the whole is; raises where the job was cancelled."""


@dataclass(frozen=True)
class Wanted:
    """How a model is found, and what its facts name."""

    folder: str  # what it is called in a folder of the user's
    # What an engine that overrides `found` has no use for.
    marker: str = ""  # the file that a folder with it has
    title: str = ""
    model: str = ""  # the first of those in the manifest
    packages: tuple[str, ...] = ()
    kind: str = ""  # what it says of itself, or the end of that


class Resident(Runner):
    """Holds the model. An engine says what is `wanted`; its module `machine` has the class that loads it."""

    wanted: Wanted
    machine: Any  # of the class that the engine names

    def found(self, load: messages.Load) -> Any:
        """Return where the model lies, as the engine's class takes it; raise UserMistake where it is not there."""
        want = self.wanted
        return checkpoint.folder_of(
            load, name=want.folder, marker=want.marker, title=want.title, model=want.model, kind=want.kind
        )

    def load(self, load: messages.Load) -> dict[str, Any]:
        """Find it and load it."""
        place = self.found(load)
        memory.begin(load.threads)
        rungs = frozenset(load.rungs)
        form = checkpoint.number_format(load, rungs)
        self._beside = Beside(self.wanted.folder)
        machine: Any = import_module("machine")  # of the engine's own folder
        self.machine = machine.Machine(place, load.device, form=form, rungs=rungs)
        return {**proof.versions(*self.wanted.packages), "precision": form}

    def wait_for(self, context: RunContext, work: Callable[..., T], *given: Any) -> T:
        """Have the model do something, and leave at once when the job is cancelled."""
        return self._beside.wait_for(context, work, *given)

    def clean_up(self) -> None:
        """Wait for a step that is still under way, and give memory back."""
        self._beside.settle()
        memory.give_back()


def telling(context: RunContext) -> Tell:
    """Return what a model tells of its stage and of how far the whole is; there a cancel is heard."""

    def tell(stage: str, share: float) -> None:
        context.check_cancelled()
        context.progress(stage, min(share, 0.999))

    return tell
