"""A project becomes something to play; what is heard is what the mixer renders, stretched sound included."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile as sf

from studio.audio import plan as planning
from studio.audio import stretching
from studio.audio.mixer import Mixer
from studio.audio.playing.planner import Planner, Wanted
from studio.audio.playing.source import Mix, Passage
from studio.domain.project import Clip, Fade, Media, Project, Track
from tests.audio.playing.stand_ins import RATE, FakeDevice, noise
from tests.processes import descendants


def project_in(folder: Path, *, seconds: int = 2) -> Project:
    """Two tracks of noise with gains, pans, fades, and one of another rate."""
    (folder / "media").mkdir(parents=True)
    media: list[Media] = []
    for number, rate in ((1, RATE), (2, 44_100)):
        file = folder / "media" / f"{number:016x}.wav"
        sf.write(file, noise(rate * seconds, number), rate, subtype="FLOAT")
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
        media.append(Media(f"m{number}", file.name, f"media/{file.name}", digest, rate, 2, rate * seconds))
    first = Clip("c3", 0, RATE * seconds, media="m1", gain_db=-3.0, fade_in=Fade(4800), fade_out=Fade(9600))
    second = Clip("c4", RATE // 2, RATE, offset=1000, media="m2", pan=0.4)
    tracks = (Track("t5", "A", clips=(first,)), Track("t6", "B", gain_db=-6.0, clips=(second,)))
    return Project("noise", next_id=10, media=tuple(media), tracks=tracks)


def rendered(project: Project, folder: Path, cache: Path) -> np.ndarray:
    """The whole mix."""
    plan = planning.make(project, folder, cache=cache)
    mixer = Mixer(plan)
    sound = mixer.render(0, plan.length)
    mixer.close()
    return sound


class Loaded:
    """Stands where the player stands, and keeps what it was given."""

    def __init__(self) -> None:
        self.transport = None
        self.mixes: list[Mix] = []

    def load(self, mix: Mix) -> None:
        """Keep it."""
        self.mixes.append(mix)

    def close(self) -> None:
        """Let the files go."""
        for mix in self.mixes:
            mix.mixer.close()


@pytest.fixture(name="planned")
def _planned() -> Iterator[tuple[Planner, Loaded, list[tuple[str, dict[str, Any]]]]]:
    told: list[tuple[str, dict[str, Any]]] = []
    player = Loaded()
    planner = Planner(player, lambda *report: told.append(report))  # type: ignore[arg-type]
    yield planner, player, told
    planner.close()
    player.close()


def test_what_one_hears_is_what_is_rendered(tmp_path: Path, planned: Any) -> None:
    planner, player, told = planned
    project = project_in(tmp_path)
    planner.plan(Wanted(project, tmp_path, tmp_path / "cache"))
    planner.settle()
    assert told == [("loaded", {"rate": RATE, "length": 2 * RATE, "missing": []})]
    device = FakeDevice(0.05)
    device.transport.load(player.mixes[-1])
    device.transport.play(Passage(1234))
    assert device.run_out()
    whole = rendered(project, tmp_path, tmp_path / "cache")[1234:]
    assert np.array_equal(device.heard, whole[: np.flatnonzero(whole.any(axis=1))[-1] + 1])
    assert device.transport.position == 2 * RATE


def test_media_that_is_missing_or_damaged_is_told_and_silent(tmp_path: Path, planned: Any) -> None:
    planner, player, told = planned
    project = project_in(tmp_path)
    (tmp_path / project.media[1].file).unlink()
    planner.plan(Wanted(project, tmp_path, tmp_path / "cache"))
    planner.settle()
    assert told[0][1]["missing"] == ["m2"]
    assert player.mixes[-1].mixer.render(0, 1000).any()


def test_of_many_projects_the_last_one_is_played(tmp_path: Path, planned: Any) -> None:
    planner, player, _ = planned
    project = project_in(tmp_path)
    for gain in range(30):
        tracks = tuple(replace(track, gain_db=-float(gain)) for track in project.tracks)
        planner.plan(Wanted(replace(project, tracks=tracks), tmp_path, tmp_path / "cache"))
    planner.settle()
    last = replace(project, tracks=tuple(replace(track, gain_db=-29.0) for track in project.tracks))
    got = player.mixes[-1].mixer.render(0, RATE)
    assert np.array_equal(got, rendered(last, tmp_path, tmp_path / "cache")[:RATE])
    assert len(player.mixes) < 30


def stretched(project: Project) -> Project:
    """The first clip at half the speed."""
    clip = replace(project.tracks[0].clips[0], stretch=2.0, length=3 * RATE)
    return replace(project, tracks=(replace(project.tracks[0], clips=(clip,)), *project.tracks[1:]))


def test_what_is_stretched_is_made_in_another_process_before_it_is_played(
    tmp_path: Path, planned: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    planner, player, _ = planned

    def never(*_: object) -> bool:
        raise AssertionError("it was stretched beside what is heard")

    project = stretched(project_in(tmp_path))
    with monkeypatch.context() as patched:
        patched.setattr(stretching, "make", never)
        planner.plan(Wanted(project, tmp_path, tmp_path / "cache"))
        planner.settle()
        got = player.mixes[-1].mixer.render(0, 3 * RATE)
    assert np.array_equal(got, rendered(project, tmp_path, tmp_path / "other-cache"))
    assert len(list((tmp_path / "cache").iterdir())) == 1


def test_the_stretching_process_ends_with_the_planner(tmp_path: Path) -> None:
    player = Loaded()
    loaded = threading.Event()
    planner = Planner(player, lambda *_: loaded.set())  # type: ignore[arg-type]
    planner.plan(Wanted(stretched(project_in(tmp_path)), tmp_path, tmp_path / "cache"))
    planner.settle()
    assert [process for process in descendants() if "stretch_helper" in process.command]
    planner.close()
    player.close()
    assert not [process for process in descendants() if "stretch_helper" in process.command]
