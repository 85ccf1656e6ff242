"""Ways to save memory: those that the ladder chose, and those that the user did. Any thread.

They bear the names of the ladder's rungs, whoever chose them.
"""

from __future__ import annotations

from studio.engines.shared.neural import placing
from studio.protocol import messages
from studio.worker.failures import UserMistake

FLOAT8 = "float8"
SAVING = ("slicing", "offload", "group_offload", FLOAT8, "decode_cpu")
_WITHOUT_FLOAT8 = frozenset({"mps", "directml"})  # kinds of devices whose builds of torch know no numbers that small


def ways_of(load: messages.Load) -> frozenset[str]:
    """Return the rungs in force when a model is loaded, and what the user chose.

    What the ladder alone wants is left out where the device cannot do it, so that the next rung can help; what the user
    wants is refused.
    """
    settings = load.settings
    chosen = {str(settings.get("memory", "auto")).replace("-", "_"), str(settings.get("quantised", "no"))} & set(SAVING)
    ways = frozenset(load.rungs) | chosen
    if placing.kind_of(load.device) in _WITHOUT_FLOAT8 and FLOAT8 in ways:
        if FLOAT8 in chosen:
            raise UserMistake("This device cannot hold numbers that small.", "Choose group-offload to save memory.")
        ways -= {FLOAT8}
    return ways
