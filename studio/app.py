"""The composition root: builds every service once, and nobody else does. The calling thread owns them.

A service is imported when it is first asked for: a window that is to be seen at once, and a command that prints a
version, need few of them.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from studio.errors import StudioError
from studio.events import Bus, JobChanged
from studio.paths import DataPaths
from studio.services.jobs import Jobs
from studio.services.once import once
from studio.services.ownership import Ownership
from studio.settings import Settings
from studio.store import atomic, settings_file
from studio.store.database import open_database

if TYPE_CHECKING:
    from studio.engines.manifest import Manifest
    from studio.engines.pack import Packs
    from studio.engines.registry import Registry
    from studio.runtime.detection.found import Machine
    from studio.runtime.devices import Device
    from studio.runtime.environments.store import Environments
    from studio.runtime.hosts.base import Host
    from studio.runtime.supervisor import Supervisor
    from studio.services.arranging import Arranging
    from studio.services.dispatcher import Dispatcher
    from studio.services.envelope import Envelope
    from studio.services.export import Exports
    from studio.services.generation import Generation
    from studio.services.inputs import Inputs
    from studio.services.landing import Landing
    from studio.services.library import Library
    from studio.services.library_index import LibraryIndex
    from studio.services.makers import Makers
    from studio.services.models import Models
    from studio.services.pack_work import PackWork
    from studio.services.pictures import PictureHost
    from studio.services.playback import Playback
    from studio.services.projects import Projects
    from studio.services.proofs import Proofs
    from studio.services.quality import Quality
    from studio.services.readiness import Readiness
    from studio.services.sound import SoundHost
    from studio.services.styles import Styles
    from studio.services.voice_prints import Prints
    from studio.services.voices import Voices


class Studio:
    """All services over one data folder.

    `apart`: jobs run in another thread than the one that asks for them, and get helpers of their own, so that nobody
    waits for a job who only wants to see a file.
    """

    def __init__(self, root: Path, *, host: Host | None = None, apart: bool = False) -> None:
        self._apart = apart
        self.paths = DataPaths(root)
        _open_folder(root)
        saved, self.told = settings_file.load(self.paths.settings)
        self.settings: Settings = saved
        self.bus = Bus()
        self.database, told = open_database(self.paths.database)
        self.told = [*self.told, *([told] if told else [])]
        self.jobs = Jobs(self.database, self.bus)
        self.ownership = Ownership(self.paths, self.jobs, taken=self._tidy_packs)
        self._given_host = host
        # Whoever opens the folder tells the rows of a dead owner; only those who run jobs keep the lock.
        self.ownership.look_after()

    @once
    def _host(self) -> Host:
        from studio.runtime.hosts.local import LocalHost

        return self._given_host or LocalHost(self.paths.scratch)

    @once
    def library(self) -> Library:
        """The results on disk and their rows."""
        from studio.services.library import Library

        return Library(self.paths, self.database)

    @once
    def envelope(self) -> Envelope:
        """What worked where."""
        from studio.services.envelope import Envelope

        return Envelope(self.database)

    @once
    def registry(self) -> Registry:
        """The engines; read when first asked for."""
        from studio.engines.registry import find_engines

        return find_engines(self.paths.engines)

    @once
    def environments(self) -> Environments:
        """The environments of packs."""
        from studio.runtime.environments.store import Environments

        return Environments(self.paths.environments, self.paths.packages)

    @once
    def packs(self) -> Packs:
        """What engines need installed, as far as it is described."""
        from studio.engines.pack import read_packs

        return read_packs()

    @once
    def pack_work(self) -> PackWork:
        """What is done with packs."""
        from studio.services.pack_work import PackWork, Place

        return PackWork(
            Place(
                paths=self.paths,
                registry=self.registry,
                environments=self.environments,
                packs=self.packs,
                machine=self.machine,
                devices=lambda: self.devices,
                proofs=self.proofs,
                at_work=self.jobs.at_work,
                mirror=self.settings.engines.mirror,
            )
        )

    @once
    def models(self) -> Models:
        """The weights that engines load."""
        from studio.services.models import Models

        return Models(self.registry, self.paths, self._host, lambda: self.settings.models)

    @once
    def machine(self) -> Machine:
        """The machine with its cards; looked at when first asked for."""
        from studio.runtime.detection.machine import look
        from studio.runtime.detection.sources import this_machine

        return look(this_machine())

    @once
    def devices(self) -> tuple[Device, ...]:
        """The devices, with what their probes found."""
        from studio.runtime.detection.sources import this_machine
        from studio.runtime.devices import devices_of
        from studio.services.proofs import built

        return self.proofs.with_verdicts(devices_of(self.machine, this_machine()), built(self.environments))

    @once
    def readiness(self) -> Readiness:
        """Which engines can work, where, and with which interpreter."""
        from studio.services.readiness import Readiness

        return Readiness(lambda: self.devices, self.environments, self.models)

    @once
    def proofs(self) -> Proofs:
        """What probes found of devices."""
        from studio.services.proofs import Proofs

        return Proofs(self.paths.proofs)

    def look_anew(self) -> None:
        """Look at the devices anew: a probe has found something."""
        self.__dict__.pop("devices", None)

    @once
    def library_index(self) -> LibraryIndex:
        """The library as one keeps order in it."""
        from studio.services.library_index import LibraryIndex

        return LibraryIndex(self.paths, self.database)

    @once
    def generation(self) -> Generation:
        """The way to ask for something."""
        from studio.services.casting import Casting
        from studio.services.generation import Generation

        casting = Casting(self.voices, self.inputs, self.registry, self.settings)
        return Generation(self.registry, self.jobs, self.library, self.inputs, casting, self.readiness, self.settings)

    @once
    def styles(self) -> Styles:
        """The kept styles of music."""
        from studio.services.styles import Styles

        return Styles(self.paths, self.sound)

    @once
    def voices(self) -> Voices:
        """The kept voices."""
        from studio.services.voices import Voices

        return Voices(self.paths, self.sound)

    @once
    def prints(self) -> Prints:
        """What was heard of voices in sounds."""
        from studio.services.voice_prints import Prints

        return Prints(self.paths, self.registry.manifest(self.settings.defaults.embed))

    @once
    def inputs(self) -> Inputs:
        """The files that engines are given."""
        from studio.services.inputs import Inputs

        return Inputs(self.paths, self.sound, self.pictures)

    @once
    def supervisor(self) -> Supervisor:
        """The engine processes."""
        from studio.runtime.supervisor import Supervisor

        idle_seconds = 60 * self.settings.engines.idle_minutes
        return Supervisor(self._host, logs=self.paths.logs, idle_seconds=idle_seconds, free=self._free_memory)

    def _tidy_packs(self) -> None:
        self.environments.tidy()

    def _free_memory(self, device: str) -> int:
        from studio.runtime import memory

        return next((memory.free(d) for d in self.devices if d.id == device), 0)

    @once
    def sound(self) -> SoundHost:
        """The process that decodes, mixes and encodes."""
        from studio.services.sound import SoundHost

        return SoundHost(self._host, self.paths)

    @once
    def quality(self) -> Quality:
        """The check of spoken lines."""
        from studio.services.quality import Quality
        from studio.services.recogniser import Recogniser

        recogniser = Recogniser(self.registry, self.supervisor, self.readiness, self.paths, self.settings)
        return Quality(self.registry, self.jobs, self.library, recogniser, self._job_sound, self.settings)

    @once
    def pictures(self) -> PictureHost:
        """The process that reads and writes pictures."""
        from studio.services.pictures import PictureHost

        return PictureHost(self._host, self.paths)

    @once
    def _job_sound(self) -> SoundHost:
        from studio.services.sound import SoundHost

        return SoundHost(self._host, self.paths) if self._apart else self.sound

    @once
    def _job_pictures(self) -> PictureHost:
        from studio.services.pictures import PictureHost

        return PictureHost(self._host, self.paths) if self._apart else self.pictures

    def makers(self, task: str) -> Makers:
        """Those who write and compare the files of a task."""
        from studio.services.makers import Makers
        from studio.services.tasks.table import TASKS

        return Makers(TASKS[task], self.sound, self.pictures)

    @once
    def projects(self) -> Projects:
        """The projects on disk."""
        from studio.services.projects import Projects

        return Projects(self.sound, self.bus)

    def playback(self) -> Playback:
        """A way to listen to a project; whoever asks for it closes it."""
        from studio.services.playback import Playback

        return Playback(self._host, self.paths)

    @once
    def landing(self) -> Landing:
        """The way of what was spoken into its project."""
        from studio.services.landing import Landing

        return Landing(self.sound, self.library, self.jobs)

    @once
    def arranging(self) -> Arranging:
        """What is measured for the timeline."""
        from studio.services.arranging import Arranging

        return Arranging(self.sound)

    @once
    def exports(self) -> Exports:
        """The way to have a project as files."""
        from studio.services.export import Exports

        return Exports(self.projects, self.jobs, self.database, self.paths)

    @once
    def dispatcher(self) -> Dispatcher:
        """The loop that runs jobs; only the owner runs it."""
        from studio.runtime import memory
        from studio.services.dispatcher import Dispatcher
        from studio.services.execution import Tools

        dispatcher = Dispatcher(
            Tools(
                paths=self.paths,
                jobs=self.jobs,
                library=self.library,
                envelope=self.envelope,
                registry=self.registry,
                supervisor=self.supervisor,
                inputs=self.inputs,
                sound=self._job_sound,
                pictures=self._job_pictures,
                exports=self.exports,
                quality=self.quality,
                readiness=self.readiness,
                memory=memory.read,
                settings=self.settings,
            )
        )
        self.bus.subscribe(lambda event: dispatcher.wake() if isinstance(event, JobChanged) else None)
        return dispatcher

    def try_engine(self, manifest: Manifest) -> str:
        """Start an engine's process and load its model; return what was wrong, mostly nothing."""
        from studio.runtime.supervisor import Watch, WorkerFailed
        from studio.services import worker_start

        try:
            choice = self.readiness.choose(manifest, wanted="", allow_cpu=True)
            python = self.readiness.python(manifest, choice.device)
            needs = worker_start.Needs(
                params={p.name: p.default for p in manifest.params},
                model=self.models.folder_of(manifest),
                parts=self.models.parts_of(manifest),
            )
            start = worker_start.start_of(manifest, choice.device, needs, self.paths, python=python)
            worker = self.supervisor.begin(start)
            worker.load(Watch(on_message=lambda _message: None, cancelled=lambda: False))
        except StudioError as e:
            return e.message
        except WorkerFailed as e:
            return e.message
        finally:
            self.supervisor.close()
        return ""

    def save_settings(self, changed: Settings) -> None:
        """Store settings for every later run."""
        settings_file.save(self.paths.settings, changed)
        self.settings = changed
        for name in ("generation", "quality", "pack_work", "prints"):  # they keep the settings they were made with
            self.__dict__.pop(name, None)
        if "supervisor" in self.__dict__:
            self.supervisor.idle_seconds = 60 * changed.engines.idle_minutes
        if "dispatcher" in self.__dict__:
            self.dispatcher.use(changed, self.quality)

    def close(self) -> None:
        """End the engine processes and the helpers, let the data folder go."""
        for name in ("supervisor", "sound", "pictures", "_job_sound", "_job_pictures"):
            if name in self.__dict__:
                getattr(self, name).close()
        self.ownership.release()
        self.database.close()


def _open_folder(root: Path) -> None:
    """Make the data folder usable, or say why it is not."""
    probe = root / f".writable{atomic.UNFINISHED}"
    try:
        if root.exists() and not root.is_dir():
            raise StudioError(f"The data folder {root} is a file.", "Name a folder with --data-dir.")
        root.mkdir(parents=True, exist_ok=True)
        probe.write_bytes(b"1")
        probe.unlink(missing_ok=True)
    except OSError as e:
        raise atomic.explain(e, f"The data folder {root} cannot be used") from e
