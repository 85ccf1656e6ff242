"""The picture process: `python -m studio.pictures.host`. No picture from outside is decoded anywhere else.

It serves jobs as an engine does: one Run after the other, each a task of studio.pictures.tasks. A decoder that crashes
takes this process along and nothing else.
"""

from __future__ import annotations

TASKS = ("compare", "how_made", "inspect", "sheet", "take_in", "thumbnail", "write")


def main() -> None:
    """Open the private channel before any library loads, then serve."""
    from studio.worker.channel import open_private_channel

    channel = open_private_channel()

    from studio.worker.tasks import serve_tasks

    serve_tasks(channel, "studio.pictures.tasks", TASKS, who="picture process")


if __name__ == "__main__":
    main()
