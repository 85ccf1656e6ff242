"""`studio lyrics`."""

from __future__ import annotations

from argparse import Namespace

from studio.cli.main import open_studio
from studio.cli.making import make, params_of, target_of, wish_of
from studio.cli.output import Output


def run(args: Namespace, out: Output) -> int:
    """Write words for a song."""
    target = target_of(args, "lyrics")
    studio = open_studio(args, out)
    try:
        wish = wish_of(
            args, "lyrics", params=params_of(args, theme=args.theme, structure=args.structure), target=target
        )
        data = make(studio, wish, args, out)
    finally:
        studio.close()
    if data is not None:
        made = data["outputs"][0]
        lines = f"{made['lines']} lines, " if "lines" in made else ""
        out.result(data, f"{made['path']}: {lines}seed {made['recipe']['seed']}")
    return 0
