"""What every engine that comes with the studio has to keep: one suite over all of them."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from studio.app import Studio
from studio.domain.recipe import from_dict
from studio.domain.requests import Target
from studio.engines.manifest import APP_PACK
from studio.engines.registry import find_engines
from studio.errors import StudioError
from studio.events import JobProgress
from studio.paths import RESOURCES
from studio.services import again
from tests.smoke import samples

# Those of packs have tests of their own, in their environments.
_MANIFESTS = {m.id: m for m in find_engines(RESOURCES / "none here").manifests() if m.has_runner and m.pack == APP_PACK}
_PARAMS = [(m.id, p) for m in _MANIFESTS.values() for p in m.params]


@pytest.fixture
def studio(tmp_path):
    opened = Studio(tmp_path / "data")
    yield opened
    opened.close()


def _run(studio, job):
    assert studio.ownership.try_take()
    studio.dispatcher.run(until=lambda: studio.jobs.get(job).settled)
    return studio.jobs.get(job)


def test_there_is_a_sample_for_every_engine():
    assert set(samples.SAMPLES) == set(_MANIFESTS)


@pytest.mark.parametrize(("engine", "param"), _PARAMS, ids=[f"{e}-{p.name}" for e, p in _PARAMS])
def test_a_value_that_does_not_fit_is_refused_before_anything_starts(studio, tmp_path, engine, param):
    bad = {"int": "many", "float": "nan", "bool": "perhaps", "choice": "no such thing", "text": "a" * 2_000_000}
    wish = samples.wish(engine, tmp_path)
    values = [bad[param.type]]
    if param.type in {"int", "float"}:
        values += [v for v in (param.min - 1 if param.min is not None else None, 10**9) if v is not None]
        assert param.max is not None, "a number without an end can take all memory there is"
    if param.type == "text":
        assert param.max is not None, "a text without an end can take all memory there is"
    for value in values:
        with pytest.raises(StudioError, match=param.name) as told:
            studio.generation.ask(replace(wish, params={**wish.params, param.name: value}))
        assert told.value.hint
    assert studio.jobs.newest() == []


@pytest.mark.slow
@pytest.mark.parametrize("engine", samples.SAMPLES)
def test_progress_grows_the_recipe_is_whole_and_again_is_identical(studio, tmp_path, engine):
    seen: list[float] = []
    studio.bus.subscribe(
        lambda e: seen.append(e.fraction) if isinstance(e, JobProgress) and e.fraction is not None else None
    )
    job = _run(studio, studio.generation.ask(samples.wish(engine, tmp_path)))
    assert job.state == "succeeded", job.error
    assert seen
    assert all(0.0 <= a <= b <= 1.0 for a, b in pairwise(seen)), seen
    media = studio.library.of_job(job.id)
    first = media[0]
    recipe = from_dict(first.recipe)
    manifest = _MANIFESTS[engine]
    assert recipe is not None
    assert recipe.to_dict() == first.recipe
    assert (recipe.engine, recipe.engine_version, recipe.seed) == (engine, manifest.version, 7)
    assert set(recipe.params) == {p.name for p in manifest.params}
    assert recipe.device == "local/cpu"
    assert recipe.precision
    assert recipe.licence
    assert recipe.model
    assert str(tmp_path) not in str(first.recipe)
    # Nothing may come out of a cache: the second time everything is made anew.
    for part in studio.paths.parts.rglob("*.piece"):
        part.unlink()
    target = Target(str(tmp_path / f"again.{first.file.suffix[1:]}"), first.file.suffix[1:])
    repeated = _run(studio, again.ask(studio.generation, recipe, target))
    assert repeated.state == "succeeded", repeated.error
    (second, *rest) = studio.library.of_job(repeated.id)
    assert [m.master_sha256 for m in rest] == [m.master_sha256 for m in media[1:]]
    verdict = again.compare(studio.makers(recipe.task), first.file, second.file, recipe, second.recipe)
    assert verdict == again.Verdict("identical", ())
    assert second.sha256 == first.sha256


@pytest.mark.slow
@pytest.mark.parametrize("engine", [e for e in samples.SAMPLES if e not in {"verses"}])
def test_a_cancel_is_obeyed_by_the_engine_itself(studio, tmp_path, engine):
    """Nobody has to be ended by force: the process lives on and does the next job."""
    job = studio.generation.ask(samples.wish(engine, tmp_path, long=True))
    studio.bus.subscribe(lambda e: studio.jobs.cancel(job) if isinstance(e, JobProgress) and e.job == job else None)
    assert _run(studio, job).state == "cancelled"
    quick = samples.SAMPLES[engine].next
    following = _run(studio, studio.generation.ask(samples.wish(engine, tmp_path, **quick)))
    assert following.state == "succeeded", following.error
    assert following.timing["loading"] == 0.0
