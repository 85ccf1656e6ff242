"""What helped an engine to work here, in words. No widgets; any thread."""

from __future__ import annotations

from collections.abc import Sequence

from studio.ui.language import t

_HELPS = {
    "slicing": "in slices", "smaller_batch": "less at a time", "offload": "parts of the model kept off the card",
    "precision": "exact numbers", "math_attention": "plain attention", "decode_cpu": "decoded on the processor",
    "cpu": "on the processor", "empty_cache": "with the card's memory emptied", "float8": "smaller numbers",
    "int8": "smaller numbers",
    "group_offload": "the model brought to the card in small parts", "skip_cleanup": "a process for each job",
    "other_build": "another build", "override": "as another card",
}  # fmt: skip


def helps(rungs: Sequence[str]) -> str:
    """Say what an engine was started with."""
    return ", ".join(t(_HELPS.get(rung, rung)) for rung in rungs)
