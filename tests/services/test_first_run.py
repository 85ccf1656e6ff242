"""The plan for a machine: what its cards come to, and which packs are worth installing, with honest sizes."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from studio.engines.manifest import Manifest
from studio.engines.pack import read_packs
from studio.engines.registry import find_engines
from studio.runtime import devices
from studio.runtime.detection import found
from studio.runtime.detection.found import Card, Machine
from studio.runtime.detection.sources import this_machine
from studio.runtime.environments.store import Environments
from studio.services import first_run
from studio.services.first_run import Here

NVIDIA = Card(found.NVIDIA, "GeForce RTX 4090", memory=24 << 30, driver="580.10", capability=(8, 9), uuid="GPU-1")
AMD = Card(found.AMD, "Radeon RX 6700 XT", pci="1002:73df", gfx="gfx1031", memory=12 << 30, driver="6.8")


@pytest.fixture(scope="module")
def manifests() -> tuple[Manifest, ...]:
    return tuple(find_engines(Path("nowhere")).manifests())


def _here(root: Path, *cards: Card) -> Here:
    machine = Machine(found.LINUX, cards)
    return Here(
        machine, devices.devices_of(machine, this_machine()), read_packs(),
        Environments(root / "environments", root / "cache"),
    )  # fmt: skip


def test_every_engine_with_a_pack_is_in_exactly_one_pack_of_the_plan(
    tmp_path: Path, manifests: tuple[Manifest, ...]
) -> None:
    plan = first_run.plan(_here(tmp_path), manifests)
    named = sorted(m.id for one in plan.packs for m in one.engines)
    assert named == sorted(m.id for m in manifests if m.pack != "app" and not m.hidden and "cpu" in m.accelerators)
    assert [len(one.engines) for one in plan.packs] == sorted((len(o.engines) for o in plan.packs), reverse=True)
    assert {one.accelerator for one in plan.packs} == {"cpu"}
    assert plan.wanted == plan.packs


@pytest.mark.parametrize(("card", "kind"), [(NVIDIA, "cuda"), (AMD, "rocm")])
def test_a_card_makes_packs_for_it_and_larger_ones(
    tmp_path: Path, manifests: tuple[Manifest, ...], card: Card, kind: str
) -> None:
    with_card = first_run.plan(_here(tmp_path, card), manifests)
    without = {one.pack: one.download for one in first_run.plan(_here(tmp_path), manifests).packs}
    core = next(one for one in with_card.packs if one.pack == "core")
    assert core.accelerator == kind
    assert core.download > without["core"] + 500_000_000
    assert with_card.advised[0].card == card


def test_sizes_are_those_of_the_plan_that_is_made_later(tmp_path: Path, manifests: tuple[Manifest, ...]) -> None:
    """The builder's own plan, made for the same machine, announces the same download."""
    from studio.runtime.environments import planning
    from studio.runtime.environments.indexes import Sources
    from studio.runtime.environments.interpreters import Interpreter

    here = _here(tmp_path)
    worth = next(one for one in first_run.plan(here, manifests).packs if one.pack == "core")
    pack = here.packs.pack("core")
    tools = planning.Tools(here.packs, Sources(), tmp_path)
    python = Interpreter(Path("python"), f"{pack.python[0]}.0", here.machine.processor)
    made = planning.plan(pack, "cpu", python=python, tools=tools)
    assert worth.download == pytest.approx(made.download_bytes, rel=0.2)


def test_what_cannot_be_had_here_is_not_offered(tmp_path: Path, manifests: tuple[Manifest, ...]) -> None:
    here = _here(tmp_path)
    broken = dataclasses.replace(here.packs, packs=(), errors={"core": "its lock is cut"})
    assert first_run.plan(dataclasses.replace(here, packs=broken), manifests).packs == ()
    only_cards = [dataclasses.replace(m, accelerators=("cuda",)) for m in manifests]
    assert first_run.plan(here, only_cards).packs == ()


def test_a_pack_says_whether_its_engines_make_anything_yet(tmp_path: Path, manifests: tuple[Manifest, ...]) -> None:
    (tmp_path / "runner.py").touch()
    for one in first_run.plan(_here(tmp_path), manifests).packs:
        assert one.makes == any(m.has_runner for m in one.engines)
    grown = tuple(dataclasses.replace(m, folder=tmp_path) if m.id == "xtts" else m for m in manifests)
    assert next(one for one in first_run.plan(_here(tmp_path), grown).packs if one.pack == "xtts").makes
