"""`studio engines`."""

from __future__ import annotations

import json
from argparse import Namespace

from studio.cli.main import open_studio
from studio.cli.output import Output, table
from studio.errors import StudioError
from studio.services import engine_list


def run(args: Namespace, out: Output) -> int:
    """List engines, or show one."""
    studio = open_studio(args, out)
    try:
        if args.verb == "list":
            found = [engine_list.describe(e) for e in engine_list.listed(studio.registry, hidden=args.all)]
            rows = [
                [
                    e["id"],
                    e["title"],
                    ",".join(e["tasks"]),
                    "yes" if e["usable"] else "no",
                    e["error"] or e["environment"],
                ]
                for e in found
            ]
            out.result({"engines": found}, table(rows, ["id", "title", "tasks", "usable", "state"]))
            return 0
        entry = next((e for e in studio.registry.entries() if e.id == args.engine), None)
        if entry is None:
            studio.registry.manifest(args.engine)
            raise StudioError(f"There is no engine {args.engine!r}.")
        shown = engine_list.details(entry)
        out.result(shown, json.dumps(shown, indent=2, ensure_ascii=False))
    finally:
        studio.close()
    return 0
