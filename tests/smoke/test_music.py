"""`studio music` as its users meet it: a piece of exactly that length, stems, notes; and what is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from tests.smoke import driver


@pytest.mark.slow
def test_a_piece_with_lyrics_stems_and_midi(tmp_path: Path) -> None:
    data, out = tmp_path / "data", tmp_path / "song.wav"
    lyrics = tmp_path / "lyrics.txt"
    lyrics.write_text("[Verse]\nDown by the river we wait\n[Chorus]\nSing it again\n")
    made = driver.studio(
        "music", "--style", "slow folk", "--lyrics", lyrics, "--duration", "6.25", "--key", "D minor", "--bpm", "84",
        "--stems", tmp_path / "stems", "--midi", tmp_path / "song.mid", "--seed", "3", "-o", out, "--json", data=data,
    )  # fmt: skip
    assert made.code == 0, made.err
    first, *others = made.json["outputs"]
    assert (first["path"], first["seconds"], first["channels"], first["key"]) == (str(out), 6.25, 2, "D minor")
    assert first["tempo"] == 84.0
    assert first["recipe"]["seed"] == 3
    assert any("no voice" in note for note in made.notes)
    mix, rate = sf.read(out)
    assert mix.shape == (round(6.25 * rate), 2)
    stems = sorted((tmp_path / "stems").iterdir())
    assert [str(s) for s in stems] == [o["path"] for o in others if o["role"] == "stem"]
    together = np.sum([sf.read(s)[0] for s in stems], axis=0)
    assert np.abs(together - mix).max() < len(stems) * 2**-15  # each was rounded to 16 bit
    assert (tmp_path / "song.mid").read_bytes()[:4] == b"MThd"
    again = driver.studio("again", out, "-o", tmp_path / "b.wav", "--json", data=data)
    assert again.json["verdict"] == "identical"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--duration", "0"], "1.0 to 600"),
        (["--duration", "-1"], "1.0 to 600"),
        (["--duration", "0.01"], "1.0 to 600"),
        (["--duration", "3600"], "1.0 to 600"),
        (["--duration", "5", "--key", "H minor"], "H minor"),
        (["--duration", "5", "--bpm", "5"], "5"),
        (["--duration", "5", "--reference", "a.wav"], "composer takes no reference"),
        (["--duration", "5", "--source", "a.wav"], "composer takes no source"),
        ([], "how long"),
        (["--duration", "5", "--lyrics", "none.txt"], "none.txt"),
        (["--duration", "5", "--midi", "notes.wav"], "MIDI"),
        (["--duration", "5", "--stems", "nowhere/stems"], "nowhere"),
        (["--duration", "5", "--stems", "full"], "not empty"),
        (["--duration", "5", "--stems", "s", "--detach"], "--detach"),
        (["--duration", "5", "--style", "x" * 501], "500"),
    ],
)
def test_what_cannot_be_is_said_in_two_lines(tmp_path: Path, words: list[str], told: str) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.wav").write_bytes(b"mine")
    ran = driver.studio("music", *words, "-o", "x.wav", data=tmp_path / "data", cwd=tmp_path)
    assert ran.code == 2
    assert told in ran.err
    assert "hint: " in ran.err
    assert "Traceback" not in ran.err
    assert not (tmp_path / "x.wav").exists()
    assert (tmp_path / "full" / "mine.wav").read_bytes() == b"mine"
