"""Choosing among takes: a signal while they are listened to ends it."""

from __future__ import annotations

import pytest

from studio.app import Studio
from studio.cli import checking
from studio.cli.output import Output
from studio.errors import Cancelled, StudioError
from studio.services.tasks.work import Wish


@pytest.fixture
def studio(tmp_path):
    opened = Studio(tmp_path / "data")
    yield opened
    opened.close()


@pytest.fixture
def out():
    return Output(as_json=True, quiet=True)


def test_who_stops_the_listening_gets_no_further_takes(studio, monkeypatch, out):
    asked: list[Wish] = []
    monkeypatch.setattr(checking, "_take", lambda _studio, wish, _out: asked.append(wish) or 1)
    monkeypatch.setattr(studio.library, "of_job", lambda _job: [type("Made", (), {"master_sha256": str(len(asked))})])
    monkeypatch.setattr(checking, "_check", lambda *_: ({}, True))
    with pytest.raises(Cancelled):
        checking.best_of(studio, Wish(script="Hi.", engine="fake", listened=True), 3, out)
    assert [take.listened for take in asked] == [False]  # nobody hears what is only compared


@pytest.mark.parametrize("count", [0, -1, 9])
def test_a_number_of_takes_that_makes_no_sense_is_told_with_a_hint(studio, out, count):
    with pytest.raises(StudioError) as told:
        checking.best_of(studio, Wish(script="Hi."), count, out)
    assert told.value.hint
