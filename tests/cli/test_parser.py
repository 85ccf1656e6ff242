"""The command line's words."""

from __future__ import annotations

import pytest

from studio.cli import main, parser
from studio.errors import StudioError


@pytest.mark.parametrize("number", ["-16", "-16.", "-1.6e1", "-160E-1", "-.5", "-0.5e+1"])
def test_negative_numbers_are_values_in_every_spelling(number):
    args = parser.build().parse_args(["export", "P", "-o", "a.wav", "--loudness", number, "--peak", number])
    assert args.loudness == args.peak == float(number)
    assert parser.build().parse_args(["project", "gain", "P", "c1", "--db", number]).db == float(number)


@pytest.mark.parametrize("word", ["-x", "-1x", "--loud", "-e1", "-."])
def test_what_is_no_number_stays_an_option(word):
    with pytest.raises(StudioError):
        parser.build().parse_args(["export", "P", "-o", "a.wav", "--loudness", word])


def test_a_file_is_made_again_with_no_other_values_than_its_own(tmp_path, capsys) -> None:
    assert main.run(["again", "a.png", "-o", "b.png", "--set", "steps=3", "--data-dir", str(tmp_path)]) == 2
    assert "Only the model may be named" in capsys.readouterr().err
