"""What holds for a result: of the engine's own models, of the user's, of LoRAs, of files."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from studio.domain.requests import Request
from studio.engines.registry import find_engines
from studio.errors import StudioError
from studio.paths import RESOURCES
from studio.services import generation, provenance

PICTURES = find_engines(RESOURCES / "no engines here").manifest("diffusers")
PAINTER = find_engines(RESOURCES / "no engines here").manifest("painter")
TURBO = PICTURES.choice("sdxl-turbo")
PLAIN = Request(task="image", engine="diffusers", params={}, seed=1)
HASH = "0123456789abcdef" * 4


def test_a_model_of_the_engine_brings_its_own_terms_and_revision() -> None:
    assert provenance.licence(PICTURES, TURBO, PLAIN, {}) == "Stability AI Community Licence"
    assert provenance.revision(TURBO) == "71153311d3dbb46851df1931d3ca6e939de83304"
    assert provenance.model_id(PICTURES, TURBO, "") == "sdxl-turbo"


def test_what_belongs_to_a_model_and_allows_less_is_joined_to_it() -> None:
    engines = find_engines(RESOURCES / "no engines here")
    songs, speech = engines.manifest("diffrhythm2"), engines.manifest("dia")
    assert provenance.licence(songs, songs.choice("diffrhythm2"), PLAIN, {}) == "Apache-2.0 AND CC-BY-NC-4.0"
    assert provenance.licence(speech, speech.choice("dia-1.6b-0626"), PLAIN, {}) == "Apache-2.0"  # its codec is free


def test_of_a_model_of_the_user_nobody_knows_terms_or_revision() -> None:
    own = replace(PLAIN, model="/models/mine.safetensors")
    assert provenance.licence(PICTURES, None, own, {}) == "unstated licence of the model"
    assert provenance.revision(None) == ""
    assert provenance.model_id(PICTURES, None, own.model) == "mine.safetensors"


@pytest.mark.parametrize("name", ["diffusers", "sdxl-turbo"])
def test_a_folder_of_the_user_is_never_taken_for_the_engine_or_its_models(name: str) -> None:
    named = provenance.model_id(PICTURES, None, f"/models/{name}")
    assert named == f"./{name}"
    assert PICTURES.choice(named) is None
    with pytest.raises(StudioError, match=f"made with the model './{name}'"):
        generation.check_model(PICTURES, named)
    assert provenance.model_id(PAINTER, None, "/models/painter") == "./painter"
    assert provenance.model_id(PAINTER, None, "/") == "./"


def test_an_engine_without_models_says_what_holds() -> None:
    drawn = replace(PLAIN, engine="painter")
    assert provenance.licence(PAINTER, None, drawn, {}) == "own work"
    assert provenance.model_id(PAINTER, None, "") == "painter"


def test_loras_and_files_are_joined_to_it() -> None:
    request = replace(PLAIN, rights={"init": "MIT OR Apache-2.0"})
    found = provenance.licence(PICTURES, TURBO, request, {"ink": HASH, "paper-cut": HASH})
    assert found == (
        "Stability AI Community Licence AND unstated licence of LoRA ink AND unstated licence of LoRA paper-cut"
        " AND (MIT OR Apache-2.0)"
    )


def test_what_an_engine_says_of_loras_is_taken_as_far_as_it_is_one() -> None:
    told: dict[Any, Any] = {"paper": HASH, "ink": HASH, 5: HASH, "": HASH, "a\x1b[2J": HASH, "short": "ab", "no": 7}
    assert provenance.loras({"loras": told}) == {"ink": HASH, "paper": HASH}
    assert list(provenance.loras({"loras": told})) == ["ink", "paper"]
    assert len(provenance.loras({"loras": {f"l{n}": HASH for n in range(99)}})) == 32
    assert provenance.loras({}) == provenance.loras({"loras": ["ink"]}) == {}


@pytest.mark.parametrize(
    ("stated", "rungs", "said", "found"),
    [
        ("auto", (), "bf16", "bf16"),
        ("auto", ("precision",), "bf16", "fp32"),
        ("auto", (), "\x1b[2J", "auto"),
        ("auto", (), None, "auto"),
        ("int8", (), "fp16", "int8"),
        ("fp16", ("slicing", "precision"), "fp16", "fp32"),
    ],
)
def test_the_number_format_is_what_was_loaded_where_the_engine_chooses(
    stated: str, rungs: tuple[str, ...], said: str | None, found: str
) -> None:
    manifest = replace(PICTURES, precision=stated)
    assert provenance.precision(manifest, rungs, {} if said is None else {"precision": said}) == found


MADE = {"device": "local/cuda0", "precision": "fp16", "rungs": ["slicing", "offload"]}


def test_a_picture_that_an_earlier_run_made_says_on_what_and_how() -> None:
    assert provenance.earlier({"made_under": MADE}) == {**MADE, "rungs": ("slicing", "offload")}
    assert provenance.earlier({"seed": 3}) == {}


@pytest.mark.parametrize(
    "wrong",
    [
        3, [], {}, {**MADE, "device": ""}, {**MADE, "device": 3}, {**MADE, "device": "x" * 201},
        {**MADE, "device": "a\nb"}, {**MADE, "precision": "of my own"}, {**MADE, "precision": None},
        {**MADE, "rungs": "slicing"},
    ],
)  # fmt: skip
def test_what_an_engine_says_of_that_is_taken_as_far_as_it_is_such(wrong: object) -> None:
    assert provenance.earlier({"made_under": wrong}) == {}
    assert provenance.earlier({"made_under": {**MADE, "rungs": ["none", 3, "cpu"]}})["rungs"] == ("cpu",)
