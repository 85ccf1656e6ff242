"""`studio devices`."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from studio.app import Studio
from studio.cli.main import open_studio
from studio.cli.output import Output, table
from studio.errors import StudioError
from studio.services import device_report, engine_list


def run(args: Namespace, out: Output) -> int:
    """Show what is here, what was proven, and what would run where."""
    studio = open_studio(args, out)
    try:
        if args.reset_envelope:
            studio.proofs.forget()
            out.tell(f"Forgot {studio.envelope.reset()} lessons, and what probes found.")
        probes = _probe(studio, out) if args.probe else []
        proven = studio.envelope.proven()
        found: list[dict[str, Any]] = [
            device_report.row(d)
            | {"proven": {p.situation.engine: p.rungs for p in proven if p.situation.device == d.id}}
            for d in studio.devices
        ]
        cards = device_report.cards(studio.machine)
        plan = engine_list.plan(studio.registry, studio.readiness, studio.settings.engines, wanted=args.device or "")
    finally:
        studio.close()
    lines = [device_report.line(d) for d in found]
    rows = [[p["engine"], p["device"] or "-", p["why"]] for p in plan]
    said = [part for card in cards for part in (card["text"], card["hint"]) if part]
    text = "\n".join([*lines, "", *said, "", table(rows, ["engine", "device", "why"])])
    result: dict[str, Any] = {"devices": found, "cards": cards, "plan": plan}
    if args.probe:
        result["probes"] = probes
        text += "\n\n" + "\n".join(f"{p['device']} in {p['pack']}: {p['text']}" for p in probes)
    out.result(result, text)
    return 0 if all(p["verdict"] in device_report.FINE for p in probes) else StudioError.exit_code


def _probe(studio: Studio, out: Output) -> list[dict[str, Any]]:
    """Probe each device in each environment that was built for it, and keep what is found."""
    from studio.services.engine_test import Following
    from studio.services.probing import probe
    from studio.services.proofs import built, worth_probing

    following = Following(lambda _line: None, lambda: False)
    found: list[dict[str, Any]] = []
    for place in built(studio.environments):
        for device in studio.devices:
            if worth_probing(device, place):
                out.tell(f"Probing {device.id} in {place.pack}.")
                proof = probe(device, place, studio.paths, following)
                studio.proofs.keep(proof)
                found.append(device_report.probed(proof))
    if not found:
        out.tell("Nothing to probe with: no pack is installed. `studio engines install ID` builds one.")
    studio.look_anew()
    return found
