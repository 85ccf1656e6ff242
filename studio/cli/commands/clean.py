"""`studio clean`."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from studio.cli.main import open_studio
from studio.cli.making import make, params_of, target_of, wish_of
from studio.cli.output import Output


def run(args: Namespace, out: Output) -> int:
    """Take the noise out of a sound, trim its ends, level it."""
    target = target_of(args, "clean")
    # An engine without such a parameter is asked for nothing unless the user wants it left out.
    named = {"trim": False if args.no_trim else None, "level": False if args.no_level else None}
    studio = open_studio(args, out)
    try:
        wish = wish_of(args, "clean", files={"source": Path(args.file)}, params=params_of(args, **named), target=target)
        data = make(studio, wish, args, out)
    finally:
        studio.close()
    if data is not None:
        made = data["outputs"][0]
        out.result(data, f"{made['path']}: {made['seconds']:.2f} s")
    return 0
