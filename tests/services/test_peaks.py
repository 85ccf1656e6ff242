"""Pictures of sound: made once, by content."""

from __future__ import annotations

import os

from studio.services.peaks import peaks_file
from tests.services.sounds import write_wav


def test_peaks_are_made_once_and_then_kept_as_used(studio, tmp_path, monkeypatch):
    file = write_wav(tmp_path / "a.wav", value=1000, frames=5000)
    made = peaks_file(studio.paths, studio.sound, file, "ab" * 32)
    assert made.parent == studio.paths.peaks
    data = made.read_bytes()
    assert data
    os.utime(made, (0, 0))
    file.unlink()
    assert peaks_file(studio.paths, studio.sound, file, "ab" * 32) == made
    assert made.read_bytes() == data
    assert made.stat().st_mtime > 0, "what is looked at is the last to leave the cache"
