"""What was made for a project comes into it: as a take of its line, in the clip it was made for, or as the cover.
`fetch` belongs to any thread, the rest to the project's.

A job knows its project, its line and its clip; so a result whose project was closed meanwhile lands when that is opened
next.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

from studio.domain.edits import live, place, takes, whole
from studio.domain.project import Clip, Media, Picture, Project, take_called
from studio.domain.requests import COVER
from studio.errors import StudioError
from studio.services import project_cover
from studio.services.jobs import Job, Jobs
from studio.services.library import Library
from studio.services.project_sounds import Coming, Sounds
from studio.services.sound import SoundHost
from studio.services.tasks.music import SOURCE


@dataclass(frozen=True)
class Landed:
    """A result whose file lies in the project's folder. `media` has the id of none yet."""

    job: int
    media: Media
    line: str
    speaker: str
    text: str
    quality: dict[str, Any] | None
    clip: str = ""
    clip_plays: str = ""  # the hash of what it played when this was asked for; old jobs do not know it
    follow: live.Follow = live.Follow.KEEP
    spoken: bool = True  # else no take comes of it
    act: str = ""  # the name of what was asked for at once


@dataclass(frozen=True)
class LandedCover:
    """A picture that lies in the project's folder and is to be its cover."""

    job: int
    picture: Picture
    line: str = ""
    act: str = ""


class Landing:
    """Brings the results of jobs into the projects they were made for."""

    def __init__(self, sound: SoundHost, library: Library, jobs: Jobs) -> None:
        self._sound = sound
        self._library = library
        self._jobs = jobs

    def waiting(self, folder: Path) -> list[Job]:
        """Return the jobs that were done for a project and are not in it."""
        return self._jobs.landing(str(folder))

    def fetch(self, folder: Path, project: Project, job: Job) -> Landed | LandedCover:
        """Copy what a job made into the project's folder; the project itself stays as it is."""
        made = self._library.of_job(job.id)
        if not made:
            self.done(job.id)
            raise StudioError(f"What job {job.id} made is gone.", "Make the line again.")
        request, recipe = job.request, made[0].recipe
        if request.clip == COVER:
            licence = str(recipe.get("licence") or "")
            picture = project_cover.take_in(folder, made[0].file, licence=licence, recipe=recipe)
            return LandedCover(job.id, picture)
        words = place.spoken_words(recipe)
        speaker, text = words or ("", "")
        taken = Sounds(folder, self._sound).take_in(project, Coming(made[0].file, text or request.task, recipe))
        media = next(media for media in taken.project.media if media.id == taken.media)
        if request.clip_plays and SOURCE in request.files:
            media = replace(media, source=request.clip_plays)
        return Landed(
            job.id,
            media,
            request.line,
            speaker,
            text,
            _quality(made[0].facts),
            clip=request.clip,
            clip_plays=request.clip_plays,
            follow=next((way for way in live.Follow if way == request.follow), live.Follow.KEEP),
            spoken=words is not None or bool(request.line),
            act=request.act,
        )

    def put(self, project: Project, landed: Landed | LandedCover) -> tuple[Project, str]:
        """Return the project with what landed, and its take, or its media where nobody speaks; nothing comes twice.

        The clip that it was made for plays it, if that is still there, plays what it did, and may be changed.
        """
        if isinstance(landed, LandedCover):
            return whole.set_cover(project, landed.picture), ""
        known = next((media.id for media in project.media if media.sha256 == landed.media.sha256), "")
        if not known:
            project, known = takes.add_media(project, landed.media)
        if not landed.spoken:
            return _in_clip(project, landed, media=known), known
        there = next((t.id for t in project.takes if t.media == known and t.line == landed.line), "")
        if not there:
            project, there = takes.add_take(
                project, known, speaker=landed.speaker, text=landed.text, line=landed.line, quality=landed.quality
            )
        return _in_clip(project, landed, take=there), there

    def done(self, job: int) -> None:
        """Remember that a job's result is in the project, or will never be."""
        self._jobs.landed(job)


def _in_clip(project: Project, landed: Landed, *, media: str = "", take: str = "") -> Project:
    """Return the project with the clip playing what was made for it; the clip may be gone, or locked, by now."""
    clip = next((c for track in project.tracks for c in track.clips if landed.clip and c.id == landed.clip), None)
    if clip is None or (clip.media, clip.take) == (media, take) or not _is_the_same(project, clip, landed):
        return project
    # Where the rest cannot follow, because something there is locked, the new sound is still what was asked for.
    for follow in dict.fromkeys((landed.follow, live.Follow.KEEP)):
        with suppress(StudioError):
            if media and landed.media.source:
                return live.worked_on(project, clip.id, media, follow=follow)
            return live.replace_source(project, clip.id, media=media, take=take, follow=follow)
    return project


def _is_the_same(project: Project, clip: Clip, landed: Landed) -> bool:
    """Whether a clip is the one that was meant: after an undo, another can have its id."""
    if landed.line:
        now = take_called(project, clip.take)
        return now is not None and now.line == landed.line
    return not landed.clip_plays or live.plays_like(project, clip.id, landed.clip_plays)


def _quality(facts: dict[str, Any]) -> dict[str, Any] | None:
    """Return the judgement of the one line that a job spoke; nobody judged several, or none."""
    lines = cast("list[dict[str, Any]]", facts.get("lines") or [])
    return lines[0] if len(lines) == 1 else None
