"""Asking for something to be made: checks first, then a row in the queue. Any thread."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from studio.domain import seeds
from studio.domain.requests import Gaps, Request, Target
from studio.engines import params
from studio.engines.manifest import Manifest
from studio.engines.registry import Registry
from studio.errors import StudioError
from studio.runtime import devices, variables
from studio.runtime.devices import Device
from studio.services import library, speech
from studio.services.jobs import Job, Jobs
from studio.services.library import Library
from studio.services.worker_start import missing_pack
from studio.settings import Settings

MODEL = "model"  # --set model=DIR names a local folder for any engine


@dataclass(frozen=True)
class Wish:
    """What a face wants, before any check. Empty fields mean the settings' choice."""

    script: str
    engine: str = ""
    voices: dict[str, str] = field(default_factory=dict[str, str])  # speaker → voice; "" is "the one there is"
    params: Mapping[str, object] = field(default_factory=dict[str, object])
    seed: int = -1
    device: str = ""
    allow_cpu: bool = True
    format: str = ""  # where there is no target to tell it
    gaps: Gaps | None = None
    target: Target | None = None


class Generation:
    """Turns wishes into jobs."""

    def __init__(
        self, registry: Registry, jobs: Jobs, stored: Library, found: tuple[Device, ...], settings: Settings
    ) -> None:
        self._registry = registry
        self._jobs = jobs
        self._library = stored
        self._devices = found
        self._settings = settings

    def speak(self, wish: Wish) -> int:
        """Queue a script for speech; raise StudioError for whatever is wrong with it."""
        speech.check_script(wish.script)
        manifest = self._registry.manifest(wish.engine or self._settings.speech.engine)
        if "speech" not in manifest.tasks:
            raise StudioError(f"The engine {manifest.id} does not speak.", f"It does: {', '.join(manifest.tasks)}.")
        model, given = _without_model(wish.params)
        request = Request(
            task="speech",
            engine=manifest.id,
            params=params.complete(manifest.params, given, engine=manifest.id),
            seed=seeds.settle(wish.seed),
            script=wish.script,
            cast=speech.cast_voices(manifest, wish.script, _named(wish)),
            gaps=wish.gaps or Gaps(self._settings.speech.sentence_gap, self._settings.speech.turn_gap),
            format=wish.target.format if wish.target else wish.format or "wav",
            model=model,
            device=wish.device or self._settings.engines.device,
            allow_cpu=wish.allow_cpu and self._settings.engines.allow_cpu,
            environment=variables.user_overrides(os.environ),
            target=wish.target,
        )
        plan = speech.plan(request, manifest, {})
        return self._jobs.enqueue(request, units=plan.units, blocked=self._blocked(request, manifest))

    def retry(self, job: int) -> int:
        """Queue a job again, with everything as it was; finished sentences are not made twice."""
        old = self._jobs.get(job)
        if not old.final:
            raise StudioError(f"Job {job} is {old.state}.", "Only a job that is over can be retried.")
        request = old.request
        if request.target:
            path = Path(request.target.path)
            # What a job wrote itself may be written again; what the user put in its place may not.
            again = path.is_file() and self._made(old, path)
            library.check_target(path, force=request.target.force or again)
            request = replace(request, target=replace(request.target, again=again, detached=False))
        manifest = self._registry.manifest(request.engine)
        blocked = self._blocked(request, manifest)
        return self._jobs.enqueue(request, units=self._jobs.units(job), retry_of=job, blocked=blocked)

    def _made(self, job: Job, path: Path) -> bool:
        """Whether a file is what this job wrote, or one that it repeats."""
        while not self._library.made(job.id, path):
            if job.retry_of is None:
                return False
            job = self._jobs.get(job.retry_of)
        return True

    def _blocked(self, request: Request, manifest: Manifest) -> StudioError | None:
        """Return what keeps the job from running now; raise when no waiting would help."""
        blocked = missing_pack(manifest)
        if blocked is None:
            devices.choose(manifest, self._devices, wanted=request.device, allow_cpu=request.allow_cpu)
        return blocked


def _named(wish: Wish) -> dict[str, str]:
    """Resolve a voice given without a speaker: it is for the one speaker there is."""
    voices = dict(wish.voices)
    if "" in voices:
        present = speech.speakers(wish.script)
        if len(present) != 1:
            raise StudioError(
                f"The text has {len(present)} speakers, the voice names none.",
                f"Write --voice SPEAKER={voices['']}, for example --voice {present[0] or 'S1'}={voices['']}.",
            )
        voices[present[0]] = voices.pop("")
    return voices


def _without_model(given: Mapping[str, object]) -> tuple[str, dict[str, Any]]:
    rest: dict[str, Any] = dict(given)
    model = str(rest.pop(MODEL, ""))
    if model and not Path(model).is_dir():
        raise StudioError(f"The model folder {model} does not exist.", "Name a folder with a model in it.")
    return str(Path(model).absolute()) if model else "", rest
