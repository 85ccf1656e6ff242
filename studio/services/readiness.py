"""Whether an engine can work now, where it would, and with which interpreter. Any thread; a few looks at files."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from studio.engines.manifest import APP_PACK, Manifest, Model
from studio.errors import StudioError
from studio.runtime import devices
from studio.runtime.devices import Choice, Device
from studio.runtime.environments.store import Environments
from studio.settings import Engines

READY, MISSING, INCOMPLETE, BROKEN = "ready", "missing", "incomplete", "broken"
_BEST_FIRST = (READY, BROKEN, INCOMPLETE, MISSING)


class KnownModels(Protocol):
    """Whoever knows which models are on the disk."""

    def state(self, manifest: Manifest) -> str:
        """Say whether an engine's model is ready or missing; none where it has none."""
        ...

    def missing(self, manifest: Manifest, chosen: str = "") -> StudioError | None:
        """Return what is missing and the way out."""
        ...

    def used(self, manifest: Manifest, chosen: str = "") -> Model | None:
        """Return the model of the engine's own that it loads."""
        ...

    def folder_of(self, manifest: Manifest, chosen: str = "") -> str:
        """Return the folder from which an engine loads."""
        ...

    def parts_of(self, manifest: Manifest, chosen: str = "") -> dict[str, str]:
        """Return the folders of the models that belong to it."""
        ...


def wanted(manifest: Manifest, settings: Engines) -> str:
    """Return the device that the settings want for an engine: its own, or that of all, where it can use that one."""
    kind = settings.device.rpartition("/")[2].rstrip("0123456789")
    return settings.by_engine.get(manifest.id, "") or (settings.device if kind in manifest.accelerators else "")


@dataclass(frozen=True)
class Readiness:
    """What decides it: the devices, the environments that are built, and the models that are there."""

    look: Callable[[], tuple[Device, ...]]  # at the devices, with what is known of them by now
    environments: Environments
    models: KnownModels

    @property
    def devices(self) -> tuple[Device, ...]:
        """The devices as they are known now."""
        return self.look()

    def environment(self, manifest: Manifest) -> str:
        """Say whether an engine's environment is ready, missing, incomplete or broken, where it is best."""
        if manifest.pack == APP_PACK:
            return READY
        kinds = [d.kind for d in self.devices if d.kind in manifest.accelerators] or ["cpu"]
        packs = dict.fromkeys(manifest.pack_for(kind) for kind in kinds)
        return min(map(self.environments.state, packs), key=_BEST_FIRST.index)

    def choose(self, manifest: Manifest, *, wanted: str, allow_cpu: bool) -> Choice:
        """Pick the device: of those that suit one whose environment is built; raise StudioError where none suits."""
        built = () if wanted else tuple(d for d in self.devices if self._serves(manifest, d))
        choice = devices.choose(manifest, built or self.devices, wanted=wanted, allow_cpu=allow_cpu)
        if manifest.pack == APP_PACK or not built:
            return choice
        best = devices.choose(manifest, self.devices, wanted="", allow_cpu=allow_cpu)
        if best.device == choice.device:
            return choice
        return Choice(choice.device, f"its packages are installed for {choice.device.kind}")

    def hindrance(self, manifest: Manifest, device: Device | None = None, *, model: str = "") -> StudioError | None:
        """Return what keeps an engine from doing jobs for now, and the way out; on any device, or on this one.

        `model` is one of its models, or a folder of the user's.
        """
        found = self._of_environment(manifest, device) or _of_runner(manifest)
        return found or self.models.missing(manifest, model)

    def python(self, manifest: Manifest, device: Device) -> tuple[str, ...]:
        """Return the interpreter for an engine on a device; raise StudioError where its environment does not stand."""
        if manifest.pack == APP_PACK:
            return (sys.executable,)
        found = self.environments.python(manifest.pack_for(device.kind))
        if found is None or not self._serves(manifest, device):
            problem = self._of_environment(manifest, device)
            raise problem or StudioError(f"The environment of {manifest.id} is gone.", "Try again.")
        return (str(found),)

    def _serves(self, manifest: Manifest, device: Device) -> bool:
        if manifest.pack == APP_PACK:
            return True
        if device.kind not in manifest.accelerators:
            return False
        pack = manifest.pack_for(device.kind)
        marker = self.environments.marker(pack) if self.environments.state(pack) == READY else None
        if marker is None or device.kind == "cpu":  # each build can use the CPU as well
            return marker is not None
        return device.kind == marker.accelerator and marker.gfx in {"", device.gfx}

    def _of_environment(self, manifest: Manifest, device: Device | None) -> StudioError | None:
        if manifest.pack == APP_PACK:
            return None
        pack = manifest.pack_for(device.kind) if device else manifest.pack
        state = self.environments.state(pack) if device else self.environment(manifest)
        install = f"Run `studio engines install {manifest.id}`, then `studio jobs retry`."
        if state == MISSING:
            return StudioError(f"The engine {manifest.id} needs the pack {pack}, which is not installed.", install)
        if state != READY:
            repair = f"Run `studio engines repair {manifest.id}`, then `studio jobs retry`."
            return StudioError(f"The pack {pack}, which the engine {manifest.id} needs, is {state}.", repair)
        marker = self.environments.marker(pack)
        if device and marker and not self._serves(manifest, device):
            have, lacks = marker.accelerator, device.kind
            option = f"--accelerator {device.kind}"
            if have == lacks:
                have, lacks, option = marker.gfx, device.gfx or device.name, f"--device {device.id}"
            return StudioError(
                f"The pack {pack} is installed for {have}, not for {lacks}.",
                f"Run `studio engines install {manifest.id} {option}`, then `studio jobs retry`.",
            )
        return None


def _of_runner(manifest: Manifest) -> StudioError | None:
    if manifest.has_runner:
        return None
    return StudioError(
        f"The engine {manifest.id} can be installed and tested, and makes nothing yet.",
        "Choose another engine; with a version of the studio that knows it, `studio jobs retry` does this job.",
    )
