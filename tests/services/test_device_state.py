"""What the badge of the device says."""

from __future__ import annotations

import pytest

from studio.runtime.devices import find_devices
from studio.services import device_state


def test_the_first_device_is_told_with_its_memory():
    found = find_devices()
    state = device_state.best(found)
    assert state.name == found[0].name
    assert state.kind == found[0].kind
    assert 0 <= state.free <= state.memory
    if state.kind == "cpu":
        assert 0 < state.free < state.memory


@pytest.mark.parametrize("text", ["", "MemAvailable:", "MemAvailable: many kB\n", "MemTotal: 12 kB\n"])
def test_a_system_that_tells_nothing_is_no_error(text, tmp_path, monkeypatch):
    file = tmp_path / "meminfo"
    file.write_text(text, encoding="ascii")
    monkeypatch.setattr(device_state, "Path", lambda _name: file)
    monkeypatch.setattr(device_state.sys, "platform", "linux")
    cpu = tuple(device for device in find_devices() if device.kind == "cpu")
    assert device_state.best(cpu).free == 0
