"""`studio clone`: what is refused before anything is opened."""

from __future__ import annotations

from argparse import Namespace

import pytest

from studio.cli.commands import clone
from studio.cli.output import Output
from studio.errors import StudioError


def test_more_recordings_than_a_voice_is_spoken_from_are_refused_in_words(tmp_path):
    args = Namespace(reference=["a.wav"] * 11, output=str(tmp_path / "a.wav"))
    with pytest.raises(StudioError, match="at most 10 recordings; 11 were given") as caught:
        clone.run(args, Output(as_json=True, quiet=True))
    assert caught.value.hint
