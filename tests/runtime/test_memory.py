"""Memory that is free now, with what other programs hold taken off."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from studio.runtime import memory
from studio.runtime.detection.linux import PCI
from studio.runtime.detection.sources import this_machine
from studio.runtime.devices import Device
from studio.runtime.memory import Memory
from tests.runtime.detection.fakes import Setting, devices_on, sources_of

MIB = 1 << 20
SMI = """#!{python}
import sys
fields = next(w for w in sys.argv if w.startswith("--query-gpu=")).partition("=")[2].split(",")
assert "--format=csv,noheader,nounits" in sys.argv
values = {{"index": "0", "name": "NVIDIA GeForce RTX 3060", "uuid": "GPU-5d2c", "memory.total": "12288",
          "memory.free": open({held!r}).read(), "driver_version": "580.95.05", "pci.bus_id": "00000000:03:00.0",
          "compute_cap": "8.6"}}
print(", ".join(values[field] for field in fields))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="a script stands in for nvidia-smi")
def test_a_card_of_12_gb_of_which_others_hold_8_5(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A real command on the path, asked as the driver's own would be."""
    held = tmp_path / "free"
    held.write_text("3584")
    command = tmp_path / "bin/nvidia-smi"
    command.parent.mkdir()
    command.write_text(SMI.format(python=sys.executable, held=str(held)))
    command.chmod(0o755)
    monkeypatch.setenv("PATH", f"{command.parent}{os.pathsep}{os.environ['PATH']}")
    sources = this_machine()
    device = next(d for d in devices_on(sources) if d.kind == "cuda")
    assert memory.read(device, sources) == Memory(12288 * MIB, 3584 * MIB)
    held.write_text("11264")  # the other program has left
    assert memory.free(device) == 11264 * MIB


def test_amds_driver_counts_for_all_programs(tmp_path: Path) -> None:
    sources = sources_of(tmp_path, ["RX 6700 XT"], Setting())
    device = devices_on(sources)[0]
    file = tmp_path / PCI / device.address / "mem_info_vram_used"
    file.write_text(f"{8704 * MIB}\n")
    assert memory.read(device, sources) == Memory(12272 * MIB, 3568 * MIB)
    file.write_text(f"{20_000 * MIB}\n")
    assert memory.free(device, sources) == 0


def test_a_part_of_the_processor_borrows_no_more_than_the_computer_has(tmp_path: Path) -> None:
    sources = sources_of(tmp_path, ["Strix Halo"], Setting())
    device = devices_on(sources)[0]
    assert memory.free(device, sources) == (512 - 128) * MIB + 24576000 * 1024
    (tmp_path / "proc/meminfo").write_text("MemTotal: 100000000 kB\nMemAvailable: 90000000 kB\n")
    assert memory.free(device, sources) == (512 - 128) * MIB + (62 << 30) - 64 * MIB


def test_of_two_cards_the_right_one_is_read(tmp_path: Path) -> None:
    sources = sources_of(tmp_path, ["RTX 3060", "RTX 4090"], Setting(smi_used=1000))
    first, second = (d for d in devices_on(sources) if d.kind == "cuda")
    assert memory.read(first, sources) == Memory(24564 * MIB, 23564 * MIB)
    assert memory.read(second, sources) == Memory(12288 * MIB, 11288 * MIB)
    assert memory.read(replace(first, address="", index=0), sources) == Memory(12288 * MIB, 11288 * MIB)


def test_the_processors_memory_is_the_computers(tmp_path: Path) -> None:
    sources = sources_of(tmp_path, [], Setting())
    assert memory.read(devices_on(sources)[0], sources) == Memory(32768000 * 1024, 24576000 * 1024)


@pytest.mark.parametrize("card", [Device("local/xpu0", "Arc", "xpu", 5), Device("local/cuda0", "gone", "cuda", 5)])
def test_what_nobody_tells_is_nothing(card: Device, tmp_path: Path) -> None:
    assert memory.read(card, sources_of(tmp_path, [], Setting())) == Memory(5, 0)
