"""Cards on Windows, from the registry and nvidia-smi; and from within WSL2, which asks Windows. Any thread."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from studio.runtime.detection import found, names, nvidia
from studio.runtime.detection.found import Card
from studio.runtime.detection.registry import KEY, VALUES
from studio.runtime.detection.sources import Sources, number

_ON_THE_BUS = re.compile(r"PCI\\VEN_([0-9a-f]{4})&DEV_([0-9a-f]{4})", re.I)
_VENDORS = {0x1002: found.AMD, 0x10DE: found.NVIDIA, 0x8086: found.INTEL}
_BASIC = re.compile(r"^PCI\\CC_03", re.I)  # Microsoft's driver for a card that has none
_REG = "/mnt/c/Windows/System32/reg.exe"
_VALUE = re.compile(r"^\s+(\S+)\s+REG_(\w+)\s+(.*?)\s*$")


def cards(sources: Sources) -> tuple[Card, ...]:
    """Return the cards in the registry's order, NVIDIA's as nvidia-smi tells them."""
    return _with_nvidia(sources, _of_adapters(sources.adapters()))


def cards_from_wsl(sources: Sources) -> tuple[Card, ...]:
    """Return the cards of the Windows around us. Its registry is asked through a command of Windows."""
    done = sources.run([_REG, "query", f"HKLM\\{KEY}", "/s"])
    listed = _of_adapters(_parsed(done.output)) if done else []
    return _with_nvidia(sources, listed)


def _with_nvidia(sources: Sources, listed: list[Card]) -> tuple[Card, ...]:
    others = [card for card in listed if card.vendor != found.NVIDIA]
    answer = nvidia.ask(sources)
    if answer.told:
        return (*others, *(one.card for one in answer.told))
    trouble = answer.trouble or ("" if sources.system == "win32" else found.NO_DRIVER)
    return (*others, *(replace(card, trouble=trouble) for card in listed if card.vendor == found.NVIDIA))


def _of_adapters(adapters: Iterable[Mapping[str, Any]]) -> list[Card]:
    made: list[Card] = []
    counts: dict[str, int] = {}
    for values in adapters:
        card = _card(values)
        if card:
            made.append(replace(card, index=counts.get(card.vendor, 0)))
            counts[card.vendor] = counts.get(card.vendor, 0) + 1
    return made


def _card(values: Mapping[str, Any]) -> Card | None:
    name, matched = str(values.get("DriverDesc", "")), str(values.get("MatchingDeviceId", ""))
    place = _ON_THE_BUS.match(matched)
    if place is None:
        return Card("", name or "A graphics card", trouble=found.NO_DRIVER) if _BASIC.match(matched) else None
    vendor, device = (int(part, 16) for part in place.groups())
    if vendor not in _VENDORS:
        return None
    gfx = names.gfx_of_device(device) if _VENDORS[vendor] == found.AMD else ""
    nvidias = _VENDORS[vendor] == found.NVIDIA
    driver = str(values.get("DriverVersion", ""))
    return Card(
        vendor=_VENDORS[vendor],
        name=name or "A graphics card",
        pci=f"{vendor:04x}:{device:04x}",
        gfx=gfx,
        capability=names.nvidia_capability(name) if nvidias else (0, 0),
        memory=_memory(values.get("HardwareInformation.qwMemorySize")),
        integrated=names.amd_integrated(gfx) or (vendor == 0x8086 and names.intel_integrated(device)),
        driver=_nvidia_version(driver) if nvidias else driver,
    )


def _memory(value: Any) -> int:
    """A number of bytes; some drivers write it as bytes in the other sense."""
    if isinstance(value, bytes):
        return int.from_bytes(value[:8], "little")
    return value if isinstance(value, int) and value > 0 else 0


def _nvidia_version(version: str) -> str:
    """Windows writes 32.0.15.8088 for what NVIDIA calls 580.88: the last five figures."""
    figures = version.replace(".", "")[-5:]
    return f"{figures[:3]}.{figures[3:]}" if len(figures) == 5 and figures.isdigit() else version


def _parsed(output: str) -> list[dict[str, Any]]:
    """Read what `reg query` prints; its words are the same in every language of Windows."""
    adapters: list[dict[str, Any]] = []
    inside = False
    for line in output.splitlines():
        if line.startswith("HKEY_"):
            inside = re.search(r"\\\d{4}\s*$", line) is not None
            if inside:
                adapters.append({})
        elif inside and (value := _VALUE.match(line)) and value[1] in VALUES:
            adapters[-1][value[1]] = _typed(value[2], value[3])
    return adapters


def _typed(kind: str, text: str) -> Any:
    if kind == "QWORD":
        return number(text)
    if kind == "BINARY":
        return bytes.fromhex(text) if re.fullmatch(r"([0-9A-Fa-f]{2})+", text) else b""
    return text
