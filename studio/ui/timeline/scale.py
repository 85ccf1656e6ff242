"""Which sample lies at which pixel, and what zooming makes of that. Pure; any thread."""

from __future__ import annotations

from dataclasses import dataclass, replace

_FINEST = 1 / 8  # samples a pixel
_COARSEST = 48_000 * 60.0
_SPARE = 1.06  # of the piece's length that a fit shows


@dataclass(frozen=True)
class Scale:
    """What a timeline shows: `first` is the sample at its left edge, `per_pixel` how many samples a pixel holds."""

    first: float = 0.0
    per_pixel: float = 2_400.0
    width: int = 1_000

    @property
    def last(self) -> float:
        """The sample at the right edge."""
        return self.first + self.width * self.per_pixel

    def x(self, sample: float) -> float:
        """Return where a sample lies."""
        return (sample - self.first) / self.per_pixel

    def sample(self, x: float) -> int:
        """Return which sample lies at a pixel; none lies before 0."""
        return max(0, round(self.first + x * self.per_pixel))

    def zoomed(self, factor: float, x: float) -> Scale:
        """Return the scale with so many times the detail, where the sample at `x` stays at its place."""
        finer = min(_COARSEST, max(_FINEST, self.per_pixel / factor))
        return replace(self, per_pixel=finer, first=max(0.0, self.first + x * (self.per_pixel - finer)))

    def panned(self, pixels: float) -> Scale:
        """Return the scale moved to the right by so many pixels, at most to the begin."""
        return replace(self, first=max(0.0, self.first + pixels * self.per_pixel))

    def resized(self, width: int) -> Scale:
        """Return the scale for another width, with the same begin and detail."""
        return replace(self, width=max(1, width))

    def fitted(self, start: int, end: int) -> Scale:
        """Return the scale that shows everything between two samples."""
        per_pixel = min(_COARSEST, max(_FINEST, (end - start) * _SPARE / self.width))
        return replace(self, first=float(max(0, start)), per_pixel=per_pixel)

    def showing(self, sample: int, *, share: float = 0.1) -> Scale:
        """Return the scale moved so that a sample is seen; the same where it is seen already."""
        if self.first <= sample < self.last:
            return self
        return replace(self, first=max(0.0, sample - share * self.width * self.per_pixel))
