"""With which tool the timeline is used, and how edits behave. Pure; any thread."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Tool(StrEnum):
    """What the left button does with a clip."""

    SELECT = "select"
    BLADE = "blade"
    SLIP = "slip"


@dataclass(frozen=True)
class Ways:
    """How edits behave; remembered from one start to the next."""

    snap: bool = True
    ripple: bool = False
    grid: bool = False  # the ruler's lines attract
    follow: bool = True  # the view goes along with the playhead
    tall: float = 1.0  # times the height that the tracks have
