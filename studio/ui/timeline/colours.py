"""In which colour a track is shown. The GUI thread.

`Track.colour` holds the number of one of the theme's eight, from "1"; empty is that of the track's place.
"""

from __future__ import annotations

from PySide6.QtGui import QColor

from studio.domain.project import Track
from studio.ui.theme.look import look


def colour_of(track: Track, row: int) -> QColor:
    """Return a track's colour in the theme that is shown."""
    chosen = track.colour
    return look.speaker(int(chosen) - 1 if chosen.isascii() and chosen.isdigit() and len(chosen) < 4 else row)


def faded(token: str, alpha: int) -> QColor:
    """Return a colour of the theme that lets through what lies beneath, the more the lower `alpha` of 255 is."""
    colour = look.colour(token)
    colour.setAlpha(alpha)
    return colour
