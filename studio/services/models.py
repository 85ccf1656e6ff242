"""The weights that engines load: what there is, what is here, and the ways to load, remove and move it. Any thread.

A model is looked up by what its engine says of it. It lies in the layout that the hub's own tools use, in the folder
that all programs share or in one of the user's.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from studio import settings as stored
from studio.engines.manifest import Manifest, Model
from studio.engines.registry import Registry
from studio.engines.terms import terms_of
from studio.errors import Cancelled, StudioError
from studio.paths import DataPaths
from studio.protocol import messages
from studio.runtime import hub_cache
from studio.runtime.environments import disk
from studio.runtime.hosts.base import Host
from studio.runtime.hub_cache import HubFile, Record
from studio.services.helper import Helper, HelperHost
from studio.services.model_shelf import MISSING, PARTIAL, READY, UNREACHABLE, Found, Shelf, wanted
from studio.services.model_terms import Accepted
from studio.store import atomic, plain_file
from studio.store.lock import FileLock

STALL = 30.0  # seconds without a byte, after which a connection is taken for dead
PAUSES = (1.0, 3.0, 10.0, 20.0)  # seconds before each further try
_TRUE = frozenset({"1", "on", "yes", "true"})
# What the hub's library reads of the user's own set-up: the token, the address, the way through a proxy.
_PASSED_ON = (
    "HF_HOME", "XDG_CACHE_HOME", "HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "HF_TOKEN_PATH", "HF_ENDPOINT",
    "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "all_proxy", "no_proxy",
    "SSL_CERT_FILE", "SSL_CERT_DIR",
)  # fmt: skip

Tell = Callable[[str, float | None], None]
Stopped = Callable[[], bool]


@dataclass(frozen=True)
class Known:
    """A model, the engines that load it, and the models that it needs beside it."""

    model: Model
    engines: tuple[str, ...]
    parts: tuple[Model, ...] = ()


@dataclass(frozen=True)
class Patience:
    """How long a download waits."""

    stall: float = STALL
    pauses: tuple[float, ...] = PAUSES


@dataclass(frozen=True)
class Moved:
    """What a move came to: the models that lie in the new folder, and those that other programs loaded."""

    moved: tuple[str, ...]
    left: tuple[str, ...]


class Models:
    """All models of all engines. Nothing is kept in memory: the disk says how things are."""

    def __init__(
        self,
        registry: Registry,
        paths: DataPaths,
        host: Host,
        settings: Callable[[], stored.Models],
        environment: Mapping[str, str] = os.environ,
        patience: Patience = Patience(),
    ) -> None:
        self._registry = registry
        self._paths = paths
        self._host = host
        self._settings = settings
        self._environment = environment
        self._patience = patience
        self.accepted = Accepted(paths.models / "accepted.json")

    # ------------------------------------------------------------------------------------------------ what there is

    def all(self, *, hidden: bool = False) -> tuple[Known, ...]:
        """Return every model once, in the order of the engines."""
        found: dict[str, Known] = {}
        for manifest in self._registry.manifests():
            if manifest.hidden and not hidden:
                continue
            for model in manifest.models:
                before = found.get(model.id)
                engines = (*(before.engines if before else ()), manifest.id)
                found[model.id] = Known(before.model if before else model, engines, _parts(manifest, model))
        return tuple(found.values())

    def find(self, model_id: str) -> Known:
        """Return a model; raise StudioError where no engine knows it."""
        known = {k.model.id: k for k in self.all(hidden=True)}
        if model_id not in known:
            raise StudioError(f"There is no model {model_id!r}.", "`studio models list` shows all models.")
        return known[model_id]

    def look(self, model: Model) -> Found:
        """Say how a model is on disk."""
        return Found(READY) if model.bundled or not model.repo else self._shelf().look(model)

    def place(self, model: Model) -> Path | None:
        """Return the folder from which an engine loads a model; None where it is not whole, or came with the studio."""
        found = self.look(model)
        return found.folder(model.repo) if found.state == READY else None

    def state(self, manifest: Manifest) -> str:
        """Say "ready" when an engine has what it needs to load, "missing" when not, "none" when it loads nothing."""
        if not manifest.models:
            return "none"
        return READY if self.ready_model(manifest) else MISSING

    def ready_model(self, manifest: Manifest) -> Model | None:
        """Return the first of an engine's models that is whole with all that belongs to it."""
        return next((m for m in manifest.choices if self._lacking(manifest, m) is None), None)

    def used(self, manifest: Manifest, chosen: str = "") -> Model | None:
        """Return the model that an engine loads: the chosen, or the first that is whole; None for one of the user's."""
        if chosen:
            return manifest.choice(chosen)
        return self.ready_model(manifest) or next(iter(manifest.choices), None)

    def folder_of(self, manifest: Manifest, chosen: str = "") -> str:
        """Return the folder from which an engine loads: the user's, or its model's; "" where there is none to name."""
        model = self.used(manifest, chosen)
        return str((self.place(model) if model else None) or "") if model or not chosen else chosen

    def parts_of(self, manifest: Manifest, chosen: str = "") -> dict[str, str]:
        """Return the folders of what belongs to the model that an engine loads; a folder of the user's holds it.

        To a file of the user's, which holds weights alone, those of the engine's models belong that describe such.
        """
        model = self.used(manifest, chosen)
        alone = plain_file.is_file(chosen)
        parts = _parts(manifest, model) if model else manifest.choices if alone else ()
        places = {part.id: self.place(part) for part in parts}
        return {name: str(place) for name, place in places.items() if place}

    def missing(self, manifest: Manifest, chosen: str = "") -> StudioError | None:
        """Return what keeps an engine from loading; `chosen` is one of its models, or a folder of the user's."""
        if not manifest.models or (chosen and manifest.choice(chosen) is None):
            return None
        if not chosen and self.ready_model(manifest):
            return None
        model = manifest.choice(chosen) or manifest.choices[0]
        lacking = self._lacking(manifest, model)
        if lacking is None:
            return None
        found = self.look(lacking)
        if found.state == UNREACHABLE:
            return _unreachable(lacking, found.cache)
        state = "only half loaded" if found.state == PARTIAL else "not loaded"
        return StudioError(
            f"The engine {manifest.id} needs the model {lacking.id}, which is {state}.",
            f"Run `studio models download {model.id}`, then `studio jobs retry`.",
        )

    def files(self, model: Model) -> tuple[HubFile, ...]:
        """Return a model's files as far as they are known."""
        record = self._shelf().record(model) if model.repo else None
        return record.files if record else ()

    def is_strange(self, model: Model) -> bool:
        """Whether another program loaded it."""
        found = self.look(model)
        return found.cache is not None and found.record is None

    @property
    def folder(self) -> Path:
        """Where downloads go."""
        return self._shelf().chosen or self._shelf().standard

    @property
    def offline(self) -> bool:
        """Whether nothing may be loaded."""
        return self._settings().offline or self._environment.get("HF_HUB_OFFLINE", "").lower() in _TRUE

    def unaccepted(self, known: Known) -> tuple[Model, ...]:
        """Return the model and those it needs, as far as their terms have yet to be accepted."""
        lacking = [m for m in (known.model, *known.parts) if m.repo and not m.bundled]
        return tuple(m for m in lacking if self.accepted.lacks(m))

    # ---------------------------------------------------------------------------------------------------- what is done

    def download(self, model_id: str, tell: Tell, cancelled: Stopped) -> Found:
        """Load a model and what it needs, or go on with it; one that is here is checked, and mended where damaged.

        Raise StudioError for what the user can mend, Cancelled when asked to stop; what was loaded is kept then.
        """
        known = self.find(model_id)
        if known.model.bundled or not known.model.repo:
            raise StudioError(f"The model {model_id} comes with the studio.", "There is nothing to download for it.")
        for model in self.unaccepted(known):
            raise _not_accepted(model)
        for model in (known.model, *known.parts):
            if model.repo and not model.bundled:
                self._fetch(model, tell, cancelled)
        return self.look(known.model)

    def remove(self, model_id: str) -> int:
        """Remove a model's files; return the bytes that became free. What came with the studio stays."""
        model = self.find(model_id).model
        if model.bundled or not model.repo:
            raise StudioError(f"The model {model_id} comes with the studio.", "It cannot be removed alone.")
        with self._held(model):
            found = self.look(model)
            if found.state == UNREACHABLE:
                raise _unreachable(model, found.cache)
            freed = 0
            try:
                seen: set[Found] = set()
                while found.cache and found.commit and found not in seen:  # it may lie in several folders
                    seen.add(found)
                    freed += self._remove(model, found)
                    self._shelf().record_file(model).unlink(missing_ok=True)
                    found = self.look(model)
                self._shelf().record_file(model).unlink(missing_ok=True)
            except OSError as e:
                raise atomic.explain(e, f"The model {model_id} could not be removed") from e
        return freed

    def move(self, folder: Path, save: Callable[[Path], None], tell: Tell, cancelled: Stopped) -> Moved:
        """Move what the studio loaded to another folder, and have later downloads go there; `save` keeps that choice.

        A model is copied and checked first, and removed from its old place last: whenever it ends, it is whole in one.
        """
        target = Path(os.path.abspath(folder.expanduser()))  # noqa: PTH100 — resolve() would follow links
        ours = [(k.model, self.look(k.model)) for k in self.all(hidden=True) if k.model.repo and not k.model.bundled]
        for model, found in ours:
            if found.state == UNREACHABLE:
                raise _unreachable(model, found.cache)
        here = [(m, f) for m, f in ours if f.state == READY and f.record and f.cache != target]
        try:
            target.mkdir(parents=True, exist_ok=True)
            hub_cache.mark(target)
            far = [f for _, f in here if f.cache and f.cache.stat().st_dev != target.stat().st_dev]
            if far:
                disk.need_room([target], sum(file.bytes for f in far for file in _files(f)))
            for number, (model, found) in enumerate(here):
                with self._held(model):
                    self._copy(model, found, target, _share(tell, number, len(here), model), cancelled)
            save(target)
            for model, found in here:
                with self._held(model):
                    self._remove(model, found)
        except OSError as e:
            raise atomic.explain(e, f"The models could not be moved to {target}") from e
        left = tuple(m.id for m, f in ours if f.state == READY and not f.record and f.cache != target)
        return Moved(tuple(m.id for m, _ in here), left)

    # ------------------------------------------------------------------------------------------------------------------

    def _fetch(self, model: Model, tell: Tell, cancelled: Stopped) -> None:
        found = self.look(model)
        if self.offline:
            if found.state == READY:
                return
            raise StudioError(
                f"The model {model.id} is not loaded, and downloads are switched off.",
                "Run `studio settings set models.offline no`, and look whether HF_HUB_OFFLINE is set.",
            )
        # What another program loaded whole is checked where it lies; anything else goes where downloads go.
        cache = found.cache if found.state == READY and found.cache else self._target(model)
        revision = found.commit if found.state == READY and not found.record and not model.revision else model.revision
        inputs = {
            "repo": model.repo,
            "revision": revision,
            "patterns": list(model.files),
            "hashes": dict(model.hashes),
            "cache": str(cache),
            "record": str(self._shelf().record_file(model)),
            "mirrored": bool(self._settings().mirror),
            "stall": self._patience.stall,
            "pauses": list(self._patience.pauses),
        }

        def on_progress(message: messages.Progress) -> None:
            tell(f"{message.stage} {model.id}", message.fraction)

        helper = HelperHost(self._helper(), self._host, self._paths)
        try:
            with self._held(model), helper.task("fetch", inputs, on_progress=on_progress, cancelled=cancelled):
                pass
        except Cancelled as e:
            raise Cancelled("Stopped.", "What was loaded is kept: the same command goes on with it.") from e
        except OSError as e:
            raise atomic.explain(e, f"The model {model.id} could not be loaded") from e
        finally:
            helper.close()

    def _target(self, model: Model) -> Path:
        """Return the folder for a download, made and marked; one of the user's must be there already."""
        shelf = self._shelf()
        if shelf.chosen is None:
            return shelf.standard
        here = plain_file.is_folder(shelf.chosen)
        if not here or (shelf.was_used(shelf.chosen) and not shelf.is_reachable(shelf.chosen)):
            raise _unreachable(model, shelf.chosen)
        try:
            hub_cache.mark(shelf.chosen)
        except OSError as e:
            raise atomic.explain(e, f"The folder of models {shelf.chosen} cannot be used") from e
        return shelf.chosen

    def _helper(self) -> Helper:
        mirror = self._settings().mirror
        if mirror and (urlsplit(mirror).scheme not in {"http", "https"} or not urlsplit(mirror).netloc):
            raise StudioError(
                f"The mirror {mirror!r} is no address.", "`studio settings set models.mirror https://…` names one."
            )
        passed = {name: self._environment[name] for name in _PASSED_ON if name in self._environment}
        ours = {"HF_HUB_OFFLINE": "0", **({"HF_ENDPOINT": mirror} if mirror else {})}
        hint = "Try again; the log tells more."
        words = ("studio.runtime.downloads.host",)
        return Helper("downloads", "The download process", words, hint, {**passed, **ours})

    def _shelf(self) -> Shelf:
        chosen = self._settings().folder
        return Shelf(
            self._paths.models / "known",
            hub_cache.standard(self._environment),
            Path(os.path.abspath(Path(chosen).expanduser())) if chosen else None,  # noqa: PTH100 — as in paths
        )

    @contextmanager
    def _held(self, model: Model) -> Generator[None, None, None]:
        """Keep other processes from a model's folder; several models may share one."""
        locks = self._paths.models / "locks"
        locks.mkdir(parents=True, exist_ok=True)
        lock = FileLock(locks / f"{model.repo.replace('/', '--')}.lock")
        if not lock.try_acquire():
            raise StudioError(f"Something is being done with the model {model.id}.", "Wait until it is over.")
        try:
            yield
        finally:
            lock.release()

    def _lacking(self, manifest: Manifest, model: Model) -> Model | None:
        return next((m for m in (model, *_parts(manifest, model)) if self.look(m).state != READY), None)

    def _remove(self, model: Model, found: Found) -> int:
        assert found.cache  # the caller has looked
        folder = found.folder(model.repo)
        names = [f.name for f in _files(found)]
        if not names and folder:
            names = wanted(model, list(hub_cache.names_in(folder)))
        kept = self._names_of_others(model, found)
        return hub_cache.forget(found.cache, model.repo, found.commit, [name for name in names if name not in kept])

    def _names_of_others(self, model: Model, found: Found) -> set[str]:
        """Return the files that another model from the same place was loaded with."""
        same = [k.model for k in self.all(hidden=True) if k.model.repo == model.repo and k.model.id != model.id]
        looked = [self.look(m) for m in same]
        return {f.name for x in looked if (x.cache, x.commit) == (found.cache, found.commit) for f in _files(x)}

    def _copy(self, model: Model, found: Found, target: Path, tell: Tell, cancelled: Stopped) -> None:
        record, source = found.record, found.folder(model.repo)
        assert record  # the caller has looked
        assert source
        done, whole = 0, sum(f.bytes for f in record.files) or 1

        def step(count: int) -> None:
            nonlocal done
            if cancelled():
                raise Cancelled("Stopped.", "The models are where they were; the same command moves the rest.")
            done += count
            tell("moving", done / whole / 2)  # each file is written and read again

        for file in record.files:
            content = hub_cache.blob(target, model.repo, file.digest)
            content.parent.mkdir(parents=True, exist_ok=True)
            with atomic.written(content) as unfinished:
                if _linked(source / file.name, unfinished):
                    step(2 * file.bytes)
                else:
                    _copy_file(source / file.name, unfinished, step)
                    if hub_cache.digest_of(unfinished, file, step) != file.digest:
                        raise _damaged(model, file)
            hub_cache.place(content, hub_cache.snapshot(target, model.repo, record.commit) / file.name)
        moved = Record(record.repo, record.revision, record.commit, str(target), record.patterns, record.files)
        hub_cache.write_record(self._shelf().record_file(model), moved)


def _parts(manifest: Manifest, model: Model) -> tuple[Model, ...]:
    return tuple(m for m in manifest.models if m.part_of == model.id)


def _files(found: Found) -> tuple[HubFile, ...]:
    return found.record.files if found.record else ()


def _share(tell: Tell, number: int, count: int, model: Model) -> Tell:
    return lambda stage, fraction: tell(f"{stage} {model.id}", (number + (fraction or 0.0)) / count)


def _linked(source: Path, target: Path) -> bool:
    """Give a file a second name, which costs nothing; only on one disk, and where the system has that."""
    try:
        os.link(os.path.realpath(source), target)
    except OSError:
        return False
    return True


def _copy_file(source: Path, target: Path, step: Callable[[int], None]) -> None:
    with source.open("rb") as read, target.open("wb") as write:
        while block := read.read(1 << 20):
            write.write(block)
            step(len(block))
    shutil.copystat(source, target)


def _unreachable(model: Model, cache: Path | None) -> StudioError:
    return StudioError(
        f"The model {model.id} cannot be reached: its folder {cache} is not there.",
        f"Connect its disk; or `studio settings set models.folder DIR` and `studio models download {model.id}`.",
    )


def _damaged(model: Model, file: HubFile) -> StudioError:
    return StudioError(
        f"{file.name} of {model.id} is damaged, or was damaged while it was moved.",
        f"Run `studio models download {model.id}`, which mends it, then move again.",
    )


def _not_accepted(model: Model) -> StudioError:
    terms = terms_of(model)
    return StudioError(
        f"The terms of {model.title or model.id} were not accepted: {terms.title}.",
        f"Read them ({terms.url or model.url}), then run `studio models download {model.id} --accept-licence`.",
    )
