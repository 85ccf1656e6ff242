"""An engine with models to load, for tests of models."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from studio import settings
from studio.engines.manifest import read_manifest
from studio.engines.registry import Entry, Registry
from studio.paths import DataPaths
from studio.runtime.hosts.local import LocalHost
from studio.services.models import Models, Patience
from tests.runtime.downloads.fake_hub import REPO

WEIGHTS = bytes(range(256)) * 12_000  # three megabytes: more than a pipe or a socket takes at once
FILES = {
    "config.json": b'{"hidden": 4}',
    "sub/model.safetensors": WEIGHTS,
    "tokenizer.json": b'{"words": []}',
    "README.md": b"about",
}
ENGINE = """
id = "{id}"
title = "Engine"
version = "1"
tasks = ["lyrics"]
pack = "app"
[licence]
code = "MIT"
weights = "MIT"
[[models]]
id = "small"
title = "Small"
repo = "{repo}"
files = ["*.json", "*.safetensors"]
licence = "MIT"
bytes = 3072000
{more}
"""


def engine(folder: Path, more: str = "", repo: str = REPO) -> Path:
    """Write an engine."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "engine.toml").write_text(ENGINE.format(id=folder.name, more=more, repo=repo), encoding="utf-8")
    (folder / "runner.py").write_text("", encoding="utf-8")
    return folder


def models(
    tmp_path: Path, url: str = "http://127.0.0.1:9", more: str = "", pauses: tuple[float, ...] = (0.0, 0.0), **chosen
) -> Models:
    """Return the models of an engine of the test's own; what they load comes from `url`."""
    paths = DataPaths(tmp_path / "data")
    folder = engine(tmp_path / "engines" / "teller", more)
    registry = Registry([Entry("teller", folder, builtin=True, manifest=read_manifest(folder))])
    variables = {"HF_ENDPOINT": url, "HF_HOME": str(tmp_path / "hf"), "NO_PROXY": "*"}
    wishes = replace(settings.Models(), **chosen)
    patience = Patience(stall=1.0, pauses=pauses)
    return Models(registry, paths, LocalHost(paths.scratch), lambda: wishes, variables, patience)


def hear(_stage: str, _fraction: float | None) -> None:
    """Hear nothing."""


def never() -> bool:
    """Go on."""
    return False
