"""`studio lint`: imported forms are judged, and only plain scripts are mended."""

from __future__ import annotations

import json
from argparse import Namespace

import pytest

from studio.cli.commands import lint
from studio.cli.output import Output
from studio.domain.dialogue import NONVERBALS
from studio.errors import StudioError

PLAY = "INT. HOUSE\n\nADA\nHello there, how are you today?\n"


def _lint(path, *, fix: bool = False, engine: str = "") -> int:
    given = Namespace(script=str(path), engine=engine, fix=fix, data_dir=path.parent / "data")
    return lint.run(given, Output(as_json=True, quiet=True))


def test_an_imported_dialogue_is_judged(tmp_path, capsys):
    path = tmp_path / "a.fountain"
    path.write_text(PLAY)
    assert _lint(path) == 0
    assert [p["rule"] for p in json.loads(capsys.readouterr().out)["problems"]] == ["call-length"]


def test_an_imported_file_is_never_written_over(tmp_path):
    path = tmp_path / "a.fountain"
    path.write_text(PLAY)
    with pytest.raises(StudioError, match="only plain scripts") as refused:
        _lint(path, fix=True)
    assert refused.value.hint
    assert path.read_text() == PLAY


def test_a_plain_script_is_mended_in_place(tmp_path, capsys):
    path = tmp_path / "a.txt"
    path.write_text("Hello there (laugh).")
    assert _lint(path, fix=True) == 0
    assert path.read_text() == "[S1] Hello there (laughs)."
    assert "mended" in capsys.readouterr().err


def test_names_with_colons_are_mended_to_tags(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("ADA: Hello there.\nBEN: Hi.\n")
    assert _lint(path, fix=True) == 0
    assert path.read_text() == "[ADA] Hello there.\n[BEN] Hi. [ADA]\n"


@pytest.mark.parametrize(("engine", "lacking"), [("dia", 0), ("xtts", len(NONVERBALS))])
def test_each_sound_that_an_engine_lacks_is_told(tmp_path, capsys, engine, lacking):
    path = tmp_path / "a.txt"
    words = "one two three four five six seven eight nine ten eleven twelve"
    path.write_text("\n".join(f"[S{1 + n % 2}] {words} ({name})." for n, name in enumerate(NONVERBALS)))
    assert _lint(path, engine=engine) == 0
    found = json.loads(capsys.readouterr().out)["problems"]
    told = [problem for problem in found if problem["rule"] == "unsupported-nonverbal"]
    assert [problem["line"] for problem in told] == list(range(1, lacking + 1))
    assert not [problem for problem in found if problem["rule"] == "unlisted-nonverbal"]
