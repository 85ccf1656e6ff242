"""Asking for something to be made: checks first, then a row in the queue. Any thread."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from studio.domain import seeds
from studio.domain.requests import Request, Target, numbered
from studio.engines import params
from studio.engines.manifest import Manifest
from studio.engines.registry import Registry
from studio.errors import StudioError
from studio.runtime import variables
from studio.services import library
from studio.services.casting import Casting
from studio.services.inputs import Inputs
from studio.services.jobs import Job, Jobs
from studio.services.library import Library
from studio.services.readiness import KnownModels, Readiness, wanted
from studio.services.tasks.table import TASKS
from studio.services.tasks.work import Wish, Work, role_of
from studio.settings import Settings
from studio.store import plain_file

MODEL = "model"  # --set model=DIR names a local folder for any engine, or one of its own models
_WEIGHTS = ".safetensors"
_SHOWN = 40  # characters of a name

__all__ = ["MODEL", "Generation", "Wish"]


class Generation:
    """Turns wishes into jobs."""

    def __init__(
        self,
        registry: Registry,
        jobs: Jobs,
        stored: Library,
        inputs: Inputs,
        casting: Casting,
        readiness: Readiness,
        settings: Settings,
    ) -> None:
        self._registry = registry
        self._jobs = jobs
        self._library = stored
        self._inputs = inputs
        self._casting = casting
        self._readiness = readiness
        self._settings = settings

    def engine_for(self, wish: Wish) -> Manifest:
        """Return the engine that a wish would go to; raise StudioError when it cannot do the task."""
        default = self._settings.speech.engine if wish.task == "speech" else getattr(self._settings.defaults, wish.task)
        manifest = self._registry.manifest(wish.engine or default)
        if wish.task not in manifest.tasks:
            can = [m.id for m in self._registry.able(wish.task)]
            raise StudioError(
                f"The engine {manifest.id} does not do {wish.task}.",
                f"It does: {', '.join(manifest.tasks)}. For {wish.task} there are: {', '.join(can) or 'none'}.",
            )
        return manifest

    def ask(self, wish: Wish) -> int:
        """Queue a piece of work; raise StudioError for whatever is wrong with it.

        The user's files are read, in a process of their own, and kept before the row is there.
        """
        wish = self._casting.resolve(wish) if wish.task == "speech" else wish
        manifest = self.engine_for(wish)
        work = TASKS[wish.task]
        model, values = settled(manifest, wish, loaded=loaded_by(manifest, self._readiness.models))
        seed = seeds.settle(wish.seed)
        fields = work.prepare(wish, manifest, self._settings)
        device = wish.device or wanted(manifest, self._settings.engines)
        blocked = self._blocked(manifest, device, allow_cpu=wish.allow_cpu, model=model)
        _check_further(wish.target, values)
        taken = self._inputs.take_in(work, wish.files, wish.kept)
        transcripts = {**taken.transcripts, **wish.transcripts}
        request = Request(
            task=wish.task,
            engine=manifest.id,
            params=values,
            seed=seed,
            **fields,
            files=taken.names,
            transcripts={role: words for role, words in transcripts.items() if role in taken.names},
            rights=self._rights(work, wish),
            as_is=wish.as_is,
            format=wish.target.format if wish.target else wish.format or work.formats[0],
            model=model,
            device=device,
            allow_cpu=wish.allow_cpu and self._settings.engines.allow_cpu,
            environment=variables.user_overrides(os.environ),
            target=wish.target,
            project=wish.project,
            line=wish.line,
            clip=wish.clip,
            clip_plays=wish.clip_plays,
            follow=wish.follow,
            listened=wish.listened,
            act=wish.act,
        )
        plan = work.plan(request, manifest, {})
        units = plan.units * (max(1.0, taken.seconds) if plan.by_files else 1.0)
        return self._jobs.enqueue(request, units=units, blocked=blocked, notes=taken.notes)

    def retry(self, job: int) -> int:
        """Queue a job again, with everything as it was; finished parts are not made twice."""
        old = self._jobs.get(job)
        if not old.final:
            raise StudioError(f"Job {job} is {old.state}.", "Only a job that is over can be retried.")
        request = replace(old.request, listened=False)  # who listened then is gone
        if request.target:
            again = False
            for place in map(Path, request.places):
                # What a job wrote itself may be written again; what the user put in its place may not.
                ours = plain_file.is_file(place) and self._made(old, place)
                library.check_file(place, force=request.target.force or ours)
                again = again or ours
            request = replace(request, target=replace(request.target, again=again, detached=False))
        self._inputs.check(request.files)
        manifest = self._registry.manifest(request.engine)
        blocked = self._blocked(manifest, request.device, allow_cpu=request.allow_cpu, model=request.model)
        return self._jobs.enqueue(request, units=self._jobs.units(job), retry_of=job, blocked=blocked)

    def _rights(self, work: Work, wish: Wish) -> dict[str, str]:
        """Return the terms of each file that is heard or seen in the result; one of our own says them itself."""
        found: dict[str, str] = {}
        for name in {*wish.files, *wish.kept}:
            role = role_of(work, name)
            if role and role.terms_of:
                unstated = f"unstated licence of {role.terms_of}"
                made = self._library.recipe_of(wish.files[name]) if name in wish.files else None
                found[name] = wish.rights.get(name) or str((made or {}).get("licence") or unstated)
        return dict(sorted(found.items()))

    def _made(self, job: Job, path: Path) -> bool:
        """Whether a file is what this job wrote, or one that it repeats."""
        while not self._library.made(job.id, path):
            if job.retry_of is None:
                return False
            job = self._jobs.get(job.retry_of)
        return True

    def _blocked(self, manifest: Manifest, device: str, *, allow_cpu: bool, model: str) -> StudioError | None:
        """Return what keeps the job from running now; raise when no waiting would help."""
        blocked = self._readiness.hindrance(manifest, model=model)
        if blocked is None:
            allowed = allow_cpu and self._settings.engines.allow_cpu
            choice = self._readiness.choose(manifest, wanted=device, allow_cpu=allowed)
            blocked = self._readiness.hindrance(manifest, choice.device, model=model)
        return blocked


def formats_of(task: str) -> tuple[str, ...]:
    """Return the endings that a task's file may have."""
    work: Work = TASKS[task]
    return work.formats


def _check_further(target: Target | None, values: Mapping[str, Any]) -> None:
    """Refuse where a further one of several files would fall on one that exists; the first was checked by who asks."""
    count = values.get("count", 1)
    if target and isinstance(count, int):
        for number in range(2, count + 1):
            library.check_file(Path(numbered(target.path, number)), force=target.force)


def check_model(manifest: Manifest, named: str) -> None:
    """Raise StudioError for a model that the engine does not bring; where it brings none, recipes name the engine."""
    if named and named != manifest.id and manifest.choice(named) is None:
        raise StudioError(
            f"This was made with the model {named[:_SHOWN]!r}, which the engine {manifest.id} does not bring.",
            "Say where it lies: `studio again FILE -o OUT --set model=DIR`.",
        )


def check_models(manifests: Mapping[str, Manifest], wishes: Iterable[Wish]) -> None:
    """Raise StudioError where one of several wishes would be refused for its model: all are asked for, or none.

    An engine that is not here is for `Generation.ask` to tell.
    """
    for wish in wishes:
        manifest = manifests.get(wish.engine)
        if manifest:
            _check_bound(manifest, wish)


def loaded_by(manifest: Manifest, models: KnownModels) -> str:
    """Return the model that the engine loads where none is named; "" where it has a single one, or none."""
    model = models.used(manifest) if len(manifest.choices) > 1 else None
    return model.id if model else ""


def settled(manifest: Manifest, wish: Wish, *, loaded: str = "") -> tuple[str, dict[str, Any]]:
    """Return the model and the complete parameters of a wish; raise StudioError for what the engine does not take.

    What is left open is as the model wants it. `loaded` is the one that the engine loads where none is named: it is
    named from here on where it wants other values than the first, since they suit no other.
    """
    model, given = _without_model(manifest, wish)
    if not model and manifest.defaults(loaded) != manifest.defaults():
        model = loaded
    checked = params.complete(manifest.params, given, engine=manifest.id)
    return model, {**checked, **{name: v for name, v in manifest.defaults(model).items() if name not in given}}


def _check_bound(manifest: Manifest, wish: Wish) -> None:
    """Refuse to make with another model what is to be made again; a model that somebody names now is as good."""
    if wish.model_bound and not wish.params.get(MODEL):
        check_model(manifest, wish.model)


def _without_model(manifest: Manifest, wish: Wish) -> tuple[str, dict[str, Any]]:
    """Take the model out of the parameters: one of the engine's own where it has several, a folder, or a file.

    What a recipe names says nothing where another engine does its work now, or another program made it.
    """
    _check_bound(manifest, wish)
    rest: dict[str, Any] = dict(wish.params)
    model = str(rest.pop(MODEL, "")) or (wish.model if manifest.choice(wish.model) else "")
    if manifest.choice(model):
        return model if len(manifest.choices) > 1 else "", rest
    problem = _problem_of(model) if model else ""
    if problem:
        own = ", ".join(m.id for m in manifest.choices)
        raise StudioError(
            problem,
            f"Name a folder with a model in it, or one of the engine's own: {own}."
            if own
            else "Name a folder with a model in it.",
        )
    return str(Path(model).absolute()) if model else "", rest


def _problem_of(model: str) -> str:
    """Say why what was named is no model, in a sentence; "" for a folder and for a file of weights."""
    place = Path(model)
    shown = plain_file.name_of(place)
    try:
        mode = place.stat().st_mode
    except ValueError:  # a zero in the name
        return f"The model folder {shown} does not exist."
    except OSError as e:
        if e.errno in {errno.ENOENT, errno.ENOTDIR}:
            return f"The model folder {shown} does not exist."
        return plain_file.explain(e, f"The model folder {shown}").message
    if stat.S_ISDIR(mode) or (stat.S_ISREG(mode) and place.suffix == _WEIGHTS):
        return ""
    return f"{shown} is no model: a single file of weights ends in {_WEIGHTS}."
