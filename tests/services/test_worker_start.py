"""How an engine's process is started: what it is told of models that belong together, and of the ladder."""

from __future__ import annotations

from pathlib import Path

from studio.engines.registry import find_engines
from studio.paths import DataPaths
from studio.runtime.devices import Device
from studio.services.worker_start import Needs, start_of

_CPU = Device("local/cpu", "CPU", "cpu", 0)


def test_the_folders_of_parts_and_the_rungs_are_told_with_the_load(tmp_path: Path) -> None:
    manifest = find_engines(tmp_path).manifest("dia")
    paths = DataPaths(tmp_path / "data")
    params = {"number_format": "fp32", "cfg_scale": 3.0}
    plain = start_of(manifest, _CPU, Needs(params), paths, python=("python",))
    assert plain.load.settings == {"number_format": "fp32"}
    needs = Needs(params, parts={"dac-44khz": "/models/codec"}, rungs=("offload", "precision"))
    start = start_of(manifest, _CPU, needs, paths, python=("python",))
    assert start.load.settings == {"number_format": "fp32", "model:dac-44khz": "/models/codec"}
    assert (plain.load.rungs, start.load.rungs) == ([], ["offload", "precision"])
    assert start != plain


def test_who_takes_additions_by_name_is_told_their_folder(tmp_path: Path) -> None:
    paths = DataPaths(tmp_path / "data")
    manifest = find_engines(tmp_path).manifest("diffusers")
    start = start_of(manifest, _CPU, Needs({}), paths, python=("python",))
    assert start.load.settings == {"loras": str(tmp_path / "data" / "models" / "loras")}
