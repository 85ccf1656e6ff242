"""Foreign pictures: what is good comes in plain and upright, everything else is refused in words."""

from __future__ import annotations

import io
import struct
import tracemalloc
import zlib

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from studio.worker.failures import CancelledRun, UserMistake
from tests.pictures import samples
from tests.pictures.samples import Task, encoded, picture


def _taken(tmp_path, data: bytes, **inputs):
    file = tmp_path / "picture.bin"
    file.write_bytes(data)
    task = Task(tmp_path / "scratch", "take_in", file=str(file), name="mine.png", **inputs)
    output = task.do()
    with Image.open(output.path) as image:
        image.load()
        assert image.format == "PNG"
        assert image.mode in {"RGB", "RGBA"}
        assert not image.info
        return np.asarray(image), output.facts, task.notes


_LOSSLESS = [
    ("PNG", {}),
    ("WEBP", {"lossless": True}),
    ("TIFF", {}),
    ("BMP", {}),
    ("TIFF", {"compression": "tiff_lzw"}),
]


@pytest.mark.parametrize(("kind", "options"), _LOSSLESS)
def test_what_loses_nothing_comes_in_bit_by_bit(tmp_path, kind, options):
    pixels, facts, notes = _taken(tmp_path, encoded(picture(), kind, **options))
    assert np.array_equal(pixels, np.asarray(picture()))
    assert (facts["format"], facts["width"], facts["height"], facts["frames"]) == (kind, *samples.SIZE, 1)
    assert notes == []


@pytest.mark.parametrize("mode", ["L", "P", "1", "RGBA", "LA"])
def test_every_mode_becomes_plain(tmp_path, mode):
    source = picture(mode="RGBA").convert(mode) if mode in {"RGBA", "LA"} else picture(mode=mode)
    pixels, facts, _ = _taken(tmp_path, encoded(source, "PNG"))
    assert np.array_equal(pixels, np.asarray(source.convert("RGBA" if mode in {"RGBA", "LA"} else "RGB")))
    assert facts["mode"] == mode


def test_a_palette_with_a_clear_colour_stays_clear(tmp_path):
    source = picture(mode="P")
    pixels, _, _ = _taken(tmp_path, encoded(source, "PNG", transparency=np.asarray(source)[0, 0].item()))
    assert pixels.shape[2] == 4
    assert pixels[0, 0, 3] == 0


def test_sixteen_bits_are_rounded_to_eight(tmp_path):
    deep = np.linspace(0, 65535, 48 * 32).reshape(32, 48).astype(np.uint16)
    pixels, _, notes = _taken(tmp_path, encoded(Image.fromarray(deep), "PNG"))
    assert np.abs(pixels[..., 0].astype(float) - deep / 257).max() <= 0.5
    assert "8 bits" in notes[0]


@pytest.mark.parametrize("with_profile", [False, True])
def test_printers_colours_are_converted(tmp_path, with_profile):
    options = (
        {"icc_profile": ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()} if with_profile else {}
    )
    source = Image.new("CMYK", samples.SIZE, (255, 0, 0, 0))  # cyan; the profile, for three colours, does not fit
    pixels, _, notes = _taken(tmp_path, encoded(source, "JPEG", quality=95, **options))
    red, green, blue = (int(v) for v in pixels[5, 5])
    assert red < 60
    assert min(green, blue) > 150
    assert any("CMYK" in note for note in notes)
    assert any("profile" in note for note in notes) == with_profile


def test_a_fitting_profile_changes_the_colours_as_it_says(tmp_path):
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    pixels, _, notes = _taken(tmp_path, encoded(picture(), "PNG", icc_profile=lab))
    assert np.abs(pixels.astype(int) - np.asarray(picture()).astype(int)).max() <= 2
    assert notes == []


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "TIFF"])
def test_of_several_pictures_the_first_is_taken(tmp_path, kind):
    first, second = picture(), Image.new("RGB", samples.SIZE, "red")
    options = {"lossless": True} if kind == "WEBP" else {}
    pixels, facts, notes = _taken(tmp_path, encoded(first, kind, save_all=True, append_images=[second], **options))
    assert np.abs(pixels.astype(int)[..., :3] - np.asarray(first).astype(int)).mean() < 25  # a GIF has 256 colours
    assert facts["frames"] > 1
    assert "first" in notes[0]


def test_a_camera_held_sideways_is_turned(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6
    pixels, facts, _ = _taken(tmp_path, encoded(picture(), "JPEG", exif=exif, quality=98, subsampling=0))
    turned = np.asarray(picture().transpose(Image.Transpose.ROTATE_270)).astype(int)
    assert (facts["width"], facts["height"]) == (samples.SIZE[1], samples.SIZE[0])
    assert np.abs(pixels.astype(int) - turned).mean() < 10


def test_broken_orientation_costs_nothing(tmp_path):
    pixels, _, _ = _taken(tmp_path, encoded(picture(), "PNG", exif=b"Exif\0\0II*\0\xff\xff\xff\xff"))
    assert np.array_equal(pixels, np.asarray(picture()))


def test_one_pixel_is_a_picture(tmp_path):
    pixels, _, _ = _taken(tmp_path, encoded(Image.new("RGB", (1, 1), (9, 8, 7)), "PNG"))
    assert pixels.tolist() == [[[9, 8, 7]]]


def _webp_header(width: int, height: int) -> bytes:
    body = (
        b"WEBPVP8X"
        + struct.pack("<I", 10)
        + b"\x10\0\0\0"
        + (width - 1).to_bytes(3, "little")
        + (height - 1).to_bytes(3, "little")
    )
    return b"RIFF" + struct.pack("<I", len(body)) + body  # fmt: skip


_BOMBS = {
    "png": samples.png(100_000, 100_000, rows=b"\0" * 1_000_000),
    "webp": _webp_header(16_000_000, 16_000_000),
    "gif": b"GIF89a" + struct.pack("<HH", 60_000, 60_000) + b"\0\0\0" + b";" * 50,
    "bmp": b"BM" + b"\0" * 12 + struct.pack("<Iii", 40, 90_000, -90_000) + b"\0" * 60,
    "jpeg": b"\xff\xd8\xff\xc0\x00\x11\x08" + struct.pack(">HH", 65_000, 65_000) + b"\x03" + b"\0" * 60,
    "tiff": encoded(Image.new("1", (9_000, 9_000)), "TIFF", compression="group4"),
}


@pytest.mark.parametrize("kind", sorted(_BOMBS))
def test_bombs_are_refused_by_their_header_before_memory_is_taken(tmp_path, kind):
    tracemalloc.start()
    with pytest.raises(UserMistake, match="megapixels") as caught:
        _taken(tmp_path, _BOMBS[kind])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert caught.value.hint
    assert "50 megapixels" in str(caught.value)
    assert peak < 20_000_000


def test_the_limit_can_be_lower(tmp_path):
    with pytest.raises(UserMistake, match=r"0\.001 megapixels"):
        _taken(tmp_path, encoded(picture(), "PNG"), most_pixels=1000)


def test_a_bomb_in_the_texts_of_a_png_is_not_even_unpacked(tmp_path):
    bomb = samples.chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"a" * 20_000_000, 1))
    data = samples.png(16, 16, bomb * 20)
    pixels, _, _ = _taken(tmp_path, data)
    assert pixels.shape == (16, 16, 3)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "TIFF", "BMP"])
def test_a_torn_file_is_refused_in_words(tmp_path, kind):
    data = encoded(picture(200, 150), kind)
    for part in (0.05, 0.5, 0.9):
        with pytest.raises(UserMistake) as caught:
            _taken(tmp_path, data[: int(len(data) * part)])
        assert "mine.png" in str(caught.value)
        assert caught.value.hint


_OTHERS = {"nothing": b"", "text": b"hello", "icon": b"\0\0\1\0\1\0", "postscript": b"%!PS-Adobe-3.0 EPSF",
           "pixmap": b"P6 1 1 255\n\0\0\0", "layers": b"8BPS\0\1" + b"\0" * 50}  # fmt: skip


@pytest.mark.parametrize("data", _OTHERS.values(), ids=_OTHERS.keys())
def test_other_kinds_are_refused(tmp_path, data):
    with pytest.raises(UserMistake):
        _taken(tmp_path, data)


def test_what_is_no_file_is_refused(tmp_path):
    for place in (tmp_path, tmp_path / "none.png"):
        with pytest.raises(UserMistake):
            Task(tmp_path / "scratch", "take_in", file=str(place)).do()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kind=st.sampled_from(["PNG", "JPEG", "WEBP", "GIF", "TIFF", "BMP"]), data=st.data())
def test_a_damaged_file_is_taken_or_refused_but_never_a_crash(tmp_path, kind, data):
    good = bytearray(encoded(picture(), kind))
    for _ in range(data.draw(st.integers(1, 6))):
        good[data.draw(st.integers(0, len(good) - 1))] = data.draw(st.integers(0, 255))
    try:
        _taken(tmp_path, bytes(good))
    except UserMistake as e:
        assert e.hint  # noqa: PT017 — either outcome is fine, silence is not


def test_a_cancel_is_heard(tmp_path):
    (tmp_path / "a.png").write_bytes(encoded(picture(), "PNG"))
    task = Task(tmp_path / "scratch", "take_in", file=str(tmp_path / "a.png"))
    task.cancel.set()
    with pytest.raises(CancelledRun):
        task.do()


def test_the_samples_are_what_they_claim():
    with Image.open(io.BytesIO(samples.png(3, 2))) as image:
        assert image.size == (3, 2)
