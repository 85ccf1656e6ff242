"""What the badge of the device says."""

from __future__ import annotations

import pytest

from studio.runtime.detection.sources import this_machine
from studio.services import device_state
from tests.runtime.detection.fakes import Setting, devices_on, sources_of


def test_the_first_device_is_told_with_its_memory():
    found = devices_on(this_machine())
    state = device_state.best(found)
    assert state.name == found[0].name
    assert state.kind == found[0].kind
    assert 0 <= state.free <= state.memory
    if state.kind == "cpu":
        assert 0 < state.free < state.memory


def test_a_card_is_told_with_what_others_hold_of_it(tmp_path):
    sources = sources_of(tmp_path, ["RX 6700 XT"], Setting())
    state = device_state.best(devices_on(sources), sources)
    assert (state.name, state.memory >> 20, state.free >> 20) == ("AMD Radeon RX 6700 XT", 12272, 9204)


@pytest.mark.parametrize("text", ["", "MemAvailable:", "MemAvailable: many kB\n", "MemTotal: 12 kB\n"])
def test_a_system_that_tells_nothing_is_no_error(text, tmp_path):
    sources = sources_of(tmp_path, [], Setting())
    (tmp_path / "proc/meminfo").write_text(text, encoding="ascii")
    assert device_state.best(devices_on(sources), sources).free == 0
