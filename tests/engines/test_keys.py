"""Flats that stand against their mode, and letters that look like flats."""

from __future__ import annotations

import pytest

from studio.engines.shared import keys


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Ebm", "Eb minor"), ("Bbm", "Bb minor"), ("bbm", "Bb minor"), ("Abmaj", "Ab major"), ("Dbmin", "Db minor"),
        ("EbM", "Eb major"), ("Gbdorian", "Gb dorian"), ("Abdur", "Ab major"), ("Ebmoll", "Eb minor"),
        ("Bb", "Bb major"), ("B", "B major"), ("Bm", "B minor"), ("B minor", "B minor"), ("B flat minor", "Bb minor"),
        ("b-moll", "Bb minor"), ("B-Dur", "Bb major"), ("h-moll", "B minor"), ("bb minor", "Bb minor"),
    ],
)  # fmt: skip
def test_a_flat_may_stand_against_its_mode(written: str, name: str):
    assert keys.parse_key(written).name == name


@pytest.mark.parametrize("written", ["bbb", "Ebx", "Abb", "Ebass", "Ebm minor"])
def test_what_follows_a_flat_is_a_mode_or_nothing(written: str):
    with pytest.raises(keys.KeyProblem):
        keys.parse_key(written)
