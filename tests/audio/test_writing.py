"""Files in every form: read back, by ourselves and by ffprobe; equal bytes however the sound was handed over."""

from __future__ import annotations

import hashlib
import json
import shutil
import struct
import subprocess
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from studio.audio import mp3_frames, streams, writing, writing_wav
from studio.audio.reading import open_sound
from studio.audio.writing import Format, open_encoder
from studio.worker.failures import UserMistake, classify
from tests.audio import sounds

_LOSSY = (
    Format("mp3"), Format("mp3", bitrate=320), Format("mp3", vbr=0), Format("mp3", vbr=4), Format("ogg"),
    Format("ogg", bitrate=96), Format("opus"), Format("opus", bitrate=64),
)  # fmt: skip
_LOSSLESS = (Format("wav", 16), Format("wav", 24), Format("wav", 32), Format("flac", 16), Format("flac", 24))
_needs_ffmpeg = pytest.mark.skipif(not shutil.which("ffmpeg"), reason="no ffmpeg")


def _written(path: Path, form: Format, sound: np.ndarray, *, rate: int = sounds.RATE, block: int = 0) -> Path:
    with open_encoder(path, form, rate=rate, channels=sound.shape[1]) as encoder:
        for at in range(0, len(sound), block or max(1, len(sound))):
            encoder.write(sound[at : at + (block or len(sound))])
    return path


def _read(path: Path) -> np.ndarray:
    with open_sound(path) as sound:
        return sound.read(0, sound.frames)


def _shown(form: Format) -> str:
    return f"{form.kind}-{form.bits}-{form.bitrate}-{form.vbr}"


@pytest.mark.parametrize("form", _LOSSLESS, ids=_shown)
@pytest.mark.parametrize("channels", [1, 2, 6])
def test_lossless_forms_give_back_what_went_in(form: Format, channels: int, tmp_path: Path) -> None:
    sound = sounds.programme(20_001, channels)
    path = _written(tmp_path / "x", form, sound)
    error = np.abs(_read(path) - sound).max()
    assert error <= {16: 1.6 * 2**-15, 24: 1.8 * 2**-23, 32: 0}[form.bits]
    info = sf.info(path)  # and so does another reader of its header
    assert (info.frames, info.channels, info.samplerate) == (20_001, channels, sounds.RATE)
    assert info.subtype == ("FLOAT" if form.bits == 32 else f"PCM_{form.bits}")


@pytest.mark.parametrize("form", _LOSSY, ids=_shown)
@pytest.mark.parametrize(("rate", "channels"), [(48_000, 2), (24_000, 1)])
def test_lossy_forms_keep_length_and_place(form: Format, rate: int, channels: int, tmp_path: Path) -> None:
    if form.bitrate == 320:
        form = Format("mp3", bitrate=mp3_frames.bitrates(rate)[-1])
    sound = sounds.programme(rate + 77, channels, rate=rate)
    got = _read(_written(tmp_path / "x", form, sound, rate=rate))
    assert got.shape == sound.shape
    errors = [float(np.mean((np.roll(got, lag, axis=0) - sound) ** 2)) for lag in (-1, 0, 1)]
    assert errors[1] < 0.02 * float(np.mean(sound**2))
    assert errors[1] < min(errors[0], errors[2])


@pytest.mark.parametrize("form", [*_LOSSLESS, *_LOSSY], ids=_shown)
@settings(max_examples=settings().max_examples // 16, phases=[Phase.generate])
@given(sizes=st.lists(st.sampled_from([0, 1, 511, 4096, 16_383, 16_384, 16_385, 33_000]), max_size=6))
def test_block_sizes_never_matter(sizes: list[int], form: Format, tmp_path_factory) -> None:
    folder, sound = tmp_path_factory.getbasetemp(), sounds.programme(40_000)
    whole = _written(folder / f"whole-{_shown(form)}", form, sound).read_bytes()
    with open_encoder(folder / f"cut-{_shown(form)}", form, rate=sounds.RATE, channels=2) as encoder:
        at = 0
        for count in [*sizes, 7000, 40_000]:
            encoder.write(sound[at : at + count])
            at += count
    assert encoder.frames == len(sound)
    assert (folder / f"cut-{_shown(form)}").read_bytes() == whole


@pytest.mark.parametrize("form", [*_LOSSLESS, *_LOSSY], ids=_shown)
def test_no_samples_at_all_give_a_file_that_opens(form: Format, tmp_path: Path) -> None:
    got = _read(_written(tmp_path / "x", form, np.zeros((0, 2), np.float32)))
    assert len(got) <= (1152 if form.kind == "mp3" else 1)
    assert np.abs(got).max(initial=0) < 1e-9


@pytest.mark.parametrize("form", [f for f in (*_LOSSLESS, *_LOSSY) if f.bits != 32], ids=_shown)
def test_what_is_too_loud_is_clamped_and_counted(form: Format, tmp_path: Path) -> None:
    sound = np.full((5000, 2), 0.5, np.float32)
    sound[1000:1003] = [[1.5, -1.5], [2.0, 0.0], [0.0, -1.01]]
    with open_encoder(tmp_path / "x", form, rate=sounds.RATE, channels=2) as encoder:
        encoder.write(sound)
    assert encoder.clipped == 4
    assert np.abs(_read(tmp_path / "x")).max() < 1.6


def test_floats_are_kept_as_they_are_but_for_what_is_no_number(tmp_path: Path) -> None:
    sound = np.array([[1.5], [-3.0], [np.nan], [np.inf], [0.25]], np.float32)
    path = _written(tmp_path / "x.wav", Format("wav", 32), sound)
    np.testing.assert_array_equal(_read(path)[:, 0], np.array([1.5, -3.0, 0.0, 0.0, 0.25], np.float32))


def test_silence_is_silent_in_every_byte(tmp_path: Path) -> None:
    for form in _LOSSLESS:
        assert not _read(_written(tmp_path / "x", form, np.zeros((30_000, 2), np.float32))).any()


def test_the_same_sound_is_the_same_file_at_another_time(tmp_path: Path, monkeypatch) -> None:
    import time

    digests = set()
    for year in (0, 40):
        monkeypatch.setattr(time, "time", lambda year=year: 1.0e9 + year * 3.0e7)
        paths = [_written(tmp_path / "x", form, sounds.programme(9000)) for form in (*_LOSSLESS, *_LOSSY)]
        digests.add(tuple(hashlib.sha256(path.read_bytes()).hexdigest() for path in paths[-1:]))
    assert len(digests) == 1
    files = [_written(tmp_path / f"{n}.ogg", Format("opus"), sounds.programme(9000)).read_bytes() for n in range(3)]
    assert len(set(files)) == 1


@_needs_ffmpeg
@pytest.mark.parametrize("form", _LOSSY[:4], ids=_shown)
def test_ffprobe_and_ffmpeg_know_the_length_of_mp3_files(form: Format, tmp_path: Path) -> None:
    path = _written(tmp_path / "x.mp3", form, sounds.programme(50_001))
    raw = subprocess.run(
        ["ffmpeg", "-v", "error", "-i", path, "-f", "s16le", "-"], capture_output=True, check=True
    ).stdout
    assert len(raw) == 50_001 * 4
    probed = subprocess.run(
        ["ffprobe", "-v", "error", "-of", "json", "-show_format", path], capture_output=True, check=True
    ).stdout
    found = json.loads(probed)["format"]
    assert float(found["duration"]) == pytest.approx(50_001 / 48_000, abs=0.05)  # whole frames, and what decoders drop
    if form.bitrate:
        assert int(found["bit_rate"]) == pytest.approx(form.bitrate * 1000, rel=0.05)


@_needs_ffmpeg
def test_m4b_files_are_read_back_through_ffmpeg(tmp_path: Path) -> None:
    sound = sounds.programme(60_000)
    first = _written(tmp_path / "x.m4b", Format("m4b"), sound).read_bytes()
    assert _written(tmp_path / "y.m4b", Format("m4b"), sound, block=777).read_bytes() == first
    with streams.opened(tmp_path / "x.m4b", stop=lambda: False) as stream:
        got = np.concatenate(list(stream.blocks))
    assert 0 <= len(got) - len(sound) < 2048
    assert np.mean((got[: len(sound)] - sound) ** 2) < 0.01 * np.mean(sound**2)


def test_m4b_without_ffmpeg_says_what_to_do(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UserMistake, match="no ffmpeg here") as caught:
        open_encoder(tmp_path / "x.m4b", Format("m4b"), rate=48_000, channels=2)
    assert "STUDIO_FFMPEG" in caught.value.hint


def test_a_wav_past_four_gigabytes_becomes_an_rf64(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(writing_wav, "_MOST_PLAIN", 1000)
    sound = sounds.programme(5001)
    path = _written(tmp_path / "x.wav", Format("wav", 24), sound)
    data = path.read_bytes()
    assert (data[:4], data[12:16]) == (b"RF64", b"ds64")
    size, samples, frames = struct.unpack_from("<QQQ", data, 20)
    assert (size, samples, frames) == (len(data) - 8, 5001 * 6, 5001)
    assert sf.info(path).frames == 5001
    np.testing.assert_allclose(_read(path), sound, atol=2**-22)


@pytest.mark.parametrize(
    ("form", "rate", "channels", "said", "hint"),
    [
        (Format("mp3"), 96_000, 2, "96,000 samples a second", "44100, 48000"),
        (Format("mp3"), 48_000, 6, "6 channels", "Mix it down"),
        (Format("mp3", bitrate=320), 22_050, 1, "cannot have 320 kbit/s", "160"),
        (Format("mp3", bitrate=100), 48_000, 1, "cannot have 100 kbit/s", "96, 112"),
        (Format("mp3", vbr=11), 48_000, 1, "no quality 11", "0 (best)"),
        (Format("flac", 32), 48_000, 1, "32 bits", "16, 24"),
        (Format("flac"), 700_000, 1, "700,000", "655,350"),
        (Format("flac"), 48_000, 9, "9 channels", "two"),
        (Format("wav", 20), 48_000, 1, "20 bits", "16, 24, 32"),
        (Format("ogg"), 384_000, 1, "384,000", "192,000"),
        (Format("m4b"), 50_000, 1, "50,000", "48000"),
        (Format("mod"), 48_000, 1, "'mod'", "flac"),
    ],
)
def test_what_a_form_cannot_hold_is_said(
    form: Format, rate: int, channels: int, said: str, hint: str, tmp_path: Path
) -> None:
    with pytest.raises(UserMistake) as caught:
        open_encoder(tmp_path / "x", form, rate=rate, channels=channels)
    assert said in str(caught.value)
    assert hint in caught.value.hint
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize("rate", [44_100, 22_050, 96_000, 384_000])
def test_opus_brings_a_rate_it_does_not_know_to_one_it_does(rate: int, tmp_path: Path) -> None:
    path = _written(tmp_path / "x.opus", Format("opus"), sounds.programme(rate, rate=rate), rate=rate)
    with open_sound(path) as sound:
        assert (sound.rate, sound.frames) == (48_000, 48_000)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize("form", [*_LOSSLESS, *_LOSSY[:1], *_LOSSY[4:7:2]], ids=_shown)
def test_a_full_disk_is_told_as_one(form: Format, tmp_path: Path) -> None:
    (tmp_path / "x").symlink_to("/dev/full")
    with pytest.raises(OSError, match="No space left") as caught:
        encoder = open_encoder(tmp_path / "x", form, rate=sounds.RATE, channels=2)
        with encoder:
            encoder.write(sounds.noise(300_000))
    assert classify(caught.value) == "disk_full"


def test_an_abandoned_file_is_let_go(tmp_path: Path) -> None:
    for form in (*_LOSSLESS, *_LOSSY):
        with pytest.raises(ZeroDivisionError), open_encoder(tmp_path / "x", form, rate=48_000, channels=2) as encoder:
            encoder.write(sounds.noise(20_000))
            raise ZeroDivisionError
        encoder.close()  # once more does nothing


def test_a_format_is_read_from_a_table() -> None:
    assert Format.of({"kind": "mp3", "vbr": 2}) == Format("mp3", 24, 0, 2.0)
    assert Format.of({}) == Format("wav", 24)
    assert Format.of({"kind": "flac", "bits": 24, "bitrate": None, "vbr": None}) == Format("flac", 24)
    with pytest.raises(UserMistake, match="no sound format 'doc'"):
        Format.of({"kind": "doc"})
    assert set(writing.TITLES) == set(writing.KINDS)
