"""Figures of people and animals. Each stands on 0, is about 1 high, and looks to the right."""

from __future__ import annotations

import math

import numpy as np
from figure import Figure, smooth

Dice = np.random.Generator


def person(f: Figure, r: Dice) -> None:
    """Somebody in a long coat, seen from behind."""
    coat = "coat" if r.random() < 0.6 else "accent"
    f.poly([(-0.09, -0.02), (-0.015, -0.02), (-0.01, 0.34), (-0.1, 0.34)], "dark")
    f.poly([(0.02, -0.02), (0.095, -0.02), (0.1, 0.34), (0.01, 0.34)], "dark")
    left = [(-0.15, 0.24), (-0.125, 0.55), (-0.13, 0.76), (-0.04, 0.83)]
    f.poly(smooth([*left, (0.04, 0.83), (0.13, 0.76), (0.125, 0.55), (0.16, 0.24)]), coat)
    f.curve([(-0.12, 0.76), (-0.165, 0.55), (-0.15, 0.36)], [0.075, 0.06, 0.045], coat)
    f.curve([(0.12, 0.76), (0.165, 0.55), (0.155, 0.36)], [0.075, 0.06, 0.045], coat)
    f.rect(0, 0.8, 0.06, 0.06, "skin")
    f.oval(0, 0.915, 0.062, 0.078, "skin")
    f.poly(
        smooth([(-0.066, 0.9), (-0.062, 0.97), (0, 1.0), (0.064, 0.965), (0.064, 0.89), (0.03, 0.87), (-0.03, 0.87)]),
        "trunk",
    )
    if r.random() < 0.4:
        f.poly(smooth([(-0.1, 0.74), (-0.11, 0.5), (0.1, 0.5), (0.1, 0.74)]), "wood")


def couple(f: Figure, r: Dice) -> None:
    """Two people side by side, hand in hand."""
    for x, size in ((-0.16, 1.0), (0.17, 0.9)):
        one = Figure()
        person(one, r)
        for points, paint, glows in one.parts:
            changed = "accent" if paint == "coat" and x > 0 else paint
            f.parts.append((points * size + (x, 0.0), changed, glows))
    f.curve([(-0.02, 0.42), (0.02, 0.36), (0.05, 0.4)], 0.04, "skin")


def _legs(f: Figure, places: tuple[float, ...], high: float, width: float, paint: str) -> None:
    for number, x in enumerate(places):
        lean = 0.03 * (1 if number % 2 else -1)
        f.curve([(x, high), (x + lean, high * 0.5), (x + lean * 0.4, -0.01)], [width * 1.7, width, width * 0.85], paint)


def cat(f: Figure, r: Dice) -> None:
    """A cat that sits and looks away, its tail around its feet."""
    del r
    f.curve([(0.18, 0.06), (0.42, 0.03), (0.5, 0.2), (0.42, 0.32)], [0.11, 0.09, 0.07, 0.04], "dark")
    f.poly(smooth([(-0.24, -0.01), (-0.27, 0.2), (-0.16, 0.48), (-0.13, 0.62), (0.13, 0.62), (0.17, 0.46), (0.28, 0.2),
                   (0.25, -0.01)]), "dark")  # fmt: skip
    f.oval(0, 0.72, 0.185, 0.16, "dark")
    f.poly([(-0.175, 0.76), (-0.16, 1.0), (-0.03, 0.86)], "dark")
    f.poly([(0.175, 0.76), (0.16, 1.0), (0.03, 0.86)], "dark")


def dog(f: Figure, r: Dice) -> None:
    """A dog that stands; about 1.2 wide."""
    del r
    _legs(f, (-0.32, -0.24, 0.24, 0.33), 0.42, 0.065, "fur")
    f.poly(
        smooth(
            [(-0.42, 0.5), (-0.36, 0.66), (0.1, 0.64), (0.38, 0.72), (0.42, 0.5), (0.3, 0.38), (0, 0.4), (-0.34, 0.38)]
        ),
        "fur",
    )
    f.curve([(-0.4, 0.6), (-0.56, 0.74), (-0.56, 0.92)], [0.09, 0.06, 0.03], "fur")
    f.poly(
        smooth(
            [
                (0.28, 0.6),
                (0.34, 0.86),
                (0.46, 0.96),
                (0.6, 0.88),
                (0.74, 0.82),
                (0.7, 0.73),
                (0.52, 0.72),
                (0.44, 0.55),
            ]
        ),
        "fur",
    )
    f.poly(smooth([(0.38, 0.94), (0.32, 0.78), (0.4, 0.72), (0.46, 0.88)]), "trunk")


def wolf(f: Figure, r: Dice) -> None:
    """A wolf that howls."""
    del r
    _legs(f, (-0.34, -0.26, 0.14, 0.22), 0.4, 0.055, "rock")
    f.poly(
        smooth(
            [
                (-0.44, 0.42),
                (-0.4, 0.56),
                (-0.05, 0.58),
                (0.14, 0.72),
                (0.3, 0.56),
                (0.26, 0.36),
                (-0.05, 0.34),
                (-0.36, 0.32),
            ]
        ),
        "rock",
    )
    f.curve([(-0.4, 0.5), (-0.58, 0.36), (-0.6, 0.14)], [0.11, 0.12, 0.03], "rock")
    f.poly(
        smooth(
            [(0.04, 0.56), (0.14, 0.78), (0.26, 0.86), (0.36, 1.02), (0.42, 1.0), (0.4, 0.84), (0.36, 0.7), (0.3, 0.5)]
        ),
        "rock",
    )
    f.poly([(0.13, 0.8), (0.06, 0.92), (0.22, 0.85)], "rock")


def horse(f: Figure, r: Dice) -> None:
    """A horse; about 1.2 wide."""
    del r
    _legs(f, (-0.36, -0.27, 0.2, 0.29), 0.46, 0.05, "fur")
    f.poly(
        smooth(
            [
                (-0.46, 0.52),
                (-0.4, 0.68),
                (-0.1, 0.64),
                (0.14, 0.68),
                (0.36, 0.66),
                (0.36, 0.46),
                (0.2, 0.38),
                (-0.1, 0.4),
                (-0.4, 0.38),
            ]
        ),
        "fur",
    )
    f.poly(
        smooth(
            [
                (0.16, 0.62),
                (0.3, 0.86),
                (0.42, 0.98),
                (0.52, 0.95),
                (0.68, 0.78),
                (0.63, 0.72),
                (0.5, 0.8),
                (0.44, 0.7),
                (0.36, 0.5),
            ]
        ),
        "fur",
    )
    f.poly([(0.4, 0.96), (0.42, 1.05), (0.47, 0.97)], "fur")
    f.poly(smooth([(0.14, 0.62), (0.22, 0.84), (0.38, 0.99), (0.4, 0.92), (0.28, 0.72)]), "dark")
    f.poly(smooth([(-0.44, 0.62), (-0.6, 0.5), (-0.58, 0.2), (-0.52, 0.3), (-0.48, 0.48), (-0.42, 0.54)]), "dark")


def deer(f: Figure, r: Dice) -> None:
    """A stag with antlers."""
    del r
    _legs(f, (-0.26, -0.2, 0.12, 0.19), 0.38, 0.034, "fur")
    f.poly(
        smooth([(-0.34, 0.46), (-0.28, 0.56), (0, 0.53), (0.2, 0.57), (0.25, 0.42), (0.1, 0.34), (-0.25, 0.34)]), "fur"
    )
    f.poly(
        smooth(
            [
                (0.08, 0.52),
                (0.2, 0.7),
                (0.25, 0.77),
                (0.34, 0.77),
                (0.45, 0.69),
                (0.42, 0.65),
                (0.33, 0.67),
                (0.28, 0.56),
                (0.24, 0.42),
            ]
        ),
        "fur",
    )
    f.poly([(0.22, 0.75), (0.13, 0.8), (0.24, 0.79)], "fur")
    f.oval(-0.33, 0.5, 0.035, 0.055, "white")
    for side in (0.0, 0.05):
        f.curve([(0.26 + side, 0.77), (0.16 + side, 0.9), (0.2 + side, 1.06)], [0.022, 0.02, 0.006], "trunk")
        for x, y, dx, dy in ((0.18, 0.86, 0.11, 0.09), (0.17, 0.94, -0.08, 0.08), (0.18, 0.98, 0.1, 0.08)):
            f.line([(x + side, y), (x + side + dx, y + dy)], [0.016, 0.004], "trunk")


def sheep(f: Figure, r: Dice) -> None:
    """A sheep; about 1.3 wide."""
    _legs(f, (-0.32, -0.2, 0.18, 0.3), 0.34, 0.06, "dark")
    for _ in range(26):
        f.oval(float(r.normal(0, 0.24)), 0.56 + float(r.normal(0, 0.09)), 0.19, 0.16, "wool")
    f.oval(0.52, 0.64, 0.15, 0.12, "dark", turn=-0.4)
    f.oval(0.42, 0.72, 0.1, 0.04, "dark", turn=0.5)
    f.oval(0.42, 0.8, 0.11, 0.08, "wool")


def bird(f: Figure, r: Dice) -> None:
    """A bird in flight: two bowed wings; 1 wide."""
    up, bend = float(r.uniform(0.12, 0.34)), float(r.uniform(0.02, 0.14))
    for side in (-1, 1):
        f.poly(
            smooth([(0, 0.0), (side * 0.2, up), (side * 0.5, up - bend - 0.06), (side * 0.22, up - 0.085), (0, -0.07)]),
            "dark",
        )
    f.oval(0.02, -0.03, 0.085, 0.038, "dark", turn=0.2)


def butterfly(f: Figure, r: Dice) -> None:
    """A butterfly; about 1 wide."""
    paint = str(r.choice(["accent", "accent2", "petal3", "accent3", "petal"]))
    for side in (-1, 1):
        f.poly(
            smooth([(0, 0.5), (side * 0.2, 0.95), (side * 0.5, 0.95), (side * 0.42, 0.6), (side * 0.06, 0.46)]), paint
        )
        f.poly(smooth([(0, 0.48), (side * 0.36, 0.46), (side * 0.34, 0.14), (side * 0.14, 0.12), (0, 0.4)]), paint)
        f.oval(side * 0.34, 0.8, 0.06, 0.06, "white")
        f.oval(side * 0.23, 0.3, 0.05, 0.05, "white")
        f.curve([(0, 0.66), (side * 0.05, 0.82), (side * 0.12, 0.92)], 0.012, "dark")
    f.oval(0, 0.48, 0.03, 0.2, "dark")


def whale(f: Figure, r: Dice) -> None:
    """A whale's back and fluke above the water, with its spout; about 2.4 wide."""
    del r
    f.poly(smooth([(-0.5, -0.04), (-0.2, 0.24), (0.25, 0.36), (0.75, 0.28), (1.1, 0.04), (1.12, -0.04)]), "roof2")
    f.poly([(-0.06, 0.27), (-0.13, 0.39), (0.06, 0.33)], "roof2")
    f.poly(smooth([(-1.02, -0.04), (-0.98, 0.2), (-1.24, 0.44), (-1.4, 0.44), (-1.1, 0.5), (-0.92, 0.36), (-0.76, 0.5),
                   (-0.46, 0.44), (-0.62, 0.42), (-0.84, 0.2), (-0.86, -0.04)]), "roof2")  # fmt: skip
    for side in (-1, 1):
        f.curve(
            [(0.8, 0.28), (0.8 + side * 0.03, 0.62), (0.8 + side * 0.2, 0.72), (0.8 + side * 0.27, 0.6)],
            [0.03, 0.05, 0.05, 0.012],
            "white",
        )


def swan(f: Figure, r: Dice) -> None:
    """A swan on the water; about 1.1 wide."""
    del r
    f.poly(
        smooth([(-0.55, 0.42), (-0.4, 0.02), (0.05, -0.05), (0.36, 0.04), (0.4, 0.22), (0.1, 0.34), (-0.25, 0.36)]),
        "white",
    )
    f.poly(smooth([(-0.5, 0.44), (-0.3, 0.18), (0.1, 0.14), (0.22, 0.28), (-0.1, 0.36)]), "wall")
    f.curve([(0.28, 0.12), (0.44, 0.42), (0.3, 0.7), (0.36, 0.9), (0.48, 0.9)], [0.16, 0.11, 0.085, 0.1, 0.1], "white")
    f.poly([(0.48, 0.94), (0.64, 0.84), (0.5, 0.86)], "accent2")
    f.oval(0.47, 0.92, 0.016, 0.016, "dark")


def fish(f: Figure, r: Dice) -> None:
    """A fish; 1 wide."""
    paint = str(r.choice(["accent", "accent2", "coral", "gold", "ice"]))
    f.poly(smooth([(-0.3, 0.02), (-0.05, 0.22), (0.28, 0.17), (0.5, 0.0), (0.28, -0.17), (-0.05, -0.2)]), paint)
    f.poly(smooth([(-0.26, 0.0), (-0.55, 0.22), (-0.46, 0.0), (-0.55, -0.22)]), paint)
    f.poly([(-0.05, 0.2), (0.05, 0.34), (0.2, 0.18)], paint)
    for x in (0.02, 0.16):
        f.line(smooth([(x, 0.17), (x + 0.03, 0), (x, -0.16)]), 0.035, "white")
    f.oval(0.34, 0.05, 0.035, 0.035, "white")
    f.oval(0.345, 0.05, 0.02, 0.02, "dark")


def jellyfish(f: Figure, r: Dice) -> None:
    """A jellyfish."""
    for number in range(7):
        x = -0.24 + number * 0.08
        sway = float(r.uniform(-0.1, 0.1))
        f.curve(
            [(x, 0.6), (x + sway, 0.36), (x - sway, 0.14), (x + sway * 0.6, -0.06)],
            [0.03, 0.024, 0.016, 0.004],
            "blossom",
        )
    t = np.linspace(0, math.pi, 24)
    f.poly(np.stack([np.cos(t) * 0.36, 0.58 + np.sin(t) * 0.4], 1), "petal3", glows=True)
    f.poly(np.stack([np.cos(t) * 0.26 + 0.03, 0.62 + np.sin(t) * 0.3], 1), "blossom", glows=True)
    for number in range(6):
        f.oval(-0.3 + number * 0.12, 0.58, 0.065, 0.04, "petal3", glows=True)
    f.halo(0, 0.7, 0.5, (0.5, 0.3, 0.7))
