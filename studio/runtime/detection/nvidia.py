"""NVIDIA's cards as nvidia-smi tells them, which comes with every driver. Any thread."""

from __future__ import annotations

from dataclasses import dataclass

from studio.runtime.detection import found, names
from studio.runtime.detection.found import Card
from studio.runtime.detection.sources import Sources
from studio.runtime.hosts.base import Completed

_MEBI = 1 << 20
_FIELDS = ("index", "name", "uuid", "memory.total", "memory.free", "driver_version", "pci.bus_id", "compute_cap")
_PLACES = {
    "win32": (
        r"C:\Windows\System32\nvidia-smi.exe",
        r"C:\Program Files\NVIDIA Corporation\NVSMI\nvidia-smi.exe",
    ),
    "linux": ("nvidia-smi", "/usr/lib/wsl/lib/nvidia-smi"),  # under WSL the second is not always on the path
}


@dataclass(frozen=True)
class Told:
    """A line of nvidia-smi: the card, and how much of its memory nobody holds."""

    card: Card
    free: int


@dataclass(frozen=True)
class Answer:
    """What nvidia-smi says; without it, or when it failed, no cards and perhaps the trouble."""

    told: tuple[Told, ...] = ()
    trouble: str = ""
    there: bool = False  # whether there is such a command


def ask(sources: Sources) -> Answer:
    """Ask for all cards."""
    done = _query(sources, _FIELDS)
    if done is None:
        return Answer()
    if done.code != 0 and "compute_cap" in done.output:  # drivers before 2022 do not know that field
        done = _query(sources, _FIELDS[:-1]) or done
    if done.code != 0:
        mixed = "mismatch" in done.output
        none = "No devices" in done.output
        return Answer(trouble="" if none else found.RESTART if mixed else found.DRIVER_FAILED, there=True)
    told = (_line(line) for line in done.output.splitlines())
    return Answer(tuple(one for one in told if one), there=True)


def _query(sources: Sources, fields: tuple[str, ...]) -> Completed | None:
    words = [f"--query-gpu={','.join(fields)}", "--format=csv,noheader,nounits"]
    answers = (sources.run([place, *words]) for place in _PLACES.get(sources.system, ()))
    return next((done for done in answers if done is not None), None)


def _line(line: str) -> Told | None:
    parts = [part.strip() for part in line.split(",")]
    if len(parts) not in {len(_FIELDS), len(_FIELDS) - 1} or not parts[0].isdigit():
        return None  # a warning among the lines
    index, name, uuid, total, free, driver, bus, *capability = parts
    title = name if name.upper().startswith("NVIDIA") else f"NVIDIA {name}"
    card = Card(
        vendor=found.NVIDIA,
        name=title,
        address=_address(bus),
        uuid=uuid,
        capability=_capability(capability[0] if capability else "") or names.nvidia_capability(name),
        memory=_mebibytes(total),
        driver=driver,
        index=int(index),
    )
    return Told(card, _mebibytes(free))


def _mebibytes(text: str) -> int:
    return int(text) * _MEBI if text.isdigit() else 0  # "[N/A]" where the memory is the computer's


def _capability(text: str) -> tuple[int, int] | None:
    major, _, minor = text.partition(".")
    return (int(major), int(minor)) if major.isdigit() and minor.isdigit() else None


def _address(bus: str) -> str:
    """The kernel writes a domain with four figures, nvidia-smi with eight."""
    domain, _, rest = bus.lower().partition(":")
    return f"{domain[-4:]}:{rest}"
