"""`studio devices`."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from studio.cli.main import open_studio
from studio.cli.output import Output, table
from studio.services import engine_list


def run(args: Namespace, out: Output) -> int:
    """Show the devices and the plan."""
    studio = open_studio(args, out)
    try:
        if args.reset_envelope:
            out.tell(f"Forgot {studio.envelope.reset()} lessons.")
        proven = studio.envelope.proven()
        found: list[dict[str, Any]] = [
            {
                "id": d.id,
                "name": d.name,
                "kind": d.kind,
                "memory": d.memory,
                "proven": {str(p["engine"]): p["rungs"] for p in proven if p["device"] == d.id},
            }
            for d in studio.devices
        ]
        wanted = args.device or studio.settings.engines.device
        plan = engine_list.plan(
            studio.registry, studio.devices, wanted=wanted, allow_cpu=studio.settings.engines.allow_cpu
        )
    finally:
        studio.close()
    lines = [f"{d['id']}: {d['name']}, {d['memory'] / 2**30:.1f} GiB" for d in found]
    rows = [[p["engine"], p["device"] or "-", p["why"]] for p in plan]
    text = "\n".join([*lines, "", table(rows, ["engine", "device", "why"])])
    out.result({"devices": found, "plan": plan}, text)
    return 0
