"""Which presses of a key are one step."""

from __future__ import annotations

from studio.ui.timeline.bursts import PAUSE, Bursts, own_key


def test_a_burst_of_the_same_key_is_one_step_and_anything_else_begins_another() -> None:
    now = [100.0]
    bursts = Bursts(lambda: now[0])
    first = bursts.key("later")
    now[0] += PAUSE
    assert bursts.key("later") == first
    now[0] += PAUSE
    assert bursts.key("later") == first, "the pause counts from the last press"
    other = bursts.key("earlier")
    assert other != first
    again = bursts.key("later")
    assert again not in {first, other}
    now[0] += PAUSE + 0.01
    assert bursts.key("later") != again
    assert Bursts().key("later") != Bursts().key("later")


def test_an_act_of_its_own_is_like_no_other() -> None:
    assert len({own_key() for _ in range(9)} | {Bursts().key("x")}) == 10
