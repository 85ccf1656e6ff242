"""The task `export` in a real sound process: what it is asked by and what it answers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import soundfile as sf

from studio.domain import project_json
from studio.domain.project import Clip, Project
from studio.errors import Cancelled, StudioError
from studio.paths import DataPaths
from studio.runtime.hosts.local import LocalHost
from studio.services.sound import SoundHost
from tests.audio import mixes, sounds

pytestmark = pytest.mark.slow

FRAMES = 30 * mixes.RATE


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SoundHost]:
    """One process for all of these, already there: no test may leave one behind."""
    data = DataPaths(tmp_path_factory.mktemp("data"))
    host = SoundHost(LocalHost(data.scratch), data)
    with host.task("take_in", {"file": str(sounds.wav(data.root / "good.wav", sounds.pcm(480)))}):
        pass
    yield host
    host.close()


@pytest.fixture
def order(tmp_path: Path) -> dict[str, Any]:
    """The inputs for one file of a project with one clip."""
    folder = tmp_path / "project"
    made = mixes.add_media(folder, "m1", mixes.tones(rate=mixes.RATE, frames=FRAMES, channels=2))
    project: Project = mixes.project([made], [mixes.track("t1", [Clip("c1", 0, FRAMES, media="m1")])])
    snapshot = tmp_path / "snapshot.json"
    snapshot.write_text(json.dumps(project_json.to_dict(project)), encoding="utf-8")
    out = tmp_path / "out"
    out.mkdir()
    return {
        "project": str(snapshot),
        "folder": str(folder),
        "cache": str(tmp_path / "cache"),
        "loudness": -16.0,
        "peak": -1.0,
        "format": {"kind": "wav", "bits": 24},
        "outputs": [{"file": str(out / "mix.wav"), "start": 0, "end": FRAMES, "tags": {"title": "Mix"}}],
    }


def test_the_facts_say_what_was_written(sound: SoundHost, order: dict[str, Any]) -> None:
    with sound.task("export", order) as done:
        assert json.loads(done.file.read_text(encoding="utf-8")) == done.facts
    [facts] = done.facts["outputs"]
    assert facts["file"] == order["outputs"][0]["file"]
    assert (facts["frames"], facts["seconds"], facts["clipped"]) == (FRAMES, 30.0, 0)
    assert facts["loudness"] == pytest.approx(-16.0, abs=0.06)
    assert facts["sample_peak_db"] <= facts["true_peak"] <= -1.0
    assert facts["noise_db"] <= facts["rms_db"] + 0.1
    assert done.facts["wall"] > 0
    assert 50e6 < done.facts["peak_rss"] < 400e6
    with sf.SoundFile(facts["file"]) as file:
        assert (file.samplerate, file.frames, file.subtype) == (mixes.RATE, FRAMES, "PCM_24")
        assert file.title == "Mix"


def test_progress_goes_from_mixing_to_writing_and_never_back(sound: SoundHost, order: dict[str, Any]) -> None:
    heard: list[tuple[str, float]] = []
    with sound.task("export", order, on_progress=lambda said: heard.append((said.stage, said.fraction or 0.0))):
        pass
    assert [stage for stage, _ in heard] == sorted(stage for stage, _ in heard)
    assert [fraction for _, fraction in heard] == sorted(fraction for _, fraction in heard)
    assert heard[-1] == ("writing", 1.0)


def test_a_cancel_leaves_no_file(sound: SoundHost, order: dict[str, Any]) -> None:
    order["format"] = {"kind": "mp3"}  # slow enough to be in the middle of it
    seen: list[str] = []
    with (
        pytest.raises(Cancelled),
        sound.task("export", order, on_progress=lambda said: seen.append(said.stage), cancelled=lambda: bool(seen)),
    ):
        pass
    assert not list(Path(order["outputs"][0]["file"]).parent.iterdir())


def test_a_place_that_cannot_be_written_to_is_said_in_words(sound: SoundHost, order: dict[str, Any]) -> None:
    order["outputs"][0]["file"] = str(Path(order["outputs"][0]["file"]).parent / "no" / "where.wav")
    with pytest.raises(StudioError, match=r"^The export could not be written: ") as raised, sound.task("export", order):
        pass
    assert raised.value.hint


def test_a_snapshot_that_is_no_project_is_said_in_words(sound: SoundHost, order: dict[str, Any]) -> None:
    Path(order["project"]).write_text('{"name": 3}', encoding="utf-8")
    with pytest.raises(StudioError, match="damaged"), sound.task("export", order):
        pass
