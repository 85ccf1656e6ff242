"""Taking files in: decoded once, judged, and rewritten where others could not rely on them."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from studio.audio import tagging, writing
from studio.audio.reading import open_sound
from studio.audio.tasks import take_in
from studio.protocol import messages
from studio.worker.failures import CancelledRun, UserMistake
from tests.audio import sounds
from tests.audio.tasks.contexts import Asked


@pytest.mark.parametrize("kind", ["wav", "flac", "mp3", "ogg", "opus"])
def test_a_good_file_stays_as_it_is(kind: str, tmp_path: Path) -> None:
    path = tmp_path / f"x.{kind}"
    with writing.open_encoder(path, writing.Format(kind, 16), rate=48_000, channels=2) as encoder:
        encoder.write(sounds.programme(150_000))
    tagging.write(path, kind, tagging.Tags(recipe={"seed": 3}))
    asked = Asked(tmp_path / "s", "take_in", file=str(path))
    output = take_in.run(asked.context)
    facts = output.facts
    assert (facts["rate"], facts["channels"], facts["frames"], facts["seconds"]) == (48_000, 2, 150_000, 3.125)
    assert (facts["recipe"], facts["ending"], facts["file"]) == ({"seed": 3}, kind, None)
    assert asked.notes == []
    shares = [m.fraction for m in asked.messages if isinstance(m, messages.Progress) and m.fraction is not None]
    assert shares
    assert shares == sorted(shares)


@pytest.mark.skipif(not shutil.which("ffmpeg"), reason="no ffmpeg")
def test_what_ffmpeg_reads_becomes_flac(tmp_path: Path) -> None:
    path = tmp_path / "x.m4b"
    with writing.open_encoder(path, writing.Format("m4b"), rate=44_100, channels=2) as encoder:
        encoder.write(sounds.programme(44_100, rate=44_100))
    tagging.write(path, "m4b", tagging.Tags(recipe={"seed": 3}))
    output = take_in.run(Asked(tmp_path / "s", "take_in", file=str(path)).context)
    assert (output.facts["ending"], output.facts["file"], output.facts["recipe"]) == ("flac", "sound.flac", {"seed": 3})
    with open_sound(output.path) as sound:
        assert (sound.frames, sound.rate, sound.subtype) == (output.facts["frames"], 44_100, "PCM_24")


def test_what_is_no_number_is_silence_in_a_new_file(tmp_path: Path) -> None:
    path = sounds.wav(tmp_path / "a.wav", sounds.floats([np.nan, 0.5, np.inf]), bits=32, code=3)
    asked = Asked(tmp_path / "s", "take_in", file=str(path))
    output = take_in.run(asked.context)
    assert (output.facts["ending"], output.facts["frames"]) == ("wav", 4800)
    assert asked.notes == ["2 samples of a.wav were no numbers or far too large; they became silence."]
    written, original = sf.read(output.path, dtype="float32")[0], sf.read(path, dtype="float32")[0]
    np.testing.assert_array_equal(written, np.where(np.isfinite(original), original, 0))


def test_a_damaged_end_is_cut_off(tmp_path: Path) -> None:
    hole = next(case for case in sounds.HOSTILE if case.name == "hole.flac")
    hole.make(tmp_path / "hole.flac")
    asked = Asked(tmp_path / "s", "take_in", file=str(tmp_path / "hole.flac"), name="My song.flac")
    output = take_in.run(asked.context)
    assert "My song.flac is damaged after" in asked.notes[0]
    assert 10_000 < output.facts["frames"] < 190_000
    with open_sound(output.path) as sound:
        assert sound.frames == output.facts["frames"]
        expected = sf.read(tmp_path / "honest.flac", dtype="float32", frames=sound.frames)[0]
        np.testing.assert_array_equal(sound.read(0, sound.frames), expected)


@pytest.mark.parametrize("name", ["hole.ogg", "hole.mp3"])
def test_a_file_with_gaps_becomes_one_without(name: str, tmp_path: Path) -> None:
    next(case for case in sounds.HOSTILE if case.name == name).make(tmp_path / name)
    asked = Asked(tmp_path / "s", "take_in", file=str(tmp_path / name))
    output = take_in.run(asked.context)
    assert "damaged here and there" in asked.notes[0]
    with open_sound(output.path) as sound:
        assert (sound.subtype, sound.frames) == ("FLOAT", output.facts["frames"])
        assert sound.frames > 150_000


def test_a_codec_without_places_is_rewritten(tmp_path: Path) -> None:
    sf.write(tmp_path / "phone.wav", sounds.programme(16_000, 1, rate=8000), 8000, "GSM610")
    output = take_in.run(Asked(tmp_path / "s", "take_in", file=str(tmp_path / "phone.wav")).context)
    assert (output.facts["ending"], output.facts["file"]) == ("wav", "sound.wav")
    np.testing.assert_array_equal(
        sf.read(output.path, dtype="float32")[0], sf.read(tmp_path / "phone.wav", dtype="float32")[0]
    )


def test_it_stops_when_asked_to(tmp_path: Path) -> None:
    asked = Asked(tmp_path / "s", "take_in", file=str(sounds.encoded(tmp_path / "a.wav", "WAV")))
    asked.cancel.set()
    with pytest.raises(CancelledRun):
        take_in.run(asked.context)


def test_a_mistake_names_the_file_as_the_user_does(tmp_path: Path) -> None:
    (tmp_path / ".tmp123").write_bytes(sounds.jpeg())
    with pytest.raises(UserMistake, match=r"^photo\.wav is a JPEG picture, not a sound\.$") as caught:
        take_in.run(Asked(tmp_path / "s", "take_in", file=str(tmp_path / ".tmp123"), name="photo.wav").context)
    assert caught.value.hint.startswith("Choose a sound file")
