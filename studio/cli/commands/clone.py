"""`studio clone`."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from studio.cli.main import open_studio
from studio.cli.making import make, params_of, target_of, wish_of
from studio.cli.output import Output
from studio.errors import StudioError
from studio.protocol.recordings import MOST_RECORDINGS, REFERENCE, roles


def run(args: Namespace, out: Output) -> int:
    """Speak a text in the voice of a recording, and say how alike they are."""
    if len(args.reference) > MOST_RECORDINGS:
        raise StudioError(
            f"A voice is spoken from at most {MOST_RECORDINGS} recordings; {len(args.reference)} were given.",
            "Choose the clearest ones.",
        )
    target = target_of(args, "clone")
    studio = open_studio(args, out)
    try:
        wish = wish_of(
            args,
            "clone",
            script=args.text,
            files=dict(zip(roles(REFERENCE, len(args.reference)), map(Path, args.reference), strict=True)),
            transcripts={REFERENCE: args.transcript} if args.transcript else {},
            params=params_of(args),
            target=target,
            listened=args.play,
        )
        data = make(studio, wish, args, out)
    finally:
        studio.close()
    if data is not None:
        made = data["outputs"][0]
        alike = f", {made['similarity']:.2f} alike" if "similarity" in made else ""
        out.result(data, f"{made['path']}: {made['seconds']:.2f} s{alike}, seed {made['recipe']['seed']}")
    return 0
