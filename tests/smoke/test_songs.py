"""Songs and lyrics by real models and the whole program: made, made again, a part made anew, and without a model."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from studio.app import Studio
from studio.domain.edits import find, live, place, styles, tracks
from studio.domain.project import Style
from studio.engines.registry import find_engines
from studio.services import again, live_clips
from studio.services.projects import OpenProject
from studio.services.tasks.work import Wish
from tests.band import run
from tests.smoke import driver

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
_MAKE = """
import sys
from pathlib import Path
sys.path.insert(1, sys.argv[1])
import smoke
smoke.make(Path(sys.argv[2]))
"""
PackPython = Callable[[str], Path]
_WORDLESS = {
    "musicgen": {"style": "80s pop", "duration": 1.2},
    "stableaudio": {"style": "a hammer", "duration": 2.0, "steps": 4},
}
_BLOCKED = [
    ("acestep", "acestep-1.5-xl-turbo"), ("musicgen", "musicgen-small"), ("diffrhythm2", "diffrhythm2"),
]  # fmt: skip


@pytest.fixture
def data(tmp_path: Path, pack_folder: Path) -> Path:
    """A data folder in which the packs are installed."""
    return driver.with_packs(tmp_path / "data", pack_folder, "core", "diffrhythm2")


def _load(engine: str, tmp_path: Path, python: Path, *beside: str) -> None:
    """Put a tiny model where the engine's first one would lie after its download, and what belongs to it."""
    made = tmp_path / f"made {engine}"
    made.mkdir()
    driver.in_pack(python, _MAKE, driver.ROOT / "studio" / "engines" / engine, made)
    for name in beside:  # that a download has and the tiny one does without
        (made / engine / name).touch()
    first, *others = find_engines(tmp_path / "no engines here").manifest(engine).models
    parts = [(model, made / model.repo.rpartition("/")[2]) for model in others if model.part_of == first.id]
    for model, folder in [(first, made / engine), *parts]:
        driver.as_downloaded(tmp_path / "hf", model.repo, folder, model.revision or "0" * 40)


def _studio(*words: str | Path, data: Path) -> driver.Ran:
    env = {"HF_HOME": str(data.parent / "hf")}
    ran = driver.studio(*words, "--json", data=data, env=env, seconds=300.0)
    assert ran.code == 0, ran.err
    return ran


def test_a_song_a_part_of_it_anew_and_the_same_again(tmp_path: Path, data: Path, pack_python: PackPython) -> None:
    _load("acestep", tmp_path, pack_python("core"))
    song, again, anew = (tmp_path / name for name in ("a.flac", "b.wav", "c.wav"))
    lyrics = tmp_path / "lyrics.txt"
    lyrics.write_text("[verse]\nLa\n", encoding="utf-8")
    ours = ("--engine", "acestep", "--set", "steps=2", "--seed", "5")
    words = ("--style", "folk", "--lyrics", lyrics, "--duration", "10.25", "--bpm", "84", "--key", "D minor")
    made = _studio("music", *ours, *words, "-o", song, data=data)
    first = made.json["outputs"][0]
    assert (first["seconds"], first["sample_rate"], first["channels"]) == (10.25, 48_000, 2)
    assert (first["recipe"]["seed"], first["recipe"]["licence"]) == (5, "MIT")
    assert sf.info(song).frames == 10.25 * 48_000
    part = ("--set", "mode=repaint", "--set", "from_second=2", "--set", "to_second=3")
    told = _studio("music", *ours, "--source", song, *part, "-o", anew, data=data).json["outputs"][0]
    assert told["recipe"]["licence"] == "MIT"  # of the weights and of the song, which is one of ours
    sung, params = told["recipe"]["script"], told["recipe"]["params"]
    assert (sung, params["style"], params["bpm"], params["key"]) == ("[verse]\nLa\n", "folk", 84.0, "D minor")
    old, new = sf.read(song)[0], sf.read(anew)[0]
    far = np.flatnonzero((np.abs(new - old) > 2 * 2**-15).any(axis=1)) / 48_000  # more than rounding to 16 bit
    assert _studio("again", anew, "-o", again, data=data).json["verdict"] == "identical"
    assert (old.shape, 2.0 <= far.min() < 2.1, 2.9 < far.max() < 3.0) == (new.shape, True, True)


def test_a_song_in_an_environment_of_its_own_and_the_same_again(
    tmp_path: Path, data: Path, pack_python: PackPython
) -> None:
    _load("diffrhythm2", tmp_path, pack_python("diffrhythm2"))
    song, again, lyrics = (tmp_path / name for name in ("a.wav", "b.wav", "lyrics.lrc"))
    lyrics.write_text("[00:01.00][verse]\n[00:02.00]Summer rain is falling\n", encoding="utf-8")
    ours = ("--engine", "diffrhythm2", "--set", "steps=4", "--seed", "5")
    made = _studio("music", *ours, "--style", "folk", "--lyrics", lyrics, "--duration", "10.1", "-o", song, data=data)
    first = made.json["outputs"][0]
    assert (first["seconds"], first["sample_rate"], first["channels"]) == (10.1, 48_000, 1)
    assert sf.info(song).frames == 484_800
    assert first["recipe"]["licence"] == "Apache-2.0 AND CC-BY-NC-4.0"  # the latter of what reads the style
    assert any("times the lines itself" in note for note in made.notes)
    assert _studio("again", song, "-o", again, data=data).json["verdict"] == "identical"


def test_lyrics_and_the_same_again(tmp_path: Path, data: Path, pack_python: PackPython) -> None:
    _load("writer", tmp_path, pack_python("core"), "merges.txt")
    ours = ("--engine", "writer", "--set", "lines=2", "--seed", "5")
    words = ("--theme", "the sea", "--structure", "verse solo")
    made = _studio("lyrics", *ours, *words, "-o", tmp_path / "a.txt", data=data)
    text = (tmp_path / "a.txt").read_text(encoding="utf-8")
    assert text.startswith("[Verse 1]\n")
    assert text.endswith("\n\n[Solo]\n")
    assert made.json["outputs"][0]["recipe"]["licence"] == "own work"
    assert _studio("again", tmp_path / "a.txt", "-o", tmp_path / "b.txt", data=data).json["verdict"] == "identical"
    assert (tmp_path / "b.txt").read_text(encoding="utf-8") == text


def test_pieces_without_words_and_the_same_again(
    tmp_path: Path, data: Path, pack_python: PackPython, monkeypatch: pytest.MonkeyPatch
) -> None:
    _load("musicgen", tmp_path, pack_python("core"), "spiece.model")
    _load("stableaudio", tmp_path, pack_python("core"), "LICENSE.md")
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
    studio = Studio(data)
    try:
        for engine, params in _WORDLESS.items():
            first, other = run(
                studio, None, *(Wish(task="music", engine=engine, params=params, seed=n) for n in (5, 6))
            )
            stored = studio.library.recipe_of(first) or {}
            job = again.ask(studio.generation, again.understood(stored, first), None)
            studio.dispatcher.run(until=lambda job=job: studio.jobs.get(job).settled)
            (made,) = studio.library.of_job(job)
            assert (made.recipe["engine"], made.recipe) == (engine, stored)
            samples, same, different = (sf.read(file)[0] for file in (first, made.file, other))
            assert np.array_equal(samples, same)
            assert not np.array_equal(samples, different)
    finally:
        studio.close()


@pytest.mark.parametrize(("engine", "model"), _BLOCKED)
def test_without_its_model_a_job_is_blocked_with_the_way_out(
    tmp_path: Path, data: Path, engine: str, model: str
) -> None:
    env = {"HF_HOME": str(tmp_path / "hf")}
    words = ("music", "--engine", engine, "--style", "x", "--duration", "12", "-o", tmp_path / "a.wav", "--json")
    ran = driver.studio(*words, data=data, env=env)
    assert ran.code != 0
    assert f"studio models download {model}" in ran.error["hint"]


def test_a_song_in_a_kept_style_is_repainted_and_goes_on_in_its_clip(
    tmp_path: Path, data: Path, pack_python: PackPython, monkeypatch: pytest.MonkeyPatch
) -> None:
    _load("acestep", tmp_path, pack_python("core"))
    style = ("--text", "folk", "--bpm", "84", "--key", "D minor", "--seed", "3")
    _studio("styles", "save", "Dusk", *style, data=data)
    words = ("--engine", "acestep", "--set", "steps=1", "--style", "dusk", "--duration", "10")
    made = _studio("music", *words, "-o", tmp_path / "a.flac", data=data).json["outputs"][0]["recipe"]
    params = made["params"]
    assert (params["style"], params["bpm"], params["key"], made["seed"]) == ("folk", 84.0, "D minor", 3)
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
    studio = Studio(data)
    try:
        with studio.projects.create(tmp_path / "A.angen") as opened:
            recipe = studio.library.recipe_of(tmp_path / "a.flac")
            media = opened.take_in(tmp_path / "a.flac", recipe=recipe)
            opened.do("Track", tracks.add_track(opened.project, "Songs", kind="music")[0])
            changed, clip = place.media(opened.project, media, track=opened.project.tracks[0].id)
            opened.do("Place", styles.keep(changed, Style("blues", 9, 90.0, "", media, "Like it")))
            first = find.clip(opened.project, clip)
            run(studio, opened, live_clips.repaint(opened.project, opened.folder, clip, (96_000, 144_000)))
            second = find.clip(opened.project, clip)
            assert (second.start, second.length) == (first.start, first.length)
            old, new = (_sound(opened, name) for name in (first.media, second.media))
            far = np.flatnonzero((np.abs(new - old) > 2 * 2**-15).any(axis=1)) / 48_000
            assert (2.0 <= far.min() < 2.1, 2.9 < far.max() < 3.0) == (True, True)
            engine = studio.registry.manifest("acestep")
            run(studio, opened, live_clips.extend(opened.project, opened.folder, clip, 2.0, engine))
            third = find.clip(opened.project, clip)
            assert third.length == 12 * 48_000
            on = _sound(opened, third.media)
            assert np.abs(on[: 9 * 48_000] - new[: 9 * 48_000]).max() <= 2 * 2**-15
            assert {one.id for one in live.alternatives(opened.project, clip)} == {first.media, second.media}
            wishes, fits = live_clips.in_style(
                opened.project, opened.folder, [third], opened.project.style, {engine.id: engine}
            )
            run(studio, opened, *wishes)
            styled = find.played_by(opened.project, find.clip(opened.project, clip)).recipe or {}
            assert (fits[engine.title].left_out, [*styled["files"]]) == ((), ["reference"])
            assert (styled["params"]["style"], styled["params"]["mode"], styled["seed"]) == ("blues", "song", 9)
            assert find.clip(opened.project, clip).length == third.length
    finally:
        studio.close()


def _sound(opened: OpenProject, media: str) -> np.ndarray:
    return sf.read(opened.file_of(find.media(opened.project, media)))[0]
