"""Pictures without a model: what is asked, weights in a prompt, start pictures, and what engines for pictures share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from studio.engines.registry import find_engines
from studio.engines.shared import pictures
from studio.protocol import messages
from studio.runtime import budget, ladder
from studio.worker.failures import UserMistake
from tests.engines.harness import modules_of


@pytest.fixture(scope="module")
def parts() -> Iterator[Any]:
    """Its modules without torch."""
    with modules_of("diffusers", "order", "saving", "showing", "starting", "weights") as found:
        yield found


@pytest.mark.parametrize(
    ("prompt", "found"),
    [
        ("a red house", [("a red house", 1.0)]),
        ("a (red:1.5) house", [("a ", 1.0), ("red", 1.5), (" house", 1.0)]),
        ("a ((red)) [house]", [("a ", 1.0), ("red", 1.21), (" ", 1.0), ("house", 1 / 1.1)]),
        ("((red:1.5) house)", [("red", 1.65), (" house", 1.1)]),
        (r"a \(red\) house", [("a (red) house", 1.0)]),
        ("a (red house", [("a (red house", 1.0)]),
        ("a red) house :)", [("a red) house :)", 1.0)]),
        ("ratio 16:9, (at 3:00)", [("ratio 16:9, ", 1.0), ("at 3", 0.0)]),
        ("(red:99)", [("red", 10.0)]),
        ("[red:0.5]", [("red:0.5", 1 / 1.1)]),
        ("", []),
    ],
)
def test_weights_are_read(parts: Any, prompt: str, found: list[tuple[str, float]]):
    read = parts.weights.read(prompt)
    assert [part.text for part in read] == [text for text, _ in found]
    assert [part.weight for part in read] == pytest.approx([weight for _, weight in found])


@given(st.text(alphabet="ab()[]:\\1. ", max_size=40))
def test_any_prompt_can_be_read_and_no_word_is_lost(parts: Any, prompt: str):
    letters = [sign for sign in parts.weights.plain(prompt) if sign in "ab"]
    assert letters == [sign for sign in prompt if sign in "ab"]


def test_an_order_is_read(parts: Any, tmp_path: Path):
    params = {"prompt": "a sea <lora:ink:0.3><lora:fog>", "lora": " paper-cut:0.8, ink ", "width": 512, "height": 768}
    found = parts.order.read(params, {"init": str(tmp_path / "a.png")}, "")
    assert (found.prompt.strip(), found.width, found.height) == ("a sea", 512, 768)
    assert found.loras == (("paper-cut", 0.8), ("ink", 1.0), ("fog", 1.0))
    assert (found.start, found.mask) == (tmp_path / "a.png", None)
    assert parts.order.read({}, {}, "said elsewhere").prompt == "said elsewhere"


def test_a_second_strength_of_a_lora_is_understood_and_left(parts: Any):
    found = parts.order.read({"prompt": "a sea <lora:ink:0.8:0.5>, <lora:fog:-0.2>"}, {}, "")
    assert (found.prompt.strip(), found.loras) == ("a sea ,", (("ink", 0.8), ("fog", -0.2)))


@pytest.mark.parametrize(
    "wrong",
    [
        {"prompt": " "}, {"prompt": "<lora:ink>"}, {"width": 63}, {"height": 2049}, {"count": 17}, {"steps": 0},
        {"steps": True}, {"lora": "../ink"}, {"lora": "/etc/ink"}, {"lora": ".."}, {"lora": "ink:nan"},
        {"lora": "ink:11"}, {"lora": ",".join(f"l{n}" for n in range(11))}, {"prompt": "a <lora:a/b:1>"},
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused(parts: Any, wrong: dict[str, Any]):
    with pytest.raises(UserMistake):
        parts.order.read({"prompt": "a sea", **wrong}, {}, "")


def _start(parts: Any, tmp_path: Path, image: Image.Image, **changes: Any) -> Any:
    image.save(tmp_path / "start.png")
    return parts.starting.prepared(parts.order.Order("a", "", 128, 64, start=tmp_path / "start.png", **changes))


def test_a_picture_that_is_continued_lies_where_it_is_told_and_has_something_under_the_rest(parts: Any, tmp_path: Path):
    red = Image.new("RGB", (64, 64), (250, 10, 20))
    for place, whole in (("left", slice(0, 48)), ("centre", slice(48, 80)), ("right", slice(80, 128))):
        start = _start(parts, tmp_path, red, outpaint=True, place=place)
        assert not start.where[:, whole].any()
        assert start.empty
        assert np.abs(start.pixels.astype(int) - (250, 10, 20)).max() <= 1  # what is around is drawn out
    large = _start(parts, tmp_path, Image.new("RGB", (640, 640), (250, 10, 20)), outpaint=True)
    assert (large.where[:, :32] == 255).all()
    assert (large.where[:, 96:] == 255).all()
    assert not large.where[:, 48:80].any()


def test_a_seam_mixes_both_and_leaves_what_is_beyond_it(parts: Any, tmp_path: Path):
    start = _start(parts, tmp_path, Image.new("RGB", (64, 64), (100, 100, 100)), outpaint=True, place="left")
    made = np.full((64, 128, 3), 200, np.uint8)
    row = start.kept(made)[30, :, 0].astype(int)
    assert set(row[:48]) == {100}
    assert set(row[64:]) == {200}
    assert (np.diff(row[48:64]) >= 0).all()
    assert 100 < row[55] < 200


def test_a_mask_of_another_size_is_scaled_with_the_picture(parts: Any, tmp_path: Path):
    mask = Image.new("L", (20, 10))
    mask.paste(255, (0, 0, 10, 10))
    mask.save(tmp_path / "mask.png")
    start = _start(parts, tmp_path, Image.new("RGB", (256, 128), (9, 9, 9)), mask=tmp_path / "mask.png")
    assert (start.where[:, :56] == 255).all()
    assert not start.where[:, 72:].any()
    assert not start.empty
    assert start.image(136, 64).size == start.mask(136, 64).size == (136, 64)


def test_clear_parts_under_a_mask_are_white(parts: Any, tmp_path: Path):
    Image.new("L", (128, 64), 255).save(tmp_path / "mask.png")
    start = _start(parts, tmp_path, Image.new("RGBA", (128, 64), (0, 0, 0, 0)), mask=tmp_path / "mask.png")
    assert (start.pixels == 255).all()


def test_a_further_picture_has_a_seed_and_a_file_of_its_own():
    assert [pictures.seed_of(7, n) for n in range(2)] == [7, 1150512372]
    assert [pictures.name_of(n) for n in (0, 1, 15)] == ["picture.png", "picture-02.png", "picture-16.png"]


def test_what_is_only_a_little_clear_is_no_hole(parts: Any, tmp_path: Path):
    hazy = Image.new("RGBA", (128, 64), (0, 0, 0, 200))
    start = _start(parts, tmp_path, hazy)
    assert start.where is None
    assert np.abs(start.pixels.astype(int) - 55).max() <= 1  # on white
    hazy.paste((0, 0, 0, 100), (64, 0, 128, 64))
    start = _start(parts, tmp_path, hazy)
    assert not start.where[:, :48].any()
    assert (start.where[:, 72:] == 255).all()
    assert np.abs(start.pixels.astype(int) - 55).max() <= 1  # what is under the hole is drawn out from beside it


def test_nothing_around_a_picture_is_said(parts: Any, tmp_path: Path):
    with pytest.raises(UserMistake, match="nothing to paint around") as caught:
        _start(parts, tmp_path, Image.new("RGB", (256, 128), (9, 9, 9)), outpaint=True)
    assert "larger size" in caught.value.hint
    Image.new("L", (256, 128), 255).save(tmp_path / "mask.png")  # with a mask there is something
    mask = {"outpaint": True, "mask": tmp_path / "mask.png"}
    assert _start(parts, tmp_path, Image.new("RGB", (256, 128), (9, 9, 9)), **mask).where.all()


@pytest.mark.parametrize("outpaint", [True, False])
def test_a_scaled_mask_has_no_rings(parts: Any, tmp_path: Path, outpaint: bool):
    mask = Image.new("L", (300, 150), 40)
    mask.paste(200, (0, 0, 150, 150))
    mask.save(tmp_path / "mask.png")
    picture = Image.new("RGB", (300, 150), (9, 9, 9))
    where = _start(parts, tmp_path, picture, outpaint=outpaint, mask=tmp_path / "mask.png").where
    assert (int(where.min()), int(where.max())) == (40, 200)


class _Shown:
    """As much of a job as is needed to show something."""

    def __init__(self, scratch: Path) -> None:
        self.scratch = scratch
        self.files: list[Path] = []
        self.now = 0.0

    def preview(self, file: Path) -> None:
        assert file.is_file()
        self.files.append(file)

    def clock(self) -> float:
        return self.now


@pytest.mark.parametrize("step", [0.001, 0.03, 0.07])
def test_looks_come_at_most_five_times_a_second(parts: Any, tmp_path: Path, step: float):
    job = _Shown(tmp_path)
    showing, times = parts.showing.Showing(job, job.clock), list[float]()
    for number in range(round(6 / step)):
        job.now = number * step
        before = len(job.files)
        showing.show(lambda: np.zeros((8, 8, 3), np.uint8))
        times += [job.now] * (len(job.files) - before)
    assert all(sum(begin <= t < begin + 0.999 for t in times) <= 5 for begin in times)
    assert 6 * 3.5 <= len(times) <= 6 * 5  # and not much more seldom, where steps are short
    assert len(list(tmp_path.iterdir())) == 3  # the studio may be about to fetch one
    assert job.files[-1].is_file()


def test_looks_that_take_long_come_more_seldom(parts: Any, tmp_path: Path):
    job = _Shown(tmp_path)
    showing, spent = parts.showing.Showing(job, job.clock), 0.0

    def look() -> np.ndarray:
        nonlocal spent
        job.now += 0.1
        spent += 0.1
        return np.zeros((8, 8, 3), np.uint8)

    while job.now < 60:
        job.now += 0.05
        showing.show(look)
    assert 0 < spent <= 60 / 20 + 0.1


def test_what_saves_memory_is_chosen_by_what_is_free():
    manifest = find_engines(Path("nowhere")).manifest("diffusers")
    place = ladder.Place(on_cpu=False, allow_cpu=True)
    usable = ladder.available(manifest, place, "out_of_memory")
    begun = {
        free: budget.fit(manifest.memory, (), usable, round(free * 1e9)) for free in (8.0, 3.5, 2.7, 2.2, 1.5, 0.5)
    }
    ways = ("slicing", "offload", "float8", "group_offload")
    assert [found.rungs for found in begun.values()] == [ways[:n] for n in (0, 1, 2, 3, 4, 4)]
    assert [found.fits for found in begun.values()] == [True] * 5 + [False]


@pytest.mark.parametrize(("kind", "way"), [("rocm", "float8"), ("mps", "int8"), ("directml", "int8")])
def test_a_device_without_float8_begins_with_int8_where_that_fits(kind: str, way: str):
    manifest = find_engines(Path("nowhere")).manifest("diffusers")
    usable = ladder.available(manifest, ladder.place_of(kind, allow_cpu=True), "out_of_memory")
    assert budget.fit(manifest.memory, (), usable, round(2.2e9)).rungs == ("slicing", "offload", way)
    assert budget.fit(manifest.memory, (), usable, round(1.5e9)).rungs == ("slicing", "offload", way, "group_offload")


def test_the_user_s_ways_and_the_ladder_s_are_the_same_and_what_a_device_cannot_do_is_left_or_refused(parts: Any):
    def ways(device: str, *rungs: str, **settings: str) -> list[str]:
        return sorted(parts.saving.ways_of(messages.Load("diffusers", device, "auto", 0, "", settings, [*rungs])))

    chosen = {"memory": "group-offload", "quantised": "float8"}
    assert ways("local/cuda0", **chosen) == ways("local/cuda0", "group_offload", "float8")
    assert ways("local/cuda0", memory="auto", quantised="no") == []
    assert ways("local/cuda0", "precision", memory="offload") == ["offload", "precision"]
    assert ways("local/mps", "float8", "group_offload") == ["group_offload", "int8"]  # the next best
    assert ways("local/directml0", "int8", memory="offload") == ["int8", "offload"]
    assert ways("local/cuda0", "float8", quantised="int8") == ways("local/cuda0", quantised="int8") == ["int8"]
    assert ways("local/mps", "float8", quantised="int8") == ["int8"]
    for kind in ("mps", "directml0"):
        with pytest.raises(UserMistake) as refused:
            ways(f"local/{kind}", quantised="float8")
        assert "int8" in refused.value.hint
