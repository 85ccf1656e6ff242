"""The download process: `python -m studio.runtime.downloads.host`. It serves one download as an engine serves a job."""

from __future__ import annotations


def main() -> None:
    """Open the private channel before any library loads, then serve."""
    from studio.worker.channel import open_private_channel

    channel = open_private_channel()
    from studio.worker.tasks import serve_tasks

    serve_tasks(channel, "studio.runtime.downloads", ("fetch",), who="download process")


if __name__ == "__main__":
    main()
