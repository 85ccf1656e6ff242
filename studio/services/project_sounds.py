"""Bringing sound files into a project: copied, checked by the sound process, kept by content. The caller's thread."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

from studio.domain import project_json
from studio.domain.edits import find, takes
from studio.domain.project import Media, Picture, Project
from studio.errors import EngineFailure, StudioError
from studio.protocol.messages import Progress
from studio.services.sound import SoundHost
from studio.store import plain_file, project_media
from studio.store.project_media import Incoming

Listener = Callable[[Progress], None]

_LONGEST_NAME = 200
_LARGEST_RECIPE = 1_000_000  # characters
_ENDING = re.compile(r"[a-z0-9]{1,8}")


@dataclass(frozen=True)
class Coming:
    """What one knows of a file when it is taken in."""

    file: Path
    name: str = ""  # the file's own otherwise
    recipe: dict[str, Any] | None = None  # what the file says otherwise
    licence: str = ""


@dataclass(frozen=True)
class TakenIn:
    """The project with the media; `notes` say what was odd about the file."""

    project: Project
    media: str
    notes: tuple[str, ...] = ()


class Sounds:
    """Files into the folder of one open project, and media into its values."""

    def __init__(self, folder: Path, sound: SoundHost, *, on_progress: Listener | None = None) -> None:
        self._folder = folder
        self._sound = sound
        self._on_progress = on_progress

    def take_in(self, project: Project, coming: Coming) -> TakenIn:
        """Return the project with a file's sound; the same sound twice is one media."""
        with ExitStack() as stack:
            came = stack.enter_context(project_media.incoming(self._folder, coming.file))
            known = self._known(project, came)
            if known:
                return TakenIn(project, known.id)
            came, form, notes = self._checked(stack, came, _name_of(coming))
            known = self._known(project, came)  # what had to be rewritten is told from what is known only now
            if known:
                return TakenIn(project, known.id, notes)
            media = replace(
                form,
                name=_name_of(coming),
                file=project_media.keep(self._folder, came, form.file),
                recipe=form.recipe if coming.recipe is None else _sound_recipe(coming.recipe),
            )
            changed, media_id = takes.add_media(project, replace(media, licence=coming.licence or _licence(media)))
            return TakenIn(changed, media_id, notes)

    def relink(self, project: Project, media_id: str, file: Path) -> TakenIn:
        """Give media a file again: the same one where it belongs, or another that is long enough for the clips."""
        media = find.media(project, media_id)
        with ExitStack() as stack:
            came = stack.enter_context(project_media.incoming(self._folder, file))
            if came.sha256 == media.sha256:
                project_media.restore(self._folder, came, media.file)
                return TakenIn(project, media_id)
            came, form, notes = self._checked(stack, came, _name_of(Coming(file)))
            if came.sha256 == media.sha256:
                project_media.restore(self._folder, came, media.file)
                return TakenIn(project, media_id, notes)
            ending = form.file
            form = replace(form, name=media.name, file=media.file, licence=_licence(form))
            if takes.replace_media(project, media_id, form).tracks != project.tracks:
                raise StudioError(
                    f"{plain_file.name_of(file)} is shorter than what the clips play of {media.name}.",
                    "Choose the file that was there, or one that is as long.",
                )
            kept = replace(form, file=project_media.keep(self._folder, came, ending))
            return TakenIn(takes.replace_media(project, media_id, kept), media_id, notes)

    def missing(self, project: Project, *, thorough: bool) -> list[Media | Picture]:
        """Return what has no file any more; with `thorough` also that whose file is another than it was."""
        needed: list[Media | Picture] = [*project.media, *([project.cover] if project.cover else ())]
        return [one for one in needed if not self._is_there(one, thorough=thorough)]

    def _is_there(self, media: Media | Picture, *, thorough: bool) -> bool:
        if not project_media.is_there(self._folder, media.file):
            return False
        return not thorough or project_media.digest_of(self._folder / media.file) == media.sha256

    def _known(self, project: Project, came: Incoming) -> Media | None:
        """Return the media that is this very sound; its file is put back when it is not what it was."""
        for media in project.media:
            if media.sha256 == came.sha256:
                if not self._is_there(media, thorough=True):
                    project_media.restore(self._folder, came, media.file)
                return media
        return None

    def _checked(self, stack: ExitStack, came: Incoming, name: str) -> tuple[Incoming, Media, tuple[str, ...]]:
        """Have the sound process check a copy; return what is to be kept, which may be rewritten, and its form.

        The form's `file` is only the ending that it shall have.
        """
        task = self._sound.task("take_in", {"file": str(came.path), "name": name}, on_progress=self._on_progress)
        with task as done:
            form = _form(done.facts, came)
            if done.facts.get("file") is not None:
                came = stack.enter_context(project_media.incoming(self._folder, done.file))
            return came, replace(form, sha256=came.sha256), done.notes


def _form(facts: dict[str, Any], came: Incoming) -> Media:
    """Read what the sound process says of a file; the file may have taken it over, so nothing is believed unseen."""
    numbers = [facts.get(name) for name in ("rate", "channels", "frames")]
    ending = str(facts.get("ending", "")).lstrip(".")
    if not all(type(number) is int and number > 0 for number in numbers) or not _ENDING.fullmatch(ending):
        raise EngineFailure("The sound process did not say what the file is.", "Try again.", repr(facts)[:500])
    rate, channels, frames = cast("list[int]", numbers)
    recipe = _sound_recipe(facts.get("recipe"))
    return Media(
        id="", name="", file=ending, sha256=came.sha256, rate=rate, channels=channels, frames=frames, recipe=recipe
    )


def _sound_recipe(recipe: object) -> dict[str, Any] | None:
    """Return a recipe that the project can hold; one that it cannot is no recipe."""
    try:
        found = project_json.read(dict[str, Any] | None, recipe)
    except project_json.Wrong:
        return None
    return found if len(repr(found)) <= _LARGEST_RECIPE else None


def _licence(media: Media) -> str:
    found = (media.recipe or {}).get("licence")
    return found[:_LONGEST_NAME] if isinstance(found, str) else ""


def _name_of(coming: Coming) -> str:
    """Return a name that can be stored: a file's may be bytes that are no text."""
    name = (coming.name or coming.file.name).encode(errors="replace").decode()
    return "".join(c if c.isprintable() else "�" for c in name)[:_LONGEST_NAME]
