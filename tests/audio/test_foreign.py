"""What only ffmpeg reads: decoded by it, and never led elsewhere by a file."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from studio.audio import foreign, kinds
from studio.audio.foreign import Decoder
from studio.worker.failures import CancelledRun, UserMistake
from tests.audio import sounds

pytestmark = pytest.mark.skipif(not shutil.which("ffmpeg"), reason="no ffmpeg")
_CODECS = {
    "a.m4a": ["-c:a", "aac"], "a.aac": ["-c:a", "aac"], "a.webm": ["-c:a", "libopus"], "a.wma": ["-c:a", "wmav2"],
    "a.ac3": ["-c:a", "ac3"], "a.ts": ["-c:a", "aac"], "a.mka": ["-c:a", "pcm_s16le"],
}  # fmt: skip


def _made(folder: Path, name: str, frames: int = 48_000) -> Path:
    source = sounds.encoded(folder / "source.wav", "WAV", frames=frames)
    words = ["ffmpeg", "-v", "error", "-y", "-i", source, *_CODECS[name], folder / name]
    subprocess.run(words, check=True)
    return folder / name


def _decoded(path: Path) -> np.ndarray:
    with Decoder(path, kinds.of(path), stop=lambda: False) as decoder:
        assert decoder.rate == 48_000
        return np.concatenate(list(decoder.blocks()))


@pytest.mark.parametrize(
    "name", [n if n in {"a.m4a", "a.webm"} else pytest.param(n, marks=pytest.mark.slow) for n in _CODECS]
)
def test_what_ffmpeg_reads_is_read(name: str, tmp_path: Path) -> None:
    got = _decoded(_made(tmp_path, name))
    sound = sounds.programme(48_000)
    assert got.shape[1] == 2
    assert abs(len(got) - 48_000) < 5000
    assert np.mean(got**2) == pytest.approx(np.mean(sound**2), rel=0.15)
    assert got.flags.c_contiguous


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a shell script")
def test_a_file_in_disguise_is_given_to_the_demuxer_it_shows_and_no_other(tmp_path: Path, monkeypatch) -> None:
    heard = tmp_path / "words"
    stand_in = tmp_path / "ffmpeg"
    stand_in.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > {heard}\n')
    stand_in.chmod(0o755)
    monkeypatch.setenv(foreign.PLACE, str(stand_in))
    path = tmp_path / "-evil; rm x.m4a"
    path.write_bytes(b"\0\0\0\x18ftypM4A " + bytes(100))
    with pytest.raises(UserMistake, match="finds no sound"):
        Decoder(path, kinds.of(path), stop=lambda: False)
    words = heard.read_text().splitlines()
    assert words[words.index("-i") + 1] == f"file:{path}"
    assert words[words.index("-i") - 4 : words.index("-i")] == ["-protocol_whitelist", "file", "-f", "mov"]
    assert "-nostdin" in words


def test_playlists_are_no_sounds_and_lead_nowhere(tmp_path: Path) -> None:
    secret = _made(tmp_path, "a.m4a")
    lists = {"l.m4a": f"ffconcat version 1.0\nfile {secret}\n", "m.webm": f"#EXTM3U\n#EXTINF:1,\n{secret}\n"}
    for name, text in lists.items():
        (tmp_path / name).write_text(text)
        with pytest.raises(UserMistake, match="is a playlist"):
            kinds.of(tmp_path / name)
        with pytest.raises(UserMistake, match="finds no sound"):  # even if it had not been seen through
            Decoder(tmp_path / name, kinds.M4A, stop=lambda: False)


def test_a_reference_inside_a_file_is_not_followed(tmp_path: Path) -> None:
    """A QuickTime file may name another file that holds its sound."""
    data = bytearray(_made(tmp_path, "a.m4a").read_bytes())
    at = data.find(b"url \0\0\0\1")  # "the sound is in this file"
    assert at > 0
    data[at + 7] = 0
    (tmp_path / "b.m4a").write_bytes(data)
    whole = _decoded(tmp_path / "a.m4a")
    with Decoder(tmp_path / "b.m4a", kinds.M4A, stop=lambda: False) as decoder:
        assert len(np.concatenate(list(decoder.blocks()))) in {0, len(whole)}  # its own sound or none


@pytest.mark.parametrize("share", [0.3, 0.7])
def test_a_truncated_file_is_refused_or_shorter(share: float, tmp_path: Path) -> None:
    data = _made(tmp_path, "a.aac").read_bytes()
    (tmp_path / "b.aac").write_bytes(data[: int(len(data) * share)])
    assert 0 < len(_decoded(tmp_path / "b.aac")) < 48_000


def test_a_film_without_sound_is_refused(tmp_path: Path) -> None:
    words = ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "color=s=16x16:d=0.2", "-c:v", "mpeg4", tmp_path / "a.mp4"]
    subprocess.run(words, check=True)
    with pytest.raises(UserMistake, match="finds no sound"):
        Decoder(tmp_path / "a.mp4", kinds.of(tmp_path / "a.mp4"), stop=lambda: False)


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a shell script")
def test_an_ffmpeg_that_hangs_is_ended(tmp_path: Path, monkeypatch) -> None:
    stand_in = tmp_path / "ffmpeg"
    stand_in.write_text("#!/bin/sh\nexec sleep 1000\n")
    stand_in.chmod(0o755)
    monkeypatch.setenv(foreign.PLACE, str(stand_in))
    monkeypatch.setattr(foreign, "_SILENT_SECONDS", 0.3)
    (tmp_path / "a.m4a").write_bytes(b"\0\0\0\x18ftypM4A " + bytes(100))
    with pytest.raises(UserMistake, match="does not get on with"):
        Decoder(tmp_path / "a.m4a", kinds.M4A, stop=lambda: False)
    with pytest.raises(CancelledRun):
        Decoder(tmp_path / "a.m4a", kinds.M4A, stop=lambda: True)


def test_without_ffmpeg_one_is_told_what_to_do(tmp_path: Path, monkeypatch) -> None:
    (tmp_path / "a.m4a").write_bytes(b"\0\0\0\x18ftypM4A " + bytes(100))
    for name, value in (("PATH", str(tmp_path)), (foreign.PLACE, str(tmp_path / "none"))):
        with monkeypatch.context() as changed:
            changed.setenv(name, value)
            with pytest.raises(UserMistake, match=r"a\.m4a is an MPEG-4 file, .* there is no ffmpeg here") as caught:
                Decoder(tmp_path / "a.m4a", kinds.M4A, stop=lambda: False)
            assert "Install ffmpeg" in caught.value.hint


def test_a_long_file_can_be_left(tmp_path: Path) -> None:
    with Decoder(_made(tmp_path, "a.mka", 480_000), kinds.of(tmp_path / "a.mka"), stop=lambda: False) as decoder:
        assert len(next(decoder.blocks())) > 0
