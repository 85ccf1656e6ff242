"""What this machine can do and what is worth installing on it, in words. No widgets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studio.ui.language import t, tn

if TYPE_CHECKING:
    from studio.services.first_run import FirstRun


def sentence(plan: FirstRun) -> str:
    """Return what the cards come to."""
    from studio.runtime.detection import advice

    said = [t(one.text, **one.values) for one in plan.advised]
    if plan.advised[0].accelerator == "cpu":
        said.append(t(advice.ON_CPU))
    if not plan.wanted and plan.packs:
        said.append(t("Everything that this computer can use is installed."))
    return " ".join(said)


def in_short(plan: FirstRun) -> str:
    """Return what the best device comes to, and how much could be installed."""
    best = plan.advised[0]
    return " ".join([t(best.text, **best.values), offer(plan)]).strip()


def offer(plan: FirstRun) -> str:
    """Return how much could be installed; empty where nothing is left."""
    count = len(plan.wanted)
    return tn(count, "One pack is worth installing.", "{count} packs are worth installing.") if count else ""
