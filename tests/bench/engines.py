"""What the studio costs around a model: `python -m tests.bench.engines [--quick] [--json] [--data-dir DIR]`.

For each engine with an environment of its own the same work is done turn by turn through the studio and by a plain
script (`tests/bench/plain`), both loaded and warm, in the same interpreter, with the same checkpoint, settings, number
of threads and priority. The checkpoint is random, of the real classes, and large enough that a step takes some
milliseconds; it is made once and kept in DIR, where a pack that is missing is built, too. One thread: where all cores
compute together, whatever else the machine does holds all of them up at every step, and the figures are about that.
Three rounds, each with processes begun anew: where the memory of one happens to lie decides over some percent.

- `step_ratio`: seconds a step of the generating loop, from its first step to its last, by those of the plain script;
  the median of all pairs, of which there are as many as make 20 s of plain loops, or more.
- `step_cpu_ratio`: the same by seconds of processor time, which tells more on a machine that is not still.
- `decode_ratio`: the same for what makes the sound of it.
- `overhead_ms`: for short pieces of work, what of the time from asking to the row that says "succeeded" is not spent in
  the model, minus what of the plain script's time from its call to the written file is not; the median of the pairs.
- `turn_ms`: the same to the moment when the studio can take the next job, cleaning up included.
- `sentence_ms`: what each further sentence of a long piece of work adds to that.
- `app_cpu`: the processor time of the studio's own process by the time of the loops, beside which it ran.
- `rss_growth_mb`: how much the studio's own process grew after the first pair; at the top, by all engines together.

`…_spread` are the lowest and the highest of the pairs. An engine that makes nothing yet is listed with `skipped`.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from studio.app import Studio
from studio.domain import jobs as states
from studio.engines.manifest import APP_PACK, Manifest
from studio.engines.registry import find_engines
from studio.events import Event, JobChanged
from studio.paths import DataPaths
from studio.runtime import variables
from studio.runtime.environments.store import Environments
from studio.runtime.hosts import local
from studio.services.generation import Wish
from tests.bench import common

QUICK = ("dia", "xtts", "diffusers", "acestep")
AIMS = {"step_ratio": 1.03, "overhead_ms": 60.0}
NOTHING_YET = "makes nothing yet"
NO_SCRIPT = "there is no plain script to compare it with"
THREADS = 1
_PLAIN = Path(__file__).parent / "plain"
_COPY = "timed-"  # before the id of an engine whose copy says what its model computed
_ROUNDS = 3
_LOOP_SECONDS = 20.0  # of plain loops, at least


@dataclass(frozen=True)
class Spent:
    """What a piece of work took, in seconds: until the result, until the next can begin, and in the model."""

    result: float
    turn: float
    loop: float
    loop_cpu: float
    steps: int
    decoding: float
    app_cpu: float = 0.0

    @classmethod
    def of(cls, result: float, turn: float, calls: Sequence[Sequence[float]], *, app_cpu: float = 0.0) -> Spent:
        """Sum up calls of the model: those with steps are loops."""
        loops = [call for call in calls if call[2]]
        decoding = sum(wall for wall, _, steps in calls if not steps)
        steps = int(sum(call[2] for call in loops))
        return cls(
            result, turn, sum(call[0] for call in loops), sum(call[1] for call in loops), steps, decoding, app_cpu
        )

    @property
    def model(self) -> float:
        """Seconds in the model."""
        return self.loop + self.decoding


Pair = tuple[Spent, Spent]
"""The same work through the studio, and by the plain script."""


def main() -> None:
    """Measure every engine, and print."""
    opts = common.options((__doc__ or "").splitlines()[0])
    opts.data_dir.mkdir(parents=True, exist_ok=True)
    figures: dict[str, dict[str, Any] | float] = {}
    for manifest in chosen(quick=opts.quick):
        why = hindrance(manifest)
        figures[manifest.id] = {"skipped": why} if why else _measured(manifest, opts)
    measured = [found for found in figures.values() if isinstance(found, dict)]
    figures["rss_growth_mb"] = float(sum(found.get("rss_growth_mb", 0.0) for found in measured))
    if opts.as_json:
        print(json.dumps(figures))
    else:
        print("\n".join(table(figures)))


def chosen(*, quick: bool) -> list[Manifest]:
    """Return the engines that are compared: those whose libraries lie in a pack."""
    found = [m for m in find_engines(Path(os.devnull)).manifests() if m.pack != APP_PACK]
    return [m for m in found if m.id in QUICK or not quick]


def hindrance(manifest: Manifest) -> str:
    """Say why an engine cannot be compared, mostly nothing."""
    if not manifest.has_runner:
        return NOTHING_YET
    return "" if (_PLAIN / f"{manifest.id}.py").is_file() else NO_SCRIPT


def figures_of(short: Sequence[Pair], long: Sequence[Pair], *, sentences: int) -> dict[str, Any]:
    """Work the figures out. Raise ValueError where the two ways did not do the same."""
    pairs = [*short, *long]
    uneven = [(ours.steps, plain.steps) for ours, plain in pairs if ours.steps != plain.steps or not ours.steps]
    if uneven:
        raise ValueError(f"the studio and the plain script made different numbers of steps: {uneven}")
    found: dict[str, Any] = {}
    ratios: dict[str, Callable[[Spent], float]] = {
        "step": lambda spent: spent.loop,
        "step_cpu": lambda spent: spent.loop_cpu,
        "decode": lambda spent: spent.decoding,
    }
    for name, value in ratios.items():
        each = [value(ours) / value(plain) for ours, plain in pairs if value(plain)]
        found |= _told(f"{name}_ratio", each)
    overheads = [1000 * (_beside(ours.result, ours) - _beside(plain.result, plain)) for ours, plain in short]
    turns = [1000 * (_beside(ours.turn, ours) - _beside(plain.turn, plain)) for ours, plain in short]
    longer = [1000 * (_beside(ours.turn, ours) - _beside(plain.turn, plain)) for ours, plain in long]
    found |= _told("overhead_ms", overheads) | _told("turn_ms", turns)
    if sentences > 1:
        found["sentence_ms"] = (statistics.median(longer) - statistics.median(turns)) / (sentences - 1)
    plain_steps = sum(plain.steps for _, plain in pairs)
    plain_loops = sum(plain.loop for _, plain in pairs)
    found |= {
        "plain_step_ms": 1000 * plain_loops / plain_steps, "plain_seconds": plain_loops, "steps": plain_steps,
        "app_cpu": sum(ours.app_cpu for ours, _ in long) / sum(ours.loop for ours, _ in long),
        "pairs": len(pairs), "short_pairs": len(short), "threads": THREADS,
    }  # fmt: skip
    return found


def _beside(whole: float, spent: Spent) -> float:
    return whole - spent.model


def _told(name: str, values: Sequence[float]) -> dict[str, Any]:
    return {name: statistics.median(values), f"{name}_spread": [min(values), max(values)]} if values else {}


def table(figures: dict[str, dict[str, Any] | float]) -> Iterator[str]:
    """Write the figures for people."""
    for engine, found in figures.items():
        if not isinstance(found, dict):
            yield f"{engine:12} {found:10.1f}"
        elif "skipped" in found:
            yield f"{engine:12} {found['skipped']}"
        else:
            yield engine
            for name, value in found.items():
                shown = " … ".join(f"{v:.3f}" for v in value) if isinstance(value, list) else f"{value:.3f}"
                aim = f"   (aim: at most {AIMS[name]:g})" if name in AIMS else ""
                yield f"  {name:22} {shown:>18}{aim}"


# ------------------------------------------------------------------------------------------------------------ measuring


def _measured(manifest: Manifest, opts: common.Options) -> dict[str, Any]:
    module = importlib.import_module(f"tests.bench.plain.{manifest.id}")
    python = _environment(manifest, opts.data_dir)
    model = _checkpoint(manifest, python, opts.data_dir)
    short: list[Pair] = []
    long: list[Pair] = []
    begun = 0.0
    with (
        tempfile.TemporaryDirectory(prefix="angen-engines-", dir=opts.data_dir) as room,
        _Ours(manifest, module, model, python, Path(room)).opened() as ours,
    ):
        for number in range(1, _ROUNDS + 1):
            with _plain(manifest, model, python, Path(room)) as plain:
                both = _Pairs(ours, plain, first=1000 * number)
                both.pair(module.SHORT)  # loads both
                begun = begun or common.resident_mb()
                short += [both.pair(module.SHORT) for _ in range(3 if opts.quick else 7)]
                wanted = number / _ROUNDS * _LOOP_SECONDS * (1 if opts.quick else 2)
                while len(long) < number or sum(spent.loop for _, spent in [*short, *long]) < wanted:
                    long.append(both.pair(module.LONG))
            ours.end_engine()
        grown = common.resident_mb() - begun
    return {**figures_of(short, long, sentences=len(module.LONG)), "rss_growth_mb": grown}


def _environment(manifest: Manifest, data_dir: Path) -> Path:
    """Return the interpreter of an engine's pack, built if it is not there."""
    paths = DataPaths(data_dir)
    environments = Environments(paths.environments, paths.cache)
    if environments.python(manifest.pack) is None:
        common.run(common.studio(data_dir, "engines", "install", manifest.id, "--yes", "--accelerator", "cpu"))
    python = environments.python(manifest.pack)
    if python is None:
        sys.exit(f"the pack {manifest.pack} was not built in {data_dir}")
    return python


def _checkpoint(manifest: Manifest, python: Path, data_dir: Path) -> Path:
    """Return the checkpoint that an engine's plain script makes, as it makes it now."""
    code = b"".join(file.read_bytes() for file in (_PLAIN / f"{manifest.id}.py", manifest.smoke))
    folder = data_dir / "bench-engines" / f"{manifest.id}-{hashlib.sha256(code).hexdigest()[:12]}"
    if not folder.is_dir():
        with tempfile.TemporaryDirectory(dir=data_dir) as scratch:
            making = Path(scratch) / "model"
            making.mkdir()
            argv = [str(python), "-m", "tests.bench.plain", manifest.id, "make", str(making)]
            environment = {**os.environ, "PYTHONPATH": str(common.ROOT), "HF_HUB_OFFLINE": "1"}
            done = subprocess.run(argv, cwd=common.ROOT, env=environment, capture_output=True, text=True, check=False)
            if done.returncode:
                sys.exit(f"no checkpoint of {manifest.id}:\n{done.stderr[-3000:]}")
            folder.parent.mkdir(exist_ok=True)
            making.rename(folder)
    return folder.absolute()


class _Pairs:
    """Has the same made by both, turn by turn; who begins changes."""

    def __init__(self, ours: _Ours, plain: Callable[[Sequence[str], int, int], Spent], *, first: int) -> None:
        self._ours = ours
        self._plain = plain
        self._count = first

    def pair(self, texts: Sequence[str]) -> Pair:
        """Make one; each has a seed of its own, so that nothing comes from a cache."""
        self._count += 1
        steps = self._ours.steps.get(tuple(texts))
        if steps is None or self._count % 2:
            ours = self._ours.make(texts, self._count)
            return ours, self._plain(texts, self._count, ours.steps)
        plain = self._plain(texts, self._count, steps)
        return self._ours.make(texts, self._count), plain


class _Ours:
    """The studio, in a folder of its own with a borrowed environment, and a copy of the engine that can be measured."""

    def __init__(self, manifest: Manifest, module: ModuleType, model: Path, python: Path, room: Path) -> None:
        self.steps: dict[tuple[str, ...], int] = {}
        self._module = module
        self._model = model
        self._log = room / "calls.json"
        self._finished: dict[int, float] = {}
        paths = DataPaths(room / "data")
        paths.environments.mkdir(parents=True)
        built = next(folder for folder in python.absolute().parents if folder.name == manifest.pack)
        (paths.environments / manifest.pack).symlink_to(built, target_is_directory=True)
        self._engine = timed_copy(manifest, module, paths.engines, self._log)
        (paths.root / "settings.json").write_text(json.dumps({"engines": {"threads": THREADS}}), encoding="utf-8")
        self._studio = Studio(paths.root)

    @contextmanager
    def opened(self) -> Iterator[_Ours]:
        """Close it at the end."""
        self._studio.bus.subscribe(self._hear)
        try:
            if not self._studio.ownership.try_take():
                sys.exit("the studio's folder is held by somebody else")
            assert self._studio.settings.engines.threads == THREADS
            yield self
        finally:
            self._studio.close()

    def end_engine(self) -> None:
        """End the engine's process; the next job begins another."""
        self._studio.supervisor.close()

    def make(self, texts: Sequence[str], seed: int) -> Spent:
        """Ask for it, and wait until the next could be asked for."""
        self._log.unlink(missing_ok=True)
        params = {**self._module.PARAMS, "model": str(self._model)}
        files = {role: self._model / name for role, name in getattr(self._module, "FILES", {}).items()}
        wish = Wish(
            script=" ".join(texts), task=self._module.TASK, engine=self._engine, seed=seed, params=params, files=files
        )
        cpu, begun = time.process_time(), time.perf_counter()
        job = self._studio.generation.ask(wish)
        self._studio.dispatcher.run(until=lambda: self._studio.jobs.get(job).final)
        turn = time.perf_counter() - begun
        app_cpu = time.process_time() - cpu
        if self._studio.jobs.get(job).state != states.SUCCEEDED:
            sys.exit(f"{self._engine}: {self._studio.jobs.get(job).error}")
        calls = json.loads(self._log.read_text(encoding="utf-8"))
        spent = Spent.of(self._finished[job] - begun, turn, calls, app_cpu=app_cpu)
        self.steps[tuple(texts)] = spent.steps
        return spent

    def _hear(self, event: Event) -> None:
        if isinstance(event, JobChanged) and event.state == states.SUCCEEDED:
            self._finished.setdefault(event.job, time.perf_counter())  # it is told again when all is settled


def timed_copy(manifest: Manifest, module: ModuleType, engines: Path, log: Path) -> str:
    """Lay an engine among others under another name, its runner behind the one that measures; return the name."""
    name = f"{_COPY}{manifest.id}"
    folder = engines / name
    shutil.copytree(manifest.folder, folder, ignore=shutil.ignore_patterns("__pycache__"))
    about = (folder / "engine.toml").read_text(encoding="utf-8")
    renamed = about.replace(f'id = "{manifest.id}"\n', f'id = "{name}"\n', 1)
    (folder / "engine.toml").write_text(renamed, encoding="utf-8")
    (folder / "runner.py").rename(folder / "untimed.py")
    shutil.copyfile(_PLAIN / "timed_runner.py", folder / "runner.py")
    shutil.copyfile(_PLAIN / "loops.py", folder / "loops.py")
    measured = {"loop": module.LOOP, "decoder": module.DECODER, "log": str(log)}
    (folder / "timed.json").write_text(json.dumps(measured), encoding="utf-8")
    return name


@contextmanager
def _plain(
    manifest: Manifest, model: Path, python: Path, room: Path
) -> Iterator[Callable[[Sequence[str], int, int], Spent]]:
    """Start the plain script as the studio starts its engines: the variables, the priority, a session of its own."""
    environment = variables.build(os.environ, device={}, engine=manifest.environment, user={}, cache=str(room))
    argv = [str(python), "-X", "utf8", "-m", "tests.bench.plain", manifest.id, "serve", str(model), str(THREADS)]
    with (room / "plain.log").open("w", encoding="utf-8") as log:
        process = subprocess.Popen(
            argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True, cwd=common.ROOT,
            env={**environment, "PYTHONPATH": str(common.ROOT)}, start_new_session=True,
        )  # fmt: skip
    assert process.stdin
    assert process.stdout
    with suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, process.pid, local._LOWER_PRIORITY)
    orders, answers = process.stdin, process.stdout

    def make(texts: Sequence[str], seed: int, steps: int) -> Spent:
        order = {"texts": list(texts), "seed": seed, "steps": steps, "out": str(room / "plain.wav")}
        orders.write(json.dumps(order) + "\n")
        orders.flush()
        answer = answers.readline()
        if not answer:
            sys.exit(f"the plain script of {manifest.id} ended:\n{(room / 'plain.log').read_text()[-3000:]}")
        found: dict[str, Any] = json.loads(answer)
        return Spent.of(found["seconds"], found["seconds"], found["calls"])

    try:
        yield make
    finally:
        orders.close()
        process.wait()
        answers.close()


if __name__ == "__main__":
    main()
