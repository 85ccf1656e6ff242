"""`studio lyrics`: a song, a text that is there, and lines shown while they are written."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from studio.cli import main
from tests import songwriting


def _run(data: Path, *words: str | Path) -> int:
    return main.run(["--data-dir", str(data), *map(str, words)])


@pytest.mark.slow
def test_each_way_of_working_on_a_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data, words = tmp_path / "data", tmp_path / "words.txt"
    songwriting.scribe(data / "engines", tmp_path / "held")
    words.write_text("\none by one\ntwo by two\n", encoding="utf-8")

    def said(*more: str | Path) -> dict:
        assert _run(data, "--json", "lyrics", "--engine", "scribe", *more) == 0
        return json.loads(capsys.readouterr().out)

    assert said("--rewrite", words, "--line", "3")["text"] == "a better line for two by two\nanother one\n"
    assert said("--rhyme", "light")["outputs"][0]["recipe"]["params"]["given"] == "light"
    on = said("--continue", words, "--structure", "chorus", "-o", tmp_path / "more.txt")
    assert on["text"] == "one by one\ntwo by two\n\n[Chorus]\nfive alive\nsix\n"
    assert (tmp_path / "more.txt").read_text(encoding="utf-8") == on["text"]
    song = said("--theme", "rain")
    assert song["text"].startswith("[Verse 1]\none by one\n")


@pytest.mark.slow
@pytest.mark.parametrize("to_file", [True, False])
def test_on_a_terminal_each_line_comes_when_it_is_written_and_none_twice(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, to_file: bool
) -> None:
    data, held = tmp_path / "data", tmp_path / "held"
    songwriting.scribe(data / "engines", held)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    more = ("-o", tmp_path / "song.txt") if to_file else ()
    assert _run(data, "lyrics", "--engine", "scribe", "--theme", "rain", *more) == 0
    told = capsys.readouterr()
    for line in ("[Verse 1]", "one by one", "[Chorus]", "three \U0001f3b5 four"):
        assert f"{told.err}\n{told.out}".count(f"{line}\n") == 1
    assert "one by one" in told.err, "while it was written"
    assert ("song.txt: 6 lines" in told.out) == to_file


@pytest.mark.slow
def test_a_pipe_gets_the_text_and_nothing_else(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(tmp_path / "data", "--quiet", "lyrics", "--theme", "the sea", "--structure", "verse") == 0
    told = capsys.readouterr()
    assert told.out.startswith("[Verse 1]\n")
    assert len(told.out.splitlines()) == 5
    assert "[Verse 1]" not in told.err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "what the song is about"),
        (("--theme", "a", "--line", "2"), "--line"),
        (("--theme", "a", "--detach"), "-o"),
        (("--rhyme", "a", "--rewrite", "b"), "not allowed with"),
        (("--rewrite", "none.txt", "--line", "1"), "none.txt"),
    ],
)
def test_what_does_not_belong_together_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], told: str
) -> None:
    assert _run(tmp_path / "data", "lyrics", *words) == 2
    assert told in capsys.readouterr().err
