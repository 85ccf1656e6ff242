"""What the studio writes into pictures and reads back; thumbnails; comparing."""

from __future__ import annotations

import zlib

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from studio.domain import recipe as recipes
from studio.worker.failures import UserMistake
from tests.pictures import samples
from tests.pictures.samples import Task, encoded, picture

RECIPE = {"task": "image", "engine": "painter", "seed": 7, "params": {"prompt": 'Ein Häuschen 家 & "quotes" <b>'}}
KINDS = ["png", "jpg", "webp"]


def _write(tmp_path, image, kind="png", **inputs):
    master = tmp_path / "master.png"
    image.save(master)
    form = {"kind": kind, **inputs.pop("form", {})}
    task = Task(tmp_path / "out", "write", master=str(master), format=form, **{"recipe": RECIPE, **inputs})
    return task.do().path, task.notes


def _inspect(tmp_path, file):
    return Task(tmp_path / "facts", "inspect", file=str(file)).do().facts


@pytest.mark.parametrize("kind", KINDS)
def test_recipe_and_parameters_come_back(tmp_path, kind):
    file, notes = _write(tmp_path, picture(), kind)
    facts = _inspect(tmp_path, file)
    assert facts["recipe"] == RECIPE
    assert facts["parameters"].startswith("Ein Häuschen 家")
    assert "Seed: 7, Size: 48x32, Model: painter" in facts["parameters"]
    assert (facts["width"], facts["height"]) == samples.SIZE
    assert notes == []


@pytest.mark.parametrize("kind", KINDS)
def test_equal_inputs_give_equal_bytes(tmp_path, kind):
    first = _write(tmp_path, picture(), kind)[0].read_bytes()
    assert _write(tmp_path, picture(), kind)[0].read_bytes() == first


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_a_png_keeps_every_pixel(tmp_path, mode):
    file, _ = _write(tmp_path, picture(mode=mode))
    with Image.open(file) as image:
        assert np.array_equal(np.asarray(image), np.asarray(picture(mode=mode)))
        assert image.info["parameters"]  # where other programs look


def test_clear_parts_become_white_in_a_jpeg(tmp_path):
    file, notes = _write(tmp_path, Image.new("RGBA", (32, 32), (0, 0, 0, 0)), "jpg")
    with Image.open(file) as image:
        assert image.getpixel((9, 9)) == (255, 255, 255)
    assert "transparency" in notes[0]


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(prompt=st.text(st.characters(exclude_categories=["Cs"]), max_size=3000))
def test_any_prompt_comes_back(tmp_path, kind, prompt):
    recipe = {"engine": "painter", "params": {"prompt": prompt}}
    file, _ = _write(tmp_path, picture(4, 4), kind, recipe=recipe)
    assert _inspect(tmp_path, file)["recipe"] == recipe


@pytest.mark.parametrize("kind", KINDS)
def test_a_long_recipe_is_packed_and_comes_back(tmp_path, kind):
    recipe = {"engine": "painter", "params": {"prompt": "a castle by the sea, " * 4000}}
    file, notes = _write(tmp_path, picture(), kind, recipe=recipe)
    assert _inspect(tmp_path, file)["recipe"] == recipe
    assert bool(notes) == (kind != "png")


def test_what_fits_nowhere_is_said(tmp_path):
    noise = np.random.default_rng(1).integers(33, 50_000, 60_000)
    recipe = {"params": {"prompt": "".join(map(chr, noise))}}
    with pytest.raises(UserMistake, match="too long"):
        _write(tmp_path, picture(), "jpg", recipe=recipe)


@pytest.mark.parametrize("form", [{"kind": "tiff"}, {"quality": 0}, {"quality": True}, {"quality": "best"}])
def test_unknown_formats_are_refused(tmp_path, form):
    with pytest.raises(UserMistake):
        _write(tmp_path, picture(), form=form)


def _chunk_texts() -> dict[str, bytes]:
    text, packed = b"angen_recipe\0", zlib.compress(b"[" * 50_000_000, 9)
    return {
        "no JSON": samples.chunk(b"tEXt", text + b"{"),
        "no object": samples.chunk(b"tEXt", text + b"[1]"),
        "deep": samples.chunk(b"tEXt", text + b"[" * 200_000),
        "a number too large": samples.chunk(b"tEXt", text + b'{"a": 1e999}'),
        "a bomb": samples.chunk(b"zTXt", text + b"\0" + packed),
        "a bomb in iTXt": samples.chunk(b"iTXt", text + b"\1\0\0\0" + packed),
        "no end": samples.chunk(b"iTXt", b"angen_recipe"),
        "a length beyond the file": b"\xff\xff\xff\xfftEXtangen",
    }


@pytest.mark.parametrize("name", sorted(_chunk_texts()))
def test_hostile_texts_are_no_recipe(tmp_path, name):
    file = tmp_path / "a.png"
    file.write_bytes(samples.png(8, 8, _chunk_texts()[name]))
    facts = _inspect(tmp_path, file)
    assert facts["recipe"] is None
    assert (facts["width"], facts["height"]) == (8, 8)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kind=st.sampled_from(KINDS), data=st.data())
def test_damage_never_breaks_inspecting(tmp_path, kind, data):
    file, _ = _write(tmp_path, picture(8, 8), kind)
    content = bytearray(file.read_bytes())
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    file.write_bytes(content[: data.draw(st.integers(0, len(content)))])
    try:
        found = _inspect(tmp_path, file)["recipe"]
    except UserMistake:
        return
    assert found is None or recipes.parsed(recipes.canonical(found)) == found


def test_a_foreign_parameters_text_is_read(tmp_path):
    file = tmp_path / "a.png"
    file.write_bytes(samples.png(8, 8, samples.chunk(b"tEXt", b"parameters\0a cat\nSteps: 20, Seed: 1")))
    assert _inspect(tmp_path, file)["parameters"] == "a cat\nSteps: 20, Seed: 1"


def test_a_tiff_tells_its_size(tmp_path):
    (tmp_path / "a.tif").write_bytes(encoded(picture(), "TIFF"))
    assert _inspect(tmp_path, tmp_path / "a.tif")["width"] == samples.SIZE[0]


@pytest.mark.parametrize(("width", "height", "fits"), [(400, 100, (64, 16)), (30, 20, (30, 20)), (1, 500, (1, 64))])
def test_thumbnails_fit_their_square(tmp_path, width, height, fits):
    (tmp_path / "a.png").write_bytes(encoded(picture(width, height), "PNG"))
    facts = Task(tmp_path / "t", "thumbnail", file=str(tmp_path / "a.png"), size=64).do().facts
    assert (facts["width"], facts["height"]) == fits


def _compared(tmp_path, a, b):
    a.save(tmp_path / "a.png")
    b.save(tmp_path / "b.png")
    return Task(tmp_path / "c", "compare", a=str(tmp_path / "a.png"), b=str(tmp_path / "b.png")).do().facts


def test_pictures_are_identical_similar_or_different(tmp_path):
    one = picture()
    near, far = np.asarray(one).copy(), np.asarray(one)[::-1].copy()
    near[0, 0] ^= 1
    assert _compared(tmp_path, one, one)["verdict"] == "identical"
    assert _compared(tmp_path, one, Image.fromarray(near)) | {"psnr": 0} == {
        "width": [48, 48], "height": [32, 32], "verdict": "similar", "psnr": 0, "changed": ["pixels"],
    }  # fmt: skip
    assert _compared(tmp_path, one, Image.fromarray(far))["verdict"] == "different"
    assert _compared(tmp_path, one, picture(47, 32))["changed"] == ["size"]
    assert _compared(tmp_path, one, one.convert("RGBA"))["changed"] == ["transparency"]
