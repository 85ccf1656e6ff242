"""Packs, builds, devices and experiences in words. No widgets."""

from __future__ import annotations

from typing import Any, cast

from studio.runtime import ladder
from studio.runtime.environments.progress import BuildProgress
from studio.services.envelope import Experience
from studio.services.proofs import Proof
from studio.ui.bridge.pack_deeds import (
    DISCARD,
    DOWNLOAD,
    EMPTY,
    INSTALL,
    MOVE,
    PROBE,
    REMOVE,
    REPAIR,
    VERIFY,
    Deed,
)
from studio.ui.language import figures, t, time_left, tn
from studio.ui.tabs.engines.model import bytes_of
from studio.ui.tabs.engines.seen import Chip
from studio.ui.widgets.rung_words import helps

_STAGES = {
    "prepare": "Preparing",
    "download": "Downloading",
    "install": "Putting files in their places",
    "check": "Checking every file",
    "smoke": "Trying each engine",
    "finish": "Finishing",
}
_STATES = {"ready": "installed", "missing": "not installed", "incomplete": "incomplete", "broken": "broken"}
_VERDICTS = {
    "wrong": "Computes wrong numbers, so it is not used.",
    "slow": "No faster than the processor, so it is not used.",
    "on_cpu": "Engines would compute on the CPU without saying so, so it is not used.",
    "other_card": "Another card would compute, so it is not used.",
    "crashed": "The process crashed, so it is not used.",
}
_PRECISIONS = ("fp32", "fp16", "bf16")


def state_of_pack(state: str) -> str:
    """Return the state of an environment."""
    return t(_STATES.get(state, state))


def kind_of(accelerator: str) -> str:
    """Return a kind of device as people know it."""
    return {"cuda": "CUDA", "rocm": "ROCm", "directml": "DirectML", "mps": "Metal"}.get(
        accelerator, accelerator.upper()
    )


def title_of(deed: Deed) -> str:
    """Say what is being done."""
    return {
        INSTALL: lambda: t("The pack {pack} is being installed", pack=deed.title),
        REPAIR: lambda: t("The pack {pack} is being repaired", pack=deed.title),
        VERIFY: lambda: t("The pack {pack} is being verified", pack=deed.title),
        REMOVE: lambda: t("The pack {pack} is being removed", pack=deed.title),
        EMPTY: lambda: t("The cache is being emptied"),
        PROBE: lambda: t("{device} is being probed", device=deed.title),
        DOWNLOAD: lambda: t("The model {model} is being loaded", model=deed.title),
        DISCARD: lambda: t("The model {model} is being removed", model=deed.title),
        MOVE: lambda: t("The models are being moved to {folder}", folder=deed.title),
    }[deed.kind]()


def progress_of(progress: BuildProgress | None, left: float | None) -> str:
    """Return stage, share, bytes and the time left, as far as they are known."""
    if progress is None:
        return t("Preparing")
    parts = [t(_STAGES[progress.stage])] if progress.stage in _STAGES else []
    parts.append(f"{round(100 * progress.fraction)} %")
    if progress.stage == "download" and progress.total:
        parts.append(t("{done} of {total}", done=bytes_of(progress.done), total=bytes_of(progress.total)))
    if left is not None:
        parts.append(time_left(left))
    return " · ".join(parts)


def size_or_dash(count: int) -> str:
    """Return a size, a dash where nobody announced one."""
    return bytes_of(count) if count else "–"


def experience(known: Experience) -> str:
    """Return what was learned in a sentence: at which size, how it went."""
    return t("{what}: {how}", what=known.situation.size.replace("x", "×") or t("All work"), how=_how(known))


def circumstances(known: Experience) -> str:
    """Return for what it holds, and with which help."""
    place = known.situation
    device = place.device.rpartition("/")[2]
    parts = [place.model, "CPU" if device == "cpu" else device, place.driver, place.precision]
    if known.rungs:
        parts.append(helps(known.rungs))
    return " · ".join(part for part in parts if part)


def _how(known: Experience) -> str:
    said: list[str] = []
    if known.failures or not known.dirty:
        said.append(t("{worked} of {tried} worked", worked=known.worked, tried=known.tried))
    if known.dirty:
        told = t(
            "crashed {dirty} of {worked} in cleanup, the results were kept", dirty=known.dirty, worked=known.worked
        )
        said.append(told)
    for name, count in sorted(known.failures.items()):
        said.append(tn(count, "{what} once", "{what} {count} times", what=t(ladder.TITLES.get(name, name))))
    return "; ".join(said)


def advice_of(chip: Chip) -> tuple[str, str]:
    """Return what is planned for a card and why, and what to do about it."""
    if chip.advised is None:
        return t("Every engine that needs no card computes on the processor."), ""
    return t(chip.advised.text, **chip.advised.values), t(chip.advised.hint) if chip.advised.hint else ""


def verdict_of(proof: Proof) -> str:
    """Return what a probe found."""
    right = [p for p in _PRECISIONS if p in proof.precisions]
    wrong = [p for p in _PRECISIONS if p not in right]
    if proof.verdict in _VERDICTS:
        return t(_VERDICTS[proof.verdict])
    if wrong:
        return t("Computes right in {right}, and not in {wrong}.", right=", ".join(right), wrong=", ".join(wrong))
    return t("Computes right in {right}.", right=", ".join(right))


def figures_of(proof: Proof) -> str:
    """Return a probe's figures: times beside the processor's, and the largest error in each precision."""
    said: list[str] = []
    here, there = proof.facts.get("seconds"), proof.facts.get("seconds_cpu")
    if isinstance(here, (int, float)) and isinstance(there, (int, float)) and here > 0:
        took, beside = f"{figures(1000 * here, 1)} ms", f"{figures(1000 * there, 1)} ms"
        if proof.device.endswith("/cpu"):
            said.append(t("Matrices: {took}", took=took))
        else:
            said.append(t("Matrices: {took}, on the processor {beside}", took=took, beside=beside))
    errors: dict[str, float] = {}
    checks = proof.facts.get("checks")
    for check in cast("list[Any]", checks) if isinstance(checks, list) else []:
        values = cast("dict[str, Any]", check) if isinstance(check, dict) else {}
        error, precision = values.get("error"), values.get("precision")
        if isinstance(error, (int, float)) and isinstance(precision, str):
            errors[precision] = max(errors.get(precision, 0.0), float(error))
    if errors:
        worst = ", ".join(f"{p} {figures(100 * errors[p], 3)} %" for p in _PRECISIONS if p in errors)
        said.append(t("largest error: {worst}", worst=worst))
    return " · ".join(said)
