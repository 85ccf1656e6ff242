"""The colours and measures of the window. Pure; any thread. Nothing in the window names a colour but by a token."""

from __future__ import annotations

from dataclasses import dataclass

GRID = 8
HALF = 4  # inside controls, and between a label and its field
MARGIN = 16
GROUP = 24
RADIUS = 6
CARD_RADIUS = 8
RAIL_WIDTH = 72
INSPECTOR_WIDTH = 300
FOCUS = 2

BODY, SECONDARY, CAPTION, TITLE, WELCOME = 13, 12, 11, 16, 22  # pixels at 100 % text


@dataclass(frozen=True)
class Theme:
    """One set of colours."""

    name: str
    canvas: str
    surface: str
    raised: str
    line: str
    text: str
    muted: str
    accent: str
    on_accent: str
    good: str
    warn: str
    bad: str
    speakers: tuple[str, ...]

    @property
    def border(self) -> str:
        """For borders that carry meaning: three to one against every ground."""
        return mixed(self.line, self.muted, 0.62)

    @property
    def chosen(self) -> str:
        """The ground of what is chosen."""
        return mixed(self.surface, self.accent, 0.16)


DARK = Theme(
    name="dark",
    canvas="#14161a",
    surface="#1b1e24",
    raised="#242830",
    line="#343a45",
    text="#e8eaee",
    muted="#a3abb8",
    accent="#7aa2ff",
    on_accent="#0b1020",
    good="#63c08a",
    warn="#e2b04a",
    bad="#f0807a",
    speakers=("#7aa2ff", "#f2a65a", "#63c08a", "#d58bd8", "#5fc3cf", "#e0d36a", "#f0807a", "#b0a3ff"),
)
LIGHT = Theme(
    name="light",
    canvas="#f4f5f7",
    surface="#ffffff",
    raised="#ebedf1",
    line="#c9ced8",
    text="#1a1d23",
    muted="#565e6c",
    accent="#2f5bd8",
    on_accent="#ffffff",
    good="#1c7a46",
    warn="#8a5d00",
    bad="#b3261e",
    speakers=("#2f5bd8", "#a4540a", "#1c7a46", "#8e3a92", "#0f6f7c", "#6f6400", "#b3261e", "#5b48c9"),
)
THEMES = {theme.name: theme for theme in (DARK, LIGHT)}


def mixed(first: str, second: str, share: float) -> str:
    """Return a colour between two, `share` of the second."""
    parts = [(int(first[i : i + 2], 16), int(second[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in parts)


def contrast(first: str, second: str) -> float:
    """Return the contrast of two colours as WCAG counts it."""
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
