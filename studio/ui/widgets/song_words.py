"""Why something cannot be done with a song, in words. The GUI thread for the language."""

from __future__ import annotations

from studio.services import styling
from studio.services.song_work import COVER, EXTEND, REPAINT
from studio.services.styling import Fitted
from studio.ui.language import t


def why_not(way: str, engine: str) -> str:
    """Return that an engine cannot work on a song in a way; `engine` is its title."""
    return {
        REPAINT: t("{engine} cannot make a part of a song anew.", engine=t(engine)),
        EXTEND: t("{engine} cannot let a song go on.", engine=t(engine)),
        COVER: t("{engine} cannot make a song again in another way.", engine=t(engine)),
    }[way]


def left_out(fits: Fitted, engine: str) -> list[str]:
    """Return what becomes of a style with an engine otherwise than one might think."""
    names = {
        styling.TEMPO: t("the tempo"),
        styling.KEY: t("the key"),
        styling.REFERENCE: t("the reference"),
        styling.TEXT: t("the words"),
    }

    def told(parts: tuple[str, ...]) -> str:
        return ", ".join(names.get(part, t("the end of the words")) for part in parts)

    found: list[str] = []
    if fits.in_words:
        found.append(t("{engine} reads this in the words: {what}.", engine=t(engine), what=told(fits.in_words)))
    if fits.left_out:
        found.append(t("{engine} does not take this of the style: {what}.", engine=t(engine), what=told(fits.left_out)))
    return found
