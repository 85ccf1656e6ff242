"""Packs are planned for the device that was named, and stay while a job runs in them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from studio.app import Studio
from studio.errors import StudioError
from studio.runtime.devices import Device
from studio.runtime.environments import planning
from studio.services.pack_work import PackWork

FIRST = Device("local/rocm0", "RX 7900 XTX", "rocm", 24 << 30, gfx="gfx1100")
SECOND = Device("local/rocm1", "RX 6700 XT", "rocm", 12 << 30, gfx="gfx1031")
CPU = Device("local/cpu", "A processor", "cpu", 16 << 30)


class Planned(Exception):
    """Ends a plan; holds what was asked for."""


@pytest.mark.parametrize(
    ("wanted", "kind", "gfx"),
    [
        ("", "rocm", "gfx1100"), ("rocm", "rocm", "gfx1100"), ("local/rocm1", "rocm", "gfx1031"),
        ("rocm1", "rocm", "gfx1031"), ("cpu", "cpu", ""),
    ],
)  # fmt: skip
def test_the_device_that_was_named_decides(
    wanted: str, kind: str, gfx: str, studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    def plan(_pack: object, accelerator: str, **asked: Any) -> None:
        raise Planned(accelerator, asked["gfx"])

    monkeypatch.setattr(planning, "plan", plan)
    with pytest.raises(Planned) as planned:
        _work(studio).plan(studio.registry.manifest("dia"), wanted)
    assert planned.value.args == (kind, gfx)


@pytest.mark.parametrize(("wanted", "said"), [("local/rocm2", "no device for local/rocm2"), ("npu0", "not run on npu")])
def test_a_device_that_is_not_here_is_refused(wanted: str, said: str, studio: Studio) -> None:
    with pytest.raises(StudioError, match=said):
        _work(studio).plan(studio.registry.manifest("dia"), wanted)


def test_no_pack_is_removed_beneath_a_job(studio: Studio) -> None:
    folder = studio.paths.environments / "core"
    folder.mkdir(parents=True)
    work = PackWork(replace(studio.pack_work._p, at_work=lambda: {"kokoro", "diffusers"}))
    with pytest.raises(StudioError, match="is at work"):
        work.remove("core")
    assert folder.is_dir()
    work.remove("xtts")
    studio.pack_work.remove("core")
    assert not folder.exists()


def _work(studio: Studio) -> PackWork:
    place = studio.pack_work._p
    return PackWork(replace(place, devices=lambda: (FIRST, SECOND, CPU), machine=replace(place.machine)))
