"""The benchmark of engines: its arithmetic, what it prints, and that what it measures is the engine itself."""

from __future__ import annotations

import importlib
import json
import sys
import time
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from studio.engines.manifest import read_manifest
from studio.engines.registry import find_engines
from tests.bench import engines
from tests.bench.engines import Pair, Spent
from tests.bench.plain import loops

ENGINES = [m for m in find_engines(Path("nowhere")).manifests() if m.pack != "app"]


def spent(beside: float, loop: float, *, steps: int = 100, after: float = 0.0, decoding: float = 0.5) -> Spent:
    """A piece of work with so much beside the model, and so much after the result."""
    whole = beside + loop + decoding
    return Spent(whole, whole + after, loop, 2 * loop, steps, decoding, app_cpu=loop / 100)


def pairs(*ours: tuple[float, float]) -> list[Pair]:
    """Ours by what is beside the model and how long the loop took, against 0.01 and 1 second of a plain script."""
    return [(spent(beside, loop, after=0.03), spent(0.01, 1.0)) for beside, loop in ours]


def test_what_is_beside_the_model_is_told_apart_from_what_is_in_it():
    found = engines.figures_of(
        pairs((0.05, 1.1), (0.07, 1.01), (0.04, 1.2)), pairs((0.35, 1.1), (0.35, 1.02), (0.35, 1.0)), sentences=11
    )
    assert found["overhead_ms"] == pytest.approx(40)
    assert found["overhead_ms_spread"] == pytest.approx([30, 60])
    assert found["turn_ms"] == pytest.approx(70)
    assert found["step_ratio"] == pytest.approx(1.06)
    assert found["step_ratio_spread"] == pytest.approx([1.0, 1.2])
    assert found["decode_ratio"] == 1.0
    assert found["sentence_ms"] == pytest.approx(30)  # 0.35 + 0.03 - 0.01 against 0.07, in ten further ones
    assert (found["plain_step_ms"], found["plain_seconds"], found["pairs"]) == (pytest.approx(10), 6.0, 6)
    assert found["app_cpu"] == pytest.approx(0.01)


def test_calls_of_the_model_are_loops_where_they_have_steps():
    found = Spent.of(5.0, 6.0, [[1.0, 2.0, 10], [0.5, 0.6, 0], [1.5, 2.5, 20]])
    assert found == Spent(5.0, 6.0, 2.5, 4.5, 30, 0.5)


@pytest.mark.parametrize("steps", [99, 0])
def test_unequal_work_is_no_comparison(steps: int):
    uneven = [(replace(ours, steps=steps), replace(plain, steps=min(steps, 1) * 100)) for ours, plain in pairs((1, 1))]
    with pytest.raises(ValueError, match="different numbers of steps"):
        engines.figures_of(uneven, pairs((1, 1)), sentences=1)


@pytest.mark.parametrize("quick", [True, False])
def test_every_engine_is_measured_or_says_why_not(quick: bool, tmp_path, monkeypatch, capsys):
    argv = ["engines", "--json", "--data-dir", str(tmp_path), *(["--quick"] if quick else [])]
    monkeypatch.setattr(sys, "argv", argv)
    measured = {**engines.figures_of(pairs((1, 1)), pairs((1, 1)), sentences=2), "rss_growth_mb": 0.0}
    monkeypatch.setattr(engines, "_measured", lambda _manifest, _opts: measured)
    engines.main()
    found = json.loads(capsys.readouterr().out)
    assert isinstance(found.pop("rss_growth_mb"), float)
    assert set(found) == {m.id for m in ENGINES if not quick or m.id in engines.QUICK}
    for manifest in ENGINES:
        if manifest.id in found and not manifest.has_runner:
            assert found[manifest.id] == {"skipped": "makes nothing yet"}
        elif manifest.id in found:
            wanted = {"overhead_ms", "step_ratio", "rss_growth_mb"}
            assert wanted <= set(found[manifest.id]), (
                f"{manifest.id} has a runner: tests/bench/plain wants a script of it"
            )
    shown = "\n".join(engines.table(found))
    assert all(engine in shown for engine in found)


@pytest.mark.parametrize("engine", [m.id for m in ENGINES if m.has_runner])
def test_what_is_measured_is_the_engine_itself(engine: str, tmp_path):
    (manifest,) = (m for m in ENGINES if m.id == engine)
    module = importlib.import_module(f"tests.bench.plain.{engine}")
    assert "torch" not in vars(module)
    name = engines.timed_copy(manifest, module, tmp_path, tmp_path / "log")
    copied = read_manifest(tmp_path / name)
    assert replace(copied, id=engine, folder=manifest.folder) == manifest
    assert (copied.folder / "untimed.py").read_bytes() == manifest.runner.read_bytes()
    assert len(module.LONG) >= len(module.SHORT) == 1


class Library:
    """A module with a model."""

    class Model:
        def loop(self, tokens: list[int]) -> list[int]:
            return [*tokens, 1, 2, 3]

        def step(self, token: int) -> int:
            return token + 1

        def decode(self, tokens: list[int]) -> str:
            return "".join(map(str, tokens))


@pytest.fixture
def model(monkeypatch) -> Library.Model:
    module = ModuleType("library")
    vars(module)["Model"] = type("Model", (Library.Model,), {})
    monkeypatch.setitem(sys.modules, "library", module)
    monkeypatch.setitem(loops._COUNTS, "library:Model.loop", lambda made, given: len(made) - len(given[1]))
    return vars(module)["Model"]()


def test_the_watch_counts_what_passes_and_changes_nothing(model):
    found = loops.watched("library:Model.loop", "library:Model.decode")
    assert model.decode(model.loop([0, 0])) == "00123"
    assert [steps for _, _, steps in found] == [3, 0]
    assert all(wall >= 0 and cpu >= 0 for wall, cpu, _ in found)


def test_steps_are_a_loop_from_the_first_to_the_last(model, monkeypatch):
    clock = iter(range(100))
    monkeypatch.setattr(time, "perf_counter", lambda: float(next(clock)))
    found = loops.watched("library:Model.step", "library:Model.decode")
    assert [model.step(n) for n in range(3)] == [1, 2, 3]
    model.decode([1])
    model.step(1)
    assert [(wall, steps) for wall, _, steps in found] == [(3.0, 3), (1.0, 0), (1.0, 1)]
    found.clear()
    model.step(1)
    assert [steps for _, _, steps in found] == [1]
