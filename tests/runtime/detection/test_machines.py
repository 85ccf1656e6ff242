"""The golden table: what is planned on each machine of machines.toml, read from its files, registry and tools."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from studio.engines.pack import read_packs
from studio.runtime.detection import found
from studio.runtime.detection.advice import override, plan, sentences
from studio.runtime.detection.machine import look
from studio.runtime.devices import devices_of
from tests.runtime.detection.fakes import Setting, sources_of

MACHINES: list[dict[str, Any]] = tomllib.loads(Path(__file__).with_name("machines.toml").read_text(encoding="utf-8"))[
    "machine"
]
_SYSTEMS = {"linux": "linux", "wsl": "linux", "windows": "windows"}


def _id(machine: dict[str, Any]) -> str:
    return f"{machine['name']} ({machine['system']})"


@pytest.mark.parametrize("machine", MACHINES, ids=_id)
def test_what_is_planned(machine: dict[str, Any], tmp_path: Path) -> None:
    sources = sources_of(tmp_path, machine["cards"], Setting(system=machine["system"], **machine.get("setting", {})))
    seen = look(sources)
    advised = plan(seen)
    devices = devices_of(seen, sources)
    best = advised[0]
    assert (best.accelerator, best.source, best.extra) == (
        machine["accelerator"],
        machine["source"],
        machine.get("extra", ""),
    )
    assert sentences(advised) == machine["sentences"]
    assert [a.hint for a in advised if a.hint] == machine.get("hints", [])
    assert [d.id for d in devices if not d.on_request] == [f"local/{name}" for name in machine["devices"]]
    assert [d.id for d in devices if d.on_request] == [f"local/{name}" for name in machine.get("on_request", [])]


def test_no_machine_stands_twice() -> None:
    assert len({_id(m) for m in MACHINES}) == len(MACHINES)


@pytest.mark.parametrize("machine", MACHINES, ids=_id)
def test_a_pack_has_the_planned_build_for_the_system(machine: dict[str, Any]) -> None:
    packs = read_packs()
    pack = packs.pack("core-directml" if machine["source"] == "directml" else "core")
    cpu = machine["source"] == "cpu"
    flavour = pack.flavour(machine["accelerator"], _SYSTEMS[machine["system"]], "" if cpu else machine["source"])
    assert flavour.id == machine["source"]
    gfx = machine.get("extra", "").removeprefix("device-")
    assert not gfx or gfx in flavour.gfx


def test_an_override_is_for_linux_and_never_above_gfx10() -> None:
    assert override("gfx1031", found.LINUX) == "10.3.0"
    assert override("gfx1010", found.LINUX) == "10.3.0"
    assert override("gfx1031", found.WINDOWS) == ""
    assert override("gfx1031", found.WSL) == ""
    for gfx in ("gfx1033", "gfx902", "gfx90c", "gfx1030", "gfx1101", "gfx1103", "gfx1151", "gfx1201", ""):
        assert override(gfx, found.LINUX) == ""
