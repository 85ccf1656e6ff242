"""What was spoken for a line of a project comes into it as a take. `fetch` belongs to any thread, the rest to the
project's.

A job knows its project and its line; so a result whose project was closed meanwhile lands when that is opened next.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from studio.domain.edits import place, takes
from studio.domain.project import Media, Project
from studio.errors import StudioError
from studio.services.jobs import Job, Jobs
from studio.services.library import Library
from studio.services.project_sounds import Coming, Sounds
from studio.services.sound import SoundHost


@dataclass(frozen=True)
class Landed:
    """A result whose file lies in the project's folder. `media` has the id of none yet."""

    job: int
    media: Media
    line: str
    speaker: str
    text: str
    quality: dict[str, Any] | None


class Landing:
    """Brings the results of jobs into the projects they were made for."""

    def __init__(self, sound: SoundHost, library: Library, jobs: Jobs) -> None:
        self._sound = sound
        self._library = library
        self._jobs = jobs

    def waiting(self, folder: Path) -> list[Job]:
        """Return the jobs that were done for a project and are not in it."""
        return self._jobs.landing(str(folder))

    def fetch(self, folder: Path, project: Project, job: Job) -> Landed:
        """Copy what a job made into the project's folder; the project itself stays as it is."""
        made = self._library.of_job(job.id)
        if not made:
            self.done(job.id)
            raise StudioError(f"What job {job.id} made is gone.", "Make the line again.")
        speaker, text = place.spoken_words(made[0].recipe) or ("", "")
        taken = Sounds(folder, self._sound).take_in(project, Coming(made[0].file, text, made[0].recipe))
        media = next(media for media in taken.project.media if media.id == taken.media)
        return Landed(job.id, media, job.request.line, speaker, text, _quality(made[0].facts))

    def put(self, project: Project, landed: Landed) -> tuple[Project, str]:
        """Return the project with a take more, and that take; the same sound is one media."""
        known = next((media.id for media in project.media if media.sha256 == landed.media.sha256), "")
        if not known:
            project, known = takes.add_media(project, landed.media)
        there = next((t.id for t in project.takes if t.media == known and t.line == landed.line), "")
        if there:
            return project, there
        return takes.add_take(
            project, known, speaker=landed.speaker, text=landed.text, line=landed.line, quality=landed.quality
        )

    def done(self, job: int) -> None:
        """Remember that a job's result is in the project, or will never be."""
        self._jobs.landed(job)


def _quality(facts: dict[str, Any]) -> dict[str, Any] | None:
    """Return the judgement of the one line that a job spoke; nobody judged several, or none."""
    lines = cast("list[dict[str, Any]]", facts.get("lines") or [])
    return lines[0] if len(lines) == 1 else None
