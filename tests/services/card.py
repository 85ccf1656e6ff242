"""A studio on a machine with a 12 GB card: nvidia-smi is a stand-in that reads from a file how much is free."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from studio.app import Studio
from studio.services.generation import Wish
from studio.settings import with_value

CARD = (
    "0, NVIDIA GeForce RTX 3060, GPU-0f0f0f0f-1111-2222-3333-444444444444, 12288, {free}, 580.95, 00000000:01:00.0, 8.6"
)


@dataclass(frozen=True)
class Bench:
    """A studio on a machine whose card has so many MiB free."""

    studio: Studio
    set_free: Callable[[int], None]

    def patient(self) -> None:
        """Let jobs wait for memory for an hour."""
        settings = with_value(self.studio.settings, "engines.wait_minutes", 60.0)
        self.studio.dispatcher.use(settings, self.studio.quality)

    def begin(self, engine: str, *, allow_cpu: bool = True) -> int:
        """Ask for a line."""
        return self.studio.generation.ask(Wish(script="Hi.", engine=engine, seed=1, allow_cpu=allow_cpu))

    def run(self, engine: str, *, allow_cpu: bool = True) -> tuple[str, str, str]:
        """Have a line made: its state, its device, and everything that was said."""
        number = self.begin(engine, allow_cpu=allow_cpu)
        self.studio.dispatcher.run(until=lambda: self.studio.jobs.get(number).settled)
        job = self.studio.jobs.get(number)
        said = " ".join([*(str(n["text"]) for n in job.notes), job.error["message"] if job.error else ""])
        rows = self.studio.database.rows("select device from jobs where id = ?", (number,))
        return job.state, str(rows[0]["device"]), said


@contextmanager
def machine_with_card(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    """Put the stand-in on the path, and open a studio that owns its data folder."""
    tools, state = folder / "tools", folder / "free"
    tools.mkdir(exist_ok=True)
    command = tools / "nvidia-smi"
    command.write_text(f'#!/bin/sh\nread free < "{state}"\necho "{CARD.format(free="$free")}"\n', encoding="utf-8")
    command.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}:{os.environ['PATH']}")

    def set_free(mebibytes: int) -> None:
        fresh = state.with_suffix(".new")
        fresh.write_text(f"{mebibytes}\n", encoding="ascii")
        fresh.replace(state)

    set_free(12000)
    studio = Studio(folder / "data")
    try:
        assert studio.ownership.try_take()
        yield Bench(studio, set_free)
    finally:
        studio.close()
