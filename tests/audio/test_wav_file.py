"""Recipes are read from files that may come from anywhere."""

from __future__ import annotations

import json
import struct
from array import array

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from studio.audio import wav_file
from studio.domain.recipe import Recipe
from studio.protocol.float_wav import write_float_wav

_RECIPE = Recipe("speech", "fake", "1", "m", "", {}, 7, "local/cpu", "fp32", "MIT", script="Hi. " * 10)


def _chunk(name: bytes, data: bytes, length: int | None = None) -> bytes:
    return struct.pack("<4sI", name, len(data) if length is None else length) + data + b"\0" * (len(data) % 2)


def _riff(*chunks: bytes) -> bytes:
    return b"RIFF\xff\xff\xff\xffWAVE" + b"".join(chunks)


def _comment(data: object) -> bytes:
    text = data if isinstance(data, bytes) else json.dumps(data).encode()
    return _riff(_chunk(b"LIST", b"INFO" + _chunk(b"ICMT", text)))


@pytest.fixture(scope="module")
def ours(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ours")
    write_float_wav(folder / "m.wav", array("f", [0.1] * 500), rate=24000)
    wav_file.write(folder / "m.wav", _RECIPE, "software", folder / "x.wav")
    return (folder / "x.wav").read_bytes()


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    return tmp_path_factory.mktemp("foreign") / "x.wav"


def _read(file, data):
    file.write_bytes(data)
    return wav_file.read_recipe(file)


def test_ours_is_read(file, ours):
    assert _read(file, ours) == _RECIPE


@given(st.binary(max_size=300))
@example(_riff(_chunk(b"LIST", b"INFO", 0xFFFFFFFF)))
@example(_riff(_chunk(b"data", b"", 0xFFFFFFFF), _chunk(b"LIST", b"INFO")))
@example(_riff(_chunk(b"LIST", b"INFO" + _chunk(b"ICMT", b"{}", 0xFFFFFFFF))))
@example(_riff(_chunk(b"LIST", b"IN")))
@example(_comment(b"[" * 100_000))
@example(_comment(b"\xff\xfe{}"))
@example(_comment(b"1" * 10_000))
@example(_comment({"angen_recipe": []}))
@example(_comment({"angen_recipe": {}}))
@example(_comment({"angen_recipe": _RECIPE.to_dict() | {"seed": "7"}}))
@example(_comment({"angen_recipe": _RECIPE.to_dict() | {"rungs": {}}}))
def test_any_bytes_are_no_recipe_and_no_trouble(file, data):
    assert _read(file, data) is None


@given(st.binary(max_size=200))
def test_any_content_of_a_wav_file_is_no_trouble(file, data):
    assert _read(file, b"RIFF\0\0\0\0WAVE" + data) is None


@given(st.data())
def test_our_files_cut_or_changed_anywhere_give_a_recipe_or_none(file, ours, data):
    cut = data.draw(st.integers(0, len(ours)))
    changed = bytearray(ours[:cut])
    for at in data.draw(st.lists(st.integers(0, max(0, cut - 1)), max_size=3)):
        if changed:
            changed[at] = data.draw(st.integers(0, 255))
    found = _read(file, bytes(changed))
    assert found is None or isinstance(found, Recipe)
    assert found is None or found.to_json()


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from([*_RECIPE.to_dict(), "other"]), _JSON))
def test_a_recipe_with_any_values_is_a_recipe_or_none(file, fields):
    found = _read(file, _comment({"angen_recipe": _RECIPE.to_dict() | fields}))
    assert found is None or json.dumps(found.to_dict())


def test_a_recipe_nested_too_deeply_is_none(file):
    for depth in (200, 500, 900, 5000):
        value = '{"a":' * depth + "1" + "}" * depth
        text = json.dumps({"angen_recipe": _RECIPE.to_dict() | {"params": {"x": "@"}}}).replace('"@"', value)
        found = _read(file, _comment(text.encode()))
        assert found is None or found.to_json()


def test_an_endless_row_of_chunks_is_left(file):
    """Eight bytes a chunk: a gigabyte of them would keep us for minutes."""
    recipe = _chunk(b"LIST", b"INFO" + _chunk(b"ICMT", json.dumps({"angen_recipe": _RECIPE.to_dict()}).encode()))
    assert _read(file, _riff(_chunk(b"junk", b"") * 100, recipe)) == _RECIPE
    assert _read(file, _riff(_chunk(b"junk", b"") * 20_000, recipe)) is None


def test_a_folder_and_a_missing_file_are_errors_of_the_system(tmp_path):
    for path in (tmp_path, tmp_path / "none.wav"):
        with pytest.raises(OSError, match=r"\[Errno"):
            wav_file.read_recipe(path)
