"""What the studio learned of an engine at a size: with what it worked, what it starts with. In the form, in words."""

from __future__ import annotations

from collections.abc import Sequence

from studio.services.envelope import DIRTY_ENOUGH, Experience
from studio.ui.language import t, tn
from studio.ui.widgets.rung_words import helps


def sentence(known: Sequence[Experience], size: str) -> str:
    """Say how an engine fared at a size the last time it worked; "" where nothing had to be learned."""
    here = [one for one in known if one.situation.size == size and one.worked]
    if not here:
        return ""
    last = max(here, key=lambda one: one.updated)
    said = [t("At this size it worked here: {helps}.", helps=helps(last.rungs))] if last.rungs else []
    if last.dirty_now:
        crashed = tn(
            last.dirty_now,
            "It crashed while it cleaned up; the picture was kept.",
            "It crashed {count} times in a row while it cleaned up; every picture was kept.",
        )
        said.append(crashed)
    if last.dirty_now >= DIRTY_ENOUGH:
        said.append(t("The next one starts with safer settings."))
    return " ".join(said)
