"""Times and values are written as the language has them, and are read again as they are written."""

from __future__ import annotations

import pytest

from studio.ui import language
from studio.ui.timeline import lines
from studio.ui.timeline.ruler_ticks import times
from studio.ui.timeline.scale import Scale
from studio.ui.timeline.times import clock, samples_of

RATE = 48_000


@pytest.mark.parametrize(("code", "time", "gain"), [("en", "1:05.250", "−3.5 dB"), ("de", "1:05,250", "−3,5 dB")])
def test_decimals_are_those_of_the_language(code: str, time: str, gain: str) -> None:
    language.use(code)
    assert clock(65_250 * RATE // 1000, RATE) == time
    assert samples_of(time, RATE) == 65_250 * RATE // 1000
    assert lines.gain_text(-3.5) == gain
    assert lines.value_of(gain, lines.VOLUME) == -3.5
    assert lines.gain_text(3.5) == f"+{gain[1:]}"
    labels = {tick.label for tick in times(Scale(0.0, RATE / 2_000, 1_000), RATE, room=80) if tick.label}
    assert f"0:00{time[4]}10" in labels


def test_what_rounds_to_nothing_has_no_sign() -> None:
    assert lines.gain_text(-0.04) == lines.gain_text(0.04) == lines.gain_text(0.0) == "0.0 dB"
