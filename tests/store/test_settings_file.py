"""The settings on disk: what was saved comes back, what is damaged costs nothing but itself."""

from __future__ import annotations

import json

import pytest

from studio.errors import StudioError
from studio.settings import Settings, with_value
from studio.store import settings_file


@pytest.fixture
def path(tmp_path):
    return tmp_path / "new" / "settings.json"


def test_no_file_means_the_defaults(path):
    assert settings_file.load(path) == (Settings(), [])


def test_what_was_saved_comes_back_and_defaults_are_not_written(path):
    changed = with_value(with_value(Settings(), "speech.turn_gap", "1.5"), "engines.allow_cpu", "no")
    settings_file.save(path, changed)
    assert settings_file.load(path) == (changed, [])
    assert json.loads(path.read_text()) == {"speech": {"turn_gap": 1.5}, "engines": {"allow_cpu": False}}
    settings_file.save(path, Settings())
    assert json.loads(path.read_text()) == {}


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe\x00", b"[]", b'{"speech": 3}', b"[" * 100_000, b"null"])
def test_a_damaged_file_is_set_aside_and_told(path, content):
    path.parent.mkdir()
    path.write_bytes(content)
    settings, told = settings_file.load(path)
    assert settings == Settings()
    (aside,) = path.parent.glob("settings.damaged-*.json")
    assert aside.read_bytes() == content
    assert len(told) == 1
    assert str(aside) in told[0]
    assert settings_file.load(path) == (Settings(), [])


def test_wrong_values_are_told_and_ignored_one_by_one(path):
    path.parent.mkdir()
    path.write_text(
        json.dumps(
            {"speech": {"turn_gap": 99, "sentence_gap": 1, "new": 1}, "later": {"x": 1}, "engines": {"threads": []}}
        )
    )
    settings, told = settings_file.load(path)
    assert settings == with_value(Settings(), "speech.sentence_gap", 1)
    assert len(told) == 4
    assert any("from 0.0 to 10.0" in t for t in told)


def test_a_place_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StudioError, match="could not be saved"):
        settings_file.save(tmp_path / "file" / "settings.json", Settings())
