"""The frame around a picture that is to be continued: how far beyond each side. Pure; any thread."""

from __future__ import annotations

from dataclasses import dataclass, replace

SIDES = ("left", "top", "right", "bottom")
STEP = 8  # pixels; models compute in such steps


@dataclass(frozen=True)
class Frame:
    """A picture's own size on the canvas, and what is added on each side, in pixels."""

    width: int
    height: int
    left: int = 0
    top: int = 0
    right: int = 0
    bottom: int = 0

    @property
    def size(self) -> tuple[int, int]:
        """Of the canvas."""
        return self.width + self.left + self.right, self.height + self.top + self.bottom

    @property
    def extended(self) -> bool:
        """Whether there is anything around the picture."""
        return any((self.left, self.top, self.right, self.bottom))

    @property
    def alone(self) -> Frame:
        """The picture with nothing around it."""
        return Frame(self.width, self.height)

    def grown(self, side: str, by: float, *, most: int) -> Frame:
        """Return the frame with one side farther out, in whole steps; none is farther in than the picture."""
        now: int = getattr(self, side)
        along = self.size[0] if side in {"left", "right"} else self.size[1]
        wanted = round((now + by) / STEP) * STEP
        return replace(self, **{side: max(0, min(wanted, now + max(0, (most - along) // STEP * STEP)))})


def around(width: int, height: int, wanted: tuple[int, int], *, least: int, most: int) -> Frame:
    """Return the frame of a picture that starts a canvas: as large as the canvas lets it be, in steps, within limits.

    It may cover less than the canvas in one direction; the canvas is then what the picture is.
    """
    scale = min(wanted[0] / width, wanted[1] / height)
    return Frame(*(_stepped(side * scale, least, most) for side in (width, height)))


def _stepped(side: float, least: int, most: int) -> int:
    return max(-(-least // STEP) * STEP, min(most // STEP * STEP, round(side / STEP) * STEP))
