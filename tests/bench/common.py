"""What benchmarks share: options, medians of interleaved pairs, CPU time of whole process trees, a table."""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Options:
    """How a benchmark was called."""

    quick: bool
    as_json: bool
    data_dir: Path  # a place for data, which may hold things already


@dataclass(frozen=True)
class Cost:
    """What running a command cost, its children included."""

    wall: float
    cpu: float


def options(description: str) -> Options:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--quick", action="store_true", help="every figure, from fewer runs")
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")
    parser.add_argument("--data-dir", type=Path, help="where the data folder lies; a temporary one otherwise")
    args = parser.parse_args()
    return Options(args.quick, args.json, args.data_dir or Path(tempfile.gettempdir()))


def report(figures: Mapping[str, object], *, as_json: bool, meanings: Mapping[str, str]) -> None:
    """Print the figures."""
    if as_json:
        print(json.dumps(figures))
        return
    for name, value in figures.items():
        shown = f"{value:.3f}" if isinstance(value, float) else str(value)
        print(f"{name:24} {shown:>14}   {meanings.get(name, '')}")


def paired_ratio(ours: Callable[[], float], theirs: Callable[[], float], *, pairs: int) -> float:
    """Measure turn by turn, so that the machine's mood hits both; return the median of the ratios."""
    ratios: list[float] = []
    for _ in range(pairs):
        first = ours()
        ratios.append(first / theirs())
    return statistics.median(ratios)


def run(argv: Sequence[str]) -> Cost:
    """Run a command to its end, as a user would start it: with compiled code kept."""
    env = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = time.perf_counter()
    done = subprocess.run(argv, capture_output=True, text=True, check=False, cwd=ROOT, env=env)
    wall = time.perf_counter() - begun
    if done.returncode:
        sys.exit(f"{' '.join(argv[:6])} … failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Cost(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def studio(data_dir: Path, *args: str) -> list[str]:
    """Return the command line of a studio command."""
    return [sys.executable, "-P", "-m", "studio", "--data-dir", str(data_dir), *args]


def resident_mb() -> float:
    """Return this process's memory in use, in megabytes."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
