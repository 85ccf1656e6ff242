"""What meters show of what is heard."""

from __future__ import annotations

import numpy as np
import pytest

from studio.audio.playing.meters import Meters
from tests.audio.playing.stand_ins import RATE

LOUD = np.tile(np.array([[0.5, 0.25], [0.5, 0.25], [-0.5, -0.25], [-0.5, -0.25]], np.float32), (400, 1))


def test_the_true_peak_lies_between_the_samples() -> None:
    meters = Meters(RATE)
    meters.add(LOUD)
    shown = meters.take()
    assert shown["peaks"] == pytest.approx([-6.02, -12.04], abs=0.01)
    assert shown["true_peak"] == pytest.approx(-3.0, abs=0.2)


def test_a_few_frames_have_at_least_the_peak_of_their_samples() -> None:
    meters = Meters(RATE)
    meters.add(LOUD[:20])
    assert meters.take()["true_peak"] == pytest.approx(-6.02, abs=0.01)


def test_each_look_tells_of_what_was_heard_since_the_last() -> None:
    meters = Meters(RATE)
    meters.add(LOUD)
    meters.take()
    meters.add(np.zeros((1_600, 2), np.float32))
    meters.take()  # where the sound ended there is still something between the samples
    meters.add(np.zeros((1_600, 2), np.float32))
    shown = meters.take()
    assert shown["true_peak"] == -120.0
    assert shown["peaks"] == [-120.0, -120.0]
