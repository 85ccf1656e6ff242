"""Devices from cards: their names, their variables, and which one an engine is given."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from studio.engines.registry import find_engines
from studio.errors import StudioError
from studio.runtime.devices import Device, choose
from tests.runtime.detection.fakes import Setting, devices_on, sources_of

KOKORO = find_engines(Path("nowhere")).manifest("kokoro")


def _devices(root: Path, *cards: str, system: str = "linux") -> dict[str, Device]:
    return {d.id: d for d in devices_on(sources_of(root, cards, Setting(system=system)))}


def test_a_machine_without_cards_computes_with_its_processor(tmp_path: Path) -> None:
    (device,) = devices_on(sources_of(tmp_path, [], Setting()))
    assert (device.id, device.kind, device.memory) == ("local/cpu", "cpu", 32768000 * 1024)
    assert device.name.startswith("A processor")


def test_a_process_sees_one_card_of_several(tmp_path: Path) -> None:
    amd = _devices(tmp_path / "amd", "RX 6600", "RX 7900 XTX")
    assert amd["local/rocm0"].name == "AMD Radeon RX 7900 XTX"
    assert amd["local/rocm0"].environment["ROCR_VISIBLE_DEVICES"] == "1"
    assert amd["local/rocm1"].environment["ROCR_VISIBLE_DEVICES"] == "0"
    assert "HIP_VISIBLE_DEVICES" not in amd["local/rocm0"].environment
    nvidia = _devices(tmp_path / "nvidia", "RTX 3060", "RTX 4090")
    assert nvidia["local/cuda0"].name == "NVIDIA GeForce RTX 4090"
    assert nvidia["local/cuda0"].environment["CUDA_VISIBLE_DEVICES"] == "GPU-00000000-0000-0000-0000-000000000001"


def test_variables_are_those_of_the_card_and_the_system(tmp_path: Path) -> None:
    old = _devices(tmp_path / "a", "RX 6700 XT")["local/rocm0"]
    assert old.environment["MIOPEN_FIND_MODE"] == "2"
    assert "TORCH_ROCM_AOTRITON_ENABLE_EXPERIMENTAL" not in old.environment
    windows = _devices(tmp_path / "b", "RX 7900 XTX", system="windows")["local/rocm0"]
    assert windows.environment["HIP_VISIBLE_DEVICES"] == "0"
    assert windows.environment["TORCH_ROCM_AOTRITON_ENABLE_EXPERIMENTAL"] == "1"
    assert "ROCR_VISIBLE_DEVICES" not in windows.environment
    assert not any(name.startswith("HSA_OVERRIDE") for name in {**old.environment, **windows.environment})
    assert _devices(tmp_path / "c", "Arc A770")["local/xpu0"].environment == {"ZE_AFFINITY_MASK": "0"}


def test_a_part_of_the_processor_counts_the_memory_it_shares(tmp_path: Path) -> None:
    device = _devices(tmp_path, "Strix Halo")["local/rocm0"]
    assert device.integrated
    assert device.memory == (512 << 20) + (62 << 30)


def test_the_best_device_is_chosen_and_one_on_request_only_by_name(tmp_path: Path) -> None:
    found = tuple(_devices(tmp_path, "Vega 8", system="windows").values())
    everything = replace(KOKORO, accelerators=("cpu", "rocm", "directml"))
    assert choose(everything, found, wanted="", allow_cpu=True).device.id == "local/cpu"
    for wish in ("directml", "directml0", "local/directml0"):
        assert choose(everything, found, wanted=wish, allow_cpu=True).device.id == "local/directml0"
    with pytest.raises(StudioError, match="CPU is not allowed"):
        choose(everything, found, wanted="", allow_cpu=False)


@pytest.mark.parametrize("verdict", ["wrong", "on_cpu", "crashed", "other_card"])
def test_a_device_that_failed_its_probe_is_not_chosen_unless_named(verdict: str, tmp_path: Path) -> None:
    good = tuple(_devices(tmp_path, "RX 6700 XT").values())
    failed = tuple(replace(d, proven={KOKORO.pack: verdict}) if d.kind == "rocm" else d for d in good)
    elsewhere = tuple(replace(d, proven={"another": verdict}) if d.kind == "rocm" else d for d in good)
    everything = replace(KOKORO, accelerators=("cpu", "rocm"))
    assert choose(everything, good, wanted="", allow_cpu=True).device.kind == "rocm"
    assert choose(everything, elsewhere, wanted="", allow_cpu=True).device.kind == "rocm"
    instead = choose(everything, failed, wanted="", allow_cpu=True)
    assert (instead.device.kind, instead.why) == ("cpu", "the better device failed its probe")
    assert choose(everything, failed, wanted="rocm", allow_cpu=True).device.kind == "rocm"
