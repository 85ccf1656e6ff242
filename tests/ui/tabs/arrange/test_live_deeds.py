"""What is asked for of clips, and what is not: with a queue that nobody works on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from studio.domain.edits import find, place, styles
from studio.domain.project import Project, Style, media_of
from studio.domain.recipe import Recipe
from studio.ui.bridge.desk import Desk
from studio.ui.bridge.notices import Banner
from studio.ui.tabs.arrange.live_deeds import LiveDeeds
from studio.ui.tabs.arrange.making import Making
from studio.ui.timeline.state import Timeline
from tests import band
from tests.domain.projects import media, small
from tests.ui.conftest import PATIENCE
from tests.ui.timeline.desks import desk_over

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

SONG = Recipe("music", "band", "1", "band", "", {"style": "pop", "duration": 4.0}, 7, "local/cpu", "fp32", "CC0-1.0")
SPEECH = Recipe(
    "speech", "kokoro", "1", "kokoro-82m-int8", "", {}, 7, "local/cpu", "int8", "MIT",
    script="[Ada] Hello.", cast={"Ada": "af_sky"},
)  # fmt: skip


def made_by(project: Project, clip: str, recipe: Recipe) -> Project:
    """Return the project with a clip playing what was made by a recipe."""
    made = media_of(project, find.clip(project, clip))
    assert made
    return replace(project, media=tuple(replace(m, recipe=recipe.to_dict()) if m is made else m for m in project.media))


def song_and_speech(song: Recipe = SONG, speech: Recipe = SPEECH) -> tuple[Project, str, str]:
    """Return a project, two clips of it that play a song, and a style that it keeps; c1 is spoken."""
    project = small()
    project = replace(project, media=(*project.media[:2], media("m3", seconds=40)))  # there is more that could follow
    project = made_by(made_by(project, "c1", speech), "c3", song)
    other = find.played_by(project, find.clip(project, "c3")).id
    project, second = place.media(project, other, track=find.track_of(project, "c3").id)
    return styles.keep(project, Style("lofi", 9, 76.0, "A minor", name="Night drive")), "c3", second


class Said:
    """What the window said."""

    def __init__(self, desk: Desk) -> None:
        self.banners: list[Banner] = []
        self.toasts: list[str] = []
        desk.notices.banner.connect(self.banners.append)
        desk.notices.toast.connect(lambda text, _choice: self.toasts.append(text))


@pytest.fixture(name="desk")
def _desk(qtbot: QtBot, tmp_path: Path) -> Iterator[Desk]:
    del qtbot
    band.join(tmp_path / "data")
    with desk_over(tmp_path, song_and_speech()[0]) as desk:
        yield desk


def asked_for(desk: Desk) -> list[str]:
    """Return for which clips something is to be made."""
    return [job.request.clip for job in reversed(desk.studio.jobs.newest(100))]


def test_a_song_that_is_being_made_is_left_out_of_those_that_come_in_a_style(desk: Desk, qtbot: QtBot) -> None:
    _, first, second = song_and_speech()
    deeds, said = LiveDeeds(desk, Timeline(desk, desk), desk), Said(desk)
    deeds.in_style([first], "Night drive")
    deeds.in_style([first], "Night drive")
    assert said.toasts == ["It is being made already. Go on with it when it has come."], "its row is on the way"
    qtbot.waitUntil(lambda: bool(deeds.jobs_of(first)), timeout=PATIENCE)
    deeds.in_style([first, second], "Night drive")
    assert said.banners[-1].message.startswith("One clip is being made already: left out.")
    qtbot.waitUntil(lambda: bool(deeds.jobs_of(second)), timeout=PATIENCE)
    deeds.in_style([second, first], "Night drive")
    assert asked_for(desk) == [first, second]


def test_what_was_not_written_down_can_be_asked_for_again(desk: Desk, qtbot: QtBot) -> None:
    """Something else refuses it: the second time it is free to be asked for."""
    _, first, _ = song_and_speech()
    deeds, said = LiveDeeds(desk, Timeline(desk, desk), desk), Said(desk)
    for count in (1, 2):
        deeds.repaint(first, (0, 10**9))  # its file is gone
        qtbot.waitUntil(lambda count=count: len(said.banners) == count, timeout=PATIENCE)
    assert said.toasts == []


def test_another_model_than_that_of_the_clip_is_never_taken_silently(desk: Desk) -> None:
    """Whatever is wanted of it: it is said, nothing is asked for, and nothing is written into the script."""
    strange = replace(SONG, model="my-band"), replace(SPEECH, model="my-voices")
    project, song, second = song_and_speech(*strange)
    assert desk.project.do("Made elsewhere", project)
    state = Timeline(desk, desk)
    deeds, said = LiveDeeds(desk, state, desk), Said(desk)
    state.choose([song, second])
    wanted = (
        lambda: deeds.again(song),
        lambda: deeds.vary(song, 2),
        lambda: deeds.longer(song, 2.0),
        lambda: deeds.extend(second, 2.0),
        lambda: deeds.repaint(song, (0, 10**9)),
        lambda: deeds.in_style([song], "Night drive"),
        lambda: Making(desk, state, desk).make(deeds.follow),
        lambda: deeds.again("c1"),
        lambda: deeds.speak_as("c1", "af_bella", ""),
        lambda: deeds.say("c1", "Good evening."),
    )
    for number, want in enumerate(wanted):
        want()
        assert len(said.banners) == number + 1, number
        told = said.banners[-1]
        assert ("'my-band'" if number < 7 else "'my-voices'") in told.message
        assert told.message.startswith("This was made with the model")
        assert (told.tone, told.room) == ("bad", "arrange")
        assert "--set model=DIR" in told.hint
    assert (asked_for(desk), said.toasts) == ([], [])
    assert desk.project.value == project


def test_another_engine_speaks_with_a_model_of_its_own(desk: Desk, qtbot: QtBot) -> None:
    project = song_and_speech(speech=replace(SPEECH, model="my-voices"))[0]
    assert desk.project.do("Made elsewhere", project)
    deeds = LiveDeeds(desk, Timeline(desk, desk), desk)
    deeds.speak_as("c1", "heart", "hibari", "en-us")
    qtbot.waitUntil(lambda: asked_for(desk) == ["c1"], timeout=PATIENCE)
