"""Ways to save memory: those that the ladder chose, and those that the user did. Any thread.

They bear the names of the ladder's rungs, whoever chose them.
"""

from __future__ import annotations

from studio.engines.shared.neural import placing
from studio.protocol import messages
from studio.worker.failures import UserMistake

FLOAT8, INT8 = "float8", "int8"
SAVING = ("slicing", "offload", "group_offload", FLOAT8, INT8, "decode_cpu")


def ways_of(load: messages.Load) -> frozenset[str]:
    """Return the rungs in force when a model is loaded, and what the user chose.

    Where the device cannot do what the ladder alone wants, the next best is done; what the user wants is refused.
    """
    settings = load.settings
    chosen = {str(settings.get("memory", "auto")).replace("-", "_"), str(settings.get("quantised", "no"))} & set(SAVING)
    ways = frozenset(load.rungs) | chosen
    if placing.kind_of(load.device) in messages.WITHOUT_FLOAT8 and FLOAT8 in ways:
        if FLOAT8 in chosen:
            raise UserMistake("This device knows no float8.", "Choose int8, which takes no more memory.")
        ways |= {INT8}
    return ways - {FLOAT8} if INT8 in ways else ways  # one of them: weights are as small already
