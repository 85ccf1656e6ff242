"""`studio songs`: lines that are sung or not, and one sung again. An engine that speaks stands for a singer."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from studio.cli import main
from studio.cli.shell_words import typed
from tests import songwriting


def _said(capsys: pytest.CaptureFixture[str], data: Path, *words: str | Path) -> tuple[int, dict, str]:
    code = main.run(["--data-dir", str(data), "--json", *map(str, words)])
    told = capsys.readouterr()
    return code, json.loads(told.out), told.err


@pytest.mark.slow
def test_a_song_is_checked_and_a_line_sung_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data, song = tmp_path / "data", tmp_path / "my song.wav"
    songwriting.singer(data / "engines")
    words = tmp_path / "words.txt"
    words.write_text(songwriting.LYRICS, encoding="utf-8")
    make = ("music", "--engine", "singer", "--style", "pop", "--duration", "5", "--lyrics", words, "-o", song)
    code, _, err = _said(capsys, data, *make)
    assert code == 0, err
    assert main.run(["--data-dir", str(data), "--quiet", "songs", "check", str(song)]) == 0
    told = capsys.readouterr().out
    assert "2 of 3 lines were heard as they are written." in told
    assert f"studio songs again {typed(song)} --line 3" in told

    code, again, err = _said(capsys, data, "songs", "again", song, "--line", "3", "-o", tmp_path / "b.wav")
    assert code == 0, err
    assert "listening" not in err, "what was heard is known"
    params = again["outputs"][0]["recipe"]["params"]
    assert (params["mode"], params["style"]) == ("repaint", "pop")
    assert (tmp_path / "b.wav").is_file()
    other = ("songs", "again", song, "--line", "3", "--language", "no code of any", "-o", tmp_path / "c.wav")
    code, wrong, _ = _said(capsys, data, *other)
    assert (code, wrong["error"]["message"][:20]) == (2, "language has at most"), "in another it is heard anew"
    code, wrong, _ = _said(capsys, data, "songs", "again", song, "--line", "1", "-o", tmp_path / "c.wav")
    assert (code, wrong["error"]["hint"]) == (2, "There are: 2, 3, 4.")

    words.write_text(f"{songwriting.LINES[1]}\nand quite another line besides", encoding="utf-8")
    code, found, err = _said(capsys, data, "songs", "check", song, "--lyrics", words)
    assert code == 0, err
    assert (found["sung"], found["garbled"], found["skipped"], found["can_sing_again"]) == (1, 0, 1, True)
    assert [(line["number"], line["verdict"]) for line in found["lines"]] == [(1, "sung"), (2, "skipped")]
    given = ("--line", "2", "--lyrics", words)
    code, again, err = _said(capsys, data, "songs", "again", song, *given, "-o", tmp_path / "d.wav")
    assert code == 0, err
    assert again["outputs"][0]["recipe"]["script"].startswith(f"{songwriting.LINES[1]}\nand quite another")
    assert 0 < params["from_second"] < found["lines"][0]["start"] < params["to_second"] + 1


def test_what_cannot_be_checked_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data, none = tmp_path / "data", tmp_path / "none.wav"
    assert _said(capsys, data, "songs", "check", none)[0] == 2
    (tmp_path / "empty.txt").write_text("\n", encoding="utf-8")
    (tmp_path / "song.wav").write_bytes(b"")
    code, said, _ = _said(capsys, data, "songs", "check", tmp_path / "song.wav", "--lyrics", tmp_path / "empty.txt")
    assert (code, said["error"]["message"]) == (2, "empty.txt has no words.")
    code, said, _ = _said(capsys, data, "songs", "again", none, "--line", "1", "-o", tmp_path / "b.doc")
    assert (code, "b.doc" in said["error"]["message"]) == (2, True)
