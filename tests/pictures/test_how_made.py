"""How pictures were made, read from files as other programs write them; and files that want harm."""

from __future__ import annotations

import io
import json
import zlib

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from studio.pictures import embedding
from tests.domain.made_elsewhere.graphs import drawing, run
from tests.domain.made_elsewhere.texts import A1111, INVOKEAI
from tests.pictures.samples import Task, chunk, encoded, picture, png

LINE = "ein Fuchs 狐\nNegative prompt: fog\nSteps: 9, Sampler: Euler a, CFG scale: 5, Seed: 77, Size: 640x320"


def _made(tmp_path, data: bytes):
    file = tmp_path / "a.picture"
    file.write_bytes(data)
    return Task(tmp_path / "facts", "how_made", file=str(file)).do().facts["made"]


def _png(texts: dict[str, str]) -> bytes:
    info = PngInfo()
    for name, text in texts.items():
        (info.add_text if text.isascii() else info.add_itxt)(name, text)
    out = io.BytesIO()
    picture().save(out, "PNG", pnginfo=info)
    return out.getvalue()


def _exif(text: str, *, order: str = "utf-16-be", tags: dict[int, str] | None = None) -> Image.Exif:
    exif = Image.Exif()
    for tag, value in (tags or {}).items():
        exif[tag] = value
    if text:
        exif.get_ifd(0x8769)[0x9286] = b"UNICODE\0" + text.encode(order)
    return exif


@pytest.mark.parametrize(
    ("texts", "source", "seed"),
    [
        ({"parameters": A1111}, "A1111", 1234567),
        ({"parameters": LINE}, "A1111", 77),
        ({"invokeai_metadata": json.dumps(INVOKEAI)}, "InvokeAI", 42),
        ({"sd-metadata": json.dumps({"image": {"prompt": "a", "seed": 3, "steps": 2}})}, "InvokeAI", 3),
        ({"Dream": '"a barn" -s 5 -S 6'}, "InvokeAI", 6),
        ({"workflow": json.dumps(drawing())}, "ComfyUI", 77),
        ({"prompt": json.dumps(run()), "workflow": json.dumps(drawing())}, "ComfyUI", None),
    ],
)
def test_png(tmp_path, texts, source, seed):
    made = _made(tmp_path, _png(texts))
    assert (made["source"], made["seed"]) == (source, seed)


@pytest.mark.parametrize("kind", ["JPEG", "WEBP"])
@pytest.mark.parametrize("order", ["utf-16-be", "utf-16-le"])
def test_the_comment_of_jpeg_and_webp(tmp_path, kind, order):
    made = _made(tmp_path, encoded(picture(), kind, exif=_exif(LINE, order=order)))
    assert (made["prompt"], made["negative"], made["seed"]) == ("ein Fuchs 狐", "fog", 77)
    assert (made["scheduler"], made["width"], made["height"]) == ("euler-ancestral", 640, 320)


def test_graphs_in_a_webp(tmp_path):
    tags = {0x0110: f"prompt:{json.dumps(run())}", 0x010F: f"workflow:{json.dumps(drawing())}"}
    made = _made(tmp_path, encoded(picture(), "WEBP", exif=_exif("", tags=tags)))
    assert (made["source"], made["model"]) == ("ComfyUI", "dreamer")


@pytest.mark.parametrize("kind", ["png", "jpg", "webp"])
def test_what_the_studio_writes(tmp_path, kind):
    picture().save(tmp_path / "master.png")
    recipe = {
        "task": "image", "engine": "diffusers", "engine_version": "1", "model": "sd-1.5", "revision": "", "seed": 7,
        "device": "local/cpu", "precision": "fp32", "licence": "x",
        "params": {"prompt": "a 狐", "negative": "fog", "steps": 20, "guidance": 7.0, "scheduler": "unipc",
                   "lora": "ink:0.5", "width": 48, "height": 32},
    }  # fmt: skip
    task = Task(tmp_path / "out", "write", master=str(tmp_path / "master.png"), format={"kind": kind}, recipe=recipe)
    own = _made(tmp_path, task.do().path.read_bytes())
    assert (own["source"], own["engine"], own["prompt"], own["seed"]) == ("Angen Studio", "diffusers", "a 狐", 7)
    _, told = embedding.read(tmp_path / "out" / f"picture.{kind}")
    theirs = _made(tmp_path, _png({"parameters": told.parameters}))
    same = {name: own[name] for name in own if name not in {"source", "engine", "more"}}
    assert {name: theirs[name] for name in same} == same


def test_pictures_that_say_nothing(tmp_path):
    assert _made(tmp_path, _png({"Software": "Gimp", "parameters": "words", "prompt": "a cat"})) is None
    assert _made(tmp_path, encoded(picture(), "JPEG")) is None
    assert _made(tmp_path, encoded(picture(), "GIF")) is None


@pytest.mark.parametrize("kind", [b"zTXt", b"iTXt"])
def test_bombs_in_texts_are_not_let_off(tmp_path, kind):
    """Fifty megabytes hide in fifty kilobytes: a part is looked at, and what comes after it is still read."""
    bomb = zlib.compress(b"a" * 50_000_000)
    head = b"\0\0" if kind == b"zTXt" else b"\0\1\0\0\0"
    chunks = [chunk(kind, name + head + bomb) for name in (b"prompt", b"workflow", b"invokeai_metadata")]
    after = chunk(b"tEXt", b"parameters\0" + A1111.encode())
    made = _made(tmp_path, png(8, 8, *chunks, after))
    assert made["seed"] == 1234567
    _, told = embedding.read(tmp_path / "a.picture")
    assert {len(text) for text in told.elsewhere.values()} == {embedding.MOST_TEXT}


def test_deep_and_broken_texts_are_none(tmp_path):
    deep = '{"a":' * 300_000
    assert _made(tmp_path, _png({"prompt": deep, "invokeai_metadata": "[" * 300_000})) is None
    assert _made(tmp_path, png(8, 8, chunk(b"iTXt", b"prompt\0\1\0\0\0" + b"no zlib"))) is None
    cut = _png({"parameters": A1111})[:60]
    assert _made(tmp_path, cut) is None


def test_the_first_of_equal_texts_is_believed(tmp_path):
    first, second = (chunk(b"tEXt", b"parameters\0" + f"a\nSteps: {n}, Seed: {n}".encode()) for n in (1, 2))
    assert _made(tmp_path, png(8, 8, first, second))["seed"] == 1
