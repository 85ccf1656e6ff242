"""The sound process: `python -m studio.audio.host render|play`. No file from outside is decoded anywhere else.

`render` serves jobs as an engine does: one Run after the other, each a task of studio.audio.tasks. `play` plays one
open project. A decoder or an effect that crashes takes this process along and nothing else.
"""

from __future__ import annotations

import sys

TASKS = (
    "clip_loudness", "compare", "convert", "export", "inspect", "line_levels", "master", "peaks", "prepare_reference",
    "silences", "spectrogram", "take_in",
)  # fmt: skip


def main() -> None:
    """Open the private channel before any library loads, then serve."""
    from studio.worker.channel import open_private_channel

    channel = open_private_channel()
    if sys.argv[1:] == ["play"]:
        from studio.audio.playing.role import play

        play(channel)
    else:
        from studio.worker.tasks import serve_tasks

        serve_tasks(channel, "studio.audio.tasks", TASKS, who="sound process")


if __name__ == "__main__":
    main()
