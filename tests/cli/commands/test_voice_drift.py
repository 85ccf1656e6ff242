"""`studio voices drift` and `anchor`, `words` and `enhance`: what they print and what they change."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path

import pytest

from studio.app import Studio
from studio.cli.commands import voice_drift, voices
from studio.cli.output import Output
from studio.domain.voice import Consent
from studio.errors import StudioError
from studio.services.library import Media
from studio.services.voices import NewVoice
from tests import drifting

pytestmark = pytest.mark.slow
_HERS, _HIS = [0.0625] * 256, [0.0625] * 160 + [-0.0625] * 96


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    found = Studio(tmp_path / "data")
    yield found
    found.close()


@pytest.fixture
def project(studio: Studio, tmp_path: Path) -> str:
    """A project that somebody has listened to: six takes of hers, three of his."""
    folder = tmp_path / "A.angen"
    with studio.projects.create(folder) as opened:
        drifting.fill(opened, tmp_path / "sounds")
        hashes = [media.sha256 for media in opened.project.media]
    heard = {name: _HERS if n < drifting.STEADY else _HIS for n, name in enumerate(hashes)}
    (tmp_path / "voices.json").write_text(json.dumps({"sounds": heard}))
    studio.prints.keep([Media("text", tmp_path / "voices.json", "", tmp_path, "", {}, {})])
    return str(folder)


def told(capsys: pytest.CaptureFixture[str]) -> dict:
    return json.loads(capsys.readouterr().out)


def quiet() -> Output:
    return Output(as_json=True, quiet=True)


def test_drift_is_told_and_a_take_becomes_the_voice(studio, project, capsys):
    assert voice_drift.drift(studio, Namespace(project=project, speaker="", device=""), quiet()) == 0
    [ann] = told(capsys)["speakers"]
    assert (ann["speaker"], ann["verdict"], ann["from_line"], ann["voice"]) == ("Ann", "drifting", 7, None)
    assert [point["drifted"] for point in ann["points"]] == [False] * 6 + [True] * 3
    assert ann["points"][8]["likeness"] == pytest.approx(0.25, abs=0.01)

    voice_drift.drift(studio, Namespace(project=project, speaker="ann", device=""), Output(as_json=False, quiet=True))
    shown = capsys.readouterr().out
    assert "Ann: drifting from line 7 on (held against the first take)" in shown
    with pytest.raises(StudioError, match="Nobody called 'Bo'") as caught:
        voice_drift.drift(studio, Namespace(project=project, speaker="Bo"), quiet())
    assert "Ann" in caught.value.hint

    take = ann["points"][1]["take"]
    args = Namespace(
        project=project, speaker="ann", take=take, name="Ann one", consent="Mine.", consent_kind="own", device="",
    )  # fmt: skip
    assert voice_drift.anchor(studio, args, quiet()) == 0
    printed = capsys.readouterr()
    made = json.loads(printed.out)
    assert "note: the consent that the take's voice has is kept: A voice that comes with" in printed.err
    assert (made["speaker"], made["take"], made["drifted"]) == ("Ann", take, [7, 8, 9])
    assert (made["voice"]["name"], made["voice"]["consent"]["kind"]) == ("Ann one", "synthetic")
    with studio.projects.open(Path(project)) as opened:
        assert [(v.speaker, v.voice) for v in opened.project.voices] == [("Ann", "Ann one")]
        assert opened.undo() == "Re-anchor the voice of Ann"
        assert opened.project.voices == ()


def test_what_has_no_takes_has_no_voices(studio, tmp_path):
    studio.projects.create(tmp_path / "B.angen").close()
    args = Namespace(project=str(tmp_path / "B.angen"), speaker="", device="", take="", name="")
    for command in (voice_drift.drift, voice_drift.anchor):
        with pytest.raises(StudioError, match="There are no takes in this project"):
            command(studio, args, quiet())


def test_where_to_listen_is_obeyed(studio, project):
    for note in studio.paths.prints.rglob("*.json"):
        note.unlink()
    with pytest.raises(StudioError, match="nowhere"):
        voice_drift.drift(studio, Namespace(project=project, speaker="", device="nowhere"), quiet())
    sound = next((Path(project) / "media").glob("*.wav"))
    studio.voices.add(NewVoice("May", Consent("mine", "own")), [sound])
    args = Namespace(name="may", text="", recording="", device="nowhere")
    with pytest.raises(StudioError, match="nowhere"):
        voices._words(studio, args, quiet())
    with pytest.raises(StudioError, match="nowhere"):
        voices._enhance(studio, Namespace(**vars(args), original=False), quiet())


def test_words_are_written_and_a_version_is_chosen(studio, project, capsys):
    sound = next((Path(project) / "media").glob("*.wav"))
    studio.voices.add(NewVoice("May", Consent("mine", "own")), [sound])
    args = Namespace(name="may", text="Good  evening.", recording="", original=False, device="")
    assert voices._words(studio, args, quiet()) == 0
    assert told(capsys)["voice"]["samples"][0]["transcript"] == "Good evening."
    with pytest.raises(StudioError, match="no recording 's7'") as caught:
        voices._words(studio, Namespace(name="May", text="x", recording="s7"), quiet())
    assert "s1" in caught.value.hint
    used = Namespace(name="May", recording="s1", original=True, device="")
    assert voices._enhance(studio, used, Output(as_json=False, quiet=True)) == 0
    assert "as it was recorded" in capsys.readouterr().out
