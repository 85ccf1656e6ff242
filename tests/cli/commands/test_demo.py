"""The demo's project, begun anew after a run that did not come to its end."""

from __future__ import annotations

from dataclasses import replace

import pytest

from studio.app import Studio
from studio.cli.commands import demo
from studio.domain.edits import marks, tracks


@pytest.fixture
def studio(tmp_path):
    opened = Studio(tmp_path / "data")
    yield opened
    opened.close()


@pytest.mark.parametrize("came", ["to nothing", "half way"])
def test_a_demo_that_was_stopped_does_not_stand_in_the_way_of_the_next(studio, tmp_path, came):
    folder = tmp_path / "Demo.angen"
    with demo.fresh(studio, folder) as opened:
        if came == "half way":
            project, _ = tracks.add_track(opened.project, "Dialogue", kind="speech")
            opened.do("Begin", replace(marks.add_marker(project, 0, "M")[0], script="Hi."))
            opened.save()
    with demo.fresh(studio, folder) as opened:
        assert (opened.project.tracks, opened.project.markers) == ((), ())
        assert opened.history.can_undo == (came == "half way")
