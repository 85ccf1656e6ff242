"""What detection finds: cards and the machine they sit in, as values. Any thread."""

from __future__ import annotations

from dataclasses import dataclass

LINUX, WINDOWS, WSL, MACOS = "linux", "windows", "wsl", "macos"
AMD, NVIDIA, INTEL, APPLE = "amd", "nvidia", "intel", "apple"

# What keeps a card from being used.
NO_DRIVER = "no_driver"
NO_ACCESS = "no_access"  # the user may not open its files
NOT_PASSED = "not_passed"  # this is a container, and the card stayed outside
NO_COMPUTE = "no_compute"  # the system's driver shows pictures with it, no more
NO_RUNTIME = "no_runtime"  # a library that comes with the driver is missing
DRIVER_FAILED = "driver_failed"
RESTART = "restart"  # the driver was updated under the running system


@dataclass(frozen=True)
class Card:
    """A graphics card, or the graphics part of a processor."""

    vendor: str
    name: str
    pci: str = ""  # vendor and device, "1002:73df"
    address: str = ""  # its place on the bus, "0000:03:00.0"; Linux
    uuid: str = ""  # NVIDIA
    gfx: str = ""  # AMD: the instructions it runs, "gfx1031"
    capability: tuple[int, int] = (0, 0)  # NVIDIA: the same as a number
    memory: int = 0  # bytes, 0 when not known
    integrated: bool = False
    driver: str = ""  # its version
    index: int = 0  # among the vendor's cards, as its runtime counts them
    trouble: str = ""


@dataclass(frozen=True)
class Machine:
    """A machine as far as it decides what can compute."""

    system: str
    cards: tuple[Card, ...] = ()
    container: bool = False
    processor: str = "x86_64"
