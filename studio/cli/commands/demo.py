"""`studio demo`."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from studio.cli.commands.speak import read_script
from studio.cli.main import open_studio
from studio.cli.output import Output
from studio.cli.waiting import finish
from studio.paths import RESOURCES
from studio.services.generation import Wish
from studio.services.library import check_target
from studio.store import atomic

_SEED = 20  # the same demo for everyone


def run(args: Namespace, out: Output) -> int:
    """Make the demo."""
    folder = Path(args.output).absolute()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as e:
        raise atomic.explain(e, f"The folder {folder} could not be made") from e
    target = check_target(folder / "demo.wav", force=args.force)
    studio = open_studio(args, out)
    try:
        script = read_script(RESOURCES / "samples" / "demo.txt")
        job = studio.generation.speak(Wish(script=script, seed=_SEED, device=args.device or "", target=target))
        data = finish(studio, job, out)
    finally:
        studio.close()
    made = data["outputs"][0]
    out.result(
        data, f"{made['path']}: a dialogue of {made['seconds']:.1f} s in two voices. Play it, then try `studio speak`."
    )
    return 0
