"""Probes in processes of their own: with a stand-in for torch that is wrong in every way, and in real environments."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from studio.errors import StudioError
from studio.paths import DataPaths
from studio.runtime.detection.sources import this_machine
from studio.runtime.devices import Device
from studio.runtime.environments.store import Environments
from studio.services.engine_test import Following
from studio.services.probing import probe
from studio.services.proofs import Built, built, worth_probing
from tests.runtime.detection.fakes import devices_on
from tests.services.torch_standin import interpreter

CARD = Device("local/rocm0", "AMD Radeon RX 6700 XT", "rocm", 12 << 30, driver="6.12", gfx="gfx1031")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="a shell script stands in for the interpreter"),
]


def _following(heard: list[str] | None = None, *, cancelled: bool = False) -> Following:
    return Following((heard if heard is not None else []).append, lambda: cancelled)


def _built(python: Path, accelerator: str = "rocm") -> Built:
    return Built("core", "a lock", accelerator, python)


@pytest.mark.parametrize(
    ("how", "torch", "verdict", "said"),
    [
        ("", "rocm", "good", "computes right in fp32, fp16, bf16."),
        ("", "cpu", "on_cpu", "(2.13.0+cpu) is built for the processor. Engines would compute on the CPU without"),
        ("", "cu130", "on_cpu", "is built for CUDA"),
        ("no card", "rocm", "on_cpu", "finds no card. Engines would compute on the CPU without saying so"),
        ("elsewhere", "rocm", "on_cpu", "was computed on cpu"),
        ("other card", "rocm", "other_card", "found one with gfx1036"),
        ("wrong", "rocm", "wrong", "matmul in fp32 is wrong by"),
        ("nan", "rocm", "partly", "right in fp32, bf16, and not in fp16"),
        ("raises", "rocm", "partly", "right in fp32, fp16, and not in bf16"),
        ("abort", "rocm", "crashed", "an abort (SIGABRT). It was at: conv in fp16."),
        ("broken", "rocm", "crashed", "libamdhip64.so.7"),
        ("small", "rocm", "good", "It could not hold 512 MB, which seemed to be free."),
    ],
)
def test_what_is_said_of_a_build(how: str, torch: str, verdict: str, said: str, tmp_path: Path) -> None:
    paths = DataPaths(tmp_path / "data")
    proof = probe(CARD, _built(interpreter(tmp_path, how, torch)), paths, _following())
    assert (proof.verdict, said in proof.sentence) == (verdict, True), proof.sentence
    assert (proof.pack, proof.lock, proof.driver, proof.device) == ("core", "a lock", "6.12", "local/rocm0")
    assert not list(paths.scratch.iterdir())


def test_a_probe_that_is_stopped_says_nothing_of_the_device(tmp_path: Path) -> None:
    place = _built(interpreter(tmp_path, "", "rocm"))
    with pytest.raises(StudioError, match="stopped"):
        probe(CARD, place, DataPaths(tmp_path / "data"), _following(cancelled=True))


def test_an_interpreter_that_has_vanished_says_nothing_of_the_device(tmp_path: Path) -> None:
    with pytest.raises(StudioError, match="could not be started"):
        probe(CARD, _built(tmp_path / "gone/python"), DataPaths(tmp_path / "data"), _following())


def test_a_device_is_probed_where_something_was_built_for_it() -> None:
    processor = Device("local/cpu", "A processor", "cpu", 1)
    assert worth_probing(CARD, _built(Path("python"), "rocm"))
    assert not worth_probing(CARD, _built(Path("python"), "cpu"))
    assert worth_probing(processor, _built(Path("python"), "rocm"))


@pytest.mark.slow
@pytest.mark.timeout(1200)  # the first that needs the packs builds them
def test_each_device_here_computes_in_each_environment(tmp_path: Path, pack_folder: Path) -> None:
    heard: list[str] = []
    places = built(Environments(pack_folder, tmp_path / "cache"))
    assert places
    for place in places:
        for device in devices_on(this_machine()):
            if worth_probing(device, place):
                proof = probe(device, place, DataPaths(tmp_path / "data"), _following(heard))
                assert proof.verdict in {"good", "partly"}, proof.sentence
                assert proof.facts["allocated"] > 0
                assert len(proof.facts["checks"]) == 9
    assert "matmul in fp32" in heard


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_a_build_for_the_processor_is_never_taken_for_a_cards(tmp_path: Path, pack_folder: Path) -> None:
    place = next((p for p in built(Environments(pack_folder, tmp_path / "cache")) if p.accelerator == "cpu"), None)
    if place is None:
        pytest.skip("no environment there was built for the processor")
    for kind in ("cuda", "rocm", "xpu", "directml"):
        device = Device(f"local/{kind}0", "The card", kind, 12 << 30)
        proof = probe(device, place, DataPaths(tmp_path / "data"), _following())
        assert proof.verdict == "on_cpu"
        assert "is built for the processor. Engines would compute on the CPU" in proof.sentence
