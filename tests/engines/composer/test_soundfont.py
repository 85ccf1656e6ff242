"""The instruments that come with the studio: whole, level, in tune, and looped without a seam."""

import hashlib
import json
import zipfile

import numpy as np
import pytest

from studio.engines.composer import soundfont
from tests.engines.harness import ROOT

FOLDER = ROOT / "resources" / "soundfont"
SINGLE_WAVE = 1200  # frames of a loop
USEFUL = {0, 4, 11, 16, 24, 25, 27, 30, 32, 33, 38, 40, 42, 46, 48, 52, 56, 61, 65, 73, 80, 81, 89}


@pytest.fixture(scope="module")
def font() -> soundfont.SoundFont:
    return soundfont.load()


def test_it_is_small_and_bears_its_licence():
    assert soundfont.FILE.stat().st_size <= 15_000_000
    assert "Permission is hereby granted" in (FOLDER / "LICENSE.txt").read_text()
    assert "FluidR3_GM" in (FOLDER / "README.md").read_text()


def test_it_has_what_a_composer_needs(font: soundfont.SoundFont):
    assert set(font.programs) >= USEFUL
    assert set(font.kits) >= {0, 16, 24, 25, 40}
    for kit in font.kits.values():
        for key in (36, 38, 42, 44, 46, 49, 51):
            assert all(kit.at(key, step) for step in range(len(kit.steps))), (kit.name, key)


def test_every_key_sounds_at_every_velocity(font: soundfont.SoundFont):
    for instrument in font.programs.values():
        assert instrument.steps[-1] == 127
        for key in range(instrument.lowest, instrument.highest + 1):
            for velocity in (1, 64, 90, 127):
                assert instrument.at(key, instrument.step(velocity)), (instrument.name, key, velocity)


def test_a_hi_hat_silences_the_other(font: soundfont.SoundFont):
    groups = {key: font.kits[0].at(key, 0)[0].group for key in (42, 44, 46)}
    assert len(set(groups.values())) == 1
    assert groups[42] != 0


def test_a_missing_program_is_played_by_a_relative(font: soundfont.SoundFont):
    assert font.instrument(0).name == "Grand piano"
    assert font.instrument(1) is font.programs[0]
    assert font.instrument(41) in (font.programs[40], font.programs[42])
    assert font.instrument(127).zones
    assert font.instrument(1, drum=True) is font.kits[0]


def test_a_damaged_font_is_named(tmp_path):
    (tmp_path / "cut.zip").write_bytes(soundfont.FILE.read_bytes()[:100_000])
    with pytest.raises(soundfont.FontError, match=r"cut\.zip.*install the studio again"):
        soundfont.load(tmp_path / "cut.zip")
    with zipfile.ZipFile(tmp_path / "odd.zip", "w") as archive:
        archive.writestr("font.json", json.dumps({"programs": {"0": {}}, "kits": {}, "samples": {}}))
    with pytest.raises(soundfont.FontError, match=r"odd\.zip"):
        soundfont.load(tmp_path / "odd.zip")


def test_recordings_are_sound(font: soundfont.SoundFont):
    """A few of each; all of them in the slow test."""
    for program in (0, 33, 81):
        for zone in font.programs[program].zones[:2]:
            _check_sound(font, zone.sample)


@pytest.mark.slow
def test_all_recordings_are_sound_and_loop_without_a_seam(font: soundfont.SoundFont):
    names = {z.sample for i in (*font.programs.values(), *font.kits.values()) for z in i.zones}
    assert len(names) > 400
    for name in sorted(names):
        _check_sound(font, name)


def _check_sound(font: soundfont.SoundFont, name: str) -> None:
    sample = font.sample(name)
    assert np.isfinite(sample.frames).all()
    assert float(np.abs(sample.frames).max()) > 0.003, name
    if sample.loop is None:
        return
    start, end = sample.loop
    assert 0 <= start < end == sample.frames.size, name
    if end - start < SINGLE_WAVE:
        return  # its edge, if it has one, is how it sounds
    # Where the loop's end meets its beginning the wave must bend no more than it does anywhere inside.
    turned = np.concatenate([sample.frames[start:end], sample.frames[start:end]]).astype(np.float64)
    bends = np.abs(np.diff(turned, 2))
    seam = bends[end - start - 4 : end - start + 2].max()
    assert seam <= 1.5 * bends[: end - start - 6].max() + 1e-4, (name, seam)


def test_nothing_is_decoded_before_it_is_played(monkeypatch):
    monkeypatch.setattr(soundfont, "_decoded", lambda *_: pytest.fail("decoded"))
    assert soundfont.load().programs


def test_the_same_file_gives_the_same_frames(font: soundfont.SoundFont):
    name = font.programs[73].zones[0].sample
    digests = {hashlib.sha256(f.sample(name).frames.tobytes()).hexdigest() for f in (font, soundfont.load())}
    assert len(digests) == 1
