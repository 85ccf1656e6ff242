"""Looking at a machine: which system it is, and which cards it has. Any thread; may wait for a small command."""

from __future__ import annotations

import re
from dataclasses import replace

from studio.runtime.detection import found, linux, windows
from studio.runtime.detection.found import Card, Machine
from studio.runtime.detection.sources import Sources, number

_ROCMINFO = ("rocminfo", "/opt/rocm/bin/rocminfo")


def look(sources: Sources) -> Machine:
    """Find out what is there."""
    if sources.system == "win32":
        return Machine(found.WINDOWS, windows.cards(sources), processor=sources.processor)
    if sources.system == "darwin":
        return Machine(found.MACOS, _apple(sources), processor=sources.processor)
    if _is_wsl(sources):
        return Machine(found.WSL, _in_wsl(sources), processor=sources.processor)
    container = _is_container(sources)
    cards = linux.cards(sources, container=container)
    return Machine(found.LINUX, cards, container=container, processor=sources.processor)


def _is_wsl(sources: Sources) -> bool:
    return sources.exists("dev/dxg") and "microsoft" in sources.text("proc/version").lower()


def _is_container(sources: Sources) -> bool:
    return any(sources.exists(place) for place in (".dockerenv", "run/.containerenv"))


def _in_wsl(sources: Sources) -> tuple[Card, ...]:
    """AMD's cards compute here only where its own tools already see them."""
    cards = windows.cards_from_wsl(sources)
    if not any(card.vendor == found.AMD for card in cards):
        return cards
    answers = (sources.run([command]) for command in _ROCMINFO)
    done = next((answer for answer in answers if answer is not None and answer.code == 0), None)
    seen = re.findall(r"^\s*Name:\s+(gfx[0-9a-f]+)\s*$", done.output, re.MULTILINE) if done else []
    return tuple(
        replace(card, trouble="" if card.gfx in seen else found.NO_COMPUTE) if card.vendor == found.AMD else card
        for card in cards
    )


def _apple(sources: Sources) -> tuple[Card, ...]:
    if sources.processor != "arm64":
        return ()
    done = sources.run(["/usr/sbin/sysctl", "-n", "hw.memsize", "machdep.cpu.brand_string"])
    lines = done.output.splitlines() if done and done.code == 0 else []
    memory = number(lines[0]) if lines else 0
    return (Card(found.APPLE, lines[1] if len(lines) > 1 else "Apple graphics", memory=memory, integrated=True),)
