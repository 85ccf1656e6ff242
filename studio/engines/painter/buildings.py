"""Figures of what people build. Each stands on 0, is about 1 high, and is lit from the right."""

from __future__ import annotations

import math

import numpy as np
from figure import Figure

Dice = np.random.Generator


def _window(f: Figure, x: float, y: float, wide: float, high: float) -> None:
    f.rect(x, y, wide, high, "window", glows=True)
    f.rect(x, y, wide * 0.12, high, "dark")
    f.rect(x, y + high * 0.46, wide, high * 0.1, "dark")


def _walls(f: Figure, x: float, y: float, wide: float, high: float, paint: str, shade: str) -> None:
    """A wall whose left third lies in the shade."""
    f.rect(x, y, wide, high, paint)
    f.rect(x - wide * 0.33, y, wide * 0.34, high, shade)


def house(f: Figure, r: Dice) -> None:
    """A small house with a chimney and a light in the window."""
    roof = str(r.choice(["roof", "roof2"]))
    f.rect(0.3, 0.72, 0.1, 0.32, "stone")
    f.poly([(-0.62, -0.04), (-0.2, -0.04), (-0.2, 0.42), (-0.41, 0.83), (-0.62, 0.42)], "wall2")
    f.rect(0.21, -0.04, 0.84, 0.46, "wall")
    f.poly([(-0.41, 0.88), (0.5, 0.88), (0.7, 0.38), (-0.2, 0.38)], roof)
    f.line([(-0.68, 0.38), (-0.41, 0.87), (-0.38, 0.87)], 0.055, roof)
    f.rect(0.02, -0.04, 0.13, 0.3, "wood")
    for x in (0.28, 0.5):
        _window(f, x, 0.12, 0.12, 0.15)
    _window(f, -0.41, 0.3, 0.12, 0.16)


def barn(f: Figure, r: Dice) -> None:
    """A red barn."""
    del r
    f.poly([(-0.55, -0.04), (-0.55, 0.5), (-0.4, 0.8), (0, 0.98), (0.4, 0.8), (0.55, 0.5), (0.55, -0.04)], "accent")
    f.line([(-0.6, 0.48), (-0.42, 0.82), (0, 1.02), (0.42, 0.82), (0.6, 0.48)], 0.07, "roof2")
    f.rect(0, -0.04, 0.36, 0.42, "white")
    f.rect(0, -0.04, 0.31, 0.38, "wood")
    f.line([(-0.15, -0.03), (0.15, 0.34)], 0.025, "white")
    f.line([(0.15, -0.03), (-0.15, 0.34)], 0.025, "white")
    f.rect(0, 0.58, 0.16, 0.16, "dark")


def church(f: Figure, r: Dice) -> None:
    """A church with a pointed tower."""
    del r
    f.poly([(-0.08, -0.03), (0.46, -0.03), (0.46, 0.26), (-0.08, 0.26)], "wall")
    f.poly([(-0.1, 0.25), (0.5, 0.25), (0.38, 0.43), (-0.1, 0.43)], "roof2")
    _walls(f, -0.18, -0.03, 0.24, 0.59, "wall", "wall2")
    f.poly([(-0.33, 0.55), (-0.03, 0.55), (-0.18, 0.95)], "roof2")
    f.poly([(-0.33, 0.55), (-0.2, 0.55), (-0.18, 0.95)], "dark")
    f.rect(-0.18, 0.93, 0.014, 0.1, "gold")
    f.rect(-0.18, 0.98, 0.055, 0.014, "gold")
    for x in (0.06, 0.2, 0.34):
        f.rect(x, 0.05, 0.055, 0.12, "window", glows=True)
        f.oval(x, 0.17, 0.0275, 0.03, "window", glows=True)
    f.rect(-0.18, 0.36, 0.06, 0.1, "dark")


def _battlements(f: Figure, x: float, y: float, wide: float, paint: str) -> None:
    count = max(3, round(wide / 0.05))
    for number in range(count):
        f.rect(x - wide / 2 + wide * (number + 0.5) / count, y, wide / count * 0.58, 0.03, paint)


def _round_tower(f: Figure, x: float, wide: float, high: float, *, roof: bool) -> None:
    _walls(f, x, -0.04, wide, high + 0.04, "stone", "rock")
    f.rect(x, high - 0.01, wide * 1.22, 0.045, "stone")
    if roof:
        f.poly([(x - wide * 0.68, high + 0.03), (x + wide * 0.68, high + 0.03), (x, high + 0.03 + wide * 1.7)], "roof2")
        f.poly([(x - wide * 0.68, high + 0.03), (x - wide * 0.1, high + 0.03), (x, high + 0.03 + wide * 1.7)], "dark")
        top = high + 0.03 + wide * 1.7
        f.poly([(x, top + 0.07), (x + 0.075, top + 0.05), (x, top + 0.03)], "accent")
        f.rect(x, top - 0.01, 0.009, 0.085, "dark")
    else:
        _battlements(f, x, high + 0.035, wide * 1.22, "stone")
    f.rect(x + wide * 0.1, high * 0.62, wide * 0.16, 0.055, "window", glows=True)


def castle(f: Figure, r: Dice) -> None:
    """A castle with towers and a gate."""
    del r
    f.rect(0, -0.04, 0.95, 0.34, "stone")
    f.rect(-0.25, -0.04, 0.45, 0.34, "rock")
    _battlements(f, 0, 0.3, 0.95, "stone")
    _round_tower(f, 0.03, 0.22, 0.6, roof=True)
    _round_tower(f, -0.24, 0.13, 0.5, roof=True)
    _round_tower(f, 0.29, 0.15, 0.44, roof=False)
    _round_tower(f, -0.47, 0.16, 0.36, roof=True)
    _round_tower(f, 0.49, 0.15, 0.4, roof=True)
    f.rect(0.03, -0.04, 0.12, 0.14, "dark")
    f.oval(0.03, 0.1, 0.06, 0.055, "dark")
    for x in (-0.33, -0.14, 0.2, 0.4):
        f.rect(x, 0.14, 0.022, 0.06, "window", glows=True)


def tower(f: Figure, r: Dice) -> None:
    """A lonely watchtower."""
    del r
    f.poly([(-0.13, -0.03), (0.13, -0.03), (0.1, 0.7), (-0.1, 0.7)], "stone")
    f.poly([(-0.13, -0.03), (-0.03, -0.03), (-0.02, 0.7), (-0.1, 0.7)], "rock")
    f.rect(0, 0.68, 0.28, 0.1, "stone")
    _battlements(f, 0, 0.78, 0.28, "stone")
    f.rect(0.03, 0.45, 0.035, 0.1, "window", glows=True)
    f.rect(0.02, 0.2, 0.035, 0.1, "dark")
    f.rect(0.02, -0.03, 0.07, 0.13, "wood")


def lighthouse(f: Figure, r: Dice) -> None:
    """A lighthouse with red bands and its lamp lit."""
    del r
    f.poly([(0.1, -0.04), (0.36, -0.04), (0.36, 0.14), (0.1, 0.14)], "wall")
    f.poly([(0.07, 0.13), (0.39, 0.13), (0.33, 0.22), (0.12, 0.22)], "roof")
    half = np.interp
    for number in range(6):
        low, high = number * 0.12 - 0.03, (number + 1) * 0.12 - 0.03
        a, b = (float(half(y, [0, 0.72], [0.115, 0.068])) for y in (low, high))
        paint = "accent" if number % 2 else "white"
        f.poly([(-a, low), (a, low), (b, high), (-b, high)], paint)
        f.poly([(-a, low), (-a * 0.3, low), (-b * 0.3, high), (-b, high)], "roof" if number % 2 else "stone")
    f.rect(0, 0.69, 0.2, 0.028, "dark")
    f.rect(0, 0.715, 0.105, 0.11, "window", glows=True)
    for x in (-0.05, 0.0, 0.05):
        f.rect(x, 0.715, 0.009, 0.11, "dark")
    f.poly([(-0.075, 0.82), (0.075, 0.82), (0.045, 0.89), (0, 0.925), (-0.045, 0.89)], "accent")
    f.rect(0, 0.92, 0.012, 0.06, "dark")
    f.rect(0, 0.0, 0.06, 0.11, "wood")
    f.rect(0.02, 0.42, 0.03, 0.05, "dark")
    f.halo(0, 0.77, 0.2, (1.0, 0.85, 0.5))


def temple(f: Figure, r: Dice) -> None:
    """A temple of columns."""
    del r
    for step in range(3):
        f.rect(0, -0.04 + step * 0.045, 1.5 - 0.09 * step, 0.05, "stone" if step % 2 else "wall")
    f.rect(0, 0.09, 1.1, 0.48, "dark")
    for number in range(7):
        x = -0.57 + number * 0.19
        f.poly([(x - 0.045, 0.1), (x + 0.045, 0.1), (x + 0.036, 0.56), (x - 0.036, 0.56)], "wall")
        f.poly([(x - 0.045, 0.1), (x - 0.015, 0.1), (x - 0.012, 0.56), (x - 0.036, 0.56)], "wall2")
        f.rect(x, 0.55, 0.115, 0.03, "wall")
    f.rect(0, 0.575, 1.32, 0.085, "wall")
    f.poly([(-0.7, 0.66), (0.7, 0.66), (0, 0.95)], "wall")
    f.poly([(-0.52, 0.685), (0.52, 0.685), (0, 0.9)], "wall2")


def pagoda(f: Figure, r: Dice) -> None:
    """A pagoda of five roofs."""
    del r
    for floor in range(5):
        y, wide = floor * 0.175, 0.5 - floor * 0.06
        f.rect(0, y - 0.03, wide * 0.62, 0.19, "accent")
        f.rect(-wide * 0.2, y - 0.03, wide * 0.22, 0.19, "roof")
        for x in (-0.16, 0.06, 0.2):
            f.rect(x * wide * 1.4, y + 0.02, wide * 0.1, 0.07, "window", glows=True)
        roof = [(-wide * 0.86, y + 0.15), (-wide * 0.5, y + 0.115), (0, y + 0.105), (wide * 0.5, y + 0.115),
                (wide * 0.86, y + 0.15), (wide * 0.42, y + 0.175), (wide * 0.26, y + 0.215), (-wide * 0.26, y + 0.215),
                (-wide * 0.42, y + 0.175)]  # fmt: skip
        f.poly(roof, "dark")
    f.line([(0, 0.9), (0, 1.1)], [0.02, 0.004], "gold")


def pyramid(f: Figure, r: Dice) -> None:
    """A pyramid of stone; 1 high, 1.7 wide."""
    del r
    f.poly([(-0.86, -0.02), (0.86, -0.02), (0.04, 1.0)], "dune")
    f.poly([(-0.86, -0.02), (-0.18, -0.02), (0.04, 1.0)], "earth")
    for step in range(1, 16):
        y = step / 16
        x = 0.04 * y + (1 - y) * -0.18
        f.line([(x, y), (0.04 * y + (1 - y) * 0.86, y)], 0.006, "wall2")


def windmill(f: Figure, r: Dice) -> None:
    """A windmill with four sails."""
    f.poly([(-0.2, -0.03), (0.2, -0.03), (0.12, 0.58), (-0.12, 0.58)], "wall")
    f.poly([(-0.2, -0.03), (-0.06, -0.03), (-0.04, 0.58), (-0.12, 0.58)], "wall2")
    f.poly([(-0.15, 0.56), (0.15, 0.56), (0.11, 0.68), (0, 0.74), (-0.11, 0.68)], "roof")
    f.rect(0.02, -0.03, 0.085, 0.17, "wood")
    _window(f, 0.02, 0.28, 0.065, 0.08)
    turn = float(r.uniform(0.2, 1.2))
    for number in range(4):
        a = turn + number * math.pi / 2
        dx, dy = math.cos(a), math.sin(a)
        f.line([(0.02, 0.62), (0.02 + dx * 0.42, 0.62 + dy * 0.42)], 0.018, "wood")
        points = [
            (0.02 + dx * s + -dy * o, 0.62 + dy * s + dx * o)
            for s, o in ((0.09, 0), (0.42, 0), (0.42, 0.11), (0.09, 0.09))
        ]
        f.poly(points, "sail")
        for step in range(1, 5):
            s = 0.09 + step * 0.066
            f.line(
                [(0.02 + dx * s, 0.62 + dy * s), (0.02 + dx * s - dy * 0.1, 0.62 + dy * s + dx * 0.1)], 0.006, "wood"
            )


def turbine(f: Figure, r: Dice) -> None:
    """A wind turbine."""
    f.poly([(-0.018, -0.02), (0.018, -0.02), (0.008, 0.66), (-0.008, 0.66)], "white")
    turn = float(r.random() * 2)
    for number in range(3):
        a = turn + number * 2 * math.pi / 3
        f.curve([(0, 0.66), (math.cos(a) * 0.1 + 0.012, 0.66 + math.sin(a) * 0.1),
                 (math.cos(a) * 0.36, 0.66 + math.sin(a) * 0.36)], [0.014, 0.028, 0.004], "white")  # fmt: skip
    f.oval(0, 0.66, 0.02, 0.02, "metal")


def ruin(f: Figure, r: Dice) -> None:
    """Broken columns and a fallen beam."""
    f.rect(0, -0.05, 1.3, 0.1, "stone")
    for number, high in enumerate((0.9, 0.9, 0.4, 0.68, 0.22)):
        x = -0.5 + number * 0.26
        top = high + float(r.uniform(-0.03, 0.03))
        f.poly(
            [(x - 0.06, 0.04), (x + 0.06, 0.04), (x + 0.05, top), (x - 0.01, top - 0.05), (x - 0.05, top - 0.01)],
            "wall",
        )
        f.poly([(x - 0.06, 0.04), (x - 0.02, 0.04), (x - 0.015, top - 0.05), (x - 0.05, top - 0.01)], "wall2")
    f.poly([(-0.6, 0.9), (-0.14, 0.9), (-0.1, 0.96), (-0.18, 1.02), (-0.6, 1.02)], "wall")
    f.poly([(0.2, 0.04), (0.62, 0.04), (0.66, 0.13), (0.24, 0.15)], "wall2")


def pier(f: Figure, r: Dice) -> None:
    """A jetty on posts; its deck is 1 above 0."""
    del r
    for number in range(7):
        x = -2.7 + number * 0.9
        f.rect(x, -0.9, 0.12, 1.9, "trunk")
    f.rect(0, 0.86, 6.0, 0.16, "wood")
    f.rect(0, 0.98, 6.0, 0.06, "wall2")
    f.rect(2.7, 0.9, 0.14, 0.75, "trunk")
    f.rect(-0.9, 0.9, 0.14, 0.6, "trunk")


def bridge(f: Figure, r: Dice) -> None:
    """A stone bridge of arches; 1 high, about 6 wide."""
    del r
    top, wide, arches = 0.96, 6.4, 6
    outline: list[tuple[float, float]] = [(-wide / 2, top), (wide / 2, top)]
    span = wide / arches
    for number in range(arches - 1, -1, -1):
        left = -wide / 2 + number * span
        t = np.linspace(0, math.pi, 18)
        outline.append((left + span, -0.1))
        outline += [(left + span * 0.5 + float(math.cos(a)) * span * 0.42, 0.1 + float(math.sin(a)) * 0.62) for a in t]
        outline.append((left, -0.1))
    f.poly(outline, "stone")
    f.rect(0, top - 0.05, wide, 0.05, "rock")
    f.rect(0, top, wide, 0.1, "stone")
    for number in range(arches + 1):
        f.rect(-wide / 2 + number * span, -0.1, span * 0.08, top + 0.1, "rock")


def tent(f: Figure, r: Dice) -> None:
    """A tent with a light inside."""
    del r
    f.poly([(-0.72, -0.02), (0.45, -0.02), (0.12, 0.92)], "accent2")
    f.poly([(0.45, -0.02), (0.12, 0.92), (0.85, -0.02)], "accent")
    f.poly([(-0.32, -0.02), (0.02, -0.02), (0.03, 0.68)], "window", glows=True)
    f.line([(0.12, 0.92), (0.14, 1.0)], 0.02, "wood")
    f.halo(-0.12, 0.25, 0.5, (0.75, 0.45, 0.15))


def snowman(f: Figure, r: Dice) -> None:
    """A snowman with hat and scarf."""
    del r
    for y, size in ((0.24, 0.28), (0.56, 0.2), (0.8, 0.14)):
        f.oval(0, y, size, size * 0.95, "snow")
    f.rect(0, 0.66, 0.27, 0.055, "accent")
    f.rect(-0.08, 0.5, 0.06, 0.18, "accent")
    f.rect(0, 0.88, 0.3, 0.025, "dark")
    f.rect(0, 0.9, 0.19, 0.15, "dark")
    for x in (-0.045, 0.05):
        f.oval(x, 0.83, 0.014, 0.014, "dark")
    f.poly([(0.01, 0.8), (0.01, 0.77), (0.14, 0.775)], "accent2")
    for y in (0.5, 0.57):
        f.oval(0.02, y, 0.014, 0.014, "dark")
    for side in (-1, 1):
        f.line([(side * 0.17, 0.58), (side * 0.36, 0.72)], 0.018, "trunk")
