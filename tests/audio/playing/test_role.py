"""Tests of the sound process's role: what it tells of the sound."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from studio.audio.playing import role


@pytest.mark.parametrize("volume", [1.0, 0.25, 0.0])
def test_the_meters_show_the_mix_whatever_the_volume(volume: float) -> None:
    frames = 4800
    outlet = SimpleNamespace(heard=lambda: frames, volume=volume, dropped=0, is_open=True)
    ring = SimpleNamespace(past=lambda start, end: np.full((end - start, 2), 0.5, np.float32))
    transport = SimpleNamespace(
        rate=48_000, outlet=outlet, ring=ring, position=0, playing=True, levels=lambda start, end: {"t1": 0.5}
    )
    player = SimpleNamespace(transport=transport, run=1, latency=0.0)
    told = role._Watch(player).look()  # pyright: ignore[reportArgumentType, reportPrivateUsage]
    assert told["peaks"] == pytest.approx([-6.02, -6.02], abs=0.1)
    assert told["tracks"] == {"t1": -6.0}
