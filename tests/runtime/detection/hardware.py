"""Cards as their machines show them: numbers on the bus, revisions, sizes, and what drivers say of them."""

from __future__ import annotations

from dataclasses import dataclass

GIB = 1 << 30
MIB = 1 << 20


@dataclass(frozen=True)
class Hardware:
    """A card's numbers. `target` and `units` are KFD's, `smi` is nvidia-smi's capability."""

    title: str  # as Windows and the makers' own tables name it
    vendor: int
    device: int
    revision: int = 0
    memory: int = 0
    shared: int = 0  # of the computer's memory, for a part of a processor
    target: int = 0
    units: int = 0
    smi: str = ""
    driver: str = ""  # Linux: the module that drives it
    version: str = ""  # Windows: of the driver


_AMD, _NVIDIA, _INTEL = 0x1002, 0x10DE, 0x8086
_ADRENALIN = "32.0.21025.10016"


def _amd(title: str, device: int, revision: int, memory: int, target: int, units: int, shared: int = 0) -> Hardware:
    return Hardware(title, _AMD, device, revision, memory, shared, target, units, driver="amdgpu", version=_ADRENALIN)


def _nvidia(title: str, device: int, memory: int, smi: str) -> Hardware:
    return Hardware(title, _NVIDIA, device, 0xA1, memory, smi=smi, driver="nvidia", version="32.0.15.8142")


def _intel(title: str, device: int, memory: int = 0, driver: str = "i915") -> Hardware:
    return Hardware(title, _INTEL, device, 8, memory, driver=driver, version="32.0.101.6987")


CARDS: dict[str, Hardware] = {
    "RX 6700 XT": _amd("AMD Radeon RX 6700 XT", 0x73DF, 0xC1, 12272 * MIB, 100301, 80),
    "RX 6600": _amd("AMD Radeon RX 6600", 0x73FF, 0xC7, 8176 * MIB, 100302, 56),
    "RX 6800 XT": _amd("AMD Radeon RX 6800 XT", 0x73BF, 0xC1, 16368 * MIB, 100300, 144),
    "RX 5700 XT": _amd("AMD Radeon RX 5700 XT", 0x731F, 0xC1, 8176 * MIB, 100100, 80),
    "RX 580": _amd("Radeon RX 580 Series", 0x67DF, 0xE7, 8192 * MIB, 80003, 144),
    "RX Vega 56": _amd("Radeon RX Vega", 0x687F, 0xC3, 8176 * MIB, 90000, 224),
    "RX 7900 XTX": _amd("AMD Radeon RX 7900 XTX", 0x744C, 0xC8, 24560 * MIB, 110000, 192),
    "RX 7600": _amd("AMD Radeon RX 7600", 0x7480, 0xCF, 8176 * MIB, 110002, 64),
    "RX 9070": _amd("AMD Radeon RX 9070", 0x7550, 0xC3, 16304 * MIB, 120001, 112),
    "RX 9060 XT": _amd("AMD Radeon RX 9060 XT", 0x7590, 0xC0, 16304 * MIB, 120000, 64),
    "780M": _amd("AMD Radeon 780M Graphics", 0x15BF, 0xC1, 4096 * MIB, 110003, 24, 14 * GIB),
    "Strix Halo": _amd("AMD Radeon 8060S Graphics", 0x1586, 0xC1, 512 * MIB, 110501, 80, 62 * GIB),
    "Vega 8": _amd("AMD Radeon Vega 8 Graphics", 0x15D8, 0xC1, 2048 * MIB, 90002, 32, 7 * GIB),
    "Vega of a Ryzen 5800H": _amd("AMD Radeon(TM) Graphics", 0x1638, 0xC4, 512 * MIB, 90012, 32, 7 * GIB),
    "Steam Deck": _amd("AMD Custom GPU 0405", 0x163F, 0xAE, 1024 * MIB, 100303, 32, 7 * GIB),
    "graphics of a Ryzen 7600": _amd("AMD Radeon(TM) Graphics", 0x164E, 0xC5, 512 * MIB, 100306, 4, 15 * GIB),
    "Instinct MI300X": _amd("AMD Instinct MI300X", 0x74A1, 0x00, 192 * GIB, 90402, 1216),
    "an AMD card of tomorrow": _amd("AMD Radeon RX 10070", 0x7F00, 0xC0, 16304 * MIB, 130000, 128),
    "RTX 5090": _nvidia("NVIDIA GeForce RTX 5090", 0x2B85, 32607 * MIB, "12.0"),
    "RTX 4090": _nvidia("NVIDIA GeForce RTX 4090", 0x2684, 24564 * MIB, "8.9"),
    "RTX 3060": _nvidia("NVIDIA GeForce RTX 3060", 0x2504, 12288 * MIB, "8.6"),
    "RTX 3060 Laptop": _nvidia("NVIDIA GeForce RTX 3060 Laptop GPU", 0x2520, 6144 * MIB, "8.6"),
    "GTX 1080": _nvidia("NVIDIA GeForce GTX 1080", 0x1B80, 8192 * MIB, "6.1"),
    "GTX 780": _nvidia("NVIDIA GeForce GTX 780", 0x1004, 3072 * MIB, "3.5"),
    "Arc A770": _intel("Intel(R) Arc(TM) A770 Graphics", 0x56A0, 16288 * MIB),
    "Arc B580": _intel("Intel(R) Arc(TM) B580 Graphics", 0xE20B, 12216 * MIB, driver="xe"),
    "UHD 730": _intel("Intel(R) UHD Graphics 730", 0x4692),
    "Iris Xe": _intel("Intel(R) Iris(R) Xe Graphics", 0x46A6),
}
