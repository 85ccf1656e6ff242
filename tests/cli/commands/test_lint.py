"""`studio lint`: imported forms are judged, and only plain scripts are mended."""

from __future__ import annotations

import json
from argparse import Namespace

import pytest

from studio.cli.commands import lint
from studio.cli.output import Output
from studio.errors import StudioError

PLAY = "INT. HOUSE\n\nADA\nHello there, how are you today?\n"


def _lint(path, *, fix: bool = False) -> int:
    return lint.run(Namespace(script=str(path), engine="", fix=fix), Output(as_json=True, quiet=True))


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
