"""What is measured of an engine: which sizes with how many steps, checked. Pure; any thread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from studio.engines import params as parameters
from studio.engines.manifest import Manifest
from studio.engines.params import Param
from studio.errors import StudioError
from studio.services.engine_test import SCRIPT, small_params, task_without_files
from studio.services.generation import settled
from studio.services.tasks.work import Wish
from studio.settings import Settings

SIDES = ("512", "640", "768", "896", "1024")
SECONDS = ("5", "10", "30")
STEPS = (10, 20, 50)
_MOST = 64  # sizes or steps
_SPEAKING = 15.0  # characters a second, about
_WIDTH, _HEIGHT, _STEPS, _DURATION = "width", "height", "steps", "duration"
_LITTLE = {_STEPS: 2, _DURATION: 2.0}  # some schedules know no single step


@dataclass(frozen=True)
class Piece:
    """One thing to measure. `size` is how users write it: 512x768, or seconds of sound."""

    size: str
    steps: int | None
    params: dict[str, Any]
    script: str
    units: float  # how much work it is, beside others


@dataclass(frozen=True)
class BenchmarkOrder:
    """All that is to be measured, the smallest first."""

    manifest: Manifest
    task: str
    model: str  # one of the engine's own, or a folder or file of the user's; empty: the first that is there
    pieces: tuple[Piece, ...]
    device: str = ""


def prepared(
    manifest: Manifest,
    settings: Settings,
    *,
    sizes: Sequence[str] = (),
    steps: Sequence[int] = (),
    params: Mapping[str, object] | None = None,
    device: str = "",
    loaded: str = "",
) -> BenchmarkOrder:
    """Check what is wanted; raise StudioError where the engine has no such size. Without sizes: the usual ones.

    `loaded` is the model that the engine loads where none is named: what is left open is as that one wants it.
    """
    task = task_without_files(manifest)
    if not task:
        raise StudioError(
            f"The engine {manifest.id} works on recordings, so there is nothing to measure it with.",
            f"`studio engines test {manifest.id}` tries it.",
        )
    model, given = settled(manifest, Wish(task=task, engine=manifest.id, params=params or {}), loaded=loaded)
    plain = {
        **small_params(manifest, model),
        **{name: value for name, value in given.items() if name in (params or {})},
    }
    known = {p.name: p for p in manifest.params}
    found: list[Piece] = []
    for size, sized, script in _sizes(manifest, task, known, plain, sizes):
        for number in _steps(manifest, known, steps):
            own = sized if number is None else {**sized, _STEPS: number}
            found.append(Piece(size, number, own, script, _work(own, script)))
    if not found:
        raise StudioError(
            f"None of the usual sizes and steps fits the engine {manifest.id}.", "Name some: --sizes and --steps."
        )
    if len(found) > _MOST:
        raise StudioError(f"These are {len(found)} measurements; {_MOST} is the most.", "Name fewer sizes or steps.")
    return BenchmarkOrder(manifest, task, model, tuple(found), device)


def shortened(manifest: Manifest, piece: Piece) -> Piece:
    """Return a piece of the same size with as little work as the engine takes: few steps or seconds, one sentence."""
    params = dict(piece.params)
    for param in manifest.params:
        if param.name in _LITTLE and param.name in params:
            little = param.lowest if param.problem(_LITTLE[param.name]) else _LITTLE[param.name]
            if little is not None:
                params[param.name] = min(params[param.name], little)
    steps = None if piece.steps is None else params[_STEPS]
    script = SCRIPT if piece.script else ""
    return replace(piece, steps=steps, params=params, script=script, units=_work(params, script))


def _sizes(
    manifest: Manifest, task: str, known: Mapping[str, Param], plain: dict[str, Any], wanted: Sequence[str]
) -> list[tuple[str, dict[str, Any], str]]:
    """Return each size with the parameters and the script that have it, the smallest first."""
    if task == "image" and {_WIDTH, _HEIGHT} <= known.keys():
        sides = {_side(size) for size in wanted or SIDES}
        fit = [s for s in sides if wanted or not (known[_WIDTH].problem(s[0]) or known[_HEIGHT].problem(s[1]))]
        ordered = sorted(fit, key=lambda s: (s[0] * s[1], s))
        return [(f"{w}x{h}", _checked(manifest, {**plain, _WIDTH: w, _HEIGHT: h}), "") for w, h in ordered]
    lasting = [_seconds(size) for size in wanted or SECONDS]
    if _DURATION in known:
        fit_ = [s for s in lasting if wanted or not known[_DURATION].problem(s)]
        return [(f"{s:g}", _checked(manifest, {**plain, _DURATION: s}), "") for s in sorted({*fit_})]
    if task == "speech":
        return [(f"{s:g}", plain, _script(s)) for s in sorted({*lasting})]
    if wanted:
        raise StudioError(f"What the engine {manifest.id} makes has no size.", "Leave out --sizes.")
    return [("", plain, "")]


def _steps(manifest: Manifest, known: Mapping[str, Param], wanted: Sequence[int]) -> Sequence[int | None]:
    param = known.get(_STEPS)
    if param is None:
        if wanted:
            raise StudioError(f"The engine {manifest.id} has no steps.", "Leave out --steps.")
        return [None]
    for number in wanted:
        _checked(manifest, {_STEPS: number})
    return sorted({number for number in wanted or STEPS if not param.problem(number)})


def _checked(manifest: Manifest, values: dict[str, Any]) -> dict[str, Any]:
    parameters.complete(manifest.params, values, engine=manifest.id)
    return values


def _work(params: Mapping[str, Any], script: str) -> float:
    points = float(params.get(_WIDTH, 1)) * float(params.get(_HEIGHT, 1))
    return points * float(params.get(_STEPS, 1)) * float(params.get(_DURATION, 1)) * max(1, len(script))


def _side(text: str) -> tuple[int, int]:
    """Read 512, or 512x768."""
    width, x, height = text.strip().lower().partition("x")
    try:
        return int(width), int(height if x else width)
    except ValueError:
        raise StudioError(
            f"{text[:40]!r} is no size of a picture.", "Write 512 or 512x768, with commas between."
        ) from None


def _seconds(text: str) -> float:
    try:
        found = float(text)
    except ValueError:
        found = 0.0
    if not 0.1 <= found <= 3600:
        raise StudioError(f"{text[:40]!r} is no length of a sound.", "Write seconds: --sizes 5,10,30.")
    return found


def _script(seconds: float) -> str:
    return " ".join([SCRIPT] * max(1, round(seconds * _SPEAKING / len(SCRIPT))))
