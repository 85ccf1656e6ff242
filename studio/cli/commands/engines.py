"""`studio engines`."""

from __future__ import annotations

import json
from argparse import Namespace
from pathlib import Path

from studio.cli.commands import engine_packs
from studio.cli.main import open_studio
from studio.cli.output import Output, table
from studio.errors import StudioError
from studio.services import engine_list, smoke_test


def run(args: Namespace, out: Output) -> int:
    """List engines, show one, or try one."""
    if args.verb == "test":
        return _test(args, out)
    if args.verb in engine_packs.VERBS:
        return engine_packs.run(args, out)
    studio = open_studio(args, out)
    try:
        if args.verb == "list":
            found = [
                engine_list.describe(e, studio.readiness) for e in engine_list.listed(studio.registry, hidden=args.all)
            ]
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
        shown = engine_list.details(entry, studio.readiness)
        out.result(shown, json.dumps(shown, indent=2, ensure_ascii=False))
    finally:
        studio.close()
    return 0


def _test(args: Namespace, out: Output) -> int:
    """Have an engine build a tiny model, load it and generate once."""
    studio = open_studio(args, out)
    try:
        manifest = studio.registry.manifest(args.engine)
        wishes = studio.settings.engines
        wanted = args.device or wishes.device
        choice = studio.readiness.choose(manifest, wanted=wanted, allow_cpu=wishes.allow_cpu)
        python = smoke_test.python_for(manifest, choice.device, studio.environments)
        out.tell(f"Testing {manifest.id} on {choice.device.id}.")
        facts = smoke_test.run(
            manifest,
            python,
            choice.device,
            studio.paths,
            tell=out.tell,
            cancelled=lambda: False,
            keep=Path(args.keep) if args.keep else None,
        )
    finally:
        studio.close()
    result = {"engine": manifest.id, "device": choice.device.id, "passed": True, "facts": facts}
    out.result(result, "\n".join([f"{manifest.id} works.", *(f"  {name}: {value}" for name, value in facts.items())]))
    return 0
