"""The recogniser: how its engine is started. What it hears is tested with the checks of spoken lines."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from studio.app import Studio
from studio.errors import StudioError
from studio.services import recogniser
from studio.services.recogniser import Following, Recogniser
from studio.services.worker_start import Needs


class _Models:
    """Stands for the models of an engine that are on the disk."""

    def folder_of(self, _manifest: Any, _chosen: str = "") -> str:
        return "models/large"

    def parts_of(self, _manifest: Any, _chosen: str = "") -> dict[str, str]:
        return {"aligner": "models/aligner"}


def test_a_recogniser_with_a_model_gets_it(studio: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[Needs] = []

    def start(_manifest: Any, _device: Any, needs: Needs, _paths: Any, **_more: Any) -> None:
        given.append(needs)
        raise StudioError("Enough.", "It is known what it was to be started with.")

    monkeypatch.setattr(recogniser, "start_of", start)
    ready: Any = SimpleNamespace(
        models=_Models(), choose=lambda *_, **__: SimpleNamespace(device=None), python=lambda *_: ("python",)
    )
    listens = Recogniser(studio.registry, studio.supervisor, ready, studio.paths, studio.settings)
    with pytest.raises(StudioError, match="Enough"):
        listens.listen(tmp_path / "a.wav", [(0.0, 1.0)], Following(lambda _: None, lambda: False))
    assert [(needs.model, needs.parts) for needs in given] == [("models/large", {"aligner": "models/aligner"})]
