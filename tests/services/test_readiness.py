"""Whether an engine can work: its environment on the right device, its runner, its model; and the way out where not."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

import pytest

from studio.app import Studio
from studio.engines.manifest import Manifest
from studio.engines.registry import find_engines
from studio.errors import StudioError
from studio.runtime.devices import Device
from studio.runtime.environments.store import Environments
from studio.services.readiness import KnownModels, Readiness, wanted
from studio.settings import Engines

CARD = Device("local/cuda0", "A card", "cuda", 12 << 30)
CPU = Device("local/cpu", "A processor", "cpu", 16 << 30)


@dataclass
class Built:
    """Environments as this test wants them: pack → (state, accelerator), and the chip where it is for one."""

    packs: dict[str, tuple[str, ...]]

    def state(self, pack: str) -> str:
        return self.packs.get(pack, ("missing", ""))[0]

    def python(self, pack: str) -> Path | None:
        return Path("/python") / pack if self.state(pack) == "ready" else None

    def marker(self, pack: str) -> Any:
        if pack not in self.packs:
            return None
        _, accelerator, *chip = self.packs[pack]
        return type("Marker", (), {"accelerator": accelerator, "gfx": "".join(chip)})()


@dataclass
class Shelf:
    """Models as this test wants them."""

    lacking: set[str] = field(default_factory=set[str])

    def state(self, manifest: Manifest) -> str:
        return "missing" if manifest.id in self.lacking else "ready"

    def missing(self, manifest: Manifest, chosen: str = "") -> StudioError | None:
        return StudioError("no model") if manifest.id in self.lacking and not chosen else None


def readiness(*lacking: str, devices: tuple[Device, ...] = (CARD, CPU), **packs: tuple[str, ...]) -> Readiness:
    environments = cast("Environments", Built({name.replace("_", "-"): state for name, state in packs.items()}))
    return Readiness(lambda: devices, environments, cast("KnownModels", Shelf(set(lacking))))


@pytest.fixture(name="dia")
def _dia(tmp_path: Path) -> Manifest:
    """An engine of a pack, as it will be when it has a runner."""
    (tmp_path / "runner.py").touch()
    return replace(find_engines(Path("nowhere")).manifest("dia"), folder=tmp_path)


def test_an_engine_of_the_studio_needs_nothing() -> None:
    kokoro = find_engines(Path("nowhere")).manifest("kokoro")
    assert readiness().environment(kokoro) == "ready"
    assert readiness().hindrance(kokoro) is None


@pytest.mark.parametrize(
    ("state", "hint"),
    [("missing", "engines install dia"), ("incomplete", "engines repair dia"), ("broken", "engines repair dia")],
)
def test_an_environment_that_does_not_stand_is_named_with_the_way_out(dia: Manifest, state: str, hint: str) -> None:
    ready = readiness(core=(state, "cuda"))
    problem = ready.hindrance(dia, CARD)
    assert problem
    assert hint in problem.hint
    with pytest.raises(StudioError, match="core"):
        ready.python(dia, CARD)


def test_a_ready_one_is_used(dia: Manifest) -> None:
    ready = readiness(core=("ready", "cuda"))
    choice = ready.choose(dia, wanted="", allow_cpu=True)
    assert (choice.device, ready.hindrance(dia, choice.device)) == (CARD, None)
    assert ready.python(dia, CARD) == (str(Path("/python/core")),)


def test_a_build_for_the_processor_is_never_taken_for_the_cards(dia: Manifest) -> None:
    ready = readiness(core=("ready", "cpu"))
    choice = ready.choose(dia, wanted="", allow_cpu=True)
    assert (choice.device, choice.why) == (CPU, "its packages are installed for cpu")
    problem = ready.hindrance(dia, CARD)
    assert problem
    assert "--accelerator cuda" in problem.hint
    with pytest.raises(StudioError, match="installed for cpu, not for cuda"):
        ready.python(dia, CARD)


def test_who_forbids_the_processor_is_not_given_it_by_a_pack(dia: Manifest) -> None:
    with pytest.raises(StudioError, match="the CPU is not allowed"):
        readiness(core=("ready", "cpu")).choose(dia, wanted="", allow_cpu=False)


def test_a_build_for_one_chip_is_not_given_to_a_card_with_another(dia: Manifest) -> None:
    first = Device("local/rocm0", "RX 7900 XTX", "rocm", 24 << 30, gfx="gfx1100")
    second = Device("local/rocm1", "RX 6700 XT", "rocm", 12 << 30, gfx="gfx1031")
    ready = readiness(devices=(first, second, CPU), core=("ready", "rocm", "gfx1031"))
    assert ready.choose(dia, wanted="", allow_cpu=True).device == second
    problem = ready.hindrance(dia, first)
    assert problem
    assert problem.message == "The pack core is installed for gfx1031, not for gfx1100."
    assert "engines install dia --device local/rocm0" in problem.hint
    assert readiness(devices=(first, CPU), core=("ready", "rocm")).hindrance(dia, first) is None  # one for all chips


def test_the_processor_can_use_a_cards_build(dia: Manifest) -> None:
    ready = readiness(core=("ready", "cuda"))
    assert ready.choose(dia, wanted="cpu", allow_cpu=True).device == CPU
    assert ready.hindrance(dia, CPU) is None


def test_directml_has_a_pack_of_its_own(dia: Manifest) -> None:
    card = Device("local/directml0", "An older card", "directml", 8 << 30)
    ready = readiness(devices=(card, CPU), core_directml=("ready", "directml"))
    assert ready.environment(dia) == "ready"
    assert ready.choose(dia, wanted="", allow_cpu=True).device == card
    assert ready.python(dia, card) == (str(Path("/python/core-directml")),)


def test_a_missing_model_blocks_unless_another_is_named(dia: Manifest) -> None:
    ready = readiness("dia", core=("ready", "cuda"))
    assert ready.hindrance(dia, CARD)
    assert ready.hindrance(dia, CARD, model="/my/own") is None


def test_what_a_probe_found_is_known_to_whoever_decides(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    held = studio.readiness
    before = held.devices
    monkeypatch.setattr(studio.proofs, "with_verdicts", lambda *_: (CARD,))
    assert held.devices == before
    studio.look_anew()
    assert held.devices == (CARD,)


@pytest.mark.parametrize(
    ("general", "single", "engine", "device"),
    [
        ("", "", "dia", ""),
        ("local/cuda1", "", "dia", "local/cuda1"),
        ("cuda", "dia=cpu", "dia", "cpu"),
        ("local/cuda1", "dia=cpu", "xtts", "local/cuda1"),
        ("local/cuda1", "", "kokoro", ""),  # that runs on the processor alone
        ("local/cuda1", "kokoro=cpu", "kokoro", "cpu"),
    ],
)
def test_an_engine_runs_where_the_settings_want_it(general: str, single: str, engine: str, device: str) -> None:
    manifest = find_engines(Path("nowhere")).manifest(engine)
    assert wanted(manifest, Engines(device=general, devices=single)) == device
