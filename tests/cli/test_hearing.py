"""Hearing what a command makes: neither a fault of the player nor Ctrl+C costs what was made."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path

import pytest

from studio.app import Studio
from studio.cli.hearing import listening_to
from studio.cli.making import make
from studio.cli.output import Output
from studio.events import JobSound
from studio.services.playback import Playback
from studio.services.tasks.work import Wish

OUT = Output(as_json=True, quiet=True)


@pytest.fixture
def studio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Studio]:
    monkeypatch.setenv("STUDIO_AUDIO_SINK", "null")
    opened = Studio(tmp_path / "data")
    yield opened
    opened.close()


def test_an_ear_that_cannot_listen_tells_so_at_the_end(
    studio: Studio, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    studio.paths.logs.parent.mkdir(parents=True, exist_ok=True)
    if studio.paths.logs.is_dir():
        studio.paths.logs.rmdir()
    studio.paths.logs.write_text("in the way")
    with listening_to(studio, OUT) as ear:
        ear.follow(7)
        for frames in (24_000, 48_000):
            studio.bus.publish(JobSound(7, str(tmp_path / "media" / "a.wav"), 24_000, frames))
        assert "note" not in capsys.readouterr().err
        ear.to_the_end()
    assert capsys.readouterr().err.count("note: it could not be played") == 1


@pytest.mark.slow
def test_who_stops_the_listening_keeps_the_take_and_the_result(
    studio: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stopped(_playback: Playback) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Playback, "wait", stopped)
    studio.projects.create(tmp_path / "A.angen").close()
    args = Namespace(detach=False, project=str(tmp_path / "A.angen"))
    data = make(studio, Wish(script="Hello there.", engine="fake", listened=True), args, OUT)
    assert data
    assert "note: listening was stopped" in capsys.readouterr().err
    with studio.projects.open(tmp_path / "A.angen", writing=False) as opened:
        assert [take.id for take in opened.project.takes] == [data["take"]]
