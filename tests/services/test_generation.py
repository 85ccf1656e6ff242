"""Asking for work: what would fall on the user's files is refused before anything is made, and on a retry."""

from __future__ import annotations

import pytest

from studio.domain import jobs as states
from studio.domain.requests import Target
from studio.errors import StudioError
from studio.services.generation import Wish


def _pictures(path, **changes):
    params = {"prompt": "a boat", "width": 64, "height": 64, "count": 2}
    return Wish(task="image", params=params, seed=1, target=Target(str(path), "png", **changes))


def test_a_picture_that_exists_is_refused_wherever_its_number_stands(studio, tmp_path):
    (tmp_path / "a-2.png").write_bytes(b"mine")
    with pytest.raises(StudioError, match=r"a-2\.png exists"):
        studio.generation.ask(_pictures(tmp_path / "a.png"))
    assert studio.jobs.newest() == []
    studio.generation.ask(_pictures(tmp_path / "a.png", force=True))


def test_a_retry_takes_the_place_of_its_own_pictures_only(studio, tmp_path, monkeypatch):
    job = studio.generation.ask(_pictures(tmp_path / "a.png"))
    studio.jobs.cancel(job)
    assert studio.jobs.get(job).state == states.CANCELLED
    for name in ("a.png", "a-2.png"):
        (tmp_path / name).write_bytes(name.encode())
    monkeypatch.setattr(studio.library, "made", lambda _job, path: path.read_bytes() == path.name.encode())
    again = studio.jobs.get(studio.generation.retry(job))
    assert again.request.target
    assert again.request.target.again
    (tmp_path / "a-2.png").write_bytes(b"mine")
    with pytest.raises(StudioError, match=r"a-2\.png exists"):
        studio.generation.retry(job)
