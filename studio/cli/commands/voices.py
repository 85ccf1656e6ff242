"""`studio voices`."""

from __future__ import annotations

from argparse import Namespace

from studio.cli.main import open_studio
from studio.cli.output import Output, table
from studio.services import engine_list


def run(args: Namespace, out: Output) -> int:
    """List voices."""
    studio = open_studio(args, out)
    try:
        found = engine_list.voices(studio.registry, args.engine)
    finally:
        studio.close()
    rows = [[v["name"], v["title"], v["language"], v["sex"], v["accent"], v["engine"]] for v in found]
    out.result({"voices": found}, table(rows, ["name", "title", "language", "sex", "accent", "engine"]))
    return 0
