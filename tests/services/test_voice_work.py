"""A voice in steps: where the microphone is recorded to, and names that no kept voice may bear."""

from __future__ import annotations

import os
import time
from typing import Any, cast

import pytest

from studio.domain.voice import Consent
from studio.engines.registry import find_engines
from studio.errors import StudioError
from studio.paths import DataPaths
from studio.services.voice_work import VoiceWork, engine_voices, refuse_engines_own
from studio.services.voices import NewVoice, Voices


@pytest.fixture
def work(tmp_path):
    paths, nobody = DataPaths(tmp_path / "data"), cast("Any", None)
    return VoiceWork(paths, nobody, Voices(paths, nobody), find_engines(paths.engines))


def test_recordings_have_a_place_and_go_when_nobody_wants_them(work, tmp_path):
    first = work.place_for_recording()
    first.write_bytes(b"sound")
    assert work.place_for_recording() != first
    assert work.kept().profiles == ()  # a recording is no voice
    month = 31 * 86_400
    os.utime(first, (time.time() - month, time.time() - month))
    second = work.place_for_recording()
    assert not first.exists()
    second.write_bytes(b"sound")
    work.discard(second)
    assert not second.exists()


def test_a_file_of_the_users_is_never_discarded(work, tmp_path):
    (tmp_path / "mine.wav").write_bytes(b"sound")
    work.discard(tmp_path / "mine.wav")
    assert (tmp_path / "mine.wav").exists()


def test_a_name_of_an_engines_voice_is_refused(work, tmp_path):
    registry = find_engines(tmp_path / "engines")
    refuse_engines_own(registry, "Aunt May")
    with pytest.raises(StudioError, match="is a voice of the engine"):
        refuse_engines_own(registry, "AF_heart")
    (tmp_path / "a.wav").write_bytes(b"")
    with pytest.raises(StudioError, match="is a voice of the engine"):
        work.keep(NewVoice("af_heart", Consent("Mine.")), tmp_path / "a.wav", cleaned=None, heard="")


def test_each_voice_of_the_engines_is_there_once(tmp_path):
    found = engine_voices(find_engines(tmp_path / "engines"))
    keys = [(voice.id, voice.title, voice.language) for voice, _ in found]
    assert len(keys) == len(set(keys)) > 40
    heart = next(engines for voice, engines in found if voice.id == "af_heart")
    assert {"kokoro", "likeness"} <= {manifest.id for manifest in heart}
