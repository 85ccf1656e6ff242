"""The tasks peaks, inspect, compare and convert, each over real files."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from studio.audio import peaks, tagging, writing
from studio.audio.reading import open_sound
from studio.audio.tasks import compare, convert, inspect
from studio.audio.tasks import peaks as peaks_task
from studio.protocol.float_wav import write_float_wav
from studio.worker.failures import CancelledRun, UserMistake
from tests.audio import sounds
from tests.audio.tasks.contexts import Asked

_RECIPE = {"task": "speech", "engine": "fake", "seed": 7}


def _wav(path: Path, sound: np.ndarray, rate: int = 48_000, subtype: str = "FLOAT") -> str:
    sf.write(path, sound, rate, subtype)
    return str(path)


def test_peaks_go_to_their_target(tmp_path: Path) -> None:
    target = tmp_path / "cache" / "x.peaks"
    file = str(sounds.encoded(tmp_path / "a.wav", "WAV"))
    output = peaks_task.run(Asked(tmp_path / "s", "peaks", file=file, target=str(target)).context)
    assert peaks.load(target).frames == 48_000
    assert json.loads(output.path.read_text()) == output.facts == {"target": str(target)}


def test_a_cancelled_task_ends_and_leaves_nothing(tmp_path: Path) -> None:
    file, target = str(sounds.encoded(tmp_path / "a.wav", "WAV")), tmp_path / "x.peaks"
    asked = Asked(tmp_path / "s", "peaks", file=file, target=str(target))
    asked.cancel.set()
    with pytest.raises(CancelledRun):
        peaks_task.run(asked.context)
    asked = Asked(tmp_path / "s", "convert", master=file, format={"kind": "flac"})
    asked.cancel.set()
    with pytest.raises(CancelledRun):
        convert.run(asked.context)
    asked = Asked(tmp_path / "s", "compare", a=file, b=file)
    asked.cancel.set()
    with pytest.raises(CancelledRun):
        compare.run(asked.context)
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["a.wav", "s"]


def test_a_task_without_its_input_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(UserMistake, match="given no 'file'"):
        inspect.run(Asked(tmp_path, "inspect").context)


@pytest.mark.parametrize("kind", ["wav", "flac", "mp3", "ogg", "opus"])
def test_a_master_becomes_the_users_file(kind: str, tmp_path: Path) -> None:
    master = tmp_path / "m.wav"
    write_float_wav(master, sounds.programme(24_000, 1, rate=24_000).reshape(-1), rate=24_000)
    inputs = {"master": str(master), "format": {"kind": kind}, "tags": {"title": "Hi"}, "recipe": _RECIPE}
    asked = Asked(tmp_path / "s", "convert", **inputs)
    output = convert.run(asked.context)
    again = convert.run(Asked(tmp_path / "t", "convert", **inputs).context)
    assert output.path.read_bytes() == again.path.read_bytes()
    assert output.path == tmp_path / "s" / f"sound.{kind}"
    assert output.facts == {"rate": 24_000, "channels": 1, "seconds": 1.0, "clipped": 0}
    seen = inspect.run(Asked(tmp_path / "u", "inspect", file=str(output.path)).context).facts
    assert (seen["recipe"], seen["tags"], seen["rate"]) == (_RECIPE, {"title": "Hi"}, 24_000)
    assert seen["seconds"] == pytest.approx(1.0)
    assert not asked.notes


def test_a_rate_that_the_format_lacks_is_raised_to_the_next(tmp_path: Path) -> None:
    write_float_wav(tmp_path / "m.wav", sounds.programme(20_000, 1, rate=20_000).reshape(-1), rate=20_000)
    inputs = {"master": str(tmp_path / "m.wav"), "format": {"kind": "mp3"}}
    output = convert.run(Asked(tmp_path / "s", "convert", **inputs).context)
    with open_sound(output.path) as sound:
        assert (sound.rate, sound.frames) == (22_050, 22_050)


def test_clamped_samples_are_told(tmp_path: Path) -> None:
    write_float_wav(tmp_path / "m.wav", np.full(1000, 1.5, np.float32), rate=24_000)
    asked = Asked(tmp_path / "s", "convert", master=str(tmp_path / "m.wav"), format={"kind": "wav", "bits": 16})
    assert convert.run(asked.context).facts["clipped"] == 1000
    assert "1,000 samples were beyond full scale" in asked.notes[0]


def test_inspect_tells_form_tags_and_chapters(tmp_path: Path) -> None:
    path = tmp_path / "a.flac"
    with writing.open_encoder(path, writing.Format("flac", 16), rate=44_100, channels=2) as encoder:
        encoder.write(sounds.programme(44_100))
    chapters = (tagging.Chapter(0.0, 0.5, "A"), tagging.Chapter(0.5, 1.0, "B"))
    tagging.write(path, "flac", tagging.Tags(title="T", cover=sounds.png(), cover_type="image/png", chapters=chapters))
    facts = inspect.run(Asked(tmp_path / "s", "inspect", file=str(path)).context).facts
    assert facts == {
        "form": "FLAC, 16 bit", "rate": 44_100, "channels": 2, "seconds": 1.0, "recipe": None, "tags": {"title": "T"},
        "cover": "image/png", "chapters": [[0.0, 0.5, "A"], [0.5, 1.0, "B"]],
    }  # fmt: skip


def _verdict(tmp_path: Path, a: str, b: str) -> dict:
    return compare.run(Asked(tmp_path / "s", "compare", a=a, b=b).context).facts


def test_verdicts(tmp_path: Path) -> None:
    sound = sounds.programme(200_000)
    numbers = np.rint(sound * 32768).astype(np.int16)
    a = _wav(tmp_path / "a.wav", numbers, subtype="PCM_16")
    same = _wav(tmp_path / "b.flac", numbers, subtype="PCM_16")
    near = _wav(tmp_path / "c.wav", sound + sounds.noise(200_000, seed=9, level=1e-4))
    far = _wav(tmp_path / "d.wav", sound + sounds.noise(200_000, seed=9, level=1e-2))
    short = _wav(tmp_path / "e.wav", numbers[:-480], subtype="PCM_16")
    shorter = _wav(tmp_path / "f.wav", numbers[:-481], subtype="PCM_16")
    assert _verdict(tmp_path, a, same) == {
        "rate": [48_000] * 2, "channels": [2, 2], "frames": (200_000, 200_000), "residual_db": -200.0,
        "verdict": "identical", "changed": [],
    }  # fmt: skip
    assert _verdict(tmp_path, a, near)["verdict"] == "similar"
    expected = 10 * np.log10(np.mean((sounds.noise(200_000, seed=9, level=1e-2)) ** 2) / np.mean(sound**2))
    assert _verdict(tmp_path, a, far)["residual_db"] == pytest.approx(expected, abs=0.1)
    assert _verdict(tmp_path, a, far)["verdict"] == "different"
    assert (_verdict(tmp_path, a, short)["verdict"], _verdict(tmp_path, a, short)["changed"]) == ("similar", ["length"])
    assert _verdict(tmp_path, short, a)["changed"] == ["length"]
    assert _verdict(tmp_path, a, shorter)["verdict"] == "different"


def test_other_rates_and_channels_are_different_sounds(tmp_path: Path) -> None:
    a = _wav(tmp_path / "a.wav", sounds.programme(4800))
    facts = _verdict(tmp_path, a, _wav(tmp_path / "b.wav", sounds.programme(4800, 1), 44_100))
    assert (facts["verdict"], facts["changed"], facts["residual_db"]) == ("different", ["rate", "channels"], None)


def test_silence_against_silence_and_against_sound(tmp_path: Path) -> None:
    silent = _wav(tmp_path / "a.wav", np.zeros((5000, 1), np.float32))
    loud = _wav(tmp_path / "b.wav", sounds.noise(5000, 1))
    assert _verdict(tmp_path, silent, silent)["verdict"] == "identical"
    assert _verdict(tmp_path, silent, loud)["verdict"] == "different"


@pytest.mark.skipif(not shutil.which("ffmpeg"), reason="no ffmpeg")
def test_what_ffmpeg_reads_is_compared_too(tmp_path: Path) -> None:
    path = tmp_path / "a.m4b"
    with writing.open_encoder(path, writing.Format("m4b"), rate=48_000, channels=1) as encoder:
        encoder.write(sounds.programme(48_000, 1))
    assert _verdict(tmp_path, str(path), str(path))["verdict"] == "identical"
    facts = inspect.run(Asked(tmp_path / "s", "inspect", file=str(path)).context).facts
    assert facts["form"] == "an MPEG-4 file"
