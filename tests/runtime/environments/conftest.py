"""An index that answers, and folders of environments: an empty one, and one in which a pack stands."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from studio.runtime.environments.store import Environments
from tests.runtime.environments import index as fake
from tests.runtime.environments.index import ALPHA, Index, plan_of


@pytest.fixture(name="index")
def _make_index(monkeypatch: pytest.MonkeyPatch) -> Iterator[Index]:
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")  # what misbehaves here does so each time
    monkeypatch.setenv("UV_HTTP_TIMEOUT", "60")
    with fake.serving() as index:
        yield index


@pytest.fixture(name="environments")
def _make_environments(tmp_path: Path) -> Environments:
    return Environments(tmp_path / "environments", tmp_path / "cache")


@pytest.fixture(name="_built", scope="session")
def _build_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("built")
    with fake.serving(ALPHA) as index:
        environments = Environments(root / "environments", root / "cache")
        environments.build(plan_of(index, ALPHA), lambda python: {}, lambda progress: None, lambda: False)
    return root


@pytest.fixture(name="standing")
def _copy_what_was_built(_built: Path, tmp_path: Path, index: Index) -> Environments:
    """Environments in which the pack `core` is ready, with one package; the index has it too."""
    shutil.copytree(_built, tmp_path / "standing", symlinks=True)
    index.add(ALPHA)
    return Environments(tmp_path / "standing" / "environments", tmp_path / "standing" / "cache")
