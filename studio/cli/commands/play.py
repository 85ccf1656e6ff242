"""`studio play`."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from studio.app import Studio
from studio.cli.main import open_studio
from studio.cli.output import Output
from studio.cli.shell_words import typed
from studio.domain import samples
from studio.errors import Cancelled, StudioError


def run(args: Namespace, out: Output) -> int:
    """Play a project to its end."""
    studio = open_studio(args, out)
    try:
        return _play(studio, args, out)
    finally:
        studio.close()


def _play(studio: Studio, args: Namespace, out: Output) -> int:
    folder = Path(args.project)
    with studio.projects.open(folder, writing=False) as opened:
        for sentence in opened.told:
            out.tell(f"note: {sentence}")
        project = opened.project
        start = samples.from_seconds(args.start, project.rate)
        if not 0 <= start < max(1, project.length):
            length = samples.to_seconds(project.length, project.rate)
            raise StudioError(f"The project lasts {length:.1f} s.", "Give --from a time within it.")
        with studio.playback() as playback:
            playback.load(project, opened.folder)
            names = {media.id: media.name for media in project.media}
            for media in playback.wait_for("loaded")["missing"]:
                out.tell(f"note: {names.get(media, media)} is missing or damaged; its clips are silent.")
            playback.play(start)
            try:
                playback.wait(lambda: _show(out, playback.position, playback.length, project.rate))
            except KeyboardInterrupt as e:
                at = samples.to_seconds(playback.position, project.rate)
                raise Cancelled(
                    f"Stopped at {at:.1f} s.", f"`studio play {typed(folder)} --from {at:.1f}` goes on."
                ) from e
            seconds = samples.to_seconds(playback.position - start, project.rate)
            out.result({"seconds": seconds, "dropped": playback.dropped})
    return 0


def _show(out: Output, position: int, length: int, rate: int) -> None:
    out.progress("playing", min(1.0, position / length) if length else None, max(0, length - position) / rate)
