"""Figures of what carries people, on water, land and in the air. Lit from the right, about 1 high or 1 wide."""

from __future__ import annotations

import math

import numpy as np
from figure import Figure, smooth

Dice = np.random.Generator


def boat(f: Figure, r: Dice) -> None:
    """A rowing boat with somebody in it; 1.6 wide."""
    f.poly(smooth([(-0.8, 0.3), (-0.62, 0.02), (-0.3, -0.06), (0.3, -0.06), (0.62, 0.03), (0.84, 0.34)]), "wood")
    f.poly([(-0.8, 0.3), (-0.75, 0.22), (0.77, 0.25), (0.84, 0.34), (0.3, 0.22), (-0.3, 0.2)], "wall2")
    if r.random() < 0.7:
        f.poly([(-0.17, 0.2), (0.13, 0.2), (0.1, 0.55), (0.02, 0.64), (-0.08, 0.62), (-0.15, 0.5)], "coat")
        f.oval(-0.01, 0.74, 0.085, 0.1, "skin")
        f.poly([(-0.15, 0.78), (0.13, 0.78), (0.06, 0.86), (-0.08, 0.86)], "dark")
        f.line([(0.05, 0.45), (0.55, 0.12), (0.72, -0.04)], [0.03, 0.025, 0.04], "wood")


def ship(f: Figure, r: Dice) -> None:
    """A sailing boat with two sails."""
    del r
    f.poly(smooth([(-0.36, 0.1), (-0.3, -0.02), (0.26, -0.02), (0.44, 0.12)]), "wood")
    f.poly([(-0.36, 0.1), (0.44, 0.12), (0.41, 0.085), (-0.34, 0.07)], "accent")
    f.rect(0.0, 0.08, 0.014, 0.92, "wood")
    f.poly([*smooth([(-0.01, 0.95), (-0.22, 0.45), (-0.33, 0.16)]), (-0.01, 0.16)], "sail")
    f.poly(
        [(-0.01, 0.95), (-0.01, 0.16), (-0.11, 0.16), *smooth([(-0.11, 0.16), (-0.07, 0.55), (-0.01, 0.95)])], "wall"
    )
    f.poly([(0.02, 0.88), *smooth([(0.02, 0.88), (0.23, 0.45), (0.41, 0.15)]), (0.02, 0.17)], "sail")
    f.poly([(0.0, 1.0), (-0.09, 0.975), (0.0, 0.95)], "accent")


def balloon(f: Figure, r: Dice) -> None:
    """A hot-air balloon in stripes; stands on its basket."""
    t = np.linspace(-0.5 * math.pi + 0.36, 1.5 * math.pi - 0.36, 60)
    wide = np.cos(t) * 0.36
    high = 0.63 + np.sin(t) * np.where(np.sin(t) < 0, 0.42, 0.37)
    pinch = np.where(high < 0.5, 1 - (0.5 - high) * 0.62, 1.0)
    outline = np.stack([wide * pinch, high], 1)
    f.poly(outline, "accent")
    scheme = [("accent", "accent2"), ("accent", "white"), ("accent3", "accent2"), ("accent", "sail")][
        int(r.integers(4))
    ]
    upward = outline[np.argsort(outline[:, 1])]
    half = upward[upward[:, 0] >= 0]
    for number in range(7):
        left, right = (math.sin((n / 7 - 0.5) * math.pi) for n in (number, number + 1))
        f.poly(np.concatenate([half * (left, 1), (half * (right, 1))[::-1]]), scheme[number % 2])
    f.poly(np.concatenate([half * (-1.0, 1), (half * (math.sin(-0.32 * math.pi), 1))[::-1]]), "roof")
    for x in (-0.07, 0.07):
        f.line([(x * 1.5, 0.25), (x * 0.75, 0.1)], 0.008, "dark")
    f.poly([(-0.065, 0.1), (0.065, 0.1), (0.055, 0.0), (-0.055, 0.0)], "wood")
    f.rect(0, 0.09, 0.145, 0.02, "wall2")


def airship(f: Figure, r: Dice) -> None:
    """An airship; about 2.4 wide."""
    del r
    f.oval(0, 0.55, 1.2, 0.34, "wall2")
    f.oval(0.05, 0.62, 1.05, 0.24, "wall")
    for y in (0.38, 0.55):
        f.line(smooth([(-1.1, 0.53), (0, y), (1.15, 0.56)]), 0.012, "stone")
    f.poly([(-1.0, 0.6), (-1.38, 0.9), (-1.3, 0.58)], "accent")
    f.poly([(-1.0, 0.5), (-1.38, 0.2), (-1.3, 0.52)], "roof")
    f.poly([(-0.3, 0.24), (0.35, 0.24), (0.25, 0.08), (-0.22, 0.08)], "dark")
    for x in (-0.14, 0.0, 0.14):
        f.rect(x, 0.13, 0.06, 0.05, "window", glows=True)


def plane(f: Figure, r: Dice) -> None:
    """An aeroplane that climbs to the right; about 1.6 wide."""
    del r
    f.poly(
        smooth([(-0.75, 0.5), (-0.2, 0.42), (0.5, 0.44), (0.8, 0.54), (0.55, 0.62), (-0.2, 0.6), (-0.75, 0.56)]),
        "white",
    )
    f.poly([(-0.05, 0.52), (0.22, 0.5), (-0.32, 0.1), (-0.45, 0.12)], "stone")
    f.poly([(-0.05, 0.58), (0.15, 0.58), (-0.18, 0.84), (-0.28, 0.84)], "wall")
    f.poly([(-0.74, 0.54), (-0.56, 0.55), (-0.72, 0.8), (-0.84, 0.8)], "accent")
    for x in np.linspace(-0.35, 0.45, 9):
        f.oval(float(x), 0.55, 0.02, 0.022, "accent3")


def rocket(f: Figure, r: Dice) -> None:
    """A rocket on its flame."""
    del r
    f.poly(smooth([(-0.09, 0.2), (-0.06, 0.05), (0, -0.28), (0.06, 0.05), (0.09, 0.2)]), "fire", glows=True)
    f.poly(smooth([(-0.05, 0.2), (0, -0.08), (0.05, 0.2)]), "light", glows=True)
    f.poly([(-0.12, 0.45), (-0.26, 0.2), (-0.24, 0.14), (-0.1, 0.25)], "accent")
    f.poly([(0.12, 0.45), (0.26, 0.2), (0.24, 0.14), (0.1, 0.25)], "accent")
    f.poly(smooth([(-0.1, 0.2), (-0.145, 0.5), (-0.1, 0.8), (0, 1.02), (0.1, 0.8), (0.145, 0.5), (0.1, 0.2)]), "white")
    f.poly([*smooth([(-0.1, 0.2), (-0.145, 0.5), (-0.1, 0.8), (0, 1.02)]), (-0.05, 0.8), (-0.06, 0.2)], "stone")
    f.poly(smooth([(-0.085, 0.85), (0, 1.02), (0.085, 0.85)]), "accent")
    f.oval(0.01, 0.62, 0.058, 0.058, "dark")
    f.oval(0.015, 0.625, 0.042, 0.042, "accent3")
    f.poly([(-0.02, 0.42), (0.02, 0.42), (0.025, 0.12), (-0.025, 0.12)], "accent")
    f.halo(0, 0.02, 0.35, (1.0, 0.6, 0.25))


def ufo(f: Figure, r: Dice) -> None:
    """A flying saucer with its beam; about 1.6 wide."""
    del r
    f.oval(0.0, 0.72, 0.3, 0.24, "ice")
    f.oval(0.08, 0.78, 0.12, 0.11, "white")
    f.oval(0, 0.56, 0.82, 0.17, "metal")
    f.oval(0.05, 0.6, 0.7, 0.1, "stone")
    f.oval(0, 0.48, 0.4, 0.07, "dark")
    for number in range(7):
        f.oval(-0.6 + number * 0.2, 0.53 - 0.05 * math.cos((number - 3) / 3 * 1.4), 0.035, 0.03, "window", glows=True)
    f.halo(0, 0.45, 0.55, (0.35, 0.75, 0.6))


def train(f: Figure, r: Dice) -> None:
    """A steam train with three coaches; 1 high, about 7 wide, driving to the right."""
    for number in range(3):
        x = -2.9 + number * 1.5
        f.rect(x, 0.16, 1.4, 0.6, "accent")
        f.rect(x, 0.74, 1.46, 0.09, "dark")
        for window in range(4):
            f.rect(x - 0.48 + window * 0.32, 0.42, 0.2, 0.22, "window", glows=True)
        for wheel in (-0.4, 0.4):
            f.oval(x + wheel, 0.1, 0.12, 0.12, "dark")
    f.rect(1.45, 0.16, 0.85, 0.62, "accent3")
    f.rect(1.45, 0.76, 0.95, 0.09, "dark")
    f.rect(1.35, 0.46, 0.3, 0.24, "window", glows=True)
    f.rect(2.35, 0.18, 1.15, 0.4, "accent3")
    f.oval(2.92, 0.38, 0.1, 0.21, "dark")
    f.poly([(2.6, 0.56), (2.78, 0.56), (2.82, 0.95), (2.56, 0.95)], "dark")
    f.oval(2.15, 0.6, 0.12, 0.12, "gold")
    f.poly([(2.9, 0.18), (3.2, 0.02), (2.85, 0.02)], "metal")
    for x, size in ((1.3, 0.17), (1.75, 0.17), (2.2, 0.17), (2.65, 0.12)):
        f.oval(x, size - 0.04, size, size, "dark")
        f.oval(x, size - 0.04, size * 0.5, size * 0.5, "accent")
    for step in range(7):
        f.oval(
            2.6 - step * 0.34 + float(r.normal(0, 0.03)),
            1.12 + step * 0.12,
            0.14 + step * 0.055,
            0.11 + step * 0.04,
            "wool",
        )
    f.halo(2.98, 0.4, 0.4, (1.0, 0.85, 0.5))


def car(f: Figure, r: Dice) -> None:
    """A small rounded car; 1 high, 2.2 wide."""
    del r
    f.poly(
        smooth(
            [
                (-1.1, 0.2),
                (-1.08, 0.52),
                (-0.72, 0.6),
                (-0.45, 0.95),
                (0.25, 0.97),
                (0.58, 0.62),
                (1.0, 0.54),
                (1.1, 0.2),
            ]
        ),
        "accent",
    )
    f.poly([(-0.58, 0.62), (-0.38, 0.87), (-0.1, 0.88), (-0.1, 0.62)], "ice")
    f.poly([(0.0, 0.62), (0.0, 0.88), (0.22, 0.87), (0.42, 0.62)], "ice")
    for x in (-0.62, 0.62):
        f.oval(x, 0.2, 0.24, 0.24, "dark")
        f.oval(x, 0.2, 0.11, 0.11, "metal")
    f.oval(1.02, 0.42, 0.07, 0.07, "window", glows=True)
    f.halo(1.06, 0.42, 0.35, (0.9, 0.75, 0.4))


def kite(f: Figure, r: Dice) -> None:
    """A kite with a tail."""
    del r
    f.poly([(0, 1.0), (0.27, 0.68), (0, 0.2)], "accent")
    f.poly([(0, 1.0), (-0.27, 0.68), (0, 0.2)], "accent2")
    f.line([(-0.27, 0.68), (0.27, 0.68)], 0.014, "wood")
    tail = smooth([(0, 0.2), (-0.12, 0.0), (0.04, -0.2), (-0.14, -0.42), (-0.02, -0.62)])
    f.line(tail, 0.012, "dark")
    for step, (x, y) in enumerate(tail[6::8]):
        paint = ("accent", "accent2", "accent3")[step % 3]
        f.poly([(x - 0.08, y + 0.035), (x, y), (x - 0.08, y - 0.035)], paint)
        f.poly([(x + 0.08, y + 0.035), (x, y), (x + 0.08, y - 0.035)], paint)
    f.line(smooth([(0, 0.6), (0.6, -0.6), (1.5, -2.4)]), 0.006, "dark")
