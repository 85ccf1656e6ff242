"""The picture process: `python -m studio.pictures.host`. No picture from outside is decoded anywhere else.

It serves jobs as an engine does: one Run after the other, each a task of studio.pictures.tasks. A decoder that crashes
takes this process along and nothing else.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from studio.worker.channel import Channel

TASKS = ("compare", "inspect", "take_in", "thumbnail", "write")


def main() -> None:
    """Open the private channel before any library loads, then serve."""
    from studio.worker.channel import open_private_channel

    _serve(open_private_channel())


def _serve(channel: Channel) -> None:
    from studio.worker.context import RunContext
    from studio.worker.failures import UserMistake
    from studio.worker.loop import serve
    from studio.worker.runner import Output, Runner

    class Pictures(Runner):
        """Does one task a job."""

        def run(self, context: RunContext) -> Output:
            """Do the task that the job names; its libraries load with the first job that needs them."""
            if context.task not in TASKS:
                raise UserMistake(f"The picture process knows no task {context.task!r}.")
            output: Output = import_module(f"studio.pictures.tasks.{context.task}").run(context)
            return output

    serve(Pictures, channel)


if __name__ == "__main__":
    main()
