"""A decoder or an effect that ends its process with abort(), as native code does: in import, playing and export.

The sound process gets a module of the test's that makes the n-th call of the real decoder or effect its last one.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.smoke import driver

RATE = 48_000
_DECODER = "studio.audio.decoders", "_Libsndfile", "read"
_EFFECT = "studio.audio.effects", "Chain", "process"
_SABOTAGE = """
import os, sys
from importlib.machinery import PathFinder

class Sabotage:
    def find_spec(self, name, path=None, target=None):
        if name != {module!r}:
            return None
        spec = PathFinder.find_spec(name, path, target)
        whole = spec.loader.exec_module

        def exec_module(module):
            whole(module)
            spoil(getattr(module, {kind!r}))

        spec.loader.exec_module = exec_module
        return spec

def spoil(kind):
    whole, calls = getattr(kind, {method!r}), []

    def last(*args):
        calls.append(1)
        if len(calls) == {calls}:
            os.abort()
        return whole(*args)

    setattr(kind, {method!r}, last)

sys.meta_path.insert(0, Sabotage())
"""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def folder(tmp_path: Path, data: Path) -> Path:
    """A project of ten seconds with a reverb on its track."""
    from studio.app import Studio
    from studio.domain.edits import effects, place, tracks

    sound = tmp_path / "noise.wav"
    soundfile.write(sound, np.random.default_rng(1).uniform(-0.1, 0.1, (10 * RATE, 2)), RATE, "PCM_24")
    studio = Studio(data)
    try:
        with studio.projects.create(tmp_path / "P.angen") as opened:
            media = opened.take_in(sound)
            project, track = tracks.add_track(opened.project, "Sound")
            project, _ = place.media(project, media, track=track)
            project, _ = effects.add(project, track, "reverb")
            opened.do("Add", project)
            opened.save()
    finally:
        studio.close()
    return tmp_path / "P.angen"


def sabotaged(tmp_path: Path, what: tuple[str, str, str], *, calls: int) -> dict[str, str]:
    """The variables with which the sound process aborts at the n-th call of something."""
    module, kind, method = what
    place = tmp_path / "sabotage"
    place.mkdir(exist_ok=True)
    text = _SABOTAGE.format(module=module, kind=kind, method=method, calls=calls)
    (place / "sitecustomize.py").write_text(text, "utf-8")
    return {"STUDIO_ENV_PYTHONPATH": os.pathsep.join((str(place), str(driver.ROOT))), "STUDIO_AUDIO_SINK": "null"}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("what", "calls", "words"),
    [
        (_DECODER, 2, ("project", "add", "{folder}", "{sound}")),
        (_DECODER, 2, ("export", "{folder}", "-o", "{out}/a.mp3")),
        (_EFFECT, 3, ("export", "{folder}", "-o", "{out}/a.wav", "--loudness", "-16")),
        (_EFFECT, 2, ("play", "{folder}")),
        (_DECODER, 2, ("play", "{folder}")),
    ],
    ids=["import", "export-decoder", "export-effect", "play-effect", "play-decoder"],
)
def test_an_abort_costs_the_job_and_nothing_else(tmp_path, data, folder, what, calls, words):
    out, sound = tmp_path / "out", tmp_path / "new.wav"
    out.mkdir()
    soundfile.write(sound, np.random.default_rng(2).uniform(-0.1, 0.1, (8 * RATE, 2)), RATE, "PCM_24")
    before = {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    command = [word.format(folder=folder, sound=sound, out=out) for word in words]
    ran = driver.studio(*command, "--json", data=data, env=sabotaged(tmp_path, what, calls=calls))
    assert ran.code == 3, ran.err
    assert "SIGABRT" in ran.error["message"]
    assert ran.error["message"].startswith("The sound process ")
    assert "Traceback" not in ran.err
    assert list(out.iterdir()) == []
    assert {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()} == before
    driver.assert_clean(data, folder)
    assert driver.studio("project", "check", folder, data=data).code == 0
    again = driver.studio(*command, "--json", data=data, env={"STUDIO_AUDIO_SINK": "null"})
    assert again.code == 0, again.err
