"""The draft voice speaks: real weights in a real process."""

import hashlib
import importlib.util
import tomllib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from studio.engines.shared import nonverbals
from studio.protocol import messages
from studio.protocol.float_wav import read_samples
from tests.engines.harness import ENGINES, Worker, piece, started

RATE = 24000
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    with started("hibari") as running:
        loaded = running.load()
        assert isinstance(loaded, messages.Loaded), loaded
        yield running


def _say(text: str, **changes):
    return piece(text, **{"voice": "heart", "language": "en-us", **changes})


def test_it_speaks_and_the_same_again(worker, tmp_path):
    pieces = [_say("Hello there, how are you?", line=1), _say("Fine (sighs).", line=2, before=0.5)]
    reply = worker.run(tmp_path / "1", pieces, after=0.25)
    again = worker.run(tmp_path / "2", pieces, job=2, after=0.25)
    assert reply.result is not None, reply.failed
    assert not reply.notes
    assert reply.file.read_bytes() == again.file.read_bytes()
    first, second = reply.result.facts["pieces"]
    assert 1.0 < first["end"] - first["start"] < 2.5
    assert second["start"] - first["end"] == pytest.approx(0.5, abs=1e-6)
    assert second["end"] - second["start"] > 1.8
    assert 0.1 < np.abs(np.array(read_samples(reply.file))).max() < 1.5


def test_speed_changes_the_length(worker, tmp_path):
    lengths = [
        len(read_samples(worker.run(tmp_path / str(speed), [_say("Hello there.")], params={"speed": speed}).file))
        for speed in (0.5, 2.0)
    ]
    assert lengths[0] > 2 * lengths[1]


@pytest.mark.parametrize("changes", [{"voice": "emma"}, {"language": "fr-fr"}])
def test_what_it_cannot_do_is_the_users_mistake(worker, tmp_path, changes):
    reply = worker.run(tmp_path, [_say("Hello.", **changes)])
    assert reply.failed is not None
    assert reply.failed.failure == "user"


def test_a_very_long_sentence(worker, tmp_path):
    text = "The little boat went down the river, past the mill and the old bridge, " * 12
    reply = worker.run(tmp_path, [_say(text)])
    assert reply.result is not None, reply.failed
    assert 2.0 < len(text.split()) / reply.result.facts["seconds"] < 5.5


def test_the_description_tells_the_truth():
    manifest = tomllib.loads((ENGINES / "hibari" / "engine.toml").read_text())
    spec = importlib.util.find_spec("hibari")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    weights = Path(spec.submodule_search_locations[0]) / "assets" / "hibari.onnx"
    (model,) = manifest["models"]
    assert model["sha256"] == hashlib.sha256(weights.read_bytes()).hexdigest()
    assert model["bytes"] == weights.stat().st_size
    assert set(manifest["nonverbals"]) == nonverbals.NAMES
    assert "draft" in manifest["title"].lower()
