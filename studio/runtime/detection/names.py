"""From numbers on the bus to names: AMD's instruction sets, Intel's cards that compute, NVIDIA's capabilities. Pure."""

from __future__ import annotations

# Device number of AMD: what it runs, and what it is called where the system knows no better name.
_AMD: dict[int, tuple[str, str]] = {
    0x6939: ("gfx802", "Radeon R9 380"),
    0x7300: ("gfx803", "Radeon R9 Fury"),
    0x67DF: ("gfx803", "Radeon RX 470/480/570/580"),
    0x6FDF: ("gfx803", "Radeon RX 580 2048SP"),
    0x67EF: ("gfx803", "Radeon RX 460/560"),
    0x67FF: ("gfx803", "Radeon RX 550/560"),
    0x699F: ("gfx803", "Radeon RX 550"),
    0x687F: ("gfx900", "Radeon RX Vega 56/64"),
    0x6863: ("gfx900", "Radeon Vega Frontier Edition"),
    0x66AF: ("gfx906", "Radeon VII"),
    0x66A1: ("gfx906", "Radeon Instinct MI50/MI60"),
    0x15DD: ("gfx902", "Radeon Vega 8 Graphics"),
    0x15D8: ("gfx902", "Radeon Vega 8 Graphics"),
    0x1636: ("gfx90c", "Radeon Vega Graphics"),
    0x1638: ("gfx90c", "Radeon Vega Graphics"),
    0x164C: ("gfx90c", "Radeon Vega Graphics"),
    0x15E7: ("gfx90c", "Radeon Vega Graphics"),
    0x738C: ("gfx908", "Instinct MI100"),
    0x7408: ("gfx90a", "Instinct MI250X"),
    0x740C: ("gfx90a", "Instinct MI250"),
    0x740F: ("gfx90a", "Instinct MI210"),
    0x74A0: ("gfx942", "Instinct MI300A"),
    0x74A1: ("gfx942", "Instinct MI300X"),
    0x731F: ("gfx1010", "Radeon RX 5600/5700 XT"),
    0x7312: ("gfx1010", "Radeon Pro W5700"),
    0x7360: ("gfx1011", "Radeon Pro 5600M"),
    0x7362: ("gfx1011", "Radeon Pro V520"),
    0x7340: ("gfx1012", "Radeon RX 5500 XT"),
    0x7341: ("gfx1012", "Radeon Pro W5500"),
    0x73BF: ("gfx1030", "Radeon RX 6800/6900 XT"),
    0x73AF: ("gfx1030", "Radeon RX 6900 XT"),
    0x73A5: ("gfx1030", "Radeon RX 6950 XT"),
    0x73A3: ("gfx1030", "Radeon Pro W6800"),
    0x73A1: ("gfx1030", "Radeon Pro V620"),
    0x73DF: ("gfx1031", "Radeon RX 6700/6750 XT"),
    0x73FF: ("gfx1032", "Radeon RX 6600/6600 XT"),
    0x73EF: ("gfx1032", "Radeon RX 6650 XT"),
    0x73E3: ("gfx1032", "Radeon Pro W6600"),
    0x743F: ("gfx1034", "Radeon RX 6400/6500 XT"),
    0x7422: ("gfx1034", "Radeon Pro W6400"),
    0x163F: ("gfx1033", "Custom GPU 0405"),
    0x1435: ("gfx1033", "Custom GPU 0932"),
    0x1681: ("gfx1035", "Radeon 660M/680M"),
    0x164E: ("gfx1036", "Radeon Graphics of a Ryzen 7000"),
    0x1506: ("gfx1036", "Radeon 610M"),
    0x744C: ("gfx1100", "Radeon RX 7900 XT/XTX"),
    0x7448: ("gfx1100", "Radeon Pro W7900"),
    0x745E: ("gfx1100", "Radeon Pro W7800"),
    0x747E: ("gfx1101", "Radeon RX 7700/7800 XT"),
    0x7470: ("gfx1101", "Radeon Pro W7700"),
    0x7480: ("gfx1102", "Radeon RX 7600"),
    0x7483: ("gfx1102", "Radeon RX 7600M XT"),
    0x15BF: ("gfx1103", "Radeon 760M/780M"),
    0x15C8: ("gfx1103", "Radeon 740M"),
    0x1900: ("gfx1103", "Radeon 760M/780M"),
    0x1901: ("gfx1103", "Radeon 740M"),
    0x150E: ("gfx1150", "Radeon 880M/890M"),
    0x1586: ("gfx1151", "Radeon 8050S/8060S"),
    0x1114: ("gfx1152", "Radeon 840M/860M"),
    0x7590: ("gfx1200", "Radeon RX 9060 XT"),
    0x7550: ("gfx1201", "Radeon RX 9070/9070 XT"),
    0x7551: ("gfx1201", "Radeon AI PRO R9700"),
}
_INTEGRATED = frozenset({
    "gfx902", "gfx90c", "gfx1033", "gfx1035", "gfx1036", "gfx1103", "gfx1150", "gfx1151", "gfx1152", "gfx1153",
})  # fmt: skip

# Intel: first and last device number of cards that its build of torch is made for; whether they have own memory.
_XPU: tuple[tuple[int, int, str, bool], ...] = (
    (0x5690, 0x56C2, "Arc A series", False),
    (0xE202, 0xE223, "Arc B series", False),
    (0x7D40, 0x7D60, "Arc Graphics of a Core Ultra", True),
    (0x7D67, 0x7D67, "Graphics of a Core Ultra 200", True),
    (0x7DD1, 0x7DD5, "Graphics of a Core Ultra", True),
    (0x6420, 0x64B0, "Arc Graphics of a Core Ultra 200V", True),
    (0xB080, 0xB0BF, "Arc Graphics of a Core Ultra 300", True),
)
_INTEL_NAMES = {
    0x56A0: "Arc A770", 0x56A1: "Arc A750", 0x56A2: "Arc A580", 0x56A5: "Arc A380", 0x56A6: "Arc A310",
    0xE20B: "Arc B580", 0xE20C: "Arc B570",
}  # fmt: skip

# NVIDIA: where the driver does not say what a card can, its name does.
_CAPABILITIES: tuple[tuple[tuple[str, ...], tuple[int, int]], ...] = (
    (("RTX 50", "RTX PRO"), (12, 0)),
    (("RTX 40", " Ada"), (8, 9)),
    (("H100", "H200", "GH200"), (9, 0)),
    (("RTX 30", "RTX A", "A10", "A40"), (8, 6)),
    (("A100", "A30"), (8, 0)),
    (("RTX 20", "GTX 16", "TITAN RTX", "Quadro RTX", "T4"), (7, 5)),
    (("V100", "TITAN V"), (7, 0)),
    (("GTX 10", "TITAN Xp", "Quadro P", "P40"), (6, 1)),
    (("GTX 9", "Quadro M"), (5, 2)),
    (("GTX 75", "GTX 74"), (5, 0)),
    (("GTX 7", "GTX 6", "Quadro K"), (3, 0)),
)


def gfx_of_target(version: int) -> str:
    """Return the instruction set as the kernel numbers it: 100301 is gfx1031; the last figure is hexadecimal."""
    return f"gfx{version // 10000}{version // 100 % 100:x}{version % 100:x}" if version > 0 else ""


def gfx_of_device(device: int) -> str:
    """Return the instruction set of an AMD card by its number on the bus, nothing for an unknown one."""
    return _AMD.get(device, ("", ""))[0]


def amd_name(device: int, revision: int, table: str) -> str:
    """Return a card's name: by the system's table (of libdrm) with its revisions, else by ours."""
    wanted = (f"{device:04x}", f"{revision:02x}")
    for line in table.splitlines():
        parts = [part.strip() for part in line.split(",", 2)]
        if len(parts) == 3 and (parts[0].lower(), parts[1].lower()) == wanted:
            return parts[2]
    return f"AMD {_AMD[device][1]}" if device in _AMD else f"AMD card {device:04x}"


def amd_integrated(gfx: str) -> bool:
    """Whether an instruction set is of a processor's graphics part."""
    return gfx in _INTEGRATED


def intel_name(device: int) -> str:
    """Return an Intel card's name."""
    if device in _INTEL_NAMES:
        return f"Intel {_INTEL_NAMES[device]}"
    series = next((title for low, high, title, _ in _XPU if low <= device <= high), "")
    return f"Intel {series}" if series else f"Intel graphics {device:04x}"


def intel_computes(device: int) -> bool:
    """Whether Intel's build of torch is made for a card."""
    return any(low <= device <= high for low, high, _, _ in _XPU)


def intel_integrated(device: int) -> bool:
    """Whether a card is a part of the processor, as all that are not in our table."""
    return next((integrated for low, high, _, integrated in _XPU if low <= device <= high), True)


def nvidia_capability(name: str) -> tuple[int, int]:
    """Return what a card can by its name; (0, 0) for an unknown one."""
    return next((value for parts, value in _CAPABILITIES if any(part in name for part in parts)), (0, 0))
