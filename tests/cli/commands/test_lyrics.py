"""`studio lyrics`: a song, a text that is there, and lines shown while they are written."""

from __future__ import annotations

import json
import signal
import subprocess
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
        (("--rhyme", " "), "no word to rhyme with"),
        (("--continue", "empty.txt"), "empty.txt has no words"),
        (("--rewrite", "empty.txt", "--line", "1"), "empty.txt has no words"),
        (("--rewrite", "three.txt", "--line", "9999"), "It has 3, counted from 1"),
        (("--rewrite", "three.txt", "--line", "0"), "three.txt has no line 0"),
        (("--rewrite", "three.txt"), "--line N, from 1 to 3"),
        (("--rewrite", "three.txt", "--line", "1"), "cannot write a line anew.\nhint: Add --engine writer."),
        (("--continue", "three.txt", "--engine", "verses"), "cannot go on with a text.\nhint: Add --engine writer."),
    ],
)
def test_what_does_not_belong_together_is_said(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
    told: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("empty.txt").write_text(" \n\n", encoding="utf-8")
    Path("three.txt").write_text("one by one\n\ntwo by two\n\n", encoding="utf-8")
    assert _run(tmp_path / "data", "lyrics", *words) == 2
    assert told in capsys.readouterr().err


@pytest.mark.slow
def test_a_model_that_is_ready_writes_where_nobody_names_an_engine(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = tmp_path / "data"
    songwriting.scribe(data / "engines", tmp_path / "held")
    assert _run(data, "--json", "lyrics", "--theme", "rain") == 0
    assert json.loads(capsys.readouterr().out)["outputs"][0]["recipe"]["engine"] == "scribe"


@pytest.mark.slow
@pytest.mark.parametrize("as_json", [True, False])
def test_what_was_written_until_it_was_stopped_is_said(tmp_path: Path, as_json: bool) -> None:
    data, held, file = tmp_path / "data", tmp_path / "held", tmp_path / "song.txt"
    songwriting.scribe(data / "engines", held)
    held.write_text("3", encoding="utf-8")
    words = ["lyrics", "--engine", "scribe", "--theme", "rain", "-o", str(file), *(["--json"] if as_json else [])]
    command = [sys.executable, "-m", "studio", "--data-dir", str(data), *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8") as running:
        assert running.stderr
        assert any("writing 50 %" in line for line in running.stderr)
        running.send_signal(signal.SIGINT)
        said, _ = running.communicate()
    text = json.loads(said)["text"] if as_json else said
    assert (running.returncode, text.split("\n")[0], file.exists()) == (4, "[Verse 1]", False)
    assert "three" not in text


@pytest.mark.slow
def test_a_song_that_is_asked_for_meanwhile_does_not_hide_this_one(tmp_path: Path) -> None:
    data, held = tmp_path / "data", tmp_path / "held"
    songwriting.scribe(data / "engines", held)
    held.write_text("3", encoding="utf-8")
    words = ["lyrics", "--engine", "scribe", "--theme", "rain", "-o", str(tmp_path / "song.txt")]
    command = [sys.executable, "-m", "studio", "--data-dir", str(data), *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8") as running:
        assert running.stderr
        assert any("writing 50 %" in line for line in running.stderr)
        assert _run(data, "lyrics", "--theme", "snow", "--detach", "-o", tmp_path / "other.txt") == 0
        held.write_text("5", encoding="utf-8")
        assert any("writing 80 %" in line for line in running.stderr)
        running.send_signal(signal.SIGINT)
        said, _ = running.communicate()
    assert (running.returncode, said.split("\n")[:3]) == (4, ["[Verse 1]", "one by one", "two by two"])
