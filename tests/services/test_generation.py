"""Asking for work: what would fall on the user's files is refused before anything is made, and on a retry."""

from __future__ import annotations

from dataclasses import replace

import pytest

from studio.app import Studio
from studio.domain import jobs as states
from studio.domain.requests import Target
from studio.errors import StudioError
from studio.services.generation import Wish
from tests.services.sounds import write_wav
from tests.smoke.plugins import TWO_MODELS, manifest, param, write_engine


def _pictures(path, **changes):
    params = {"prompt": "a boat", "width": 64, "height": 64, "count": 2}
    return Wish(task="image", params=params, seed=1, target=Target(str(path), "png", **changes))


def test_a_picture_that_exists_is_refused_wherever_its_number_stands(studio, tmp_path):
    (tmp_path / "a-2.png").write_bytes(b"mine")
    with pytest.raises(StudioError, match=r"a-2\.png exists"):
        studio.generation.ask(_pictures(tmp_path / "a.png"))
    assert studio.jobs.newest() == []
    studio.generation.ask(_pictures(tmp_path / "a.png", force=True))


def test_a_retry_takes_the_place_of_its_own_pictures_only(studio, tmp_path, monkeypatch):
    job = studio.generation.ask(_pictures(tmp_path / "a.png"))
    studio.jobs.cancel(job)
    assert studio.jobs.get(job).state == states.CANCELLED
    for name in ("a.png", "a-2.png"):
        (tmp_path / name).write_bytes(name.encode())
    monkeypatch.setattr(studio.library, "made", lambda _job, path: path.read_bytes() == path.name.encode())
    again = studio.jobs.get(studio.generation.retry(job))
    assert again.request.target
    assert again.request.target.again
    (tmp_path / "a-2.png").write_bytes(b"mine")
    with pytest.raises(StudioError, match=r"a-2\.png exists"):
        studio.generation.retry(job)


def test_one_of_several_models_is_asked_for_by_its_name_a_folder_or_a_file(studio, tmp_path):
    (tmp_path / "model.safetensors").write_bytes(b"")
    for name in ("model.ckpt", "model.SAFETENSORS"):
        (tmp_path / name).write_bytes(b"")

    def asked(engine, named="", **changes):
        wish = Wish(task="image", engine=engine, params={"prompt": "a boat", **({"model": named} if named else {})})
        return studio.jobs.get(studio.generation.ask(replace(wish, **changes))).request.model

    assert asked("diffusers", "sdxl-1.0") == asked("diffusers", model="sdxl-1.0") == "sdxl-1.0"
    assert asked("diffusers") == asked("diffusers", model="of another engine") == ""
    assert asked("painter", model="sdxl-1.0") == ""
    with pytest.raises(StudioError, match="made with the model 'of another engine', which the engine diffusers"):
        asked("diffusers", model="of another engine", model_bound=True)
    assert asked("painter", model="painter", model_bound=True) == "", "an engine without models has its own name"
    assert asked("diffusers", "sdxl-turbo", model="my-model", model_bound=True) == "sdxl-turbo", (
        "somebody names one now"
    )
    for place in (tmp_path, tmp_path / "model.safetensors"):
        assert asked("diffusers", str(place), model="sdxl-1.0") == str(place)
    kind = r"is no model: a single file of weights ends in \.safetensors\."
    for wrong, words in {
        "sdxl-2": "The model folder sdxl-2 does not exist.",
        str(tmp_path / "model.ckpt" / "deeper"): "does not exist",
        "nul\0l": "does not exist",
        str(tmp_path / "model.ckpt"): kind,
        str(tmp_path / "model.SAFETENSORS"): kind,
        "m" * 300: "has a name that is too long",
    }.items():
        with pytest.raises(StudioError, match=words) as caught:
            asked("diffusers", wrong)
        assert "sdxl-1.0" in caught.value.hint
        assert len(caught.value.message) < 300


_USUAL = ("width", "height", "steps", "guidance")
_TWIN = manifest("image", TWO_MODELS, "{defaults}\n", param("steps", "int", 25, min=1, max=150), title="Twin")


def _asked(studio, **wish):
    return studio.jobs.get(studio.generation.ask(Wish(task="image", engine="diffusers", **wish))).request


@pytest.mark.parametrize(
    ("model", "usual"),
    [
        ("sd-1.5", (512, 512, 25, 7.0)),
        ("sdxl-1.0", (1024, 1024, 30, 5.0)),
        ("sdxl-turbo", (512, 512, 1, 0.0)),
        ("flux.1-schnell", (1024, 1024, 4, 0.0)),
    ],
)
def test_what_a_wish_leaves_open_is_as_its_model_wants_it(studio, model, usual):
    named = _asked(studio, params={"prompt": "a boat", "model": model})
    assert tuple(named.params[name] for name in _USUAL) == usual
    assert _asked(studio, params={"prompt": "a boat"}, model=model).params == named.params
    own = _asked(studio, params={"model": model, "steps": "25", "guidance": 7.0})
    assert (own.params["steps"], own.params["guidance"]) == (25, 7.0)
    assert (own.params["width"], own.params["height"]) == usual[:2]


def test_a_model_of_one_s_own_gets_what_the_engine_says(studio, tmp_path):
    asked = _asked(studio, params={"model": str(tmp_path)}, model="sdxl-turbo")
    assert tuple(asked.params[name] for name in _USUAL) == (512, 512, 25, 7.0)


def test_a_recipe_that_says_everything_is_made_again_as_it_says(studio):
    made = _asked(studio, params={"prompt": "a boat"}).params
    assert _asked(studio, params=made, model="sdxl-turbo", model_bound=True).params == made
    assert _asked(studio, params={**made, "model": "flux.1-schnell"}).params == made


def test_how_much_work_a_picture_is_follows_the_size_that_its_model_wants(studio):
    def units(model):
        return studio.jobs.units(studio.generation.ask(Wish(task="image", engine="diffusers", params={"model": model})))

    assert units("sdxl-1.0") == units("sd-1.5") * 4


@pytest.mark.parametrize(("defaults", "asked"), [("[models.defaults]\nsteps = 2", ("quick", 2)), ("", ("", 25))])
def test_where_none_is_named_the_model_that_is_here_says_it_and_is_the_one(tmp_path, defaults, asked):
    write_engine(tmp_path / "data" / "engines" / "twin", runner="", toml=_TWIN.replace("{defaults}", defaults))
    studio = Studio(tmp_path / "data")
    try:
        request = studio.jobs.get(studio.generation.ask(Wish(task="image", engine="twin"))).request
        assert (request.model, request.params["steps"]) == asked
    finally:
        studio.close()


@pytest.mark.parametrize("engine", ["acestep", "composer"])
def test_a_tempo_that_none_is_is_refused_before_anything_waits(studio, engine):
    for bpm in (1.0, 29.0):
        with pytest.raises(StudioError, match=r"bpm is a number from [34]0\.0 to"):
            studio.generation.ask(Wish(task="music", engine=engine, params={"bpm": bpm}))
    assert studio.jobs.newest() == []


@pytest.mark.slow
def test_work_on_a_song_is_not_measured_by_the_lengths_of_files(studio, tmp_path):
    """What is written down from a sound takes as long as the sound; a song with a reference, as long as it is to be."""
    song = write_wav(tmp_path / "a.wav", frames=12 * 24_000)

    def units(task, engine, **wish):
        return studio.jobs.units(studio.generation.ask(Wish(task=task, engine=engine, **wish)))

    assert units("transcribe", "whisper", files={"source": song}) == pytest.approx(12.0)
    assert units("music", "acestep", script="La", files={"reference": song}, params={"duration": 30.0}) == 30.0
    wish = {"script": "La", "files": {"source": song}}
    assert units("music", "acestep", **wish, params={"mode": "extend", "duration": 40.0}) == 40.0
    assert units("music", "acestep", **wish, params={"mode": "cover"}) == 0.0
