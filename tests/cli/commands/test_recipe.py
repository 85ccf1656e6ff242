"""Where a recipe is looked for: in files that may be anything."""

from __future__ import annotations

import os
import sys

import pytest

from studio.app import Studio
from studio.cli.commands.recipe import stored_in
from studio.errors import StudioError


@pytest.mark.skipif(sys.platform == "win32", reason="there are no named pipes in folders")
def test_a_pipe_is_refused_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "a.wav")
    studio = Studio(tmp_path / "data")
    try:
        with pytest.raises(StudioError, match="no plain file") as told:
            stored_in(studio, tmp_path / "a.wav")
    finally:
        studio.close()
    assert told.value.hint
