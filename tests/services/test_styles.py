"""Styles that are kept for all projects, as files that anybody could have changed."""

from __future__ import annotations

import json
import os
import time
from dataclasses import replace

import numpy as np
import pytest
import soundfile

from studio.app import Studio
from studio.domain.project import Style
from studio.errors import StudioError

CALM = Style("calm piano", 7, 76.0, "A minor", name="Night drive")


@pytest.fixture
def studio(tmp_path):
    found = Studio(tmp_path / "data")
    yield found
    found.close()


def test_a_style_is_kept_with_a_copy_of_its_reference(studio, tmp_path):
    sound = tmp_path / "a.wav"
    soundfile.write(sound, np.full(4800, 0.1), 48_000)
    kept = studio.styles.keep(CALM, sound, terms="CC0-1.0")
    sound.unlink()
    found = studio.styles.get("  night DRIVE ")
    assert found == kept
    assert (found.style, found.terms) == (CALM, "CC0-1.0")
    assert found.reference is not None
    assert soundfile.info(found.reference).frames == 4800
    with pytest.raises(StudioError, match="already"):
        studio.styles.keep(CALM, force=False)
    studio.styles.keep(CALM)
    assert studio.styles.get("Night drive").reference is None
    assert found.reference.exists(), "what was replaced can be kept again"
    studio.styles.keep(replace(CALM, name="Another"))
    assert found.reference.exists(), "a fresh sound may be that of a style which another process is about to keep"
    two_hours_ago = time.time() - 7200
    os.utime(found.reference, (two_hours_ago, two_hours_ago))
    studio.styles.keep(replace(CALM, name="Another"))
    assert not found.reference.exists(), "a sound that no style names goes when the next one is kept"
    studio.styles.remove("Another")
    studio.styles.remove("Night Drive")
    assert studio.styles.all() == ([], [])
    with pytest.raises(StudioError, match="No style"):
        studio.styles.get("Night drive")


def test_what_is_no_sound_is_no_reference(studio, tmp_path):
    (tmp_path / "a.wav").write_bytes(b"RIFF nothing")
    with pytest.raises(StudioError):
        studio.styles.keep(CALM, tmp_path / "a.wav")
    assert studio.styles.all() == ([], [])


@pytest.mark.parametrize(
    "change",
    [
        {"form": "other"}, {"name": ""}, {"name": 5}, {"seed": 1.5}, {"seed": True}, {"bpm": -1}, {"bpm": True},
        {"bpm": 1e9}, {"text": ["x"]}, {"key": None}, {"seed": 2**60},
    ],
)  # fmt: skip
def test_a_file_that_is_no_style_is_told_and_hurts_no_other(studio, change):
    studio.styles.keep(CALM)
    (file,) = studio.paths.styles.glob("*.json")
    data = json.loads(file.read_text(encoding="utf-8"))
    (studio.paths.styles / "bad.json").write_text(json.dumps(data | change), encoding="utf-8")
    found, told = studio.styles.all()
    assert [one.style for one in found] == [CALM]
    assert len(told) == 1


@pytest.mark.parametrize("content", [b"", b"garbage", b'{"form": "angen-style", "name": "Night drive", "bpm": 20}'])
def test_a_style_that_cannot_be_read_says_how_to_be_rid_of_it_and_can_be_removed(studio, content):
    studio.styles.keep(CALM)
    (file,) = studio.paths.styles.glob("*.json")
    file.write_bytes(content)
    _, (told,) = studio.styles.all()
    assert "`studio styles remove NAME`" in told
    assert str(file) in told
    studio.styles.remove(" night DRIVE")
    assert studio.styles.all() == ([], [])
    with pytest.raises(StudioError, match="No style 'Night drive'"):
        studio.styles.remove("Night drive")


@pytest.mark.parametrize("bpm", [1, 29.5, 301])
def test_a_file_with_a_tempo_that_none_is_says_so(studio, bpm):
    studio.styles.keep(CALM)
    (file,) = studio.paths.styles.glob("*.json")
    file.write_text(json.dumps(json.loads(file.read_text(encoding="utf-8")) | {"bpm": bpm}), encoding="utf-8")
    found, (told,) = studio.styles.all()
    assert found == []
    assert f"{file.name} cannot be read. The tempo cannot be {bpm:g} beats" in told
    with pytest.raises(StudioError, match="cannot be read") as caught:
        studio.styles.find("night drive")
    assert "between 30 and 300" in caught.value.hint
    assert studio.styles.find("another") is None
    with pytest.raises(StudioError, match="tempo"):
        studio.styles.keep(replace(CALM, bpm=bpm))


def test_a_style_that_was_replaced_comes_back_with_its_sound(studio, tmp_path):
    soundfile.write(tmp_path / "a.wav", np.full(4800, 0.1), 48_000)
    kept = studio.styles.keep(CALM, tmp_path / "a.wav", terms="MIT")
    studio.styles.keep(replace(CALM, text="loud"))
    assert studio.styles.keep(kept.style, kept.reference, terms=kept.terms) == kept


def test_a_reference_outside_is_none(studio, tmp_path):
    studio.styles.keep(CALM)
    (file,) = studio.paths.styles.glob("*.json")
    data = json.loads(file.read_text(encoding="utf-8"))
    outside = tmp_path / ("a" * 64 + ".wav")
    outside.write_bytes(b"secret")
    for name in (str(outside), f"../../{outside.name}", "nul\0l"):
        file.write_text(json.dumps(data | {"reference": name}), encoding="utf-8")
        assert studio.styles.get("Night drive").reference is None


def test_a_style_that_was_forgotten_by_mistake_is_kept_again(studio, tmp_path):
    soundfile.write(tmp_path / "a.wav", np.full(4800, 0.1), 48_000)
    kept = studio.styles.keep(CALM, tmp_path / "a.wav", terms="MIT")
    studio.styles.remove("Night drive")
    assert studio.styles.keep(kept.style, kept.reference, terms=kept.terms) == kept
