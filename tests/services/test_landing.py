"""What was spoken for a line comes into its project, once, whenever that is open."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.app import Studio
from studio.domain.edits import whole
from studio.services.generation import Wish
from studio.services.projects import OpenProject

pytestmark = pytest.mark.slow


@pytest.fixture
def studio(tmp_path: Path):
    found = Studio(tmp_path / "data")
    yield found
    found.close()


def spoken(studio: Studio, project: OpenProject, place: int) -> int:
    line = project.project.script_lines.split()[place]
    text = project.project.script.splitlines()[place]
    wish = Wish(text, engine="hibari", seed=place, project=str(project.folder), line=line)
    job = studio.generation.ask(wish)
    assert studio.ownership.try_take()
    studio.dispatcher.run(until=lambda: studio.jobs.get(job).settled)
    return job


def land(studio: Studio, project: OpenProject) -> list[str]:
    takes: list[str] = []
    for job in studio.landing.waiting(project.folder):
        landed = studio.landing.fetch(project.folder, project.project, job)
        after, take = studio.landing.put(project.project, landed)
        project.do("Add a take", after)
        studio.landing.done(landed.job)
        takes.append(take)
    return takes


def test_a_take_knows_its_line_and_how_it_sounds(studio: Studio, tmp_path: Path) -> None:
    with studio.projects.create(tmp_path / "A.angen") as project:
        project.do("Write", whole.set_script(project.project, "[Ann] Hello there.\n[Ben] Good evening to you.\n"))
        spoken(studio, project, 1)
        (take,) = land(studio, project)
        (found,) = project.project.takes
        assert (found.id, found.line, found.speaker) == (take, project.project.script_lines.split()[1], "Ben")
        assert found.text == "Good evening to you."
        assert found.quality
        assert found.quality["qa"]["badge"]
        assert project.file_of(project.project.media[0]).is_file()
        assert studio.landing.waiting(project.folder) == []


def test_what_was_made_while_the_project_was_closed_lands_later(studio: Studio, tmp_path: Path) -> None:
    with studio.projects.create(tmp_path / "A.angen") as project:
        project.do("Write", whole.set_script(project.project, "[Ann] Hello there.\n"))
        project.save()
        spoken(studio, project, 0)
    with studio.projects.open(tmp_path / "A.angen") as again:
        assert len(land(studio, again)) == 1
        assert len(again.project.takes) == 1


def test_landing_twice_is_landing_once(studio: Studio, tmp_path: Path) -> None:
    """A crash between the project's step and the row's mark brings the same result again."""
    with studio.projects.create(tmp_path / "A.angen") as project:
        project.do("Write", whole.set_script(project.project, "[Ann] Hello there.\n"))
        job = studio.jobs.get(spoken(studio, project, 0))
        first = land(studio, project)
        landed = studio.landing.fetch(project.folder, project.project, job)
        after, take = studio.landing.put(project.project, landed)
        assert [take] == first
        assert after == project.project


def test_another_projects_results_stay_away(studio: Studio, tmp_path: Path) -> None:
    with studio.projects.create(tmp_path / "A.angen") as one, studio.projects.create(tmp_path / "B.angen") as other:
        one.do("Write", whole.set_script(one.project, "[Ann] Hello there.\n"))
        spoken(studio, one, 0)
        assert studio.landing.waiting(other.folder) == []
