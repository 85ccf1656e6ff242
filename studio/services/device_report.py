"""What is said of devices in lists and reports. Any thread."""

from __future__ import annotations

from typing import Any

from studio.runtime import memory
from studio.runtime.detection.advice import ON_CPU, plan
from studio.runtime.detection.found import Machine
from studio.runtime.devices import TRUSTED, Device
from studio.services.proofs import Proof

FINE = TRUSTED
_GIB = 1 << 30


def row(device: Device) -> dict[str, Any]:
    """Return the object that lists print for a device, its memory as it is now."""
    now = memory.read(device)
    return {
        "id": device.id,
        "name": device.name,
        "kind": device.kind,
        "memory": now.total or device.memory,
        "free": now.free or None,
        "driver": device.driver,
        "gfx": device.gfx,
        "on_request": device.on_request,
        "probe": device.proven,
    }


def line(row: dict[str, Any]) -> str:
    """Say the same in a line."""
    parts = [f"{row['id']}: {row['name']}"]
    if row["memory"]:
        free = f", {row['free'] / _GIB:.1f} free" if row["free"] else ""
        parts.append(f"{row['memory'] / _GIB:.1f} GiB{free}")
    if row["driver"]:
        parts.append(f"driver {row['driver']}")
    if row["on_request"]:
        parts.append("only where it is named")
    parts += [f"{pack}: {verdict}" for pack, verdict in row["probe"].items()]
    return ", ".join(parts)


def cards(machine: Machine) -> list[dict[str, Any]]:
    """Return what is planned for each card, the best first, and why; for a machine without cards for its processor."""
    advised = plan(machine)
    made: list[dict[str, Any]] = [
        {
            "name": a.card.name if a.card else "",
            "accelerator": a.accelerator,
            "source": a.source,
            "gfx": a.card.gfx if a.card else "",
            "text": a.sentence,
            "hint": a.hint,
        }
        for a in advised
    ]
    if advised[0].accelerator == "cpu":
        made[0]["text"] += f" {ON_CPU}"
    return made


def probed(proof: Proof) -> dict[str, Any]:
    """Return the object that lists print for a probe."""
    return {
        "device": proof.device,
        "pack": proof.pack,
        "verdict": proof.verdict,
        "text": proof.sentence,
        "precisions": list(proof.precisions),
        "seconds": round(proof.seconds, 2),
    }
