"""Colours as triples of red, green, blue from 0 to 1, mixed the way eyes mix them. Pure; any thread."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.floating]
Colour = tuple[float, float, float]

_TO_CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
_FROM_LAB = np.linalg.inv(_TO_LAB)
_FROM_CONES = np.linalg.inv(_TO_CONES)


def of_hex(text: str) -> Colour:
    """Return the colour that six digits name."""
    return int(text[0:2], 16) / 255, int(text[2:4], 16) / 255, int(text[4:6], 16) / 255


def _triple(values: Sequence[float] | NDArray[np.float64]) -> Colour:
    return float(values[0]), float(values[1]), float(values[2])


def to_lab(colours: Sequence[Colour] | NDArray[np.float64]) -> NDArray[np.float64]:
    """Convert colours, one a row, to lightness and two opponent hues (OKLab)."""
    rgb = np.asarray(colours, np.float64).clip(0, 1)
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return np.cbrt(_times(linear, _TO_CONES)) @ _TO_LAB.T


def from_lab(lab: NDArray[np.float64]) -> NDArray[np.float64]:
    """Convert back; what no screen shows is clipped."""
    linear = _times((lab @ _FROM_LAB.T) ** 3, _FROM_CONES).clip(0, 1)
    return np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)


def _times(rows: NDArray[np.float64], matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    return rows @ matrix.T


def mix(a: Colour, b: Colour, part: float) -> Colour:
    """Return the colour that lies `part` of the way from a to b."""
    lab = to_lab([a, b])
    return _triple(from_lab(lab[:1] + (lab[1:] - lab[:1]) * part)[0])


def scaled(a: Colour, by: Colour) -> Colour:
    """Return a colour as it looks under a coloured light."""
    return _triple([min(1.0, x * y) for x, y in zip(a, by, strict=True)])


def shifted(a: Colour, *, light: float = 0.0, chroma: float = 1.0) -> Colour:
    """Return a colour made lighter or darker, paler or stronger."""
    lab = to_lab([a])
    lab[:, 0] = (lab[:, 0] + light).clip(0, 1)
    lab[:, 1:] *= chroma
    return _triple(from_lab(lab)[0])


def lightness(a: Colour) -> float:
    """How light a colour looks, from 0 to 1."""
    return float(to_lab([a])[0, 0])


def ramp(stops: Sequence[tuple[float, Colour]], places: NDArray[np.float32]) -> Pixels:
    """Return the colours at places of a gradient, without kinks between its stops."""
    at = np.array([s[0] for s in stops])
    lab = to_lab([s[1] for s in stops])
    fine = np.linspace(0.0, 1.0, 1024)
    steps = np.interp(fine, at, np.arange(len(stops)))
    low = np.floor(steps).astype(int).clip(0, max(0, len(stops) - 2))
    part = steps - low
    part = part + 0.5 * (part * part * (3 - 2 * part) - part)  # half way to an S: soft joins, yet no bands
    high = np.minimum(low + 1, len(stops) - 1)
    table = from_lab(lab[low] + (lab[high] - lab[low]) * part[:, None])
    place = places.clip(0, 1) * 1023
    out = np.empty((*places.shape, 3), np.float32)
    for channel in range(3):
        out[..., channel] = np.interp(place, np.arange(1024), table[:, channel])
    return out


def varied(a: Colour, r: np.random.Generator, amount: float = 0.04) -> Colour:
    """Return a colour a little beside this one."""
    lab = to_lab([a])
    lab[0] += r.normal(0, amount, 3) * (1.0, 0.5, 0.5)
    return _triple(from_lab(lab)[0])
