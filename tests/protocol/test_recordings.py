"""What recordings of a voice are called, for the studio and for its engines alike."""

from __future__ import annotations

from studio.domain import voice
from studio.protocol import recordings


def test_the_name_that_no_voice_may_have_is_the_one_of_a_recording() -> None:
    assert voice.RESERVED == recordings.REFERENCE


def test_recordings_are_counted_from_the_first() -> None:
    assert recordings.roles("reference:Ann", 3) == ["reference:Ann", "reference+2:Ann", "reference+3:Ann"]
    assert recordings.roles("reference", 2) == ["reference", "reference+2"]
    given = {"reference+3", "reference", "reference+11", "reference+2:Ann", "reference:Ann"}
    assert recordings.recordings_of("reference", given) == ["reference", "reference+3"]
    assert recordings.recordings_of("reference:Ann", given) == ["reference:Ann", "reference+2:Ann"]


def test_only_what_is_given_by_its_sound_is_a_reference() -> None:
    told = {name: recordings.is_reference(name) for name in ("reference", "reference:Ann", "references", "Ann")}
    assert told == {"reference": True, "reference:Ann": True, "references": False, "Ann": False}
