"""What was measured of an engine, in words. No widgets."""

from __future__ import annotations

from studio.runtime import ladder
from studio.services import benchmark
from studio.services.benchmark import Progress, Row
from studio.ui.language import figures, t, time_left, tn
from studio.ui.tabs.engines.model import bytes_of
from studio.ui.told import told
from studio.ui.widgets.rung_words import helps


def what(size: str, steps: int | None) -> str:
    """Return what was made: how large, with how many steps."""
    if "x" in size:
        said = size.replace("x", "×")
    else:
        said = t("{seconds} s of sound", seconds=figures(float(size), 0)) if size else t("All work")
    if steps is None:
        return said
    return t("{what}, {steps}", what=said, steps=tn(steps, "one step", "{count} steps"))


def progress_of(now: Progress) -> str:
    """Return where it is, and the time left."""
    place = t("{number} of {count}: {what}", number=now.number, count=now.count, what=what(now.size, now.steps))
    stage = t("warming up") if now.stage == benchmark.WARMING else ""
    left = time_left(now.seconds_left) if now.seconds_left is not None else ""
    return " · ".join(part for part in (place, _device(now.device), stage, left) if part)


def figures_of(row: Row) -> str:
    """Return where it was made, how long it took, what it needed, and how that is beside the processor."""
    parts = [_device(row.device)]
    if row.made:
        parts.append(t("{seconds} s", seconds=figures(row.seconds)))
    if row.memory:
        parts.append(bytes_of(row.memory))
    if row.against_cpu:
        parts.append(t("{times} × as fast as the CPU", times=figures(row.against_cpu)))
    return " · ".join(parts)


def verdict_of(row: Row) -> str:
    """Return how it went."""
    cause = t(ladder.TITLES[row.failure]) if row.failure in ladder.TITLES else ""
    if row.state == benchmark.SKIPPED:
        return t("not tried, since fewer steps failed")
    if row.state == benchmark.SHORT:
        return t("too little memory")
    if row.state == benchmark.FAILED:
        return t("failed: {why}", why=cause or told(row.message))
    said = t("stable, {helps}", helps=helps(row.rungs)) if row.rungs else t("stable")
    if row.state == benchmark.DIRTY:
        said = t("crashed in cleanup, the result was kept")
    return t("{how} (at first: {why})", how=said, why=cause) if cause else said


def tone_of(row: Row) -> str:
    """Return the tone of a verdict."""
    return "bad" if not row.made else "warn" if row.state == benchmark.DIRTY or row.rungs else ""


def _device(device: str) -> str:
    name = device.rpartition("/")[2]
    return "CPU" if name == "cpu" else name
