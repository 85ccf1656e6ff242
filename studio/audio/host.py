"""The sound process: `python -m studio.audio.host render|play`. No file from outside is decoded anywhere else.

`render` serves jobs as an engine does: one Run after the other, each a task of studio.audio.tasks. `play` plays one
open project. A decoder or an effect that crashes takes this process along and nothing else.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from studio.worker.channel import Channel

TASKS = ("compare", "convert", "export", "inspect", "line_levels", "master", "peaks", "prepare_reference", "take_in")


def main() -> None:
    """Open the private channel before any library loads, then serve."""
    from studio.worker.channel import open_private_channel

    channel = open_private_channel()
    if sys.argv[1:] == ["play"]:
        from studio.audio.playing.role import play

        play(channel)
    else:
        _render(channel)


def _render(channel: Channel) -> None:
    from studio.worker.context import RunContext
    from studio.worker.failures import UserMistake
    from studio.worker.loop import serve
    from studio.worker.runner import Output, Runner

    class Render(Runner):
        """Does one task a job."""

        def run(self, context: RunContext) -> Output:
            """Do the task that the job names; its libraries load with the first job that needs them."""
            if context.task not in TASKS:
                raise UserMistake(f"The sound process knows no task {context.task!r}.")
            output: Output = import_module(f"studio.audio.tasks.{context.task}").run(context)
            return output

    serve(Render, channel)


if __name__ == "__main__":
    main()
