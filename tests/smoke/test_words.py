"""Words from sound and the check of spoken lines, as the command line's users meet them. Real engines."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from studio.domain.quality import word_error
from tests.smoke import driver

LINES = ("The old bridge was closed on Monday morning.", "I paid $3.50 for the ferry.")


@pytest.mark.slow
def test_lines_are_judged_takes_are_compared_and_the_words_come_back(tmp_path: Path) -> None:
    data, sound = tmp_path / "data", tmp_path / "a.wav"
    script = f"[Ada] {LINES[0]}\n[Ben] {LINES[1]}"
    made = driver.studio("speak", script, "-o", sound, "--best-of", "2", "--seed", "5", "--json", data=data)
    assert made.code == 0, made.err
    lines = made.json["outputs"][0]["lines"]
    assert [(line["line"], line["text"]) for line in lines] == [(1, LINES[0]), (2, LINES[1])]
    assert all(line["qa"]["word_error"] <= 0.2 and line["qa"]["clipped"] is False for line in lines)
    assert all(1.0 < line["qa"]["words_per_second"] < 6.0 for line in lines)
    shown = driver.studio("jobs", "show", str(made.json["job"]), "--json", data=data).json
    assert shown["outputs"][0]["lines"] == lines
    again = driver.studio("again", sound, "-o", tmp_path / "b.wav", "--json", data=data)
    assert again.json["verdict"] == "identical"

    said = driver.studio("transcribe", sound, data=data)
    assert said.code == 0, said.err
    assert word_error(" ".join(LINES), said.out) <= 0.1
    assert said.out.count("\n") == 1
    found = driver.studio("transcribe", sound, "-o", tmp_path / "a.srt", "--json", data=data).json
    assert (found["state"], found["language"], found["text"]) == ("succeeded", "en", said.out.strip())
    assert [s["text"] for s in found["segments"]]
    assert (tmp_path / "a.srt").read_text().startswith("1\n00:00:00,")
    driver.studio("transcribe", sound, "-o", tmp_path / "a.json", data=data)
    assert json.loads((tmp_path / "a.json").read_text())["segments"] == found["segments"]


@pytest.mark.slow
def test_what_cannot_be_written_down_or_compared_is_said(tmp_path: Path) -> None:
    data, sound = tmp_path / "data", tmp_path / "a.wav"
    assert driver.studio("settings", "set", "speech.check_lines", "no", data=data).code == 0
    plain = driver.studio("speak", "Hello there.", "-o", sound, "--json", data=data)
    assert "lines" not in plain.json["outputs"][0]
    cases = (
        (("transcribe", sound, "--language", "es"), "understand"),
        (("transcribe", tmp_path / "none.wav"), "none.wav"),
        (("transcribe", sound, "-o", tmp_path / "a.doc"), "a.doc"),
        (("transcribe", sound, "--detach"), "-o"),
        (("speak", "Hello.", "-o", tmp_path / "b.wav", "--best-of", "9"), "8"),
        (("speak", "Hello.", "-o", tmp_path / "b.wav", "--best-of", "2"), "turned off"),
        (("speak", "Hello.", "-o", tmp_path / "b.wav", "--best-of", "2", "--detach"), "--best-of"),
    )
    for words, told in cases:
        ran = driver.studio(*words, data=data)
        assert ran.code == 2, (words, ran.err)
        assert told in ran.err, (words, ran.err)
        assert "hint: " in ran.err
