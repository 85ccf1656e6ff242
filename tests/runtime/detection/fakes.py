"""Machines made of files and answers, as kernels, registries and tools show them."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from studio.runtime.detection.machine import look
from studio.runtime.detection.registry import KEY
from studio.runtime.detection.sources import Sources
from studio.runtime.devices import Device, devices_of
from studio.runtime.hosts.base import Completed
from tests.runtime.detection.hardware import CARDS, MIB, Hardware

_ADDRESSES = ("0000:03:00.0", "0000:07:00.0", "0000:0a:00.0")
_SMI = {"linux": "nvidia-smi", "wsl": "/usr/lib/wsl/lib/nvidia-smi", "windows": r"C:\Windows\System32\nvidia-smi.exe"}
_KERNELS = {
    "linux": "Linux version 6.12.9-generic (builder) #1 SMP PREEMPT_DYNAMIC",
    "wsl": "Linux version 6.6.87.2-microsoft-standard-WSL2 (builder) #1 SMP",
}


@dataclass(frozen=True)
class Setting:
    """What is special about a machine besides its cards."""

    system: str = "linux"
    nvidia: str = "580.95.05"  # NVIDIA's driver; "mixed", "silent" and "none" are drivers that do not work
    groups: bool = True  # whether the user may open the cards
    container: bool = False
    passed: bool = True  # whether the container was given the cards
    drivers: Mapping[str, str] = field(default_factory=dict[str, str])  # of a card, where not the usual one
    kfd: bool = True
    level_zero: bool = True
    rocm_in_wsl: bool = False
    smi_used: int = 0  # MiB that other programs hold of each card


def sources_of(root: Path, titles: Sequence[str], setting: Setting) -> Sources:
    """Make a machine with these cards under `root`."""
    cards = [_driven(CARDS[title], setting.drivers.get(title)) for title in titles]
    if setting.system == "windows":
        adapters = [_adapter(card) for card in cards]
        return Sources("win32", "AMD64", root, _commands(cards, setting), lambda: adapters)
    _write(root, "proc/version", _KERNELS[setting.system])
    _write(root, "proc/sys/kernel/osrelease", _KERNELS[setting.system].split()[2])
    _write(root, "proc/cpuinfo", "processor\t: 0\nmodel name\t: A processor\nflags\t\t: fpu\n")
    _write(root, "proc/meminfo", "MemTotal:       32768000 kB\nMemFree:         1000 kB\nMemAvailable:   24576000 kB\n")
    if setting.system == "wsl":
        _write(root, "dev/dxg", "")
    else:
        _linux(root, cards, setting)
    return Sources("linux", "x86_64", root, _commands(cards, setting), may_use=lambda _path: setting.groups)


def _driven(card: Hardware, driver: str | None) -> Hardware:
    return card if driver is None else replace(card, driver=driver)


# ---------------------------------------------------------------------------------------------------------------- Linux


def _linux(root: Path, cards: list[Hardware], setting: Setting) -> None:
    _device(root, "0000:02:00.0", {"vendor": "0x144d", "device": "0xa80a", "class": "0x010802"})  # a disk
    _write(root, "usr/share/libdrm/amdgpu.ids", _table())
    if setting.container:
        _write(root, ".dockerenv", "")
    if setting.level_zero:
        _write(root, "usr/lib/x86_64-linux-gnu/libze_intel_gpu.so.1", "")
    _node(root, 0, {"cpu_cores_count": 12, "simd_count": 0, "gfx_target_version": 0})
    amd = 0
    for number, (address, card) in enumerate(zip(_ADDRESSES, cards, strict=False)):
        minor = 128 + number
        _card(root, address, card, minor)
        if card.driver == "amdgpu" and setting.kfd:
            amd += 1
            _node(root, amd, _properties(card, minor))
        if setting.passed and card.driver not in {"", "nvidia", "nouveau"}:
            _write(root, f"dev/dri/renderD{minor}", "")
    if amd and setting.passed:
        _write(root, "dev/kfd", "")


def _card(root: Path, address: str, card: Hardware, minor: int) -> None:
    values = {
        "vendor": f"0x{card.vendor:04x}",
        "device": f"0x{card.device:04x}",
        "class": "0x120000" if card.title.startswith("AMD Instinct") else "0x030000",
        "revision": f"0x{card.revision:02x}",
    }
    if card.driver == "amdgpu":
        values |= {"mem_info_vram_total": str(card.memory), "mem_info_vram_used": str(card.memory // 4)}
        values |= {"mem_info_gtt_total": str(card.shared or 16 << 30), "mem_info_gtt_used": str(64 * MIB)}
    place = _device(root, address, values)
    _device(
        root, address[:-1] + "1", {"vendor": values["vendor"], "device": "0xab28", "class": "0x040300"}
    )  # its sound
    if card.driver:
        _link(place / "driver", root / "sys/bus/pci/drivers" / card.driver)
    if card.driver not in {"", "nvidia"}:
        render = place / f"drm/renderD{minor}"
        render.mkdir(parents=True)
        (place / f"drm/card{minor - 128}").mkdir()
        _link(render / "device", place)
        _link(root / f"sys/class/drm/renderD{minor}", render)


def _device(root: Path, address: str, values: Mapping[str, str]) -> Path:
    place = root / f"sys/devices/pci0000:00/0000:00:01.1/{address}"
    for name, value in values.items():
        _write(place, name, f"{value}\n")
    _link(root / f"sys/bus/pci/devices/{address}", place)
    return place


def _properties(card: Hardware, minor: int) -> dict[str, int]:
    return {
        "cpu_cores_count": 0,
        "simd_count": card.units,
        "mem_banks_count": 1,
        "caches_count": 50,
        "io_links_count": 1,
        "simd_per_cu": 2,
        "gfx_target_version": card.target,
        "vendor_id": card.vendor,
        "device_id": card.device,
        "location_id": 768,
        "domain": 0,
        "drm_render_minor": minor,
        "local_mem_size": 0,
    }


def _node(root: Path, number: int, properties: Mapping[str, int]) -> None:
    lines = "".join(f"{name} {value}\n" for name, value in properties.items())
    _write(root, f"sys/class/kfd/kfd/topology/nodes/{number}/properties", lines)


def _table() -> str:
    known = (c for c in CARDS.values() if c.vendor == 0x1002 and c.device != 0x7F00)
    return "1.0.0\n" + "".join(f"{c.device:04X},\t{c.revision:02X},\t{c.title}\n" for c in known)


def _link(place: Path, target: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    target.mkdir(parents=True, exist_ok=True)
    place.symlink_to(os.path.relpath(target.resolve(), place.parent.resolve()))


def _write(root: Path, place: str, text: str) -> None:
    file = root / place
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


# -------------------------------------------------------------------------------------------------------------- Windows


def _adapter(card: Hardware) -> dict[str, Any]:
    if card.driver == "":
        return {
            "DriverDesc": "Microsoft Basic Display Adapter",
            "MatchingDeviceId": r"PCI\CC_0300",
            "DriverVersion": "10.0.26100.1",
        }
    # Intel's driver writes the size as bytes, the others as a number.
    memory: Any = card.memory.to_bytes(8, "little") if card.vendor == 0x8086 else card.memory
    return {
        "DriverDesc": card.title,
        "MatchingDeviceId": rf"PCI\VEN_{card.vendor:04X}&DEV_{card.device:04X}&REV_{card.revision:02X}",
        "HardwareInformation.qwMemorySize": memory,
        "DriverVersion": card.version,
    }


def registry_listing(cards: Sequence[Hardware]) -> str:
    """What `reg query ... /s` prints, with the subkeys and the complaint that it prints as well."""
    lines: list[str] = ["", f"HKEY_LOCAL_MACHINE\\{KEY}", "    Class    REG_SZ    Display", ""]
    for number, card in enumerate(cards):
        key = f"HKEY_LOCAL_MACHINE\\{KEY}\\{number:04d}"
        lines.append(key)
        for name, value in _adapter(card).items():
            if isinstance(value, str):
                lines.append(f"    {name}    REG_SZ    {value}")
            elif isinstance(value, int):
                lines.append(f"    {name}    REG_QWORD    0x{value:x}")
            else:
                lines.append(f"    {name}    REG_BINARY    {value.hex().upper()}")
        lines += ["", f"{key}\\UMD", "    DriverDesc    REG_SZ    not this one", ""]
    lines += [f"HKEY_LOCAL_MACHINE\\{KEY}\\Configuration", "    DriverDesc    REG_SZ    nor this one"]
    return "\n".join([*lines, "ERROR: Access is denied.", ""])


# ------------------------------------------------------------------------------------------------------------- commands


def _commands(cards: Sequence[Hardware], setting: Setting) -> Callable[[Sequence[str]], Completed | None]:
    nvidias = [card for card in cards if card.vendor == 0x10DE and card.driver == "nvidia"]

    def run(argv: Sequence[str]) -> Completed | None:
        if argv[0] == _SMI[setting.system]:
            return _smi(nvidias, argv, setting) if nvidias and setting.passed else None
        if argv[0].endswith("reg.exe") and setting.system == "wsl":
            return Completed(1, registry_listing(cards))  # 1, for what it may not read
        if argv[0] == "rocminfo" and setting.rocm_in_wsl:
            agents = "".join(f"Agent 2\n  Name:                    {_gfx(c)}\n" for c in cards if c.vendor == 0x1002)
            return Completed(0, f"ROCk module is loaded\nAgent 1\n  Name:                    A processor\n{agents}")
        return None

    return run


def _gfx(card: Hardware) -> str:
    return f"gfx{card.target // 10000}{card.target // 100 % 100}{card.target % 100:x}"


def _smi(cards: Sequence[Hardware], argv: Sequence[str], setting: Setting) -> Completed | None:
    words = next(word for word in argv if word.startswith("--query-gpu=")).partition("=")[2].split(",")
    if setting.nvidia == "none":
        return None
    if setting.nvidia == "mixed":
        return Completed(
            18, "Failed to initialize NVML: Driver/library version mismatch\nNVML library version: 580.95\n"
        )
    if setting.nvidia == "silent":
        said = "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.\n"
        return Completed(9, said)
    if "compute_cap" in words and float(setting.nvidia.split(".")[0]) < 510:
        return Completed(2, 'Field "compute_cap" is not a valid field to query.\n')
    lines: list[str] = []
    for number, card in enumerate(cards):
        total = card.memory // MIB
        values = {
            "index": str(number),
            "name": card.title,
            "uuid": f"GPU-00000000-0000-0000-0000-{number:012d}",
            "memory.total": str(total),
            "memory.free": str(total - setting.smi_used),
            "driver_version": setting.nvidia,
            "pci.bus_id": f"0000{_ADDRESSES[number].upper()}",
            "compute_cap": card.smi,
        }
        lines.append(", ".join(values[word] for word in words))
    return Completed(0, "\n".join(lines) + "\n")


def devices_on(sources: Sources) -> tuple[Device, ...]:
    """Look at a machine and return its devices."""
    return devices_of(look(sources), sources)
