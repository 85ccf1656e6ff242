"""Figures of what grows. Each stands on 0, is about 1 high, and is lit from the right."""

from __future__ import annotations

import math

import numpy as np
from figure import Figure

Dice = np.random.Generator


def _crown(
    f: Figure, r: Dice, x: float, y: float, rx: float, ry: float, paints: tuple[str, str], *, leaves: int = 46
) -> None:
    """Heap up leaves: dark ones behind and below, light ones towards the light."""
    dark, light = paints
    shades = [(dark, 0.0), (dark, 0.0), (light, 0.0)]
    for layer, (paint, _) in enumerate(shades):
        for _ in range(leaves):
            turn, away = r.random() * 2 * math.pi, r.random() ** 0.5
            px, py = x + math.cos(turn) * rx * away * (0.96 - 0.13 * layer), y + math.sin(turn) * ry * away
            px, py = px + 0.06 * layer * rx, py + 0.11 * layer * ry
            if layer == 2 and (px - x) / rx + (py - y) / ry < -0.1:
                continue
            if layer == 0:
                py -= 0.06 * ry
            size = float(r.uniform(0.1, 0.2)) * (rx + ry) * (0.62 if layer == 2 else 0.8)
            f.oval(px, py, size, size * 0.8, paint, turn=float(r.random()))


def _shaded(f: Figure, start: int, paint: tuple[float, float, float]) -> None:
    """Give the outlines since `start` a fixed colour."""
    f.parts[start:] = [(points, paint, glows) for points, _, glows in f.parts[start:]]


def _boughs(f: Figure, r: Dice, x: float, y: float, length: float, angle: float, width: float, depth: int) -> None:
    bend = angle + float(r.normal(0, 0.12))
    end = (x + math.sin(bend) * length, y + math.cos(bend) * length)
    middle = ((x + end[0]) / 2 + float(r.normal(0, 0.03)) * length, (y + end[1]) / 2)
    f.curve([(x, y), middle, end], [width, width * 0.62], "trunk")
    if depth:
        for side in (-1, 1) if r.random() < 0.75 else (-1, 0.2, 1):
            turn = bend + side * float(r.uniform(0.32, 0.62))
            _boughs(f, r, end[0], end[1], length * float(r.uniform(0.62, 0.8)), turn, width * 0.6, depth - 1)


def tree(f: Figure, r: Dice) -> None:
    """A leafy tree, broad and round."""
    f.curve([(0, -0.03), (0.01, 0.2), (-0.01, 0.46)], [0.1, 0.062, 0.045], "trunk")
    f.line([(0, 0.28), (0.14, 0.48)], [0.04, 0.02], "trunk")
    f.line([(0, 0.24), (-0.15, 0.46)], [0.04, 0.02], "trunk")
    for x, y, rx, ry in (
        (-0.2, 0.56, 0.2, 0.15),
        (0.2, 0.58, 0.2, 0.16),
        (0, 0.74, 0.25, 0.2),
        (0.02, 0.55, 0.24, 0.15),
    ):
        _crown(f, r, x + float(r.normal(0, 0.02)), y, rx, ry, ("leaf", "leaf2"), leaves=26)


def blossom(f: Figure, r: Dice) -> None:
    """A tree in bloom, its crown wide and light."""
    _boughs(f, r, 0, -0.03, 0.34, float(r.normal(0, 0.12)), 0.085, 3)
    for x, y, rx, ry in (
        (-0.3, 0.6, 0.22, 0.12),
        (0.3, 0.62, 0.24, 0.13),
        (0, 0.76, 0.3, 0.16),
        (-0.06, 0.58, 0.2, 0.1),
    ):
        _crown(f, r, x, y, rx, ry, ("blossom", "blossom"), leaves=20)
    for _ in range(60):
        x, y = float(r.normal(0.03, 0.25)), float(r.normal(0.7, 0.1))
        f.oval(x, y, 0.022, 0.018, "white" if r.random() < 0.5 else "petal")


def pine(f: Figure, r: Dice) -> None:
    """A fir with boughs that hang in tiers."""
    f.line([(0, -0.03), (0, 0.5)], [0.045, 0.03], "trunk")
    tiers = 10
    for side_paint, shift in (("needle", 0.0), ("leaf", 0.02)):
        for tier in range(tiers):
            t = tier / (tiers - 1)
            y, wide = 0.12 + 0.8 * t, 0.25 * (1 - t) ** 0.9 + 0.018
            points = [(0.0 + shift, y + 0.14 * (1.15 - t))]
            for step in range(9):
                s = step / 8 * 2 - 1
                if shift and s < 0.1:
                    continue
                sag = 0.035 * abs(s) + (0.026 if step % 2 else 0.0) + float(r.uniform(-0.008, 0.008))
                points.append((s * wide * (0.82 if shift else 1.0), y - sag))
            if len(points) > 3:
                f.poly(points, side_paint)
        if not shift:
            continue


def cypress(f: Figure, r: Dice) -> None:
    """A slim dark flame of a tree."""
    f.line([(0, -0.03), (0, 0.15)], 0.03, "trunk")
    for paint, offset, size in (("needle", 0.0, 1.0), ("leaf", 0.022, 0.62)):
        t = np.linspace(0, 1, 18)
        wide = 0.098 * size * np.sin(np.pi * t**0.72) * (1 + 0.06 * r.normal(0, 1, 18))
        f.poly(np.concatenate([np.stack([offset + wide, 0.06 + 0.94 * t], 1),
                               np.stack([offset - wide, 0.06 + 0.94 * t], 1)[::-1]]), paint)  # fmt: skip


def palm(f: Figure, r: Dice) -> None:
    """A palm that leans into the wind."""
    lean = float(r.uniform(0.06, 0.26))
    f.curve([(0, -0.03), (lean * 0.25, 0.3), (lean, 0.76)], [0.06, 0.036, 0.03], "trunk")
    for number in range(11):
        turn = -0.35 + number / 10 * (math.pi + 0.7) + float(r.normal(0, 0.08))
        length = float(r.uniform(0.26, 0.36))
        dx, dy = math.cos(turn) * length, math.sin(turn) * length * 0.62
        tip = (lean + dx, 0.77 + dy - 0.13 * abs(math.cos(turn)) - 0.03)
        rib = [(lean, 0.77), (lean + dx * 0.5, 0.77 + dy * 0.75 + 0.05), tip]
        f.curve(rib, [0.02, 0.05, 0.003], "leaf" if number % 3 else "leaf2")
        for step in range(3, 10):  # ragged lower edge
            t = step / 10
            x = lean + dx * t
            y = 0.77 + (dy * 1.4 + 0.09) * t * (1.35 - t) - 0.1 * abs(math.cos(turn)) * t * t
            f.line([(x, y + 0.006), (x + dx * 0.1, y - 0.055)], [0.014, 0.002], "leaf")
    for x in (-0.02, 0.02):
        f.oval(lean + x, 0.74, 0.018, 0.02, "trunk")


def birch(f: Figure, r: Dice) -> None:
    """A slender tree with a white stem."""
    f.curve([(0, -0.03), (0.012, 0.4), (0, 0.86)], [0.038, 0.026, 0.01], "white")
    for _ in range(16):
        y = float(r.uniform(0.02, 0.7))
        f.rect(0.006 + float(r.normal(0, 0.008)), y, 0.02, 0.008, "dark")
    for x, y, rx, ry in ((-0.06, 0.55, 0.11, 0.13), (0.09, 0.62, 0.12, 0.14), (0, 0.8, 0.12, 0.16)):
        _crown(f, r, x, y, rx, ry, ("leaf", "leaf2"), leaves=18)


def deadtree(f: Figure, r: Dice) -> None:
    """A bare tree."""
    _boughs(f, r, 0, -0.03, 0.3, float(r.normal(0, 0.08)), 0.075, 5)


def bush(f: Figure, r: Dice) -> None:
    """A round shrub; as high as wide."""
    _crown(f, r, 0, 0.42, 0.55, 0.42, ("leaf", "leaf2"), leaves=30)


def flower(f: Figure, r: Dice) -> None:
    """A flower with petals around a yellow heart."""
    lean = float(r.normal(0, 0.06))
    f.curve([(0, 0), (lean * 0.3, 0.4), (lean, 0.82)], 0.028, "leaf")
    f.poly([(0, 0.2), (0.14, 0.34), (0.02, 0.27)], "leaf2")
    f.poly([(0, 0.32), (-0.13, 0.47), (-0.01, 0.4)], "leaf")
    paint = str(r.choice(["petal", "petal2", "petal3", "accent", "white"]))
    petals = int(r.integers(5, 9))
    for number in range(petals):
        turn = number / petals * 2 * math.pi + 0.3
        f.oval(lean + math.cos(turn) * 0.1, 0.84 + math.sin(turn) * 0.085, 0.085, 0.05, paint, turn=turn)
    f.oval(lean, 0.84, 0.048, 0.045, "gold")


def sunflower(f: Figure, r: Dice) -> None:
    """A sunflower."""
    lean = float(r.normal(0, 0.05))
    f.curve([(0, -0.03), (lean * 0.3, 0.4), (lean, 0.78)], 0.036, "leaf")
    for side in (-1, 1):
        f.poly([(0, 0.3), (side * 0.2, 0.42), (side * 0.24, 0.34), (side * 0.1, 0.28)], "leaf" if side < 0 else "leaf2")
    for ring, paint in ((0.185, "petal2"), (0.165, "gold")):
        for number in range(18):
            turn = (number + ring * 9) / 18 * 2 * math.pi
            f.oval(lean + math.cos(turn) * ring * 0.8, 0.8 + math.sin(turn) * ring * 0.8, 0.07, 0.026, paint, turn=turn)
    f.oval(lean, 0.8, 0.105, 0.105, "trunk")
    f.oval(lean, 0.8, 0.06, 0.06, "dark")


def tulip(f: Figure, r: Dice) -> None:
    """A tulip."""
    paint = str(r.choice(["petal", "petal2", "accent", "petal3"]))
    f.line([(0, -0.03), (0.01, 0.7)], 0.034, "leaf")
    for side in (-1, 1):
        f.curve(
            [(0, 0.02), (side * 0.12, 0.3), (side * 0.16, 0.52)], [0.02, 0.06, 0.005], "leaf2" if side > 0 else "leaf"
        )
    for x, turn in ((-0.06, 0.25), (0.06, -0.25), (0, 0)):
        f.oval(x, 0.82, 0.075, 0.15, paint, turn=turn)


def lavender(f: Figure, r: Dice) -> None:
    """A bunch of lavender."""
    for _ in range(7):
        x, bend, tall = float(r.normal(0, 0.05)), float(r.normal(0, 0.14)), float(r.uniform(0.7, 1.0))
        f.curve([(x, -0.03), (x + bend * 0.4, tall * 0.5), (x + bend, tall)], 0.02, "leaf")
        for step in range(6):
            t = 0.58 + step * 0.08
            paint = "petal3" if step % 2 else "blossom"
            f.oval(x + bend * (0.3 + 0.7 * t), tall * t, 0.042 - 0.004 * step, 0.034, paint)


def reed(f: Figure, r: Dice) -> None:
    """A clump of reeds with cattails."""
    for _ in range(9):
        x, bend, tall = float(r.normal(0, 0.09)), float(r.normal(0, 0.16)), float(r.uniform(0.6, 1.0))
        f.curve([(x, -0.03), (x + bend * 0.3, tall * 0.6), (x + bend, tall)], [0.02, 0.014, 0.004], "reed")
        if r.random() < 0.4:
            f.line([(x + bend * 0.75, tall * 0.8), (x + bend, tall)], 0.034, "trunk")


def mushroom(f: Figure, r: Dice) -> None:
    """A toadstool with a spotted cap."""
    f.poly([(-0.1, 0), (-0.07, 0.5), (0.07, 0.5), (0.12, 0)], "white")
    f.poly([(-0.16, 0.46), (0.16, 0.46), (0.11, 0.38), (-0.12, 0.4)], "wool")
    t = np.linspace(0, math.pi, 24)
    f.poly(np.stack([np.cos(t) * 0.44, 0.48 + np.sin(t) * 0.46], 1), "accent")
    f.oval(0, 0.49, 0.44, 0.075, "wall2")
    for x, y, size in (
        (-0.22, 0.64, 0.05),
        (0.04, 0.8, 0.065),
        (0.24, 0.62, 0.055),
        (-0.06, 0.62, 0.04),
        (0.13, 0.7, 0.03),
    ):
        f.oval(x, y, size, size * 0.8, "white")


def cactus(f: Figure, r: Dice) -> None:
    """A saguaro with arms."""

    def limb(points: list[tuple[float, float]], width: float) -> None:
        f.curve(points, width, "cactus")
        f.oval(points[-1][0], points[-1][1], width / 2, width / 2, "cactus")

    limb([(0, -0.03), (0, 0.5), (0, 0.93)], 0.15)
    high = float(r.uniform(0.34, 0.5))
    limb([(0, high), (-0.2, high + 0.02), (-0.23, high + 0.12), (-0.23, high + 0.34)], 0.1)
    high = float(r.uniform(0.28, 0.42))
    limb([(0, high), (0.19, high + 0.02), (0.22, high + 0.12), (0.22, high + 0.26)], 0.1)
    for x in (-0.035, 0.0, 0.035):
        f.line([(x, 0.03), (x, 0.92)], 0.008, "needle")


def rock(f: Figure, r: Dice) -> None:
    """A boulder with a lit and a shaded face."""
    t = np.linspace(0, math.pi, 9)
    rough = 1 + r.normal(0, 0.07, 9)
    outline = np.stack([np.cos(t) * 0.72 * rough, np.sin(t) * 0.95 * rough.clip(0.85, 1.1)], 1)
    f.poly(np.concatenate([outline, [[-0.74, -0.06], [0.74, -0.06]]]), "rock")
    f.poly([(float(outline[k][0]), float(outline[k][1])) for k in (0, 1, 2, 3)] + [(0.16, 0.42), (0.3, -0.02)], "stone")


def grass(f: Figure, r: Dice) -> None:
    """A tuft of grass."""
    for _ in range(14):
        x, bend, tall = float(r.normal(0, 0.14)), float(r.normal(0, 0.3)), float(r.uniform(0.5, 1.0))
        f.curve([(x, -0.05), (x + bend * 0.25, tall * 0.6), (x + bend, tall)], [0.05, 0.035, 0.004], "grass")
