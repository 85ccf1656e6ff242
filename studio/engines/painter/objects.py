"""Figures of smaller things, and of those that stand alone on a cover. Each stands on 0 and is about 1 high."""

from __future__ import annotations

import math

import numpy as np
from figure import Figure, smooth, stroke

Dice = np.random.Generator


def campfire(f: Figure, r: Dice) -> None:
    """A fire on logs."""
    for turn in (-1, 1):
        f.line([(-0.38 * turn, -0.02), (0.34 * turn, 0.16)], 0.11, "trunk")
    for x in (-0.4, -0.2, 0.02, 0.22, 0.42):
        f.oval(x, -0.02, 0.11, 0.075, "rock")
    for paint, size in (("accent", 1.0), ("fire", 0.76), ("window", 0.5), ("light", 0.26)):
        points = [
            (-0.26, 0.08),
            (-0.24, 0.36),
            (-0.1, 0.5),
            (-0.08, 0.76),
            (0.03, 0.98),
            (0.1, 0.66),
            (0.22, 0.5),
            (0.25, 0.24),
            (0.2, 0.08),
        ]
        f.poly(smooth([(x * size, 0.08 + (y - 0.08) * size) for x, y in points]), paint, glows=True)
    for _ in range(9):
        x, y = float(r.normal(0, 0.16)), float(r.uniform(0.9, 1.8))
        f.oval(x, y, 0.013, 0.013, "fire", glows=True)
    f.halo(0, 0.4, 0.95, (1.0, 0.5, 0.15))
    f.halo(0, 0.35, 0.4, (1.0, 0.75, 0.35))


def lantern(f: Figure, r: Dice) -> None:
    """A lantern with a burning light."""
    del r
    f.line(smooth([(-0.17, 0.8), (0, 1.06), (0.17, 0.8)]), 0.03, "dark")
    f.poly([(-0.2, 0.78), (0.2, 0.78), (0.09, 0.9), (-0.09, 0.9)], "dark")
    f.poly([(-0.2, 0.12), (0.2, 0.12), (0.17, 0.78), (-0.17, 0.78)], "window", glows=True)
    f.poly(smooth([(-0.06, 0.2), (-0.05, 0.4), (0, 0.58), (0.05, 0.4), (0.06, 0.2)]), "light", glows=True)
    for x in (-0.19, -0.065, 0.065, 0.19):
        f.line([(x, 0.12), (x * 0.86, 0.78)], 0.022, "dark")
    f.rect(0, 0.0, 0.48, 0.13, "dark")
    f.halo(0, 0.45, 0.85, (1.0, 0.62, 0.22))


def streetlamp(f: Figure, r: Dice) -> None:
    """An old street lamp."""
    del r
    f.poly([(-0.05, -0.02), (0.05, -0.02), (0.018, 0.14), (0.014, 0.8), (-0.014, 0.8), (-0.018, 0.14)], "dark")
    f.poly([(-0.05, 0.8), (0.05, 0.8), (0.08, 0.94), (-0.08, 0.94)], "window", glows=True)
    f.poly([(-0.1, 0.94), (0.1, 0.94), (0.03, 1.0), (-0.03, 1.0)], "dark")
    f.rect(0, 0.78, 0.12, 0.022, "dark")
    f.line([(-0.11, 0.72), (0.11, 0.72)], 0.014, "dark")
    f.halo(0, 0.87, 0.3, (1.0, 0.72, 0.32))
    f.halo(0, 0.87, 0.1, (1.0, 0.9, 0.6))


def fence(f: Figure, r: Dice) -> None:
    """A wooden fence; 1 high, about 6 wide."""
    for number in range(9):
        x = -3 + number * 0.75
        lean = float(r.normal(0, 0.03))
        f.poly(
            [(x - 0.06, -0.1), (x + 0.06, -0.1), (x + 0.06 + lean, 0.92), (x + lean, 1.0), (x - 0.06 + lean, 0.92)],
            "wood",
        )
    for y in (0.34, 0.7):
        f.line(
            [(-3.2, y + float(r.normal(0, 0.02))), (0, y + 0.02), (3.2, y + float(r.normal(0, 0.02)))], 0.09, "wall2"
        )


def bench(f: Figure, r: Dice) -> None:
    """A park bench; 1 high, about 2.2 wide."""
    del r
    for x in (-0.85, 0.85):
        f.line([(x, -0.02), (x, 0.45), (x - 0.05, 1.0)], 0.07, "dark")
        f.line([(x + 0.16, -0.02), (x + 0.16, 0.42)], 0.06, "dark")
    for y in (0.6, 0.75, 0.9):
        f.rect(-0.03, y, 2.1, 0.09, "wood")
    f.rect(0.06, 0.4, 2.1, 0.1, "wall2")


def sign(f: Figure, r: Dice) -> None:
    """A signpost with two arms."""
    del r
    f.rect(0, -0.03, 0.07, 1.03, "wood")
    f.poly([(-0.06, 0.72), (0.42, 0.74), (0.54, 0.82), (0.42, 0.9), (-0.06, 0.88)], "wall2")
    f.poly([(0.06, 0.5), (-0.38, 0.48), (-0.5, 0.56), (-0.38, 0.64), (0.06, 0.66)], "wood")


def pole(f: Figure, r: Dice) -> None:
    """A telephone pole."""
    del r
    f.line([(0, -0.03), (0, 1.0)], 0.03, "trunk")
    for y, half in ((0.93, 0.2), (0.83, 0.15)):
        f.line([(-half, y), (half, y)], 0.025, "trunk")
        for x in (-half, -half * 0.45, half * 0.45, half):
            f.rect(x, y + 0.01, 0.018, 0.035, "white")


def umbrella(f: Figure, r: Dice) -> None:
    """A striped sunshade."""
    del r
    f.line([(0, -0.05), (0.06, 0.9)], 0.028, "wood")
    for number in range(6):
        a, b = math.pi * number / 6, math.pi * (number + 1) / 6
        t = np.linspace(a, b, 8)
        rim = np.stack([0.06 + np.cos(t) * 0.62, 0.58 + np.sin(t) * 0.36], 1)
        left, right = 0.06 + math.cos(a) * 0.62, 0.06 + math.cos(b) * 0.62
        f.poly(
            np.concatenate([[[0.06, 0.97], [left, 0.58]], rim[:1], rim, [[right, 0.58]]]),
            "accent" if number % 2 else "white",
        )
        f.poly(
            [(left, 0.6), ((left + right) / 2, 0.63), (right, 0.6), (0.06, 0.97)], "accent" if number % 2 else "white"
        )


def microphone(f: Figure, r: Dice) -> None:
    """A studio microphone on its stand."""
    del r
    f.oval(0, 0.02, 0.3, 0.045, "dark")
    f.line([(0, 0.02), (0, 0.3)], 0.045, "metal")
    arc = [(math.cos(t) * 0.25, 0.55 + math.sin(t) * 0.25) for t in np.linspace(math.pi, 2 * math.pi, 24)]
    f.line([(-0.25, 0.66), *arc, (0.25, 0.66)], 0.035, "metal")
    f.poly(_pill(0, 0.68, 0.17, 0.32), "dark")
    f.poly(_pill(0, 0.68, 0.155, 0.305), "metal")
    f.poly(_pill(0.03, 0.69, 0.105, 0.28), "stone")
    for number in range(6):
        f.rect(0, 0.74 + number * 0.036, 0.29 - 0.02 * max(0, number - 3), 0.012, "dark")
    f.rect(0, 0.655, 0.325, 0.05, "accent")
    f.rect(0, 0.47, 0.2, 0.012, "dark")


def _pill(x: float, y: float, half: float, high: float) -> np.ndarray:
    t = np.linspace(0, math.pi, 20)
    top = np.stack([x + np.cos(t) * half, y + high - half + np.sin(t) * half], 1)
    low = np.stack([x + np.cos(t + math.pi) * half, y - high + half + np.sin(t + math.pi) * half], 1)
    return np.concatenate([top, low])


def headphones(f: Figure, r: Dice) -> None:
    """A pair of headphones."""
    del r
    arc = [(math.cos(t) * 0.4, 0.5 + math.sin(t) * 0.44) for t in np.linspace(-0.05, math.pi + 0.05, 40)]
    f.line(arc, 0.1, "dark")
    f.line(arc, 0.05, "accent")
    for side in (-1, 1):
        f.poly(_pill(side * 0.4, 0.32, 0.1, 0.23), "dark")
        f.poly(_pill(side * 0.345, 0.32, 0.075, 0.2), "wall2")
        f.poly(_pill(side * 0.43, 0.32, 0.055, 0.18), "accent")


def vinyl(f: Figure, r: Dice) -> None:
    """A record."""
    del r
    f.oval(0, 0.5, 0.5, 0.5, "dark")
    for number in range(9):
        size = 0.47 - number * 0.032
        f.oval(0, 0.5, size, size, "asphalt" if number % 2 else "dark")
    for turn in (0.6, 0.6 + math.pi):
        t = np.linspace(turn - 0.16, turn + 0.16, 8)
        f.poly(np.concatenate([[[0, 0.5]], np.stack([np.cos(t) * 0.46, 0.5 + np.sin(t) * 0.46], 1)]), "metal")
    f.oval(0, 0.5, 0.18, 0.18, "accent")
    f.oval(0, 0.5, 0.11, 0.11, "accent2")
    f.oval(0, 0.5, 0.022, 0.022, "white")


def note(f: Figure, r: Dice) -> None:
    """Two quavers under a beam."""
    del r
    for x, y in ((-0.2, 0.12), (0.3, 0.2)):
        f.oval(x, y, 0.15, 0.11, "dark", turn=0.35)
        f.rect(x + 0.12, y, 0.045, 0.68, "dark")
    f.poly([(-0.1, 0.82), (0.44, 0.9), (0.44, 0.74), (-0.1, 0.66)], "dark")


def guitar(f: Figure, r: Dice) -> None:
    """An acoustic guitar, upright."""
    del r
    half = [(0.2, 0.04), (0.24, 0.2), (0.15, 0.33), (0.17, 0.44), (0.08, 0.52)]
    body = smooth([(0, 0.0), *((-x, y) for x, y in half), *half[::-1], (0, 0.0)])
    f.poly(body, "wood")
    f.poly([(x * 0.93, 0.02 + y * 0.95) for x, y in body], "dune")
    f.oval(0, 0.33, 0.075, 0.075, "trunk")
    f.rect(0, 0.4, 0.05, 0.48, "trunk")
    f.rect(0, 0.86, 0.08, 0.13, "wood")
    f.rect(0, 0.14, 0.15, 0.025, "trunk")
    for number in range(4):
        x = -0.015 + number * 0.01
        f.line([(x, 0.15), (x, 0.95)], 0.003, "white")
    for y in (0.89, 0.93, 0.97):
        for side in (-1, 1):
            f.oval(side * 0.052, y, 0.013, 0.01, "metal")


def heart(f: Figure, r: Dice) -> None:
    """A heart."""
    del r
    t = np.linspace(0, 2 * math.pi, 80)
    x = 16 * np.sin(t) ** 3
    y = 13 * np.cos(t) - 5 * np.cos(2 * t) - 2 * np.cos(3 * t) - np.cos(4 * t)
    f.poly(np.stack([x / 34, 0.53 + y / 34], 1), "accent")
    f.oval(0.22, 0.74, 0.09, 0.06, "blossom", turn=-0.6)


def book(f: Figure, r: Dice) -> None:
    """An open book; about 1.5 wide."""
    del r
    f.poly([(-0.78, 0.05), (0, -0.02), (0.78, 0.05), (0.78, 0.72), (0, 0.64), (-0.78, 0.72)], "accent")
    for side in (-1, 1):
        page = smooth([(0, 0.04), (side * 0.3, 0.14), (side * 0.72, 0.1)]) + smooth(
            [(side * 0.72, 0.78), (side * 0.3, 0.82), (0, 0.7)]
        )
        f.poly(page, "white" if side > 0 else "wall")
        for line in range(6):
            y = 0.66 - line * 0.085
            f.line(smooth([(side * 0.1, y), (side * 0.34, y + 0.06), (side * 0.62, y + 0.04)]), 0.014, "stone")
    f.line([(0, 0.02), (0, 0.7)], 0.018, "wall2")


def cup(f: Figure, r: Dice) -> None:
    """A steaming cup."""
    del r
    f.oval(0.02, 0.03, 0.48, 0.06, "wall2")
    f.line(smooth([(0.28, 0.46), (0.5, 0.42), (0.48, 0.2), (0.22, 0.16)]), 0.06, "white")
    f.poly(smooth([(-0.34, 0.54), (-0.3, 0.2), (-0.16, 0.04), (0.16, 0.04), (0.3, 0.2), (0.34, 0.54)]), "white")
    f.poly([(-0.34, 0.54), (-0.3, 0.2), (-0.16, 0.04), (-0.1, 0.04), (-0.16, 0.54)], "wall")
    f.oval(0, 0.54, 0.34, 0.07, "wall")
    f.oval(0, 0.535, 0.29, 0.05, "trunk")
    for x in (-0.13, 0.02, 0.16):
        f.curve([(x, 0.64), (x + 0.05, 0.76), (x - 0.04, 0.88), (x + 0.03, 1.02)], [0.012, 0.03, 0.026, 0.004], "white")


def bulb(f: Figure, r: Dice) -> None:
    """A light bulb that shines."""
    del r
    f.halo(0, 0.65, 0.55, (1.0, 0.8, 0.4))
    t = np.linspace(-0.32 * math.pi, 1.32 * math.pi, 40)
    f.poly(
        np.concatenate([np.stack([np.cos(t) * 0.33, 0.66 + np.sin(t) * 0.33], 1), [[-0.14, 0.26], [0.14, 0.26]]]),
        "window",
        glows=True,
    )
    f.oval(0.08, 0.78, 0.12, 0.12, "light", glows=True)
    f.line(
        [(-0.06, 0.28), (-0.09, 0.6), (-0.03, 0.52), (0.03, 0.6), (0.07, 0.52), (0.09, 0.6), (0.06, 0.28)],
        0.016,
        "fire",
    )
    for y in (0.06, 0.13, 0.2):
        f.rect(0, y, 0.28, 0.055, "metal")
    f.rect(0, 0.0, 0.13, 0.06, "dark")


def wires(a: tuple[float, float], b: tuple[float, float], sag: float, width: float) -> np.ndarray:
    """Return a wire that hangs between two places, y downwards."""
    t = np.linspace(0, 1, 24)
    line = [(a[0] + (b[0] - a[0]) * s, a[1] + (b[1] - a[1]) * s + sag * 4 * s * (1 - s)) for s in t]
    return stroke([(float(x), float(y)) for x, y in line], width)
