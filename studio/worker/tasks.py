"""A helper process of the studio's own: it serves jobs as an engine does, each a task in a module by its name."""

from __future__ import annotations

from collections.abc import Collection
from importlib import import_module

from studio.worker.channel import Channel
from studio.worker.context import RunContext
from studio.worker.failures import UserMistake
from studio.worker.loop import serve
from studio.worker.runner import Output, Runner


def serve_tasks(channel: Channel, package: str, names: Collection[str], *, who: str) -> None:
    """Serve the tasks `names` of a package until the studio says otherwise; their libraries load with the first job."""

    class Tasks(Runner):
        """Does one task a job."""

        def run(self, context: RunContext) -> Output:
            """Do the task that the job names."""
            if context.task not in names:
                raise UserMistake(f"The {who} knows no task {context.task!r}.")
            output: Output = import_module(f"{package}.{context.task}").run(context)
            return output

    serve(Tasks, channel)
