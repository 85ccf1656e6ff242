"""The task `peaks`: the picture of a sound, into a cache."""

from __future__ import annotations

from studio.audio import peaks
from studio.worker.answers import facts_only, path_in
from studio.worker.context import RunContext
from studio.worker.runner import Output


def run(context: RunContext) -> Output:
    """Make the peaks of `file` at `target`."""

    def step(share: float) -> None:
        context.check_cancelled()
        context.progress("drawing", share)

    target = path_in(context, "target")
    target.parent.mkdir(parents=True, exist_ok=True)
    peaks.make(path_in(context, "file"), target, step=step)
    return facts_only(context, {"target": str(target)})
