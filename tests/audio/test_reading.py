"""Sound files read at any place, in any order: always what a decoding from the front gives."""

from __future__ import annotations

import re
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.audio import kinds, mp3_frames, reading, writing
from studio.audio.reading import open_sound
from studio.audio.writing import Format
from studio.worker.failures import UserMistake
from tests.audio import sounds
from tests.audio.sounds import HOSTILE

_FRAMES = 100_003
_FORMS = {
    "wav16.wav": ("WAV", "PCM_16"), "wav24.wav": ("WAV", "PCM_24"), "wav32.wav": ("WAV", "PCM_32"),
    "float.wav": ("WAV", "FLOAT"), "double.wav": ("WAV", "DOUBLE"), "byte.wav": ("WAV", "PCM_U8"),
    "rf64.wav": ("RF64", "PCM_16"), "adpcm.wav": ("WAV", "MS_ADPCM"), "law.wav": ("WAV", "ULAW"),
    "aiff24.aiff": ("AIFF", "PCM_24"), "caf.caf": ("CAF", "PCM_24"), "au.au": ("AU", "PCM_16"),
    "w64.w64": ("W64", "PCM_16"),
    "flac16.flac": ("FLAC", "PCM_16"), "flac24.flac": ("FLAC", "PCM_24"), "mp3.mp3": ("MP3", None),
    "vorbis.ogg": ("OGG", "VORBIS"), "opus.opus": ("OGG", "OPUS"),
}  # fmt: skip
_OTHER = {"dust.m4a": "as a copy"}
_LOSSLESS = ("wav", "float", "double", "rf64", "aiff", "caf", "au", "w64", "flac")


def _whole(sound: reading.Sound) -> np.ndarray:
    blocks, at = [], 0
    while len(block := sound.read(at, 30_000)):
        blocks.append(block)
        at += len(block)
    return np.concatenate(blocks)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("files")
    for name, (form, subtype) in _FORMS.items():
        sounds.encoded(folder / name, form, subtype, frames=_FRAMES)
    for name, form in {"lame.mp3": Format("mp3", bitrate=320), "vbr.mp3": Format("mp3", vbr=2)}.items():
        with writing.open_encoder(folder / name, form, rate=sounds.RATE, channels=2) as encoder:
            encoder.write(sounds.programme(_FRAMES))
    return {path.name: path for path in folder.iterdir()}


@pytest.fixture(scope="module")
def decoded(files):
    return {name: _whole_of(path) for name, path in files.items()}


def _whole_of(path: Path) -> np.ndarray:
    with open_sound(path) as sound:
        return _whole(sound)


@pytest.mark.parametrize("name", [*_FORMS, "lame.mp3", "vbr.mp3"])
@settings(max_examples=settings().max_examples // 4)
@given(data=st.data())
def test_any_place_gives_what_the_whole_gives(data: st.DataObject, name: str, files, decoded) -> None:
    whole = decoded[name]
    with open_sound(files[name]) as sound:
        for _ in range(3):
            start = data.draw(st.integers(0, len(whole) + 10))
            count = data.draw(st.integers(0, 9000))
            got = sound.read(start, count)
            assert got.dtype == np.float32
            assert got.flags.c_contiguous
            np.testing.assert_allclose(got, whole[start : start + count], rtol=0, atol=3e-7 if "opus" in name else 0)


@pytest.mark.parametrize("before", range(900, 98_000, 14_000))
def test_vorbis_is_found_to_the_sample_from_anywhere(before: int, files, decoded) -> None:
    """libsndfile misses by 448 samples, going from one page to another."""
    for start in (500, 20_000, 45_000, 52_000, 63_670, 79_000, 90_000):
        with open_sound(files["vorbis.ogg"]) as sound:
            sound.read(0, before)
            np.testing.assert_array_equal(sound.read(start, 500), decoded["vorbis.ogg"][start : start + 500])


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("quality", [{"bitrate": 320}, {"vbr": 3.0}, {"bitrate": 64}])
def test_frames_of_mp3_files_that_lean_on_many_others_are_whole(channels: int, quality, tmp_path: Path) -> None:
    sound = sounds.programme(400_000, channels)
    sound[100_000:250_000] *= 0.001  # small frames, which leave room for others far behind
    with writing.open_encoder(tmp_path / "x.mp3", Format("mp3", **quality), rate=48_000, channels=channels) as encoder:
        encoder.write(sound)
    whole = _whole_of(tmp_path / "x.mp3")
    with open_sound(tmp_path / "x.mp3") as opened:
        for start in np.random.default_rng(1).integers(0, 390_000, 40):
            # One channel is summed in an order that depends on the past: that is the last bit of a float32.
            np.testing.assert_allclose(opened.read(start, 2000), whole[start : start + 2000], atol=3e-7)


@pytest.mark.parametrize("name", _FORMS)
def test_lengths_and_samples_are_those_that_were_written(name: str, files, decoded) -> None:
    with open_sound(files[name]) as sound:
        assert (sound.rate, sound.channels) == (sounds.RATE, 2)
        assert sound.frames == len(decoded[name])
    if name.startswith(_LOSSLESS):
        np.testing.assert_allclose(decoded[name], sounds.programme(_FRAMES), atol=2**-15)


@pytest.mark.parametrize("name", [name for name, (_, subtype) in _FORMS.items() if subtype == "PCM_16"])
def test_16_bits_become_the_floats_that_libsndfile_makes(name: str, files, decoded) -> None:
    np.testing.assert_array_equal(decoded[name], sf.read(files[name], dtype="float32", always_2d=True)[0])


def test_the_end_gives_fewer_and_then_nothing(files) -> None:
    with open_sound(files["wav24.wav"]) as sound:
        assert len(sound.read(_FRAMES - 10, 100)) == 10
        assert sound.read(_FRAMES, 100).shape == (0, 2)
        assert sound.read(-5, 100).shape == (0, 2)


@pytest.mark.parametrize("name", ["wav16.wav", "wav24.wav", "byte.wav", "flac24.flac", "aiff24.aiff", "law.wav"])
def test_numbers_are_the_samples_cut_to_16_bits(name: str, files, decoded) -> None:
    with open_sound(files[name]) as sound:
        assert sound.whole_numbers
        np.testing.assert_array_equal(sound.read_numbers(500, 5000), np.floor(decoded[name][500:5500] * 32768))


@pytest.mark.parametrize("case", [case for case in HOSTILE if case.works], ids=lambda case: case.name)
def test_odd_files_are_the_same_at_any_place(case: sounds.Case, tmp_path: Path) -> None:
    path = tmp_path / case.name
    case.make(path)
    with open_sound(path) as sound:
        blocks, at = [np.zeros((0, sound.channels), np.float32)], 0
        try:
            while len(block := sound.read(at, 1000)):
                blocks.append(block)
                at += len(block)
        except UserMistake:
            assert at
        whole = np.concatenate(blocks)
        assert np.isfinite(whole).all()
        if case.name in {"hole.ogg", "hole.mp3", "truncated.ogg"}:  # these are rewritten when they are taken in
            return
        for start in (len(whole) // 2, 3, len(whole) // 3, max(0, len(whole) - 5)):
            np.testing.assert_array_equal(sound.read(start, 200)[: len(whole) - start], whole[start : start + 200])


@pytest.mark.parametrize("case", [case for case in HOSTILE if not case.works], ids=lambda case: case.said or "other")
@pytest.mark.skipif(sys.platform == "win32", reason="its names and links are others")
def test_what_is_no_sound_is_refused(case: sounds.Case, tmp_path: Path) -> None:
    path = tmp_path / case.name
    case.make(path)
    if case.name == "no-samples.wav":  # that there is nothing in it is seen by decoding it
        with open_sound(path) as sound:
            assert not len(sound.read(0, 100))
        return
    with pytest.raises(UserMistake, match=re.escape(case.said or _OTHER.get(case.name, case.name[:4]))) as caught:
        open_sound(path)
    assert caught.value.hint


def test_what_is_no_number_becomes_silence_and_is_counted(tmp_path: Path) -> None:
    path = sounds.wav(tmp_path / "a.wav", sounds.floats([np.nan, np.inf, -np.inf, 1e20, 2.5]), bits=32, code=3)
    with open_sound(path) as sound:
        got = sound.read(100, 5)
        assert sound.bad_values == 4
    np.testing.assert_array_equal(got[:, 0], np.array([0, 0, 0, 0, 2.5], np.float32))


def test_a_variable_rate_without_an_index_has_its_true_length(tmp_path: Path, files) -> None:
    data = files["vbr.mp3"].read_bytes()
    frame = mp3_frames.parse(int.from_bytes(data[:4], "big"))
    assert frame
    bare = tmp_path / "bare.mp3"
    bare.write_bytes(b"\0" * 77 + data[frame.length :])
    with open_sound(bare) as sound:
        whole = _whole(sound)
        assert sound.frames == len(whole)
        assert abs(len(whole) - _FRAMES) < 3 * 1152
        np.testing.assert_array_equal(sound.read(50_000, 700), whole[50_000:50_700])
    assert sf.info(bare).frames != len(whole), "the library alone would do: this reading is not needed any more"


@pytest.mark.parametrize(
    ("ending", "form"), [("wav", "FLAC"), ("raw", "WAV"), ("mp3", "OGG"), ("", "MP3"), ("vox", "AIFF")]
)
def test_the_name_decides_nothing(ending: str, form: str, tmp_path: Path) -> None:
    path = sounds.encoded(tmp_path / f"x.{ending}", form, frames=5000)
    with open_sound(path) as sound:
        assert sound.frames == 5000
        assert sound.kind.name == form.lower()


def test_what_only_ffmpeg_reads_is_not_opened(tmp_path: Path) -> None:
    (tmp_path / "a.m4a").write_bytes(b"\0\0\0\x18ftypM4A " + bytes(100))
    with pytest.raises(UserMistake, match="taken in as a copy"):
        open_sound(tmp_path / "a.m4a")


@pytest.mark.skipif(sys.platform == "win32", reason="no pipes with names")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    import os

    os.mkfifo(tmp_path / "p.wav")
    with pytest.raises(UserMistake, match="no plain file"):
        kinds.of(tmp_path / "p.wav")


def test_names_in_messages_are_short_and_printable() -> None:
    shown = kinds.shown(Path("a\n\x1b[0m" + "b" * 300 + ".wav"))
    assert shown.isprintable()
    assert len(shown) <= 80
    assert shown.endswith(".wav")


def test_threads_read_one_file_each_with_a_sound_of_its_own(files, decoded) -> None:
    wrong: list[int] = []

    def read(seed: int) -> None:
        places = np.random.default_rng(seed).integers(0, _FRAMES - 2000, 30)
        with open_sound(files["flac24.flac"]) as sound:
            wrong.extend(
                int(at)
                for at in places
                if not np.array_equal(sound.read(at, 999), decoded["flac24.flac"][at : at + 999])
            )

    threads = [threading.Thread(target=read, args=(seed,)) for seed in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
