"""Projects: made, opened, changed, saved. An open project belongs to the thread that opened it.

A change is a value made by studio.domain.edits and handed to `OpenProject.do`; whoever reads takes `project` and needs
no lock. Only the autosave runs on a thread of its own, and reads the same way.
"""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from studio.domain import rules
from studio.domain.edits import takes, whole
from studio.domain.history import History, begun_with
from studio.domain.project import RATE, Media, Picture, Project
from studio.errors import StudioError
from studio.events import Bus, Event, ProjectChanged, ProjectNote
from studio.services import project_cover
from studio.services.project_autosave import Autosave
from studio.services.project_sounds import Coming, Listener, Sounds
from studio.services.sound import SoundHost
from studio.store import atomic, project_folder, project_media, project_zip
from studio.store.lock import FileLock
from studio.store.project_file import Deltas
from studio.store.project_folder import Base, Opened

ENDING = ".angen"


class OpenProject:
    """One project, with what was done to it. Close it, or use it as a context manager."""

    def __init__(
        self, folder: Path, opened: Opened, sound: SoundHost, bus: Bus, *, held: FileLock | None, autosave: bool
    ) -> None:
        self.folder = folder
        self.history: History = opened.history
        self.told: list[str] = list(opened.told)
        self.damage = opened.damage  # those of the sentences that say what was lost
        self.newer = _why_newer(opened)  # why this version may never write it, or ""
        self.read_only = _why_read_only(opened, held)
        self._sound = sound
        self._bus = bus
        self._held = held
        self._base = Base(opened.digest)
        self._revision = opened.revision
        self._saved: History | None = opened.history if opened.revision == opened.base else None
        self._stored = opened.history  # what the autosave or the project's file holds
        self._deltas = Deltas()
        self._writing = threading.Lock()  # between save and autosave
        self._autosave = Autosave(self._store, self._say) if autosave and held else None

    @property
    def project(self) -> Project:
        """The project as it stands."""
        return self.history.now

    @property
    def unsaved(self) -> bool:
        """Whether something was done since the last save."""
        return self.history is not self._saved

    def do(self, label: str, project: Project, *, merge: str = "") -> None:
        """Make this the project; steps in a row with the same `merge` are undone as one."""
        self._become(self.history.do(label, project, merge), label)

    def undo(self) -> str:
        """Go back one step; return what was undone."""
        label = self.history.labels[self.history.at - 1] if self.history.can_undo else ""
        self._go(self.history.at - 1, label)
        return label

    def redo(self) -> str:
        """Do again what was undone last; return it."""
        label = self.history.labels[self.history.at] if self.history.can_redo else ""
        self._go(self.history.at + 1, label)
        return label

    def jump(self, at: int) -> None:
        """Go to another moment of the history: after its step number `at`, 0 for before the first."""
        self._go(at, self.history.labels[at - 1] if 0 < at <= len(self.history.labels) else "")

    def save(self) -> None:
        """Write the project; when this raises, what was there before still stands."""
        self._check_writable()
        with self._writing:
            history = self.history  # others may go on while this is written
            self._revision += 1
            project_folder.write(self.folder, history, self._revision, self._deltas, self._base)
            self._saved = self._stored = history

    def close(self) -> None:
        """Let the project go; unsaved work of one that is autosaved is there when it is opened next."""
        self._end_autosave()
        held, self._held = self._held, None
        if held:
            held.release()
            self.read_only = "The project was closed."

    def discard(self) -> None:
        """Let the project go as it was saved last."""
        self._check_writable()
        self._end_autosave()
        project_folder.remove_autosave(self.folder)
        self.close()

    def take_in(
        self,
        file: Path,
        *,
        name: str = "",
        recipe: dict[str, Any] | None = None,
        licence: str = "",
        merge: str = "",
        on_progress: Listener | None = None,
    ) -> str:
        """Copy a sound file into the project; return its media, which is an old one for a sound that is there."""
        return self._take_in(Coming(file, name, recipe, licence), merge, on_progress)

    def take_from_library(self, file: Path, *, recipe: dict[str, Any], speaker: str, text: str) -> str:
        """Copy what an engine spoke into the project as a take, in one step; return the take."""
        step = f"take {self.project.next_id}"
        media = self._take_in(Coming(file, text, recipe), step, None)
        changed, take = takes.add_take(self.project, media, speaker=speaker, text=text)
        self.do("Add a take", changed, merge=step)
        return take

    def set_cover(self, file: Path | None, *, licence: str = "", recipe: dict[str, Any] | None = None) -> None:
        """Copy a picture into the project as its cover; without one the project has none any more."""
        self._check_writable()
        picture = project_cover.take_in(self.folder, file, licence=licence, recipe=recipe) if file else None
        self.do("Set the cover" if picture else "Remove the cover", whole.set_cover(self.project, picture))

    def missing(self, *, thorough: bool = False) -> list[Media | Picture]:
        """Return the media, and the cover, whose file is gone; with `thorough` also where it is not what it was."""
        return self._sounds().missing(self.project, thorough=thorough)

    def relink(self, media_id: str, file: Path, *, on_progress: Listener | None = None) -> None:
        """Give media its file again, or another one that is long enough for the clips that play it."""
        self._check_writable()
        linked = self._sounds(on_progress).relink(self.project, media_id, file)
        self.told += linked.notes
        self.do("Relink media", linked.project)

    def file_of(self, media: Media) -> Path:
        """Return where media's file lies; raise StudioError for one that leads out of the project."""
        return project_media.path_of(self.folder, media.file)

    def collect(self, file: Path, *, replace: bool = False) -> None:
        """Write the project as it stands, with its sounds and history, into one zip."""
        if self.newer:
            raise StudioError(
                f"{self.newer} Packed by this version it would lose what this version does not know.",
                "Update the studio, or copy the folder as it is.",
            )
        self.told += project_zip.collect(self.folder, self.history, self._revision, file, replace=replace)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _take_in(self, coming: Coming, merge: str, on_progress: Listener | None) -> str:
        self._check_writable()
        taken = self._sounds(on_progress).take_in(self.project, coming)
        self.told += taken.notes
        name = next(media.name for media in taken.project.media if media.id == taken.media)
        self.do(f"Add {name}", taken.project, merge=merge)
        return taken.media

    def _go(self, at: int, label: str) -> None:
        self._check_writable()
        near = self.history.undo if at < self.history.at else self.history.redo
        try:
            there = near() if abs(at - self.history.at) == 1 else self.history.jump(at)
        except StudioError:
            if 0 <= at <= len(self.history.labels):  # a step that cannot be read will not be readable later
                self._become(self.history.without_unread(), "")
            raise
        self._become(there, label)

    def _become(self, history: History, label: str) -> None:
        self._check_writable()
        if history is self.history:
            return
        self.history = history
        if self._autosave:
            self._autosave.changed()
        self._publish(ProjectChanged(str(self.folder), label))

    def _store(self) -> None:
        """Write what is unsaved beside the project. The autosave's thread."""
        with self._writing:
            history = self.history
            if history is self._stored:
                return
            self._revision += 1
            project_folder.write_autosave(self.folder, history, self._revision, self._deltas, self._base)
            self._stored = history

    def _end_autosave(self) -> None:
        autosave, self._autosave = self._autosave, None
        if autosave:
            autosave.close()

    def _say(self, text: str) -> None:
        self.told.append(text)
        self._publish(ProjectNote(str(self.folder), text))

    def _publish(self, event: Event) -> None:
        self._bus.publish(event)

    def _sounds(self, on_progress: Listener | None = None) -> Sounds:
        return Sounds(self.folder, self._sound, on_progress=on_progress)

    def _check_writable(self) -> None:
        if self.read_only:
            raise StudioError(self.read_only, "Open it for writing, or work on a copy.")


class Projects:
    """Where projects come from."""

    def __init__(self, sound: SoundHost, bus: Bus) -> None:
        self._sound = sound
        self._bus = bus

    def create(self, folder: Path, *, rate: int = RATE, autosave: bool = False) -> OpenProject:
        """Make an empty project in a folder that is new or empty, used as it is named; open it."""
        if not rules.LOWEST_RATE <= rate <= rules.HIGHEST_RATE:
            raise StudioError(
                f"A project cannot have a rate of {rate} Hz.", f"Choose {rules.LOWEST_RATE} to {rules.HIGHEST_RATE}."
            )
        folder = _absolute(folder)
        _check_free(folder)
        project = Project(name=_name_of(folder), rate=rate)
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as e:
            raise atomic.explain(e, f"A project cannot be made in {folder}") from e
        held = project_folder.lock(folder)
        try:
            _check_free(folder)  # another may have made one here before the lock was ours
            project_folder.write(folder, begun_with(project), 1, Deltas(), Base())
            return self._opened(folder, project_folder.read(folder), held, autosave=autosave)
        except BaseException:
            held.release()
            raise

    def open(self, folder: Path, *, writing: bool = True, autosave: bool = False) -> OpenProject:
        """Open a project; for writing only one at a time, and with what was not saved before a crash."""
        folder = _absolute(folder)
        project_folder.check(folder)
        held = project_folder.lock(folder) if writing else None
        try:
            opened = project_folder.read(folder)
            if held and not opened.newer:
                opened = project_folder.recover(folder, opened)
            elif not writing and (note := project_folder.unsaved(folder, opened)):
                opened = replace(opened, told=(*opened.told, note))
            return self._opened(folder, opened, held, autosave=autosave)
        except BaseException:
            if held:
                held.release()
            raise

    def expand(self, file: Path, folder: Path) -> None:
        """Unpack what `OpenProject.collect` wrote into a folder that is new or empty."""
        project_zip.expand(file, _absolute(folder))

    def _opened(self, folder: Path, opened: Opened, held: FileLock | None, *, autosave: bool) -> OpenProject:
        if held and opened.newer:
            held.release()
            held = None
        return OpenProject(folder, opened, self._sound, self._bus, held=held, autosave=autosave)


def _why_read_only(opened: Opened, held: FileLock | None) -> str:
    return _why_newer(opened) or ("" if held else "The project was opened to be read.")


def _why_newer(opened: Opened) -> str:
    if not opened.newer:
        return ""
    return f"The project was made by a newer version of the studio (schema {opened.newer}) and can only be looked at."


def _check_free(folder: Path) -> None:
    if not project_folder.is_free(folder):
        raise StudioError(f"{folder} holds something already.", "Name a folder that is new or empty.")


def _absolute(folder: Path) -> Path:
    try:
        return Path(folder).expanduser().absolute()
    except (RuntimeError, ValueError, OSError) as e:
        raise StudioError(f"{folder} names no folder.", "Name another one.") from e


def _name_of(folder: Path) -> str:
    name = folder.name.removesuffix(ENDING).encode(errors="replace").decode()
    return name or "Untitled"
