"""What was made anew for a clip comes into it while the window is open, as one step."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from studio.domain.edits import assembling, find, live, whole
from studio.domain.edits.live import Follow
from studio.domain.project import Project
from studio.services import live_clips
from studio.services.generation import Wish
from tests.ui.conftest import PATIENCE

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from studio.ui.application import Application


@pytest.mark.slow
def test_a_clip_made_again_plays_its_new_take_and_one_step_back_the_old(studio_app: Application, qtbot: QtBot) -> None:
    desk = studio_app.desk
    model, ask = desk.project, desk.studio.generation.ask

    def wanted(wish: Wish) -> None:
        desk.operations.run(desk, lambda: ask(wish))

    model.do("Write", lambda p: whole.set_script(p, "[Ann] Hello there."))
    line = model.value.script_lines
    wanted(Wish("[Ann] Hello there.", engine="hibari", project=str(model.folder), line=line))
    qtbot.waitUntil(lambda: bool(model.value.takes), timeout=PATIENCE)
    model.do("Assemble", assembling.assemble)
    before: Project = model.value
    clip = before.tracks[-1].clips[0]

    wanted(live_clips.other_words(before, model.folder, clip.id, "Good evening.", follow=Follow.ALL))
    qtbot.waitUntil(lambda: find.clip(model.value, clip.id).take != clip.take, timeout=PATIENCE)
    assert [take.id for take in live.other_takes(model.value, clip.id)] == [clip.take]
    assert model.opened
    assert model.opened.history.labels[-1] == "Make the clip again"
    model.undo()
    assert model.value == before
