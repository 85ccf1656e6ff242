"""XTTS by the whole program: without its model, with one that another program loaded, and once more the same."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from studio.app import Studio
from studio.domain import jobs as states
from studio.domain.requests import Target
from studio.engines.manifest import read_manifest
from studio.errors import StudioError
from studio.events import Event, JobSound
from studio.protocol import float_wav
from studio.runtime import hub_cache
from studio.services import again
from studio.services.generation import Wish
from tests.engines import xtts_checkpoint
from tests.engines.harness import ENGINES
from tests.smoke import driver, samples

FOLDER = ENGINES / "xtts"


@pytest.fixture
def python(pack_python: Callable[[str], Path]) -> str:
    return str(pack_python("xtts"))


@pytest.fixture
def studio(pack_folder: Path, tmp_path: Path) -> Iterator[Studio]:
    """The studio with the pack, and no model."""
    opened = Studio(driver.with_packs(tmp_path / "data", pack_folder, "xtts"))
    yield opened
    opened.close()


def _in_the_hub(tiny: Path) -> None:
    """Lay the model where another program would have loaded it."""
    (model,) = read_manifest(FOLDER).models
    place = hub_cache.snapshot(hub_cache.standard(os.environ), model.repo, "0" * 40)
    shutil.copytree(tiny / "xtts", place)
    for name in ("hash.md5", "LICENSE.txt"):
        (place / name).touch()


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_without_its_model_a_job_waits_and_says_what_helps(studio):
    job = studio.jobs.get(studio.generation.ask(Wish(engine="xtts", script="Hello.")))
    assert job.state == states.BLOCKED
    assert "xtts-v2.0.3" in job.error["message"]
    assert "studio models download xtts-v2.0.3" in job.error["hint"]
    with pytest.raises(StudioError, match="terms of XTTS") as caught:
        studio.models.download("xtts-v2.0.3", lambda *_: None, lambda: False)
    assert "--accept-licence" in caught.value.hint


@pytest.mark.parametrize("param", [p for p in read_manifest(FOLDER).params if p.max is not None], ids=lambda p: p.name)
def test_a_value_out_of_its_range_is_refused_with_the_range(tmp_path, param):
    opened = Studio(tmp_path / "data")
    try:
        for value in (param.min - 1, param.max + 1):
            with pytest.raises(StudioError, match=param.name) as told:
                opened.generation.ask(Wish(engine="xtts", script="Hello.", params={param.name: value}))
            said = f"{told.value.message} {told.value.hint}"
            assert f"{param.min:g}" in said
            assert f"{param.max:g}" in said
        assert opened.jobs.newest() == []
    finally:
        opened.close()


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_what_was_heard_while_it_was_made_is_made_again_identical(studio, python, tmp_path):
    _in_the_hub(xtts_checkpoint.made(python, tmp_path))
    recording = samples.write_voice(tmp_path / "a.wav", 8.0)
    wish = Wish(
        task="clone", engine="xtts", script="Guten Tag, das ist nicht der Test und auch nicht die Probe.", seed=3,
        files={"reference": recording}, target=Target(str(tmp_path / "one.wav"), "wav"), listened=True,
    )  # fmt: skip
    heard: list[tuple[JobSound, int]] = []  # and how many pieces were kept by then

    def hear(event: Event) -> None:
        if isinstance(event, JobSound):
            heard.append((event, len(list(studio.paths.parts.rglob("*.piece")))))

    studio.bus.subscribe(hear)
    first = studio.generation.ask(wish)
    assert studio.ownership.try_take()
    studio.dispatcher.run(until=lambda: studio.jobs.get(first).settled)
    assert studio.jobs.get(first).state == states.SUCCEEDED, studio.jobs.get(first).error
    (made,) = studio.library.of_job(first)
    assert heard[0][1] == 1, "the voice is kept when the first sound is there, the sentence is not"
    assert float_wav.read_samples(Path(heard[-1][0].file)) == float_wav.read_samples(made.master)
    recipe = again.understood(made.recipe, made.file)
    assert (recipe.revision, recipe.licence.partition(" ")[0]) == ("v2.0.3", "CPML")
    shutil.rmtree(studio.paths.parts)  # nothing of the first is there to be taken again
    second = again.ask(studio.generation, recipe, Target(str(tmp_path / "two.wav"), "wav"))
    studio.dispatcher.run(until=lambda: studio.jobs.get(second).settled)
    (repeated,) = studio.library.of_job(second)
    verdict = again.compare(studio.makers("clone"), made.file, repeated.file, recipe, repeated.recipe)
    assert verdict == again.Verdict("identical", ())
