"""The painter in a process of its own, as the studio starts it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from studio.engines.manifest import read_manifest
from studio.engines.params import complete
from studio.errors import StudioError
from studio.protocol import messages
from tests.engines.harness import ENGINES, Reply, Worker, started

pytestmark = pytest.mark.slow
MANIFEST = read_manifest(ENGINES / "painter")


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    with started("painter") as running:
        assert isinstance(running.load(), messages.Loaded)
        yield running


def _paint(worker: Worker, scratch, seed=7, files=None, **params) -> Reply:
    values = complete(MANIFEST.params, {"width": 96, "height": 80, **params}, engine="painter")
    inputs = {"text": "", "files": {role: str(file) for role, file in (files or {}).items()}}
    return worker.run(scratch, [], task="image", params=values, inputs=inputs, seed=seed)


def _pixels(file) -> np.ndarray:
    with Image.open(file) as image:
        assert not image.info
        return np.asarray(image)


def test_several_pictures_have_seeds_of_their_own_that_give_them_again(worker, tmp_path):
    reply = _paint(worker, tmp_path / "a", prompt="sea, ship", count=3)
    assert reply.result is not None
    assert reply.result.facts["seed"] == 7
    seeds = [one["facts"]["seed"] for one in reply.result.more]
    assert len({7, *seeds}) == 3
    for number, one in enumerate(reply.result.more):
        alone = _paint(worker, tmp_path / f"alone {number}", prompt="sea, ship", seed=seeds[number])
        assert alone.file.read_bytes() == Path(one["file"]).read_bytes()
    assert _pixels(reply.file).shape == (80, 96, 3)


def test_pictures_that_are_there_are_not_painted_again(worker, tmp_path):
    values = complete(MANIFEST.params, {"width": 96, "height": 80, "prompt": "sea", "count": 3}, engine="painter")
    job = {"task": "image", "params": values, "inputs": {"text": "", "keys": ["a", "b", "c"]}}
    whole = worker.run(tmp_path / "whole", [], **job)
    assert [*whole.parts] == ["a", "b", "c"]
    rest = worker.run(tmp_path / "rest", [], **job, parts={key: whole.parts[key] for key in "ac"})
    assert [*rest.parts] == ["b"]
    for run in (whole, rest):
        assert run.result is not None
    assert [rest.result.sha256, *(one["sha256"] for one in rest.result.more)] == [
        whole.result.sha256,
        *(one["sha256"] for one in whole.result.more),
    ]
    assert [one["facts"] for one in rest.result.more] == [one["facts"] for one in whole.result.more]


def test_progress_rises_to_the_end(worker, tmp_path):
    fractions = [
        p.fraction for p in _paint(worker, tmp_path, prompt="hills, tree", width=512, height=512, count=2).progress
    ]
    known = [f for f in fractions if f is not None]
    assert known == fractions == sorted(known)
    assert known[-1] == 1.0


@pytest.mark.parametrize("prompt", ["", "   \n"])
def test_an_empty_prompt_gets_examples(worker, tmp_path, prompt):
    failed = _paint(worker, tmp_path, prompt=prompt).failed
    assert failed is not None
    assert failed.failure == "user"
    assert "For example" in failed.hint


def test_unknown_words_are_told_once_and_nothing_known_is_no_failure(worker, tmp_path):
    notes = [n.text for n in _paint(worker, tmp_path, prompt="zorblax zorblax by the sea").notes]
    assert len(notes) == 1
    assert "zorblax" in notes[0]
    assert "none of these words" in _paint(worker, tmp_path, prompt="zorblax").notes[0].text


def test_a_mask_alone_is_refused(worker, tmp_path):
    Image.new("L", (9, 9), 255).save(tmp_path / "m.png")
    failed = _paint(worker, tmp_path / "s", prompt="sea", files={"mask": tmp_path / "m.png"}).failed
    assert failed is not None
    assert "mask" in failed.message


@pytest.mark.parametrize(("width", "height"), [(0, 0), (63, 63), (100_000, 100_000), (64, 2049)])
def test_sizes_out_of_range_never_reach_the_painter(worker, tmp_path, width, height):
    with pytest.raises(StudioError, match="from 64 to 2048"):
        complete(MANIFEST.params, {"width": width, "height": height}, engine="painter")
    failed = worker.run(
        tmp_path, [], task="image", params={"prompt": "sea", "width": width, "height": height}, inputs={"files": {}}
    ).failed
    assert failed is not None
    assert failed.failure == "user"


def test_a_hundred_kilobytes_of_prompt_are_refused_by_their_length():
    with pytest.raises(StudioError, match="10,000"):
        complete(MANIFEST.params, {"prompt": "sea " * 25_000}, engine="painter")


def test_a_cancel_is_heard_at_full_size(worker, tmp_path):
    worker.start(
        tmp_path,
        [],
        task="image",
        params={"prompt": "sea, storm", "width": 2048, "height": 2048, "style": "oil"},
        inputs={"files": {}},
    )
    assert isinstance(worker.receive(), messages.Progress | messages.Heartbeat)
    worker.send(messages.Cancel(job=1))
    begin = time.monotonic()
    failed = worker.finish().failed
    assert failed is not None
    assert failed.failure == "cancelled"
    print(f"left after {time.monotonic() - begin:.2f} s")  # a figure, not a promise: the machine may be busy
